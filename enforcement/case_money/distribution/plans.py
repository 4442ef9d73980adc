"""Plans with their shares, debtors, objections and payouts, as they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from db import distribution, payout_deferrals
from db.pool import Conn
from db.records.distribution import (
    PayoutDeferralRecord,
    PayoutRecord,
    PlanDebtorRecord,
    PlanObjectionRecord,
    PlanRecord,
    ShareRecord,
)
from enforcement.cases import Files, pool_of


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with all that hangs on it."""

    plan: PlanRecord
    shares: list[ShareRecord]
    debtors: list[PlanDebtorRecord]
    objections: list[PlanObjectionRecord]
    payouts: list[PayoutRecord]
    deferrals: list[PayoutDeferralRecord]

    @property
    def addressees(self) -> list[ShareRecord | PlanDebtorRecord]:
        """On whom it is served: the creditors by their shares, then the debtors, numbered through."""
        return [*self.shares, *self.debtors]


async def of_files(files: Files) -> Mapping[UUID, list[PlanView]]:
    """The plans of each case, the first drawn first: six queries."""
    async with pool_of(files).acquire() as conn:
        found = await views(conn, await distribution.plans(conn, list(files)))
    return {case_id: [view for view in found if view.plan.case_id == case_id] for case_id in files}


async def views(conn: Conn, plans: Sequence[PlanRecord]) -> list[PlanView]:
    """Each plan with all that hangs on it: five queries, however many there are."""
    wanted = [plan.id for plan in plans]
    if not wanted:
        return []
    shares, debtors = await distribution.shares(conn, wanted), await distribution.debtors(conn, wanted)
    deferrals = await payout_deferrals.of_plans(conn, wanted)
    objections, payouts = await distribution.objections(conn, wanted), await distribution.payouts(conn, wanted)
    return [
        PlanView(
            plan,
            [share for share in shares if share.plan_id == plan.id],
            [debtor for debtor in debtors if debtor.plan_id == plan.id],
            [objection for objection in objections if objection.plan_id == plan.id],
            [payout for payout in payouts if payout.plan_id == plan.id],
            [deferral for deferral in deferrals if deferral.plan_id == plan.id],
        )
        for plan in plans
    ]


async def view_of(conn: Conn, plan: PlanRecord) -> PlanView:
    (view,) = await views(conn, [plan])
    return view
