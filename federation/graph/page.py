"""One page out of the rows of many courts: where each court goes on, and whose row comes next.

An answer field of rule PAGE lists rows in one total order over values that never change: the row's *key*, then its
court's code, then its id. The life of a page:

    begin(courts, until)            page 1: the courts asked, and the instant up to which rows count
    plan_page(walk, first)          what each court is asked: `PageAsk(first, after, until)`
    -- each court answers its rows after `after`, recorded not later than `until`, in the order (key, id), at most
       `first` of them; beside the part goes `PageAnswer(positions, has_more)`: one position per row of the part, and
       whether rows are left, which can only be when there are `first` of them
    check_answer(ask, answer)       a court's answer that breaks this is faulty, as a whole
    merge_page(walk, first, ...)    the first `first` rows of all answers, and the walk that the next page goes on from

Court's side: with the key a column that never changes (a date, an instant, text) and the id a UUID, `after` is one row
comparison, `(key, id) > ($1, $2)`; the first page has none. `after` need not be a row: its id may be `FIRST_ID` or
`LAST_ID`, which no row has. A key travels as text whose code points sort as the values do (an ISO date; an instant in
UTC with all six digits). An ask without `PageAsk` is for no page; a court never sees another court's position.

A silent court keeps its position, and is asked again for every later page: so its rows may come after rows that they
should precede, but come. `has_next` speaks of the courts that answered; a walk is at its end when there is no next
walk, which also takes an answer of every court.

Invariant: in a walk in which each court answers after its last silence, each row that existed throughout comes exactly
once, and no row twice. Memory is that of one page and of the courts' positions. Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Final, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

MAX_ROWS: Final = 100
FIRST_ID: Final = "00000000-0000-0000-0000-000000000000"
LAST_ID: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"

Key: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
Id: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_ROWS)]
P = TypeVar("P", "Place", "Position")


class Position(msgspec.Struct, frozen=True, order=True, array_like=True, forbid_unknown_fields=True):
    """A place in one court's rows: `["2025-07-14", "0198…"]` as JSON."""

    key: Key
    id: Id


class PageAsk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one court is asked for: rows after a position of its own, as they were recorded up to an instant."""

    first: Count
    until: Instant
    after: Position | None = None


class PageAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What a court says beside its part: the position of each row, in the part's order."""

    positions: Annotated[tuple[Position, ...], Meta(max_length=MAX_ROWS)]
    has_more: bool


class Place(msgspec.Struct, frozen=True, order=True, array_like=True, forbid_unknown_fields=True):
    """A place in the rows of all courts; its fields stand in the order of comparison."""

    key: Key
    court: str
    id: Id


class Walk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a reader has come: all courts up to `common`, except those in `behind`, each up to its own position."""

    courts: tuple[str, ...]
    until: Instant
    common: Place | None = None
    behind: dict[str, Position | None] = {}

    def position(self, court: str) -> Position | None:
        """Up to where `court`'s rows were given; None before its first row."""
        return self.behind[court] if court in self.behind else _at(self.common, court)


class Taken(NamedTuple):
    """A row of the page: the one with that number, from 0, in the part of `court`."""

    court: str
    row: int


class Page(NamedTuple):
    """The rows in their order, and how to go on; no `walk` when nothing is left anywhere."""

    rows: tuple[Taken, ...]
    walk: Walk | None
    has_next: bool


class BadPage(Exception):
    """A court's answer is not of its ask: the court is at fault."""


def begin(courts: Iterable[str], until: datetime) -> Walk:
    """The walk before its first page. `until` is an aware instant not in the future: later rows never come."""
    return Walk(courts=tuple(sorted(set(courts))), until=until)


def plan_page(walk: Walk, first: int) -> dict[str, PageAsk]:
    """What each court of the walk is asked for its next page of `first` rows (1 to 100).

    Raises:
        ValueError: `first` is out of bounds.
    """
    if not 1 <= first <= MAX_ROWS:
        raise ValueError(first)
    return {court: PageAsk(first=first, until=walk.until, after=walk.position(court)) for court in walk.courts}


def check_answer(ask: PageAsk, answer: PageAnswer, rows: int) -> None:
    """Return if `answer` may be the answer to `ask`, with `rows` rows in its part.

    Raises:
        BadPage: too many rows, out of order, not after the position, or more of them said to be left without need.
    """
    found, count = answer.positions, len(answer.positions)
    ascending = (ask.after, *found) if ask.after else found
    is_ordered = all(left < right for left, right in pairwise(ascending))
    are_rows = all(position.id not in {FIRST_ID, LAST_ID} for position in found)
    if count != rows or count > ask.first or not is_ordered or not are_rows:
        raise BadPage
    if answer.has_more and count < ask.first:
        raise BadPage


def merge_page(walk: Walk, first: int, answers: Mapping[str, PageAnswer]) -> Page:
    """The page of `first` rows from the checked answers; who is not among them was silent."""
    places = sorted(
        (Place(position.key, court, position.id), Taken(court, row))
        for court, answer in answers.items()
        for row, position in enumerate(answer.positions)
    )
    taken = places[:first]
    last = taken[-1][0] if taken else None
    left = {place.court for place, _ in places[first:]} | {c for c, answer in answers.items() if answer.has_more}
    common = _later(walk.common, last)
    behind = {}
    for court in walk.courts:
        now = walk.position(court)
        if court in answers:
            now = _later(now, _at(last if court in left else common, court))
        if now != _at(common, court):
            behind[court] = now
    is_over = not left and answers.keys() >= set(walk.courts)
    following = Walk(courts=walk.courts, until=walk.until, common=common, behind=behind)
    return Page(tuple(each for _, each in taken), None if is_over else following, bool(left))


def _at(place: Place | None, court: str) -> Position | None:
    """The position in `court`'s rows that stands for `place`: all its rows before the place are before it."""
    if place is None:
        return None
    if court == place.court:
        return Position(place.key, place.id)
    return Position(place.key, LAST_ID if court < place.court else FIRST_ID)


def _later(left: P | None, right: P | None) -> P | None:
    if left is None or right is None:
        return left or right
    return max(left, right)
