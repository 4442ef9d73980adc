"""The public list of dishonest debtors (失信被执行人名单): which pages may be asked for, and how it names people."""

from db.records.parties import PartyKind
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


def public_name(name: str, kind: PartyKind) -> str:
    """As the list is published: 张*伟 for a person, an organisation's name whole."""
    if kind is not PartyKind.NATURAL:
        return name
    return name[:1] + "*" * max(1, len(name) - 2) + (name[-1:] if len(name) > 2 else "")  # noqa: PLR2004
