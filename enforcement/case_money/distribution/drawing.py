"""Drawing a plan (制作分配方案): what is there, less costs, over own claims and those that take part."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from db import assets, distribution, parties
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.cases import CaseRecord
from db.records.distribution import PlanRecord, ShareRecord
from db.records.parties import PartyRole
from enforcement import basis, objections, once
from enforcement.case_money.distribution.participating import note
from enforcement.case_money.distribution.plans import PlanView, view_of
from enforcement.case_money.owing import outstanding_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.claims import ClaimPriority
from enforcement.rules.distribution import (
    Claimant,
    DistributionBasis,
    DistributionStatus,
    basis_for,
    check_move,
    divide,
)
from enforcement.rules.refusals import DuplicateOf, Malformed, NotDebtorsAsset, NotFound
from enforcement.rules.rights import Act, Caller

_OPEN = frozenset({DistributionStatus.DRAWN, DistributionStatus.SERVED, DistributionStatus.OBJECTED})


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What is distributed; `basis` None: by what the debtors are. `replaces`: the plan that this one is drawn for.

    `seizure_rank` is that of the own case. `arrived_on` is the day on which the money was here.
    """

    case_number: str
    proceeds: Decimal
    costs: Decimal
    arrived_on: date
    asset_id: UUID | None = None
    basis: DistributionBasis | None = None
    seizure_rank: int | None = None
    replaces: UUID | None = None


async def draw(court: CourtNode, caller: Caller | None, new: NewPlan, *, idempotency_key: str) -> PlanView:
    """The plan, DRAWN; the same key again gives the one it made. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, TransitionNotAllowed.
        Malformed: MONEY, PERIOD, CLAIMS (nothing is owed to anybody).
        NotDebtorsAsset, ObjectionPending, EnforcementSuspended: see `check_asset`.
        DuplicateOf: another plan for the same money is open; say that this one replaces it.
    """
    officer, now = rights.check(caller, Act.DISTRIBUTE), court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        case = await basis.handled_case(court, conn, officer, new.case_number)
        plan_id = new_id(now)
        made = await once.claim(court, conn, officer, idempotency_key, Act.DISTRIBUTE, new, result_id=plan_id, now=now)
        if made is not None:
            return await view_of(conn, _there(await distribution.lock(conn, made)))
        if not case.filed_on <= new.arrived_on <= today:
            raise Malformed("PERIOD", "arrivedOn")
        await check_asset(court, conn, case, new.asset_id)
        await _replace(conn, case, new)
        by = new.basis or await _basis(court, conn, case)
        takers = await _takers(court, conn, case, new.seizure_rank, today)
        division = divide(
            new.proceeds, new.costs, [Claimant(ClaimPriority(t.priority), t.claim, t.seizure_rank) for t in takers], by
        )
        plan = PlanRecord(
            id=plan_id,
            case_id=case.id,
            asset_id=new.asset_id,
            basis=by,
            proceeds=new.proceeds,
            costs=new.costs,
            surplus=division.surplus,
            arrived_on=new.arrived_on,
            status=DistributionStatus.DRAWN,
            replaces=new.replaces,
            drawn_by=officer.officer_id,
            drawn_at=now,
            approved_by=None,
            approved_at=None,
            paid_by=None,
            paid_on=None,
            version=1,
        )
        parts = [
            replace(taker, plan_id=plan_id, no=no, share=share)
            for no, (taker, share) in enumerate(zip(takers, division.shares, strict=True), 1)
        ]
        await distribution.insert(conn, plan, parts)
        await note(court, conn, officer, case, plan_id, "PLAN_DRAWN")
        return PlanView(plan, parts, [])


async def check_asset(court: CourtNode, conn: Conn, case: CaseRecord, asset_id: UUID | None) -> None:
    """Return if the thing is one of the case, and no objection stands in the way of distributing what it brought.

    Raises:
        NotDebtorsAsset, ObjectionPending, EnforcementSuspended.
    """
    if asset_id is None:
        return
    asset = await assets.get(conn, asset_id)
    if asset is None or asset.case_id != case.id:
        raise NotDebtorsAsset
    await objections.check_disposal(conn, court.clock.now(), asset_key=asset.identity_key)


async def _replace(conn: Conn, case: CaseRecord, new: NewPlan) -> None:
    """Let the new plan take the place of the one that it names; no other one for the same money may be open."""
    for plan in await distribution.plans(conn, [case.id]):
        if plan.id == new.replaces:
            continue
        if plan.asset_id == new.asset_id and plan.status in _OPEN:
            raise DuplicateOf(plan.id)
    if new.replaces is None:
        return
    old = await distribution.lock(conn, new.replaces)
    if old is None or old.case_id != case.id:
        raise NotFound
    check_move(DistributionStatus(old.status), DistributionStatus.REPLACED)
    await distribution.save(conn, replace(old, status=DistributionStatus.REPLACED))


async def _basis(court: CourtNode, conn: Conn, case: CaseRecord) -> DistributionBasis:
    debtors = [entry.party for entry in await parties.of_case(conn, case.id) if entry.role is PartyRole.DEBTOR]
    return basis_for([(each.identifier_kind, parties.identifier(court.at_rest, each)) for each in debtors])


async def _takers(
    court: CourtNode, conn: Conn, case: CaseRecord, own_rank: int | None, today: date
) -> list[ShareRecord]:
    """Own claims with what is left of the judgment's debt today, then those that applied."""
    owed = await outstanding_of(court, conn, case, today)
    own = [
        _taker(court.code, case.number, claim.priority, own_rank, claim.judgment_left)
        for claim in owed.claims
        if claim.judgment_left
    ]
    others = [
        _taker(each.court, each.case_number, each.priority, each.seizure_rank, each.amount)
        for each in await distribution.participations(conn, [case.id])
    ]
    return own + others


def _taker(court: str, case_number: str, priority: str, rank: int | None, claim: Decimal) -> ShareRecord:
    return ShareRecord(UUID(int=0), 0, court, case_number, priority, rank, claim, Decimal("0.00"), None)


def _there(plan: PlanRecord | None) -> PlanRecord:
    if plan is None:
        raise NotFound
    return plan
