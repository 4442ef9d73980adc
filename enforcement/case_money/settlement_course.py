"""What a judge finds of a settlement on application (违约、无效、撤销), and that the applicant sued on it.

Invariant: a breach is declared by the case's handler on an application, never by a timer.
"""

from datetime import date
from uuid import UUID

from db import cases, events, resumptions, settlement_course, settlements
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.money import SettlementDecisionRecord, SettlementRecord, SettlementStatus
from enforcement import audit
from enforcement.case_money.claims import TOPIC
from enforcement.case_money.settlement_views import terms_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.settlement import BreachChoice, check_move, check_overdue
from enforcement.rules.task_refusals import NotAssigned


async def opened(
    conn: Conn, officer: Caller, settlement_id: UUID, version: int | None, *, by_clerk: bool = False
) -> tuple[SettlementRecord, CaseRecord]:
    """The settlement and its case, both locked, whose handler the caller is; `version` None: whatever it is.

    Raises:
        NotFound, NotAssigned, StaleVersion.
    """
    found = await settlements.get(conn, settlement_id)
    if found is None:
        raise NotFound
    (case,) = await cases.lock_ids(conn, [found.case_id])
    settlement = await settlements.lock(conn, settlement_id)
    if settlement is None:
        raise NotFound
    if case.handler_id != officer.officer_id and not (by_clerk and Role.CLERK in officer.roles):
        raise NotAssigned
    if version is not None and settlement.version != version:
        raise StaleVersion(settlement.version)
    return settlement, case


async def decide(
    court: CourtNode,
    caller: Caller | None,
    settlement_id: UUID,
    version: int,
    outcome: SettlementStatus,
    applied_on: date,
) -> SettlementRecord:
    """The settlement, BREACHED, VOID or REVOKED, as its judge found on an application. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion, TransitionNotAllowed.
        SettlementPerformed, SettlementNotDue, SettlementBeingPerformed: there is no breach, see `check_overdue`.
        Malformed: PERIOD; part appliedOn.
    """
    officer, now = rights.check(caller, Act.DECIDE_SETTLEMENT), court.clock.now()
    async with transaction(court.pool) as conn:
        settlement, case = await opened(conn, officer, settlement_id, version)
        if not settlement.signed_on <= applied_on <= civil_date(now):
            raise Malformed("PERIOD", "appliedOn")
        if outcome is SettlementStatus.BREACHED:
            check_overdue(terms_of(await settlements.instalments(conn, [settlement_id])), civil_date(now))
        check_move(settlement.status, outcome)
        await settlement_course.add_decision(
            conn, SettlementDecisionRecord(settlement_id, outcome, applied_on, officer.officer_id, now)
        )
        moved = await settlements.move(conn, settlement, outcome)
        await note(court, conn, officer, case, moved, outcome)
        return moved


async def sue(court: CourtNode, caller: Caller | None, settlement_id: UUID, version: int) -> SettlementRecord:
    """The settlement, on which the applicant sued instead of resuming (art. 9). The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        TransitionNotAllowed: no breach was declared, or the applicant chose already, for this settlement or, with the
            whole judgment, for another of the case.
    """
    officer = rights.check(caller, Act.DECIDE_SETTLEMENT)
    async with transaction(court.pool) as conn:
        settlement, case = await opened(conn, officer, settlement_id, version)
        if await resumptions.of_case(conn, case.id) is not None:
            raise TransitionNotAllowed(BreachChoice.RESUME, BreachChoice.SUE)
        await choose(conn, settlement, BreachChoice.SUE)
        same = await settlements.move(conn, settlement, settlement.status)
        await note(court, conn, officer, case, same, BreachChoice.SUE)
        return same


async def choose(conn: Conn, settlement: SettlementRecord, choice: BreachChoice) -> None:
    """Write down what the applicant chose after the breach, once.

    Raises:
        TransitionNotAllowed: no breach was declared, or the applicant chose already.
    """
    if settlement.status is not SettlementStatus.BREACHED:
        raise TransitionNotAllowed(settlement.status, choice)
    for decision in await settlement_course.decisions(conn, [settlement.id]):
        if decision.choice is not None:
            raise TransitionNotAllowed(decision.choice, choice)
    await settlement_course.choose(conn, settlement.id, choice)


async def note(
    court: CourtNode, conn: Conn, officer: Caller, case: CaseRecord, settlement: SettlementRecord, outcome: str
) -> None:
    """Announce and chain what became of the settlement."""
    await events.add(conn, topic=TOPIC, ref=case.id, kind=f"SETTLEMENT_{outcome}", now=court.clock.now())
    await audit.note(
        court,
        conn,
        officer,
        AuditAction.DECIDE_SETTLEMENT,
        outcome=outcome,
        case_number=case.number,
        object_id=settlement.id,
    )
