"""From the final plan to the payout (案款发放): a second person above the threshold, and a warning when it is late.

Source: 执行案款管理规定: payout within 30 days of arrival; local rules may be stricter, so it is a setting.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from db import cases, distribution
from db.clock import civil_date
from db.distribution import OverduePayout
from db.ids import new_id
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.warnings_raised import WarningCause, WarningKind, WarningRecord
from enforcement import audit, warnings_raised
from enforcement.case_money.distribution.drawing import check_asset
from enforcement.case_money.distribution.objecting import opened
from enforcement.case_money.distribution.participating import note
from enforcement.case_money.distribution.plans import PlanView, view_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.distribution import DistributionStatus, Objection, check_final, check_move
from enforcement.rules.money import total
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import ApprovalRequired, SelfApprovalForbidden

_BATCH: Final = 500


async def confirm(court: CourtNode, caller: Caller | None, plan_id: UUID, version: int) -> PlanView:
    """The plan, FINAL. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion, TransitionNotAllowed.
        DistributionNotFinal: see `check_final`.
    """
    officer, today = rights.check(caller, Act.DISTRIBUTE), civil_date(court.clock.now())
    async with transaction(court.pool) as conn:
        plan, case = await opened(conn, officer, plan_id, version, by_clerk=False)
        view = await view_of(conn, plan)
        if plan.status in {DistributionStatus.DRAWN, DistributionStatus.SERVED, DistributionStatus.OBJECTED}:
            check_final(
                [share.served_on for share in view.shares],
                [
                    Objection(o.received_on, o.notified_on, o.opposed_on, o.opposition_told_on, o.sued_on)
                    for o in view.objections
                ],
                today,
            )
        check_move(DistributionStatus(plan.status), DistributionStatus.FINAL)
        saved = await distribution.save(conn, replace(plan, status=DistributionStatus.FINAL))
        await note(court, conn, officer, case, plan_id, "PLAN_FINAL")
        return await view_of(conn, saved)


async def approve(court: CourtNode, caller: Caller | None, plan_id: UUID, version: int) -> PlanView:
    """The final plan, whose payout a second person released. Bureau chief or president.

    Raises:
        Forbidden, NotFound, StaleVersion.
        TransitionNotAllowed: it is not final, or was released.
        SelfApprovalForbidden: the caller drew it, or handles the case.
    """
    officer, now = rights.check(caller, Act.APPROVE_DISTRIBUTION), court.clock.now()
    async with transaction(court.pool) as conn:
        plan = await distribution.lock(conn, plan_id)
        case = None if plan is None else await cases.get(conn, plan.case_id)
        if plan is None or case is None:
            raise NotFound
        if plan.version != version:
            raise StaleVersion(plan.version)
        if plan.status != DistributionStatus.FINAL or plan.approved_by is not None:
            raise TransitionNotAllowed(plan.status, "APPROVED")
        if officer.officer_id in {plan.drawn_by, case.handler_id}:
            raise SelfApprovalForbidden
        saved = await distribution.save(conn, replace(plan, approved_by=officer.officer_id, approved_at=now))
        await audit.note(
            court, conn, officer, AuditAction.APPROVE_DISTRIBUTION, case_number=case.number, object_id=plan_id
        )
        return await view_of(conn, saved)


async def pay(court: CourtNode, caller: Caller | None, plan_id: UUID, version: int, paid_on: date) -> PlanView:
    """The plan, PAID. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        TransitionNotAllowed: it is not final.
        ObjectionPending, EnforcementSuspended: an objection to what was sold is open.
        ApprovalRequired: more than the threshold is paid out, and no second person released it.
        Malformed: PERIOD; part paidOn.
    """
    officer, now = rights.check(caller, Act.DISTRIBUTE), court.clock.now()
    async with transaction(court.pool) as conn:
        plan, case = await opened(conn, officer, plan_id, version, by_clerk=False)
        check_move(DistributionStatus(plan.status), DistributionStatus.PAID)
        await check_asset(court, conn, case, plan.asset_id)
        view = await view_of(conn, plan)
        if total(share.share for share in view.shares) > court.limits.two_person_payout and plan.approved_by is None:
            raise ApprovalRequired
        if not plan.arrived_on <= paid_on <= civil_date(now):
            raise Malformed("PERIOD", "paidOn")
        saved = await distribution.save(
            conn, replace(plan, status=DistributionStatus.PAID, paid_by=officer.officer_id, paid_on=paid_on)
        )
        await note(court, conn, officer, case, plan_id, "PLAN_PAID")
        return await view_of(conn, saved)


async def warn(court: CourtNode) -> int:
    """Raise PAYOUT_OVERDUE for each plan whose money lies here too long, once; how many warnings were raised."""
    before = civil_date(court.clock.now()) - timedelta(days=court.limits.payout_days)
    raised = 0
    while True:
        async with transaction(court.pool) as conn:
            found = await distribution.overdue(conn, before, limit=_BATCH)
            raised += sum([await warnings_raised.add(conn, _warning(court, each)) for each in found])
        if len(found) < _BATCH:
            return raised


def _warning(court: CourtNode, late: OverduePayout) -> WarningRecord:
    now = court.clock.now()
    return WarningRecord(
        id=new_id(now),
        at=now,
        kind=WarningKind.PAYOUT_OVERDUE,
        cause=WarningCause.TERM,
        once_key=f"{WarningKind.PAYOUT_OVERDUE} {late.plan_id}",
        court=court.code,
        officer=late.handler_id,
        case_id=late.case_id,
        due_on=late.arrived_on + timedelta(days=court.limits.payout_days),
    )
