"""Pages over simulated courts: rows come and go, courts fall silent, and every row that stayed comes exactly once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph.page import (
    FIRST_ID,
    LAST_ID,
    BadPage,
    Page,
    PageAnswer,
    PageAsk,
    Place,
    Position,
    Taken,
    Walk,
    begin,
    check_answer,
    merge_page,
    plan_page,
)

UNTIL = datetime(2025, 7, 14, 1, tzinfo=UTC)
COURTS = ("浙0824", "皖1021", "赣1181")


@dataclass(slots=True)
class Court:
    """Rows in a court's table, by position, with the instant at which each was recorded."""

    rows: dict[Position, datetime] = field(default_factory=dict)

    def answer(self, ask: PageAsk) -> tuple[PageAnswer, list[Position]]:
        """As the docstring of page.py has a court's statement do it."""
        found = sorted(
            position
            for position, recorded_at in self.rows.items()
            if recorded_at <= ask.until and (ask.after is None or position > ask.after)
        )
        given = tuple(found[: ask.first])
        return PageAnswer(positions=given, has_more=len(found) > len(given)), list(given)


def row(day: int, number: int) -> Position:
    return Position(f"2025-07-{day:02}", str(UUID(int=number + 1)))


def turn(
    walk: Walk, first: int, courts: dict[str, Court], silent: frozenset[str]
) -> tuple[Page, list[tuple[str, Position]]]:
    """One page, checked: the rows that a client sees."""
    answers, parts = {}, {}
    for court, ask in plan_page(walk, first).items():
        if court in silent:
            continue
        answers[court], parts[court] = courts[court].answer(ask)
        check_answer(ask, answers[court], len(parts[court]))
    page = merge_page(walk, first, answers)
    return page, [(taken.court, parts[taken.court][taken.row]) for taken in page.rows]


ROW = st.tuples(st.sampled_from(COURTS), st.integers(1, 4), st.integers(0, 60))
STEP = st.fixed_dictionaries(
    {
        "silent": st.frozensets(st.sampled_from(COURTS)),
        "insert": st.lists(st.tuples(ROW, st.booleans()), max_size=3),
        "delete": st.lists(st.integers(0, 200), max_size=2),
    }
)


@settings(max_examples=1500, deadline=None)
@given(rows=st.sets(ROW, max_size=40), steps=st.lists(STEP, max_size=8), first=st.integers(1, 7))
def test_every_row_that_stayed_comes_exactly_once(
    rows: set[tuple[str, int, int]], steps: list[dict[str, object]], first: int
) -> None:
    courts = {code: Court() for code in COURTS}
    for code, day, number in rows:
        courts[code].rows[row(day, number)] = UNTIL
    stayed = {(code, position) for code in COURTS for position in courts[code].rows}
    seen: Counter[tuple[str, Position]] = Counter()
    walk: Walk | None = begin(COURTS, UNTIL)

    for step in steps:
        if walk is None:
            break
        page, rows_seen = turn(walk, first, courts, step["silent"])  # type: ignore[arg-type]
        seen.update(rows_seen)
        walk = page.walk
        stayed -= change(courts, step, stayed)
    turns = 0
    while walk is not None:
        page, rows_seen = turn(walk, first, courts, frozenset())
        seen.update(rows_seen)
        walk, turns = page.walk, turns + 1

    assert turns <= 130 // first + 1
    assert set(seen.values()) <= {1}
    assert stayed <= seen.keys()


def change(
    courts: dict[str, Court], step: dict[str, object], stayed: set[tuple[str, Position]]
) -> set[tuple[str, Position]]:
    """Insert rows (recorded after the watermark, or before it but written late), delete some; who went is returned."""
    for (code, day, number), is_late in step["insert"]:  # type: ignore[attr-defined]
        fresh = row(day, 1000 + number)
        courts[code].rows.setdefault(fresh, UNTIL if is_late else UNTIL + timedelta(seconds=1))
    present = sorted((code, position) for code in COURTS for position in courts[code].rows)
    gone = {present[number % len(present)] for number in step["delete"] if present}  # type: ignore[attr-defined]
    for code, position in gone:
        # an id is never given again: what was deleted stays deleted
        courts[code].rows[position] = datetime.max.replace(tzinfo=UTC)
    return gone & stayed


@settings(max_examples=1000, deadline=None)
@given(rows=st.sets(ROW, max_size=40), first=st.integers(1, 9))
def test_pages_of_answering_courts_are_in_one_order(rows: set[tuple[str, int, int]], first: int) -> None:
    courts = {code: Court() for code in COURTS}
    for code, day, number in rows:
        courts[code].rows[row(day, number)] = UNTIL
    everything = [
        (place.court, Position(place.key, place.id))
        for place in sorted(Place(p.key, code, p.id) for code, court in courts.items() for p in court.rows)
    ]
    walk: Walk | None = begin(reversed(COURTS), UNTIL)
    seen: list[tuple[str, Position]] = []

    while walk is not None:
        page, given_rows = turn(walk, first, courts, frozenset())
        seen += given_rows
        assert page.has_next is (len(seen) < len(everything))
        assert page.walk is None or page.walk.behind == {}
        walk = page.walk

    assert seen == everything


