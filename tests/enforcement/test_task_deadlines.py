"""When a delegated task's next step is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from enforcement.rules.deadlines import Term, Unit, WorkCalendar, answer_due, due_at, due_on, resumed
from enforcement.rules.task_status import ENDED, INTERNAL, DelegatedTaskStatus

S = DelegatedTaskStatus
CALENDAR = WorkCalendar()
MONDAY = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)  # 09:00 in China


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        (date(2025, 7, 14), Term(1, Unit.WORKING_DAYS), date(2025, 7, 15)),
        (date(2025, 7, 18), Term(1, Unit.WORKING_DAYS), date(2025, 7, 21)),  # a Friday
        (date(2025, 9, 30), Term(1, Unit.WORKING_DAYS), date(2025, 10, 9)),  # over the National Day
        (date(2025, 9, 26), Term(1, Unit.WORKING_DAYS), date(2025, 9, 28)),  # a Sunday worked in exchange
        (date(2025, 7, 14), Term(10), date(2025, 7, 24)),
        (date(2025, 7, 16), Term(10), date(2025, 7, 28)),  # ends on a Saturday
        (date(2026, 2, 10), Term(10), date(2026, 2, 24)),  # ends in the Spring Festival
        (date(2027, 4, 1), Term(3), date(2027, 4, 6)),
    ],
)
def test_terms_skip_the_first_day_and_days_off(start: date, term: Term, due: date) -> None:
    assert CALENDAR.due(start, term) == due


@pytest.mark.parametrize("today", [date(2025, 12, 29) + timedelta(days=n) for n in range(70)])
def test_a_term_is_over_on_the_day_after_its_last(today: date) -> None:
    """Over the New Year and the Spring Festival, whose weekends are worked in exchange."""
    for days in range(20):
        start = today - timedelta(days=days)

        assert (CALENDAR.due(start, Term(10)) < today) == (start + timedelta(days=10) < CALENDAR.over_before(today))


@pytest.mark.parametrize(
    ("status", "urgent", "due"),
    [
        (S.DISPATCHED, False, date(2025, 7, 15)),
        (S.RECEIVED, False, date(2025, 7, 15)),
        (S.RECEIVED, True, date(2025, 7, 14)),
        (S.SIGNED_FOR, False, date(2025, 7, 24)),
        (S.SIGNED_FOR, True, date(2025, 7, 15)),
        (S.IN_PROGRESS, False, date(2025, 7, 24)),
        (S.SUPPLEMENT_REQUESTED, False, date(2025, 7, 17)),
        (S.FED_BACK, False, date(2025, 7, 17)),
    ],
)
def test_each_state_has_its_term(status: S, urgent: bool, due: date) -> None:
    assert due_on(status, MONDAY, answer_due_on=date(2025, 7, 24), urgent=urgent) == due


@pytest.mark.parametrize("status", sorted(ENDED | INTERNAL))
def test_nothing_is_due_in_between(status: S) -> None:
    assert due_on(status, MONDAY, answer_due_on=date(2025, 7, 24), urgent=False) is None
    assert due_at(status, MONDAY, None, urgent=True) is None


def test_day_ends_at_midnight_in_china() -> None:
    assert due_at(S.RECEIVED, MONDAY, date(2025, 7, 15), urgent=False) == datetime(2025, 7, 15, 16, tzinfo=UTC)


def test_urgent_terms_are_hours() -> None:
    assert due_at(S.RECEIVED, MONDAY, date(2025, 7, 14), urgent=True) == MONDAY + timedelta(hours=2)
    assert due_at(S.SIGNED_FOR, MONDAY, date(2025, 7, 15), urgent=True) == MONDAY + timedelta(hours=24)


def test_clock_stands_while_papers_are_awaited() -> None:
    later = MONDAY + timedelta(days=4)

    assert resumed(date(2025, 7, 24), asked_at=MONDAY, supplemented_at=later) == date(2025, 7, 28)
    assert answer_due(date(2025, 7, 14), 10) == date(2025, 7, 24)


@pytest.mark.parametrize(
    ("due", "asked", "back", "unit", "then"),
    [
        # ten days from 14 July; asked on the third of them, back two days, or a week, later
        (date(2025, 7, 24), date(2025, 7, 16), date(2025, 7, 17), Unit.DAYS, date(2025, 7, 25)),
        (date(2025, 7, 24), date(2025, 7, 16), date(2025, 7, 18), Unit.DAYS, date(2025, 7, 28)),  # a Saturday else
        (date(2025, 7, 24), date(2025, 7, 16), date(2025, 7, 23), Unit.DAYS, date(2025, 7, 31)),
        (date(2025, 7, 24), date(2025, 7, 16), date(2025, 7, 16), Unit.DAYS, date(2025, 7, 24)),
        (date(2025, 9, 24), date(2025, 9, 17), date(2025, 9, 25), Unit.DAYS, date(2025, 10, 9)),  # the National Day
        (date(2025, 7, 24), date(2025, 7, 24), date(2025, 7, 29), Unit.DAYS, date(2025, 7, 29)),  # on its last day
        # run out on Wednesday, asked on Friday: two days over it stays
        (date(2025, 7, 16), date(2025, 7, 18), date(2025, 7, 21), Unit.DAYS, date(2025, 7, 19)),
        # one working day to sign for it, asked on the first day; five, asked on the second
        (date(2025, 7, 15), date(2025, 7, 14), date(2025, 7, 17), Unit.WORKING_DAYS, date(2025, 7, 18)),
        (date(2025, 7, 15), date(2025, 7, 14), date(2025, 7, 18), Unit.WORKING_DAYS, date(2025, 7, 21)),
        (date(2025, 7, 21), date(2025, 7, 15), date(2025, 7, 16), Unit.WORKING_DAYS, date(2025, 7, 22)),
        (date(2025, 9, 30), date(2025, 9, 29), date(2025, 9, 30), Unit.WORKING_DAYS, date(2025, 10, 9)),
        (date(2025, 7, 15), date(2025, 7, 15), date(2025, 7, 16), Unit.WORKING_DAYS, date(2025, 7, 16)),
        (date(2025, 7, 15), date(2025, 7, 17), date(2025, 7, 21), Unit.WORKING_DAYS, date(2025, 7, 19)),
        (None, date(2025, 7, 17), date(2025, 7, 21), Unit.DAYS, None),
    ],
)
def test_what_was_left_before_a_pause_is_left_after_it(
    due: date | None, asked: date, back: date, unit: Unit, then: date | None
) -> None:
    def noon(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)

    assert resumed(due, asked_at=noon(asked), supplemented_at=noon(back), unit=unit) == then
