"""Which courts of the zone stand below which (上级法院): by the superior that the directory names for each member."""

from typing import Final

from enforcement.rules.courts import UnknownCourtCode, parent_court
from federation.directory.view import DirectoryView
from federation.wire.errors import UnknownCourt

_HIGHEST: Final = 8
"""No court has more above it than that: what the directory says beyond runs in a circle."""


def above(view: DirectoryView, court: str) -> list[str]:
    """The courts above a member, nearest first.

    Raises:
        UnknownCourt: it is none.
    """
    found: list[str] = []
    nearest: str | None = view.court(court).parent
    while nearest and nearest not in found and len(found) < _HIGHEST:
        found.append(nearest)
        nearest = _parent(view, nearest)
    return found


def _parent(view: DirectoryView, court: str) -> str | None:
    try:
        return view.court(court).parent
    except UnknownCourt:
        pass
    try:
        return parent_court(court)
    except UnknownCourtCode:
        return None


def below(view: DirectoryView, superior: str) -> frozenset[str]:
    """The members that have `superior` above them."""
    return frozenset(entry.code for entry in view.courts() if superior in above(view, entry.code))
