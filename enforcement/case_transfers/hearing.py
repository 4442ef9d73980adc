"""What a node does when it hears of a case transfer from the other court.

Invariant: a case crosses only between provinces; what comes before what it refers to waits; what contradicts the state
here is refused with a code.
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

import msgspec

from db import case_transfers, events
from db.clock import civil_date
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord
from db.records.court_statements import CourtStatementRecord
from db.records.parties import IdentifierKind, PartyKind, PartyRole
from enforcement.case_transfers.contents import CaseTransferPayload, CaseTransferStepPayload
from enforcement.case_transfers.proposing import TOPIC
from enforcement.court import CourtNode
from enforcement.rules import identity
from enforcement.rules.case_number import parse
from enforcement.rules.case_transfer import (
    FILE,
    STRIKE_OFF,
    SUPPLEMENT,
    CaseTransferPaper,
    CaseTransferStatus,
    check_move,
    check_papers,
    check_route,
    due,
)
from enforcement.rules.money import not_negative
from enforcement.rules.refusals import RuleBroken, TransitionNotAllowed
from enforcement.rules.transfer import check_digest
from enforcement.tasks.contents import NotAPayload
from federation.delivery.node import NotYet, Refused

_S = CaseTransferStatus
_FROM_ENTRUSTED = frozenset({_S.FILED, _S.SUPPLEMENTING, _S.RETURNED, _S.RETURN_PENDING_HIGH_COURT, _S.CONCLUDED})
_MOST_PARTIES = 100
W = TypeVar("W", bound=StrEnum)


async def sent(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CaseTransferPayload) -> None:
    """Another court entrusts a case: SENT here, to be filed within seven days.

    Raises:
        Refused: PROVINCIAL_RULES_APPLY, OTHER_LEVEL, TRANSFER_PAPERS_MISSING.
        NotAPayload: malformed.
    """
    today = civil_date(court.clock.now())
    _check(payload, said.author, today)
    try:
        check_route(said.author, court.code)
        check_papers({_word(CaseTransferPaper, each.kind) for each in payload.documents})
    except RuleBroken as refusal:
        raise Refused(str(refusal.code)) from None
    transfer = CaseTransferRecord(
        id=said.id,
        direction="INBOUND",
        peer=said.author,
        case_id=None,
        peer_case_number=payload.case_number,
        status=_S.SENT,
        content=court.at_rest.encrypt(msgspec.json.encode(payload), context=case_transfers.CONTEXT),
        proposed_by=None,
        proposed_at=said.at,
        sent_at=said.at,
        due_on=due(today, FILE),
    )
    await case_transfers.insert(conn, transfer)
    await events.add(conn, topic=TOPIC, ref=transfer.id, kind=transfer.status, now=court.clock.now())


def _check(payload: CaseTransferPayload, author: str, today: date) -> None:
    """Raises NotAPayload."""
    try:
        parse(payload.case_number, today=today, known_courts={author})
        for amount in (payload.principal, payload.general_interest, payload.costs):
            not_negative(amount)
        for entry in payload.parties:
            PartyRole(entry.role)
            PartyKind(entry.kind)
            identity.canonical(IdentifierKind(entry.identifier_kind), entry.identifier, today=today)
        for paper in payload.documents:
            check_digest(paper.sha256)
    except (RuleBroken, ValueError, ArithmeticError):
        raise NotAPayload from None
    if not 0 < len(payload.parties) <= _MOST_PARTIES:
        raise NotAPayload


async def stepped(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CaseTransferStepPayload) -> None:
    """The other court did something in a transfer. Raises Refused, NotYet, NotAPayload."""
    transfer = None if said.refers is None else await case_transfers.lock(conn, said.refers)
    if transfer is None:
        raise NotYet("EARLIER_STATEMENT_MISSING")
    status = _word(CaseTransferStatus, payload.status)
    is_theirs = status in _FROM_ENTRUSTED if transfer.direction == "OUTBOUND" else status is _S.SENT
    if transfer.peer != said.author or not is_theirs:
        raise Refused("NOT_A_PARTY")
    try:
        check_move(_S(transfer.status), status)
    except TransitionNotAllowed:
        raise Refused("STATEMENT_NOT_ALLOWED") from None
    saved = await case_transfers.save(conn, _after(transfer, status, payload, civil_date(court.clock.now())))
    await events.add(conn, topic=TOPIC, ref=saved.id, kind=saved.status, now=court.clock.now())


def _after(
    transfer: CaseTransferRecord, status: CaseTransferStatus, payload: CaseTransferStepPayload, today: date
) -> CaseTransferRecord:
    """The transfer as it stands after what the other court did."""
    match status:
        case CaseTransferStatus.FILED if transfer.filed_on is None:
            if payload.case_number is None:
                raise NotAPayload
            return replace(
                transfer,
                status=status,
                peer_case_number=payload.case_number,
                filed_on=payload.on,
                strike_off_by=due(today, STRIKE_OFF),
                due_on=due(today, STRIKE_OFF),
            )
        case CaseTransferStatus.SUPPLEMENTING:
            return replace(transfer, status=status, due_on=due(payload.on, SUPPLEMENT))
        case CaseTransferStatus.SENT:
            return replace(transfer, status=status, due_on=due(today, FILE))
        case CaseTransferStatus.RETURNED | CaseTransferStatus.CONCLUDED:
            return replace(
                transfer, status=status, ended_on=payload.on, due_on=None, was_withdrawn=payload.was_withdrawn
            )
        case _:
            return replace(transfer, status=status)


def _word(kind: type[W], text: str) -> W:
    """The word of an enum. Raises NotAPayload."""
    try:
        return kind(text)
    except ValueError:
        raise NotAPayload from None
