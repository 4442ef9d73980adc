"""What happens to a plan on its way (分配方案的送达与异议): each creditor and debtor is served, may object, or oppose.

Source: 民诉法解释 arts. 509, 510: fifteen days from service to object, from notice to oppose, from being told to sue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from db import cases, distribution
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.cases import CaseRecord
from db.records.distribution import PlanDebtorRecord, PlanObjectionRecord, PlanRecord, ShareRecord
from enforcement.case_money.distribution.participating import note
from enforcement.case_money.distribution.plans import PlanView, view_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.distribution import (
    ON_THEIR_WAY,
    DistributionStatus,
    DistributionStep,
    SuitOutcome,
    check_in_time,
    check_move,
)
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import NotAssigned


@dataclass(frozen=True, slots=True)
class NewStep:
    """Of which creditor or debtor, what, on which day; an opposition also by whom, the end of a suit also how."""

    no: int
    step: DistributionStep
    on: date
    by: int | None = None
    outcome: SuitOutcome | None = None


async def record(court: CourtNode, caller: Caller | None, plan_id: UUID, version: int, new: NewStep) -> PlanView:
    """The plan after the step. Handler or clerk.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        TransitionNotAllowed: the plan is final, or what comes before this step has not happened, or it has happened.
        ObjectionTooLate: it came after its fifteen days, whose last day is told.
        Malformed: PERIOD, QUANTITY (an opposition by nobody else), OUTCOME (of a suit's end alone, which has one).
    """
    officer, now = rights.check(caller, Act.DISTRIBUTE), court.clock.now()
    async with transaction(court.pool) as conn:
        plan, case = await opened(court, conn, officer, plan_id, version)
        if plan.status not in ON_THEIR_WAY:
            raise TransitionNotAllowed(plan.status, new.step)
        if not civil_date(plan.drawn_at) <= new.on <= civil_date(now):
            raise Malformed("PERIOD", "on")
        if (new.outcome is None) == (new.step is DistributionStep.SUIT_ENDED):
            raise Malformed("OUTCOME", "outcome")
        view = await view_of(conn, plan)
        addressee = next((each for each in view.addressees if each.no == new.no), None)
        if addressee is None:
            raise NotFound
        status = await _apply(conn, view, addressee, new)
        saved = await distribution.save(conn, replace(plan, status=status))
        await note(court, conn, officer, case, plan_id, f"PLAN_{new.step}")
        return await view_of(conn, saved)


async def opened(
    court: CourtNode, conn: Conn, officer: Caller, plan_id: UUID, version: int | None, *, by_clerk: bool = True
) -> tuple[PlanRecord, CaseRecord]:
    """The plan and its case, which is in the officer's hands; both are locked, and this court's cases that take part.

    `version` None: whatever it is.

    Raises:
        NotFound, NotAssigned, StaleVersion.
    """
    locked = await cases.lock_ids(conn, await distribution.case_ids(conn, plan_id, court.code))
    plan = await distribution.lock(conn, plan_id)
    case = None if plan is None else next((each for each in locked if each.id == plan.case_id), None)
    if plan is None or case is None:
        raise NotFound
    if case.handler_id != officer.officer_id and not (by_clerk and Role.CLERK in officer.roles):
        raise NotAssigned
    if version is not None and plan.version != version:
        raise StaleVersion(plan.version)
    return plan, case


async def _apply(
    conn: Conn, view: PlanView, addressee: ShareRecord | PlanDebtorRecord, new: NewStep
) -> DistributionStatus:
    current = DistributionStatus(view.plan.status)
    if new.step is DistributionStep.SERVED:
        if addressee.served_on is not None:
            raise TransitionNotAllowed(DistributionStep.SERVED, new.step)
        await distribution.serve(conn, view.plan.id, new.no, new.on)
        are_served = all(each.served_on is not None or each.no == new.no for each in view.addressees)
        return DistributionStatus.SERVED if are_served and current is DistributionStatus.DRAWN else current
    objection = next((each for each in view.objections if each.no == new.no), None)
    if new.step is DistributionStep.OBJECTED:
        if addressee.served_on is None or objection is not None:
            raise TransitionNotAllowed("OBJECTED" if objection else "DRAWN", new.step)
        check_in_time(addressee.served_on, new.on)
        if current is not DistributionStatus.OBJECTED:
            check_move(current, DistributionStatus.OBJECTED)
        await distribution.save_objection(conn, PlanObjectionRecord(view.plan.id, new.no, new.on))
        return DistributionStatus.OBJECTED
    if objection is None:
        raise TransitionNotAllowed(current, new.step)
    await distribution.save_objection(conn, _FOLLOWING[new.step](view, objection, new))
    return current


def _notified(_view: PlanView, objection: PlanObjectionRecord, new: NewStep) -> PlanObjectionRecord:
    if objection.notified_on is not None:
        raise TransitionNotAllowed(DistributionStep.OTHERS_NOTIFIED, new.step)
    if new.on < objection.received_on:
        raise Malformed("PERIOD", "on")
    return replace(objection, notified_on=new.on)


def _opposed(view: PlanView, objection: PlanObjectionRecord, new: NewStep) -> PlanObjectionRecord:
    if objection.notified_on is None or objection.opposed_on is not None:
        raise TransitionNotAllowed(_stands(objection), new.step)
    if new.by is None or new.by == new.no or all(each.no != new.by for each in view.addressees):
        raise Malformed("QUANTITY", "by")
    check_in_time(objection.notified_on, new.on)
    return replace(objection, opposed_on=new.on, opposed_by=new.by)


def _told(_view: PlanView, objection: PlanObjectionRecord, new: NewStep) -> PlanObjectionRecord:
    if objection.opposed_on is None or objection.opposition_told_on is not None:
        raise TransitionNotAllowed(_stands(objection), new.step)
    if new.on < objection.opposed_on:
        raise Malformed("PERIOD", "on")
    return replace(objection, opposition_told_on=new.on)


def _sued(_view: PlanView, objection: PlanObjectionRecord, new: NewStep) -> PlanObjectionRecord:
    if objection.opposition_told_on is None or objection.sued_on is not None:
        raise TransitionNotAllowed(_stands(objection), new.step)
    check_in_time(objection.opposition_told_on, new.on)
    return replace(objection, sued_on=new.on)


def _suit_ended(_view: PlanView, objection: PlanObjectionRecord, new: NewStep) -> PlanObjectionRecord:
    if objection.sued_on is None or objection.suit_ended_on is not None:
        raise TransitionNotAllowed(_stands(objection), new.step)
    if new.on < objection.sued_on:
        raise Malformed("PERIOD", "on")
    return replace(objection, suit_ended_on=new.on, suit_outcome=new.outcome)


def _stands(objection: PlanObjectionRecord) -> DistributionStep:
    """The last step that happened to the objection."""
    for step, on in (
        (DistributionStep.SUIT_ENDED, objection.suit_ended_on),
        (DistributionStep.SUED, objection.sued_on),
        (DistributionStep.OPPOSITION_TOLD, objection.opposition_told_on),
        (DistributionStep.OPPOSED, objection.opposed_on),
        (DistributionStep.OTHERS_NOTIFIED, objection.notified_on),
    ):
        if on is not None:
            return step
    return DistributionStep.OBJECTED


_Following = Callable[[PlanView, PlanObjectionRecord, NewStep], PlanObjectionRecord]
_FOLLOWING: Final[Mapping[DistributionStep, _Following]] = {
    DistributionStep.OTHERS_NOTIFIED: _notified,
    DistributionStep.OPPOSED: _opposed,
    DistributionStep.OPPOSITION_TOLD: _told,
    DistributionStep.SUED: _sued,
    DistributionStep.SUIT_ENDED: _suit_ended,
}
"""What follows an objection, in its order."""
