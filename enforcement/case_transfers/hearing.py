"""What a node does when it hears of a case transfer from the other court.

Invariant: a case crosses only between provinces, once at a time; what comes before what it refers to waits; what
contradicts the state here is refused with a code, and the court that said it takes it back.
"""

from dataclasses import replace
from datetime import date
from typing import Final

import msgspec

from db import carried, case_transfers, court_statements, events
from db.clock import civil_date
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord
from db.records.court_statements import CourtStatementRecord
from enforcement.case_transfers import account_checks, accounts, checking, filed_case, measures_heard
from enforcement.case_transfers.contents import CarriedPaymentsPayload, CaseTransferPayload, CaseTransferStepPayload
from enforcement.case_transfers.opening import CASE_TOPIC, MISSING, announce, locked, reopen
from enforcement.court import CourtNode
from enforcement.rules.case_transfer import (
    FILE,
    STRIKE_OFF,
    SUPPLEMENT,
    CaseTransferPaper,
    CaseTransferStatus,
    check_day,
    check_filed_number,
    check_move,
    check_papers,
    check_reference,
    check_route,
    check_withdrawn,
    due,
)
from enforcement.rules.refusals import RuleBroken, TransitionNotAllowed
from enforcement.tasks.contents import NotAPayload
from federation.delivery.node import NotYet, Refused

_S = CaseTransferStatus
_FROM_ENTRUSTED: Final = frozenset(
    {_S.FILED, _S.SUPPLEMENTING, _S.RETURNED, _S.RETURN_PENDING_HIGH_COURT, _S.CONCLUDED}
)

MOST_UNFILED: Final = 1000
"""Cases of one court that wait for their filing: a node gone wrong fills no other court's table."""


async def sent(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CaseTransferPayload) -> None:
    """Another court entrusts a case: SENT here, to be filed within seven days.

    Raises:
        Refused: PROVINCIAL_RULES_APPLY, OTHER_LEVEL, TRANSFER_PAPERS_MISSING, MEMBERSHIP_SUSPENDED; DUPLICATE_OF: it
            entrusted the same case before, and that has not ended; STATEMENT_FORKED; STATEMENT_NOT_ALLOWED: too many of
            its cases wait for their filing.
        NotAPayload: malformed.
    """
    today = civil_date(court.clock.now())
    checking.check(payload, said.author, today)
    if payload.account is not None:
        account_checks.check(payload.account, (payload.principal, payload.general_interest, payload.costs), today)
    measures_heard.check(payload.measures)
    view = court.directory.current()
    if not (view.is_active(said.author) and view.is_active(court.code)):
        raise Refused("MEMBERSHIP_SUSPENDED")
    try:
        check_route(said.author, court.code)
        check_papers({CaseTransferPaper(each.kind) for each in payload.documents})
    except RuleBroken as refusal:
        raise Refused(str(refusal.code)) from None
    if await case_transfers.get(conn, said.id) is not None:
        raise Refused("STATEMENT_FORKED")
    if await case_transfers.open_of_peer(conn, said.author, payload.case_number) is not None:
        raise Refused("DUPLICATE_OF")
    if await case_transfers.unfiled_of_peer(conn, said.author) >= MOST_UNFILED:
        raise Refused("STATEMENT_NOT_ALLOWED")
    transfer = CaseTransferRecord(
        id=said.id,
        direction="INBOUND",
        peer=said.author,
        case_id=None,
        peer_case_number=payload.case_number,
        status=_S.SENT,
        content=filed_case.encrypted(court, payload),
        proposed_by=None,
        proposed_at=said.at,
        sent_at=said.at,
        due_on=due(today, FILE),
        head=said.id,
        counting=None if payload.account is None else msgspec.to_builtins(payload.account.counting),
    )
    await case_transfers.insert(conn, transfer)
    if payload.account is not None:
        await accounts.keep(conn, transfer.id, None, payload.account)
    await measures_heard.keep(court, conn, transfer, payload.measures)
    await announce(court, conn, transfer)


async def stepped(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CaseTransferStepPayload) -> None:
    """The other court did something in a transfer.

    Raises:
        Refused: NOT_A_PARTY, STATEMENT_NOT_ALLOWED, INVALID_PERIOD, INVALID_CASE_NUMBER, TERM_STILL_RUNS.
        NotYet, NotAPayload, StaleVersion.
    """
    transfer, case = await about(conn, said, payload)
    status = checking.word(CaseTransferStatus, payload.status)
    is_theirs = status in _FROM_ENTRUSTED if transfer.direction == "OUTBOUND" else status is _S.SENT
    if not is_theirs:
        raise Refused("NOT_A_PARTY")
    today = civil_date(court.clock.now())
    try:
        check_move(_S(transfer.status), status)
        check_day(payload.on, civil_date(transfer.sent_at or transfer.proposed_at), today)
        changed = _after(transfer, status, payload, today)
    except TransitionNotAllowed:
        raise Refused("STATEMENT_NOT_ALLOWED") from None
    except RuleBroken as refusal:
        raise Refused(str(refusal.code)) from None
    if status is _S.RETURNED and case is not None:
        await _comes_back(court, conn, transfer, case, payload)
    heard = replace(changed, status=status, head=said.id, under_way=False, before=None, refused_code=None)
    await announce(court, conn, await case_transfers.save(conn, heard))


