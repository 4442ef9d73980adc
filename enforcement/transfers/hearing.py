"""What a node does when it hears of a transfer from the other court, or how its own statement about one ended.

Invariant: nothing is believed that its own books can tell: first seal, sixty days and disposal are looked up here. What
comes before what it refers to waits; what contradicts the state here is refused with a code.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from db import access_log, assets, cases, events, transfers
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetKind
from db.records.court_statements import CourtStatementRecord
from db.records.transfers import TransferDirection, TransferRecord
from db.records.warnings_raised import About, WarningKind, WarningLevel
from enforcement import warnings_raised
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules import case_number
from enforcement.rules.asset_identity import named_by
from enforcement.rules.courts import common_superior
from enforcement.rules.money import positive
from enforcement.rules.refusals import DuplicateOf, Malformed, RuleBroken, TransitionNotAllowed
from enforcement.rules.transfer import (
    AFTER_DECISION,
    OPEN,
    TERMS,
    DeclineReason,
    PriorityKind,
    TransferAnswer,
    TransferStatus,
    check_answer,
    check_digest,
    check_dispute,
    check_move,
    check_waited,
)
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.overlay_checks import is_day
from enforcement.transfers import asking
from enforcement.transfers.contents import (
    TransferAnswerPayload,
    TransferDecisionPayload,
    TransferDisputePayload,
    TransferRequestPayload,
)
from enforcement.transfers.first_seal import require_first_seal, sealed_on
from federation.delivery.node import NotYet, Refused

W = TypeVar("W", bound=StrEnum)
_TOPIC: Final = "transfer"
_NOT_ALLOWED: Final = "STATEMENT_NOT_ALLOWED"
_UNDISPUTED: Final = frozenset({TransferStatus.SENT, TransferStatus.PENDING, TransferStatus.DECLINED})
_MOST_DOCUMENTS: Final = 20


async def requested(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: TransferRequestPayload) -> None:
    """Another court asks for a thing that this one sealed first: PENDING here, and the handler is warned.

    Raises:
        Refused: see `asking.admit`; NOT_FIRST_SEAL, DISPOSAL_BEGUN, TRANSFER_TOO_EARLY, DUPLICATE_OF. Each is logged.
        NotAPayload: malformed.
    """
    kind, amount = _checked(payload)
    _check_case(court, said, payload)
    today = civil_date(court.clock.now())
    same = await assets.by_identity_key(conn, court.at_rest.blind(*named_by(kind, payload.asset.identity)))
    try:
        await asking.admit(court, conn, said, payload)
        measure, asset = await require_first_seal(conn, court.code, same, today)
        check_waited(sealed_on(measure), civil_date(said.at))
        await _check_none_open(conn, said.author, [row.id for row in same])
    except (RuleBroken, Refused) as refusal:
        entry = await asking.entry(court, conn, said, payload, same, refusal.code)
        raise Refused(refusal.code, partial(access_log.add, record=entry)) from None
    await access_log.add(conn, await asking.entry(court, conn, said, payload, [asset], asking.ANSWERED))
    assert measure.case_id is not None  # only those of own cases are looked through
    transfer = TransferRecord(
        id=said.id,
        direction=TransferDirection.INBOUND,
        peer=said.author,
        case_id=measure.case_id,
        asset_id=asset.id,
        measure_id=measure.id,
        status=TransferStatus.PENDING,
        priority=payload.priority,
        amount=amount,
        first_measure_on=sealed_on(measure),
        asked_at=said.at,
        received_on=today,
        due_on=TERMS.answer_due(today),
    )
    await transfers.insert(conn, transfer)
    await events.add(conn, topic=_TOPIC, ref=transfer.id, kind=transfer.status, now=court.clock.now())
    await warn(court, conn, transfer, WarningLevel.NOTICE, "received")


def _check_case(court: CourtNode, said: CourtStatementRecord, payload: TransferRequestPayload) -> None:
    """Return if the request is for a case of the court that makes it. Raises NotAPayload."""
    try:
        number = case_number.parse(payload.case_number, today=civil_date(court.clock.now()))
    except Malformed:
        raise NotAPayload from None
    if number.court != said.author or str(number) != payload.case_number:
        raise NotAPayload


async def _check_none_open(conn: Conn, author: str, asset_ids: list[UUID]) -> None:
    """Return if that court waits for nothing about these assets. Raises DuplicateOf."""
    for other in await transfers.about(conn, asset_ids, TransferDirection.INBOUND, OPEN, peer=author):
        raise DuplicateOf(other.id)


def _checked(payload: TransferRequestPayload) -> tuple[AssetKind, Decimal]:
    try:
        PriorityKind(payload.priority)
        kind = AssetKind(payload.asset.kind)
        amount = positive(payload.amount)
    except (ValueError, Malformed):
        raise NotAPayload from None
    if not payload.asset.identity:
        raise NotAPayload
    _check_documents(payload.documents)
    return kind, amount


def _check_documents(documents: list[DocumentRef]) -> None:
    """Raises NotAPayload: none, too many, or a digest that is none."""
    if not 0 < len(documents) <= _MOST_DOCUMENTS:
        raise NotAPayload
    try:
        for each in documents:
            check_digest(each.sha256)
    except Malformed:
        raise NotAPayload from None


async def requested_before(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: TransferRequestPayload
) -> None:
    """This court asked, and its restored database has forgotten it: the other court holds the request.

    Raises:
        Refused: NOT_A_PARTY: neither case nor thing is known here.
    """
    kind, amount = _checked(payload)
    case = await cases.by_number(conn, payload.case_number)
    key = court.at_rest.blind(*named_by(kind, payload.asset.identity))
    asset = next((row for row in await assets.by_identity_key(conn, key) if case and row.case_id == case.id), None)
    if case is None or asset is None:
        raise Refused("NOT_A_PARTY")
    received_on = civil_date(said.at)
    transfer = TransferRecord(
        id=said.id,
        direction=TransferDirection.OUTBOUND,
        peer=said.peer,
        case_id=case.id,
        asset_id=asset.id,
        measure_id=None,
        status=TransferStatus.PENDING,
        priority=payload.priority,
        amount=amount,
        first_measure_on=payload.first_sealed_on,
        asked_at=said.at,
        received_on=received_on,
        due_on=TERMS.answer_due(received_on),
    )
    await transfers.insert(conn, transfer)
    await events.add(conn, topic=_TOPIC, ref=transfer.id, kind=transfer.status, now=court.clock.now())


async def request_settled(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, _payload: TransferRequestPayload, code: str | None
) -> None:
    """The first court's node took the own request in, or refused it."""
    transfer = await transfers.lock(conn, said.id)
    if transfer is None or transfer.status != TransferStatus.SENT:
        return
    today = civil_date(court.clock.now())
    if code is None:
        due_on = TERMS.answer_due(today)
        changed = replace(transfer, status=TransferStatus.PENDING, received_on=today, due_on=due_on)
    else:
        changed = replace(transfer, status=TransferStatus.NOT_ACCEPTED, refused_code=code)
    await _save(court, conn, changed)


