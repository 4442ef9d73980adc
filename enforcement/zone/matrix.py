"""The cross-border matrix (跨域矩阵): how much of this court's work lies in which county of the zone, naming nobody.

Invariant: a court gives one row for every county of the zone, its own too, whatever it counts there: that a row stands
or is missing says nothing. A count under three leaves the database and goes no further.
"""

from dataclasses import dataclass
from datetime import datetime

from db import county_counts
from db.pool import snapshot
from db.records.zone import CountyCounts
from enforcement.court import CourtNode
from enforcement.rules.small_counts import shown


@dataclass(frozen=True, slots=True)
class CountyRow:
    """One county; None stands for a count under three."""

    division: str
    open_cases: int | None
    assets: int | None
    open_tasks: int | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """This court's rows, by county, at one instant."""

    rows: list[CountyRow]
    as_of: datetime


async def cross_border_matrix(court: CourtNode) -> Matrix:
    """This court's part of the matrix."""
    now = court.clock.now()
    members = [entry for entry in court.directory.current().courts() if entry.state != "WITHDRAWN"]
    async with snapshot(court.pool) as conn:
        counted = await county_counts.by_county(conn, [(entry.division, entry.code) for entry in members])
    return Matrix([_row(counts) for counts in counted], now)


def _row(counts: CountyCounts) -> CountyRow:
    return CountyRow(counts.division, shown(counts.open_cases), shown(counts.assets), shown(counts.open_tasks))