def test_a_silent_court_is_asked_again_from_its_own_place() -> None:
    courts = {code: Court({row(day, day): UNTIL for day in (1, 2, 3)}) for code in COURTS}

    page, first_rows = turn(begin(COURTS, UNTIL), 4, courts, frozenset({"赣1181"}))
    assert page.walk is not None
    asks = plan_page(page.walk, 4)

    assert [code for code, _ in first_rows] == ["浙0824", "皖1021"] * 2
    assert asks["赣1181"].after is None
    assert asks["皖1021"].after == row(2, 2)
    assert asks["浙0824"].after == Position("2025-07-02", LAST_ID)
    assert page.has_next


def test_silence_at_the_end_keeps_the_walk_open_without_a_next_page() -> None:
    courts = {code: Court({row(1, 1): UNTIL}) for code in COURTS}

    page, rows_seen = turn(begin(COURTS, UNTIL), 5, courts, frozenset({"皖1021"}))

    assert len(rows_seen) == 2
    assert not page.has_next
    assert page.walk is not None
    page, rows_seen = turn(page.walk, 5, courts, frozenset())
    assert [code for code, _ in rows_seen] == ["皖1021"]
    assert page.walk is None


def test_a_court_that_caught_up_goes_on_with_the_others() -> None:
    courts = {code: Court({row(day, day): UNTIL for day in (1, 2, 3)}) for code in COURTS}
    del courts["赣1181"].rows[row(3, 3)]

    page, _ = turn(begin(COURTS, UNTIL), 6, courts, frozenset({"赣1181"}))
    assert page.walk is not None
    assert page.walk.behind == {"赣1181": None}
    page, rows_seen = turn(page.walk, 6, courts, frozenset({"皖1021"}))

    assert rows_seen == [("赣1181", row(1, 1)), ("赣1181", row(2, 2))]
    assert page.walk is not None
    assert page.walk.behind == {}


def test_a_walk_is_as_large_on_its_last_page_as_on_its_first() -> None:
    courts = {code: Court({row(1 + number % 28, number): UNTIL for number in range(200)}) for code in COURTS}
    walk: Walk | None = begin(COURTS, UNTIL)
    sizes = []

    while walk is not None:
        sizes.append(len(msgspec.msgpack.encode(walk)))
        page, _ = turn(walk, 50, courts, frozenset({"皖1021"}) if len(sizes) % 2 else frozenset())
        walk = page.walk

    assert len(sizes) > 10
    assert max(sizes) <= sizes[0] + len(COURTS) * 80


def test_no_courts_have_one_empty_page() -> None:
    assert merge_page(begin((), UNTIL), 5, {}) == Page((), None, False)


def test_rows_of_one_key_are_parted_by_court_then_id() -> None:
    courts = {code: Court({row(1, number): UNTIL for number in (1, 2)}) for code in COURTS}

    page, _ = turn(begin(COURTS, UNTIL), 3, courts, frozenset())

    assert page.rows == (Taken("浙0824", 0), Taken("浙0824", 1), Taken("皖1021", 0))
    assert page.walk is not None
    assert plan_page(page.walk, 3)["赣1181"].after == Position("2025-07-01", FIRST_ID)


@pytest.mark.parametrize("first", [0, 101, -1])
def test_a_page_has_one_to_a_hundred_rows(first: int) -> None:
    with pytest.raises(ValueError, match=str(first)):
        plan_page(begin(COURTS, UNTIL), first)


ASK = PageAsk(first=2, until=UNTIL, after=row(1, 1))


@pytest.mark.parametrize(
    ("positions", "has_more", "rows"),
    [
        ((row(1, 2),), False, 2),
        ((row(1, 2), row(1, 3), row(1, 4)), False, 3),
        ((row(1, 3), row(1, 2)), False, 2),
        ((row(1, 2), row(1, 2)), False, 2),
        ((row(1, 1),), False, 1),
        ((Position("2025-07-01", LAST_ID),), False, 1),
        ((Position("2025-07-02", FIRST_ID),), False, 1),
        ((row(1, 2),), True, 1),
        ((), True, 0),
    ],
)
def test_an_answer_that_is_not_of_its_ask_is_the_courts_fault(
    positions: tuple[Position, ...], has_more: bool, rows: int
) -> None:
    with pytest.raises(BadPage):
        check_answer(ASK, PageAnswer(positions=positions, has_more=has_more), rows)


def test_an_answer_of_its_ask_passes() -> None:
    check_answer(ASK, PageAnswer(positions=(row(1, 2), row(2, 0)), has_more=True), 2)
    check_answer(ASK, PageAnswer(positions=(), has_more=False), 0)


def test_a_position_is_two_texts_on_the_wire() -> None:
    raw = msgspec.json.encode(PageAsk(first=2, until=UNTIL, after=row(1, 1)))

    assert msgspec.json.decode(raw)["after"] == ["2025-07-01", "00000000-0000-0000-0000-000000000002"]
    assert msgspec.json.decode(raw, type=PageAsk) == ASK
    for bad in ('["", "x"]', '["2025-07-01", "2"]', '["2025-07-01"]'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(bad, type=Position)
