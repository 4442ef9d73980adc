"""Whether a final plan can still be paid out as it stands: no claim of this court would get more than it lacks."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from db.clock import civil_date
from db.pool import Conn
from db.records.cases import CaseRecord, ClosingMethod
from db.records.distribution import ShareRecord
from enforcement.case_money.distribution.claimants import current
from enforcement.case_money.distribution.plans import PlanView
from enforcement.case_money.owing import outstanding_of
from enforcement.court import CourtNode
from enforcement.rules.money import total
from enforcement.rules.refusals import DistributionNotFinal


@dataclass(frozen=True, slots=True)
class OwnShare:
    """A share that is paid into a case of this court."""

    share: ShareRecord
    case: CaseRecord


async def own_shares(court: CourtNode, conn: Conn, view: PlanView) -> list[OwnShare]:
    """What the plan pays into cases of this court, each in the case in which its judgment is enforced now."""
    found: dict[str, CaseRecord | None] = {}
    for share in view.shares:
        if share.court == court.code and share.share and share.case_number not in found:
            found[share.case_number] = await current(conn, share.case_number)
    return [
        OwnShare(share, case)
        for share in view.shares
        if share.court == court.code and share.share and (case := found[share.case_number]) is not None
    ]


async def check_payable(court: CourtNode, conn: Conn, view: PlanView) -> list[OwnShare]:
    """What is paid into cases of this court, if none of them lacks less.

    Raises:
        DistributionNotFinal: CLAIMS; or DEBTOR, a plan of before that says not whose money it distributes.
    """
    if view.plan.debtor_id is None:
        raise DistributionNotFinal("DEBTOR")
    today = civil_date(court.clock.now())
    own = await own_shares(court, conn, view)
    paid: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for each in own:
        paid[each.case.id] += each.share.share
    for case in {each.case.id: each.case for each in own}.values():
        owed = await outstanding_of(court, conn, case, today)
        is_over = case.closing_method is ClosingMethod.FULLY_ENFORCED
        if is_over or paid[case.id] > total(claim.judgment_left for claim in owed.claims):
            raise DistributionNotFinal("CLAIMS")
    return own