async def _comes_back(
    court: CourtNode, conn: Conn, transfer: CaseTransferRecord, case: CaseRecord, payload: CaseTransferStepPayload
) -> None:
    """The own case goes on, with what became of its money meanwhile. Raises NotAPayload."""
    if payload.account is not None:
        sums = (case.principal, case.general_interest, case.costs)
        account_checks.check(payload.account, sums, civil_date(court.clock.now()))
        await accounts.keep(conn, transfer.id, case, payload.account)
        if payload.account.claims:
            await accounts.write_claims(court, conn, case, payload.account.claims)
    if transfer.struck_off_on is not None:
        await reopen(court, conn, case)


async def paid(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CarriedPaymentsPayload) -> None:
    """Something was paid at the other court, or had been here before this court's database was restored.

    Raises:
        Refused: NOT_A_PARTY; STATEMENT_NOT_ALLOWED: it was said after the end, or there are too many.
        NotYet, NotAPayload, StaleVersion.
    """
    found = None if said.refers is None else await locked(conn, said.refers)
    if found is None or found[0].status == _S.PROPOSED:
        raise NotYet(MISSING)
    transfer, case = found
    if transfer.peer != said.peer:
        raise Refused("NOT_A_PARTY")
    if transfer.direction == "OUTBOUND" and transfer.filed_on is None:
        raise NotYet(MISSING)  # it receives money in the case that it files
    account_checks.check_payments(payload.payments, civil_date(court.clock.now()))
    is_late = transfer.ended_on is not None and civil_date(said.at) > transfer.ended_on
    if is_late or await carried.count_payments(conn, transfer.id) >= account_checks.MOST_PAYMENTS:
        raise Refused("STATEMENT_NOT_ALLOWED")
    await accounts.keep_payments(conn, transfer.id, case, payload.payments)
    if case is not None:
        await events.add(conn, topic=CASE_TOPIC, ref=case.id, kind="PAYMENT_RECORDED", now=court.clock.now())


async def about(
    conn: Conn, said: CourtStatementRecord, payload: CaseTransferStepPayload
) -> tuple[CaseTransferRecord, CaseRecord | None]:
    """The transfer that is meant, with the own case, both locked, when all that was said before is here.

    Raises:
        NotYet: something is not, or comes back to a restored court later.
        Refused: NOT_A_PARTY.
    """
    found = None if said.refers is None else await locked(conn, said.refers)
    if found is None or found[0].status == _S.PROPOSED:
        raise NotYet(MISSING)
    transfer, _ = found
    if transfer.peer != said.peer:
        raise Refused("NOT_A_PARTY")
    if payload.after not in {None, transfer.head}:
        before = None if payload.after is None else await court_statements.find(conn, payload.after)
        if before is None:
            raise NotYet(MISSING)
    return found


def _after(
    transfer: CaseTransferRecord, status: CaseTransferStatus, payload: CaseTransferStepPayload, today: date
) -> CaseTransferRecord:
    """The transfer as it stands after what the other court did. Raises RuleBroken, NotAPayload."""
    match status:
        case CaseTransferStatus.FILED if transfer.filed_on is None:
            if payload.case_number is None:
                raise NotAPayload
            check_filed_number(payload.case_number, transfer.peer, today)
            strike_off_by = due(today, STRIKE_OFF)
            return replace(
                transfer,
                peer_case_number=payload.case_number,
                filed_on=payload.on,
                strike_off_by=strike_off_by,
                due_on=strike_off_by,
            )
        case CaseTransferStatus.SUPPLEMENTING:
            return replace(transfer, due_on=due(payload.on, SUPPLEMENT))
        case CaseTransferStatus.SENT:
            checking.check_documents(payload.documents)
            return replace(transfer, due_on=due(today, FILE))
        case CaseTransferStatus.RETURNED:
            return _returned(transfer, payload)
        case CaseTransferStatus.CONCLUDED:
            left = transfer.strike_off_by if transfer.struck_off_on is None else None
            return replace(transfer, ended_on=payload.on, due_on=left)
        case _:
            return transfer


def _returned(transfer: CaseTransferRecord, payload: CaseTransferStepPayload) -> CaseTransferRecord:
    """Returned with the High Court's approval, or as withdrawn because the thirty days are over."""
    is_withdrawn = transfer.status == _S.SUPPLEMENTING
    if is_withdrawn != payload.was_withdrawn:
        raise TransitionNotAllowed(transfer.status, _S.RETURNED)
    if is_withdrawn:
        check_withdrawn(transfer.due_on, payload.on)
    approval = None if payload.approval_no is None else check_reference(payload.approval_no, "approvalNo")
    return replace(
        transfer, ended_on=payload.on, due_on=None, was_withdrawn=is_withdrawn, high_court_approval_no=approval
    )
