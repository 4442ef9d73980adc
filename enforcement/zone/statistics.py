"""Statistics of delegated tasks (委托事项统计): this court's part speaks of the tasks that it delegated.

Invariant: every task is reported by one court, the delegating one; what a court did as the entrusted one stands in the
parts of the others.
"""

from dataclasses import dataclass
from datetime import date, datetime

from db import pair_counts
from db.clock import civil_date
from db.pool import snapshot
from db.records.zone import PairCounts
from enforcement.court import CourtNode
from enforcement.rules.deadlines import DEFAULT_TERMS
from enforcement.rules.delegation_figures import Figures, PairFigures, check_period
from enforcement.rules.task_status import BY_ENTRUSTED_COURT


@dataclass(frozen=True, slots=True)
class Statistics:
    """The pairs in which this court delegates, by entrusted court."""

    pairs: list[PairFigures]
    as_of: datetime


async def delegation_statistics(court: CourtNode, from_on: date, to_on: date) -> Statistics:
    """What became of the tasks that this court dispatched from `from_on` to `to_on`, days in China.

    Raises:
        Malformed: PERIOD.
    """
    now = court.clock.now()
    since, until = check_period(from_on, to_on, civil_date(now)).instants()
    async with snapshot(court.pool) as conn:
        counted = await pair_counts.by_pair(
            conn,
            since,
            until,
            sign_urgent_within=DEFAULT_TERMS.sign_for_urgent,
            now=now,
            entrusted_acts_in=BY_ENTRUSTED_COURT,
        )
    return Statistics([_pair(court, counts) for counts in counted], now)


def _pair(court: CourtNode, counts: PairCounts) -> PairFigures:
    figures = Figures(
        dispatched=counts.dispatched,
        signed_for=counts.signed_for,
        signed_for_in_time=counts.signed_for_in_time,
        completed=counts.completed,
        completed_in_time=counts.completed_in_time,
        returned=counts.returned,
        handled=counts.handled,
        handling_minutes=counts.handling_minutes,
        overdue=counts.overdue,
        evaluated=counts.evaluated,
        evaluation_points=counts.evaluation_points,
        complaints=counts.complaints,
        objections=counts.objections,
    )
    return PairFigures(court.code, counts.entrusted_court, figures)
