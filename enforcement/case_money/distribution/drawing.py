"""Drawing a plan (制作分配方案): what is there, less costs, over own claims and those that take part.

Invariant: the same money is distributed by one plan; and by none while an objection to what was sold is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from db import assets, distribution, measures, parties, resumptions
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind, AssetRecord
from db.records.cases import CaseRecord
from db.records.distribution import PlanDebtorRecord, PlanRecord, ShareRecord
from db.records.parties import PartyRecord, PartyRole
from enforcement import basis, objections, once
from enforcement.case_money.distribution.claimants import Money, Taker, takers
from enforcement.case_money.distribution.participating import note
from enforcement.case_money.distribution.payable import check_payable
from enforcement.case_money.distribution.plans import PlanView, view_of
from enforcement.case_money.owing import filed_first
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.claims import ClaimPriority
from enforcement.rules.distribution import (
    COMES_AGAIN,
    Claimant,
    DistributionBasis,
    DistributionStatus,
    Division,
    basis_for,
    check_move,
    divide,
    is_same_money,
)
from enforcement.rules.refusals import (
    DistributionNotFinal,
    DuplicateOf,
    Malformed,
    NotDebtorsAsset,
    NotFound,
    TransitionNotAllowed,
)
from enforcement.rules.rights import Act, Caller


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What is distributed; `basis` None: by what the debtor is. `replaces`: the plan that this one is drawn for.

    `seizure_rank` is that of the own case. `arrived_on` is the day on which the money was here. `debtor_id`: whose it
    was; of a thing its owner's, and without one the only debtor's.
    """

    case_number: str
    proceeds: Decimal
    costs: Decimal
    arrived_on: date
    asset_id: UUID | None = None
    basis: DistributionBasis | None = None
    seizure_rank: int | None = None
    replaces: UUID | None = None
    debtor_id: UUID | None = None


async def draw(court: CourtNode, caller: Caller | None, new: NewPlan, *, idempotency_key: str) -> PlanView:
    """The plan, DRAWN; the same key again gives the one it made. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, TransitionNotAllowed.
        Malformed: MONEY, PERIOD, CLAIMS (nothing is owed to anybody).
        DebtorNotNamed, NotJudgmentDebtor: whose money it was, see `basis.debtor_of`.
        NotDebtorsAsset, ObjectionPending, EnforcementSuspended: see `asset_of`.
        DuplicateOf: another plan distributes the same money; say that this one replaces it, while it is on its way.
    """
    officer, now = rights.check(caller, Act.DISTRIBUTE), court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        case = await basis.own_case(court, conn, officer, new.case_number)
        basis.check_handler(case, officer)
        plan_id = new_id(now)
        made = await once.claim(court, conn, officer, idempotency_key, Act.DISTRIBUTE, new, result_id=plan_id, now=now)
        if made is not None:
            return await view_of(conn, _there(await distribution.lock(conn, made)))
        basis.check_unclosed(case)
        if not await filed_first(conn, case) <= new.arrived_on <= today:
            raise Malformed("PERIOD", "arrivedOn")
        if new.seizure_rank is not None and new.seizure_rank < 1:
            raise Malformed("QUANTITY", "seizureRank")
        asset = await asset_of(court, conn, case, new.asset_id)
        await _replace(court, conn, case, asset, new)
        debtor = await basis.debtor_of(conn, case, new.debtor_id if asset is None else asset.owner_id)
        by = new.basis or basis_for([(debtor.identifier_kind, parties.identifier(court.at_rest, debtor))])
        money = Money(new.asset_id, debtor.id)
        lacking = [
            each for each in await takers(court, conn, case, money, day=today, own_rank=new.seizure_rank) if each.claim
        ]
        division = divide(
            new.proceeds, new.costs, [Claimant(ClaimPriority(t.priority), t.claim, t.seizure_rank) for t in lacking], by
        )
        plan = _plan(plan_id, case, new, officer, now, basis=by, debtor=debtor, surplus=division.surplus)
        await distribution.insert(
            conn, plan, _shares(plan, lacking, division), await _debtors(conn, plan, first_no=len(lacking) + 1)
        )
        await note(court, conn, officer, case, plan_id, "PLAN_DRAWN")
        return await view_of(conn, plan)


