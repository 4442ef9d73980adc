"""The coverage of a part: a federation of one. Whoever merges parts puts the whole coverage in its place."""

from datetime import datetime

from enforcement.court import CourtNode
from federation.ask.coverage import CourtCoverage, cover
from federation.ask.status import Reporter, Status
from schema.zone.coverage_types import Coverage, coverage_of


def own_coverage(court: CourtNode, rows: int, as_of: datetime | None) -> Coverage:
    """This court alone looked, and counted `rows` records."""
    view = court.directory.current()
    one = CourtCoverage(
        court=court.code,
        name=view.court(court.code).name_zh if view.is_listed(court.code) else court.code,  # no member yet
        status=Status.ANSWERED if rows else Status.EMPTY,
        rows=rows,
        as_of=as_of,
        reported_by=Reporter.COURT,
    )
    return coverage_of(cover({court.code: one}))
