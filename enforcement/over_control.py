"""A measure that waited takes effect (轮候生效): whether its case controls more than is owed from then on (超标的控制).

What waits counts nothing when something else is ruled, and what stood before it is gone: so a case may come to control
more than is owed without anybody's ruling. Invariant: it is warned of, once; what is lifted is for the handler to rule.
Source: 查封规定 art. 19.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from db import assets, cases, measure_approvals, measures
from db.pool import Conn
from db.records.assets import MeasureStatus
from db.records.control import ApprovalDecision
from db.records.warnings_raised import About, WarningKind
from enforcement import proportionality, warnings_raised
from enforcement.court import CourtNode
from enforcement.rules.measure_queue import Step
from enforcement.rules.proportionality import Verdict


def has_taken_effect(steps: Iterable[Step], registered_at: datetime, status: MeasureStatus) -> bool:
    """Whether a measure that was registered behind others came to be in force by these steps, and is so still."""
    if status not in {MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED}:
        return False
    return any(step.status is MeasureStatus.EFFECTIVE and step.at > registered_at for step in steps)


async def warn(court: CourtNode, conn: Conn, measure_ids: Iterable[UUID]) -> int:
    """Raise OVER_CONTROLLED for each of these own measures if more is controlled than may be; how many."""
    return sum([await _warned(court, conn, measure_id) for measure_id in sorted(measure_ids)])


async def _warned(court: CourtNode, conn: Conn, measure_id: UUID) -> bool:
    measure = await measures.get(conn, measure_id)
    case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    asset = None if measure is None else await assets.get(conn, measure.asset_id)
    if measure is None or case is None or asset is None:
        return False
    check = await proportionality.standing(court, conn, case, asset)
    if check.verdict is Verdict.OK or (
        check.verdict is Verdict.INDIVISIBLE_ALLOWED and await _is_approved(conn, measure_id)
    ):
        return False
    return await warnings_raised.raise_(
        court,
        conn,
        WarningKind.OVER_CONTROLLED,
        About(case_id=case.id, measure_id=measure.id),
        once=f"{measure.id} {measure.effective_at}",
        officer=case.handler_id,
        since=measure.effective_at,
    )


async def _is_approved(conn: Conn, measure_id: UUID) -> bool:
    """Whether another officer approved of taking the thing whole, though it is worth more than is owed."""
    found = await measure_approvals.of_measures(conn, [measure_id])
    return any(each.decision is ApprovalDecision.APPROVE for each in found)