async def asset_of(court: CourtNode, conn: Conn, case: CaseRecord, asset_id: UUID | None) -> AssetRecord | None:
    """The thing, one of the case, if no objection stands in the way of distributing what it brought.

    Raises:
        NotDebtorsAsset, ObjectionPending, EnforcementSuspended.
    """
    if asset_id is None:
        return None
    asset = await assets.get(conn, asset_id)
    if asset is None or asset.case_id != case.id:
        raise NotDebtorsAsset
    now = court.clock.now()
    await objections.check_disposal(conn, now, asset_key=asset.identity_key)
    for measure in await measures.on_assets(conn, [asset.id]):
        await objections.check_disposal(conn, now, measure_id=measure.id)
    return asset


async def _replace(court: CourtNode, conn: Conn, case: CaseRecord, asset: AssetRecord | None, new: NewPlan) -> None:
    """Let the new plan take the place of the one that it names; no other one may distribute the same money."""
    kind = None if asset is None else AssetKind(asset.kind)
    for plan in await _over_the_same(conn, case, asset):
        same_day = plan.arrived_on == new.arrived_on
        if plan.id != new.replaces and is_same_money(kind, DistributionStatus(plan.status), same_day=same_day):
            raise DuplicateOf(plan.id)
    if new.replaces is None:
        return
    old = await distribution.lock(conn, new.replaces)
    if old is None or old.case_id != case.id:
        raise NotFound
    check_move(DistributionStatus(old.status), DistributionStatus.REPLACED)
    if old.status == DistributionStatus.FINAL and await _is_payable(court, conn, old):
        raise TransitionNotAllowed(DistributionStatus.FINAL, DistributionStatus.REPLACED)
    await distribution.save(conn, replace(old, status=DistributionStatus.REPLACED))


async def _over_the_same(conn: Conn, case: CaseRecord, asset: AssetRecord | None) -> list[PlanRecord]:
    """Plans that stand over what the thing brought; of what brings money again, over what it brought to the case."""
    if asset is None:
        return await distribution.of_no_thing(conn, case.id)
    await assets.lock_identity(conn, asset.identity_key)
    found = await distribution.of_thing(conn, asset.identity_key)
    if AssetKind(asset.kind) not in COMES_AGAIN:
        return found
    own = {case.id, *await resumptions.before(conn, case.id)}
    return [plan for plan in found if plan.case_id in own]


async def _is_payable(court: CourtNode, conn: Conn, plan: PlanRecord) -> bool:
    try:
        await check_payable(court, conn, await view_of(conn, plan))
    except DistributionNotFinal:
        return False
    return True


def _plan(
    plan_id: UUID,
    case: CaseRecord,
    new: NewPlan,
    officer: Caller,
    now: datetime,
    *,
    basis: DistributionBasis,
    debtor: PartyRecord,
    surplus: Decimal,
) -> PlanRecord:
    return PlanRecord(
        id=plan_id,
        case_id=case.id,
        asset_id=new.asset_id,
        basis=basis,
        proceeds=new.proceeds,
        costs=new.costs,
        surplus=surplus,
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
        debtor_id=debtor.id,
    )


def _shares(plan: PlanRecord, lacking: Sequence[Taker], division: Division) -> list[ShareRecord]:
    return [
        ShareRecord(
            plan_id=plan.id,
            no=no,
            court=taker.court,
            case_number=taker.case_number,
            priority=taker.priority,
            seizure_rank=taker.seizure_rank,
            claim=taker.claim,
            share=share,
            served_on=None,
            claim_no=taker.claim_no,
        )
        for no, (taker, share) in enumerate(zip(lacking, division.shares, strict=True), 1)
    ]


async def _debtors(conn: Conn, plan: PlanRecord, *, first_no: int) -> list[PlanDebtorRecord]:
    """The case's debtors, each of whom is served and may object (art. 509)."""
    found = [entry.party.id for entry in await parties.of_case(conn, plan.case_id) if entry.role is PartyRole.DEBTOR]
    return [PlanDebtorRecord(plan.id, no, party_id) for no, party_id in enumerate(found, first_no)]


def _there(plan: PlanRecord | None) -> PlanRecord:
    if plan is None:
        raise NotFound
    return plan