async def answered(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: TransferAnswerPayload) -> None:
    """The first court answered the request, at the latest while it is disputed. Raises Refused, NotYet, NotAPayload."""
    transfer = await _about(court, conn, said, TransferDirection.OUTBOUND)
    answer, reason = _word(TransferAnswer, payload.answer), payload.reason
    try:
        check_answer(answer, None if reason is None else _word(DeclineReason, reason))
    except Malformed:
        raise NotAPayload from None
    _check_documents(payload.documents)
    declined = TransferStatus.DECLINED if transfer.status != TransferStatus.DISPUTED else TransferStatus.DISPUTED
    changed = replace(
        _received(transfer, said),
        status=TransferStatus.TRANSFERRED if answer is TransferAnswer.TRANSFER else declined,
        answered_at=said.at,
        reason=reason,
        reserved=_money(payload),
        informed_on=_informed(payload, civil_date(said.at)),
    )
    await _move(court, conn, transfer, changed)


def _money(payload: TransferAnswerPayload) -> Decimal | None:
    try:
        return None if payload.reserved is None else positive(payload.reserved)
    except Malformed:
        raise NotAPayload from None


def _informed(payload: TransferAnswerPayload, said_on: date) -> date | None:
    """The day on which the parties were told, if it was. Raises NotAPayload."""
    on = payload.informed_on
    if on is not None and not (is_day(on) and on <= said_on):
        raise NotAPayload
    return on


