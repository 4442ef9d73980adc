"""Pages of lists: how much one may hold. Invariant: more, or nothing, is refused and never silently cut."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from enforcement.rules import cursors
from enforcement.rules.refusals import Malformed

Row = TypeVar("Row")
Made = TypeVar("Made")

MOST: Final = 100
"""Rows on one page."""


def check_first(first: int) -> int:
    """`first`, if a page may have so many rows.

    Raises:
        Malformed: PAGE; part first.
    """
    if not 1 <= first <= MOST:
        raise Malformed("PAGE", "first")
    return first


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows with the cursor of each, and whether more follow."""

    rows: list[Row]
    cursors: list[str]
    has_next: bool

    def shown(self, show: Callable[[Row], Made]) -> "Page[Made]":
        """The same page of what is shown of each row."""
        return Page([show(row) for row in self.rows], self.cursors, self.has_next)


def portions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """`rows`, as many at a time as one page may have: what is read for each row has its own cap per portion."""
    for start in range(0, len(rows), MOST):
        yield rows[start : start + MOST]


def page_of(field: str, found: Sequence[Row], first: int, place: Callable[[Row], tuple[object, object]]) -> Page[Row]:
    """The first of `found`, which has one row more if there are more; `place` tells a row's sort key and id."""
    rows = list(found[:first])
    return Page(rows, [cursors.written(field, *place(row)) for row in rows], len(found) > first)
