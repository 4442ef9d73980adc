"""Putting off a payout (延缓发放案款): the handler asks with a reason, the bureau chief agrees, then the president.

A payout that was put off is overdue later, and is warned of once more then; it may be made earlier. The three are three
persons.

Source: 执行款物管理规定 art. 10: for its reasons, with approval, and paid out within ten days after they are gone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from db import cases, distribution, payout_deferrals
from db.clock import civil_date
from db.ids import new_id
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.distribution import PayoutDeferralRecord
from enforcement import audit, once
from enforcement.case_money.distribution.objecting import opened
from enforcement.case_money.distribution.participating import announce, note
from enforcement.case_money.distribution.plans import PlanView, view_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.distribution import OVER
from enforcement.rules.payout import PayoutDeferralGround, PayoutDeferralStatus
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import SelfApprovalForbidden
from enforcement.rules.term import expires_on


@dataclass(frozen=True, slots=True)
class NewPayoutDeferral:
    """Of which plan, why, and until when."""

    plan_id: UUID
    ground: PayoutDeferralGround
    until_on: date


async def request(court: CourtNode, caller: Caller | None, new: NewPayoutDeferral, *, idempotency_key: str) -> PlanView:
    """The plan, whose payout is asked to be put off; the same key again asks once. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned.
        TransitionNotAllowed: it is paid or replaced, or a request of it is not decided.
        Malformed: PERIOD; part untilOn: not after today, or longer than a deferral may last (`Limits.deferral_years`).
    """
    officer, now = rights.check(caller, Act.DISTRIBUTE), court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        plan, case = await opened(court, conn, officer, new.plan_id, None, by_clerk=False)
        deferral_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.DISTRIBUTE, new, result_id=deferral_id, now=now
        )
        if made is not None:
            return await view_of(conn, plan)
        if plan.status in OVER:
            raise TransitionNotAllowed(plan.status, PayoutDeferralStatus.REQUESTED)
        if any(
            each.status == PayoutDeferralStatus.REQUESTED for each in await payout_deferrals.of_plans(conn, [plan.id])
        ):
            raise TransitionNotAllowed(PayoutDeferralStatus.REQUESTED, PayoutDeferralStatus.REQUESTED)
        if not today < new.until_on <= expires_on(today, court.limits.deferral_years):
            raise Malformed("PERIOD", "untilOn")
        await payout_deferrals.insert(
            conn,
            PayoutDeferralRecord(
                deferral_id, plan.id, new.ground, new.until_on, PayoutDeferralStatus.REQUESTED, officer.officer_id, now
            ),
        )
        await note(court, conn, officer, case, plan.id, "PAYOUT_DEFERRAL_REQUESTED")
        return await view_of(conn, plan)


async def decide(court: CourtNode, caller: Caller | None, deferral_id: UUID, version: int, *, grants: bool) -> PlanView:
    """The plan; the deferral is agreed to by the bureau chief, then GRANTED by the president, or REFUSED by either.

    Raises:
        Forbidden: the caller is neither, or is not the one whose turn it is.
        NotFound, StaleVersion.
        TransitionNotAllowed: it is decided, or the plan is paid or replaced.
        SelfApprovalForbidden: the caller asked for it, handles the case, or agreed to it before.
    """
    officer, now = rights.check(caller, Act.APPROVE_DISTRIBUTION), court.clock.now()
    async with transaction(court.pool) as conn:
        found = await payout_deferrals.lock(conn, deferral_id)
        plan = None if found is None else await distribution.find(conn, found.plan_id)
        case = None if plan is None else await cases.get(conn, plan.case_id)
        if found is None or plan is None or case is None:
            raise NotFound
        if found.version != version:
            raise StaleVersion(found.version)
        if found.status != PayoutDeferralStatus.REQUESTED or plan.status in OVER:
            raise TransitionNotAllowed(found.status if plan.status not in OVER else plan.status, "DECIDED")
        if officer.officer_id in {found.requested_by, case.handler_id, found.chief_by}:
            raise SelfApprovalForbidden
        decided = _decided(found, officer, now, grants=grants)
        await payout_deferrals.save(conn, decided)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.APPROVE_DISTRIBUTION,
            outcome=f"DEFERRAL_{decided.status}",
            case_number=case.number,
            object_id=deferral_id,
        )
        if decided.status != PayoutDeferralStatus.REQUESTED:
            await announce(court, conn, case, f"PAYOUT_DEFERRAL_{decided.status}")
        return await view_of(conn, plan)


def _decided(found: PayoutDeferralRecord, officer: Caller, now: datetime, *, grants: bool) -> PayoutDeferralRecord:
    """Signed by whose turn it is. Raises Forbidden."""
    is_chief_s_turn = found.chief_by is None
    if (Role.BUREAU_CHIEF if is_chief_s_turn else Role.PRESIDENT) not in officer.roles:
        raise Forbidden
    if is_chief_s_turn:
        signed = replace(found, chief_by=officer.officer_id, chief_at=now)
        return signed if grants else replace(signed, status=PayoutDeferralStatus.REFUSED)
    status = PayoutDeferralStatus.GRANTED if grants else PayoutDeferralStatus.REFUSED
    return replace(found, president_by=officer.officer_id, president_at=now, status=status)
