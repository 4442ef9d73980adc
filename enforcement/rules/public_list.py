"""Which pages of the public list of dishonest debtors (失信被执行人名单) may be asked for: at a court, and before."""

from db.records.sanctions import ListFilter
from enforcement.rules import divisions
from enforcement.rules.refusals import Malformed
from federation.graph.page import MAX_ROWS


def check(wanted: ListFilter, first: int) -> None:
    """Return if a page of so many entries can be given of that filter.

    Raises:
        Malformed: DIVISION; PERIOD, `publishedTo` lies before `publishedFrom`; PAGE, not 1 to 100.
    """
    divisions.check(wanted.division)
    if wanted.published_from and wanted.published_to and wanted.published_to < wanted.published_from:
        raise Malformed("PERIOD", "publishedTo")
    if not 1 <= first <= MAX_ROWS:
        raise Malformed("PAGE", "first")