async def disputed(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: TransferDisputePayload) -> None:
    """The asking court went to the common superior, as it may: what this court holds says so, not the other one.

    Raises:
        Refused: STATEMENT_NOT_ALLOWED: it was neither declined nor left unanswered beyond its day.
        NotYet, NotAPayload.
    """
    transfer = await _about(court, conn, said, TransferDirection.INBOUND)
    _check_documents(payload.documents)
    if payload.deciding_court != common_superior(court.code, said.peer):
        raise NotAPayload
    if said.author != court.code:
        try:
            check_dispute(TransferStatus(transfer.status), transfer.due_on, civil_date(said.at))
        except TransitionNotAllowed:
            raise Refused(_NOT_ALLOWED) from None
    changed = replace(
        transfer, status=TransferStatus.DISPUTED, deciding_court=payload.deciding_court, disputed_at=said.at
    )
    await _move(court, conn, transfer, changed)


async def decided(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: TransferDecisionPayload) -> None:
    """What the superior court decided, by the other court's word: kept as that, and the handler is warned.

    The request moves by the word of this court's own officer alone; an own word that a restored court hears of again
    is one.

    Raises:
        Refused: STATEMENT_NOT_ALLOWED: nothing is before the superior court, nor was.
        NotYet: the dispute has not come.
        NotAPayload.
    """
    transfer = await _about(court, conn, said, None)
    _check_documents(payload.documents)
    answer = _word(TransferAnswer, payload.answer)
    status = AFTER_DECISION[answer]
    if not is_day(payload.decided_on) or payload.decided_on > civil_date(said.at):
        raise NotAPayload
    if transfer.status in _UNDISPUTED:
        raise NotYet("EARLIER_STATEMENT_MISSING")
    if said.author == court.code:
        await _move(court, conn, transfer, replace(transfer, status=status, decided_on=payload.decided_on))
    elif transfer.status not in {TransferStatus.DISPUTED, *AFTER_DECISION.values()}:
        raise Refused(_NOT_ALLOWED)
    elif transfer.status != status:
        level = WarningLevel.WARNING if transfer.status == TransferStatus.DISPUTED else WarningLevel.URGENT
        await warn(court, conn, transfer, level, "decision reported", WarningKind.TRANSFER_DECISION_REPORTED)


async def _about(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, direction: TransferDirection | None
) -> TransferRecord:
    """The request that is meant, locked; `direction` is its own at the court that hears, the other's at its author."""
    transfer = None if said.refers is None else await transfers.lock(conn, said.refers)
    if transfer is None:
        raise NotYet("EARLIER_STATEMENT_MISSING")
    is_own = said.author == court.code
    is_theirs = direction is None or (transfer.direction is direction) is not is_own
    if transfer.peer != said.peer or not is_theirs:
        raise Refused("NOT_A_PARTY")
    return transfer


def _received(transfer: TransferRecord, said: CourtStatementRecord) -> TransferRecord:
    """The request, known to have been received: an answer may overtake the receipt of what it answers."""
    if transfer.status != TransferStatus.SENT:
        return transfer
    received_on = transfer.received_on or civil_date(said.at)
    return replace(
        transfer, status=TransferStatus.PENDING, received_on=received_on, due_on=TERMS.answer_due(received_on)
    )


async def _move(court: CourtNode, conn: Conn, before: TransferRecord, after: TransferRecord) -> None:
    current = TransferStatus(before.status)
    if current == after.status:
        if before != after:  # a refusal of what is disputed already
            await _save(court, conn, after)
        return
    if current is TransferStatus.SENT:
        current = TransferStatus.PENDING
    try:
        check_move(current, TransferStatus(after.status))
    except TransitionNotAllowed:
        raise Refused(_NOT_ALLOWED) from None
    await _save(court, conn, after)


async def _save(court: CourtNode, conn: Conn, changed: TransferRecord) -> None:
    await transfers.update(conn, changed)
    await events.add(conn, topic=_TOPIC, ref=changed.id, kind=changed.status, now=court.clock.now())


def _word(kind: type[W], text: str) -> W:
    """The word of an enum. Raises NotAPayload."""
    try:
        return kind(text)
    except ValueError:
        raise NotAPayload from None


async def warn(
    court: CourtNode,
    conn: Conn,
    transfer: TransferRecord,
    level: WarningLevel,
    stage: str,
    kind: WarningKind = WarningKind.TRANSFER_REQUEST_DUE,
) -> bool:
    """Raise the request's warning of that stage for the handler of the own case."""
    case = await cases.get(conn, transfer.case_id)
    return await warnings_raised.raise_(
        court,
        conn,
        kind,
        About(case_id=transfer.case_id, measure_id=transfer.measure_id),
        once=f"{transfer.id} {stage}",
        level=level,
        officer=None if case is None else case.handler_id,
        due_on=transfer.due_on if kind is WarningKind.TRANSFER_REQUEST_DUE else None,
    )
