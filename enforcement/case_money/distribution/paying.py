"""From the final plan to the payout (案款发放): a second person above the threshold, and a warning when it is late.

The payout books each share of this court's own claims as a payment in its case, in one transaction, once; of another
court's claims the plan itself is the record of what was transferred, and on which day.

Source: 执行案款管理规定: payout within 30 days of arrival; local rules may be stricter, so it is a setting.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import cases, distribution
from db.clock import civil_date
from db.distribution import OverduePayout
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.distribution import PayoutRecord, PlanObjectionRecord, PlanRecord
from db.records.money import PaymentRecord
from db.records.warnings_raised import WarningCause, WarningKind, WarningRecord
from enforcement import audit, warnings_raised
from enforcement.case_money import booking
from enforcement.case_money.distribution.claimants import Money, key_of, takers
from enforcement.case_money.distribution.drawing import asset_of
from enforcement.case_money.distribution.objecting import opened
from enforcement.case_money.distribution.participating import note
from enforcement.case_money.distribution.payable import OwnShare, check_payable
from enforcement.case_money.distribution.plans import PlanView, view_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.deadlines import Term, WorkCalendar
from enforcement.rules.distribution import (
    ON_THEIR_WAY,
    ClaimKey,
    DistributionStatus,
    Objection,
    SuitOutcome,
    check_final,
    check_move,
    check_participants,
)
from enforcement.rules.money import total
from enforcement.rules.payout import DebtEnd, ended_by
from enforcement.rules.refusals import DistributionNotFinal, Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.settlement import PaymentEnding
from enforcement.rules.task_refusals import ApprovalRequired, SelfApprovalForbidden

_BATCH: Final = 500
_CALENDAR: Final = WorkCalendar()


@dataclass(frozen=True, slots=True)
class NewPayout:
    """On which day it was paid out, and by which act, on which day, the debts that it pays had ended before.

    `ending` None: what the thing suggests, see `ended_by`.
    """

    paid_on: date
    ending: PaymentEnding | None = None
    ends_on: date | None = None


async def confirm(court: CourtNode, caller: Caller | None, plan_id: UUID, version: int) -> PlanView:
    """The plan, FINAL. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion, TransitionNotAllowed.
        DistributionNotFinal: see `check_final` and `check_participants`.
    """
    officer, today = rights.check(caller, Act.DISTRIBUTE), civil_date(court.clock.now())
    async with transaction(court.pool) as conn:
        plan, case = await opened(court, conn, officer, plan_id, version, by_clerk=False)
        view = await view_of(conn, plan)
        if plan.status in ON_THEIR_WAY:
            check_final([each.served_on for each in view.addressees], [_objection(o) for o in view.objections], today)
            await _check_participants(court, conn, case, view)
        check_move(DistributionStatus(plan.status), DistributionStatus.FINAL)
        saved = await distribution.save(conn, replace(plan, status=DistributionStatus.FINAL))
        await note(court, conn, officer, case, plan_id, "PLAN_FINAL")
        return await view_of(conn, saved)


def _objection(row: PlanObjectionRecord) -> Objection:
    suit = None if row.suit_outcome is None else SuitOutcome(row.suit_outcome)
    return Objection(row.received_on, row.notified_on, row.opposed_on, row.opposition_told_on, row.sued_on, suit)


async def _check_participants(court: CourtNode, conn: Conn, case: CaseRecord, view: PlanView) -> None:
    """Return if the plan is over those who take part today. Raises DistributionNotFinal."""
    plan, today = view.plan, civil_date(court.clock.now())
    if plan.debtor_id is None:
        raise DistributionNotFinal("DEBTOR")
    now = await takers(court, conn, case, Money(plan.asset_id, plan.debtor_id), day=today, but=plan.id)
    allotted: defaultdict[ClaimKey, Decimal] = defaultdict(Decimal)
    for share in view.shares:
        allotted[key_of(share)] += share.share
    since = [each.key for each in now if each.since is not None and each.since > plan.drawn_at]
    check_participants(allotted, {each.key: each.claim for each in now}, since)


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


async def pay(court: CourtNode, caller: Caller | None, plan_id: UUID, version: int, new: NewPayout) -> PlanView:
    """The plan, PAID, and what it paid into cases of this court booked there. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        TransitionNotAllowed: it is not final.
        DistributionNotFinal: a claim lacks less by now than it would get, see `check_payable`; it is drawn anew.
        ObjectionPending, EnforcementSuspended: an objection to what was sold is open.
        ApprovalRequired: more than the threshold is paid out, and no second person released it.
        Malformed: PERIOD; part paidOn or endsOn. ENDING; part ending.
    """
    officer, today = rights.check(caller, Act.DISTRIBUTE), civil_date(court.clock.now())
    async with transaction(court.pool) as conn:
        plan, case = await opened(court, conn, officer, plan_id, version, by_clerk=False)
        check_move(DistributionStatus(plan.status), DistributionStatus.PAID)
        asset = await asset_of(court, conn, case, plan.asset_id)
        view = await view_of(conn, plan)
        if total(share.share for share in view.shares) > court.limits.two_person_payout and plan.approved_by is None:
            raise ApprovalRequired
        if not plan.arrived_on <= new.paid_on <= today:
            raise Malformed("PERIOD", "paidOn")
        end = ended_by(
            None if asset is None else AssetKind(asset.kind),
            new.ending,
            new.ends_on,
            arrived_on=plan.arrived_on,
            paid_on=new.paid_on,
        )
        for each in await check_payable(court, conn, view):
            await _book(court, conn, officer, plan, each, new.paid_on, end)
        saved = await distribution.save(
            conn, replace(plan, status=DistributionStatus.PAID, paid_by=officer.officer_id, paid_on=new.paid_on)
        )
        await note(court, conn, officer, case, plan_id, "PLAN_PAID")
        return await view_of(conn, saved)


async def _book(
    court: CourtNode, conn: Conn, officer: Caller, plan: PlanRecord, own: OwnShare, paid_on: date, end: DebtEnd
) -> None:
    """The share, a payment in its case: out of what was the plan's debtor's, on the claim that it was allotted to."""
    assert plan.debtor_id is not None  # it is payable
    now = court.clock.now()
    payment_id = new_id(now)
    payment = PaymentRecord(
        id=payment_id,
        case_id=own.case.id,
        party_id=plan.debtor_id,
        amount=own.share.share,
        paid_on=paid_on,
        recorded_at=now,
        venue_court=court.code,
        method=end.method,
        idempotency_key=str(payment_id),
        recorded_by=officer.officer_id,
        synthetic=own.case.synthetic,
        ends_on=end.on,
        ending=end.ending,
        claim_no=own.share.claim_no,
    )
    await booking.book(court, conn, officer, own.case, payment)
    await distribution.add_payout(conn, PayoutRecord(plan.id, own.share.no, payment_id))


async def warn(court: CourtNode) -> int:
    """Raise PAYOUT_OVERDUE for each plan whose money lies here too long, once; how many warnings were raised.

    Of a payout that was put off: once more, when the days after that are over.
    """
    over_before = _CALENDAR.over_before(civil_date(court.clock.now()))
    before = over_before - timedelta(days=court.limits.payout_days)
    put_off_before = over_before - timedelta(days=court.limits.payout_after_deferral_days)
    raised = 0
    while True:
        async with transaction(court.pool) as conn:
            found = await distribution.overdue(conn, before, put_off_before, limit=_BATCH)
            raised += sum([await warnings_raised.add(conn, _warning(court, each)) for each in found])
        if len(found) < _BATCH:
            return raised


def _warning(court: CourtNode, late: OverduePayout) -> WarningRecord:
    now = court.clock.now()
    due_on = _CALENDAR.due(late.arrived_on, Term(court.limits.payout_days))
    if late.until_on is not None:
        due_on = max(due_on, _CALENDAR.due(late.until_on, Term(court.limits.payout_after_deferral_days)))
    once = str(late.plan_id) if late.until_on is None else f"{late.plan_id} {late.until_on}"
    return WarningRecord(
        id=new_id(now),
        at=now,
        kind=WarningKind.PAYOUT_OVERDUE,
        cause=WarningCause.TERM,
        once_key=f"{WarningKind.PAYOUT_OVERDUE} {once}",
        court=court.code,
        officer=late.handler_id,
        case_id=late.case_id,
        due_on=due_on,
    )
