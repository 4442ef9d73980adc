"""When something is due: terms of delegated tasks, counted in China's calendar.

The first day is not counted; a term that ends on a day off ends on the next working day (民诉法 art. 85). The term of a
control measure is *not* counted here: it never rolls over (enforcement/rules/term.py).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from db.clock import SHANGHAI, civil_date
from enforcement.rules import holidays
from enforcement.rules.task_status import DelegatedTaskStatus

_FRIDAY: Final = 4
_DAY: Final = timedelta(days=1)


class Unit(StrEnum):
    """What a term counts."""

    WORKING_DAYS = "WORKING_DAYS"  # 工作日
    DAYS = "DAYS"  # 日


@dataclass(frozen=True, slots=True)
class Term:
    """期限: so many days of a kind."""

    days: int
    unit: Unit = Unit.DAYS


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Weekends, but for the data's days off and worked weekends."""

    days_off: AbstractSet[date] = holidays.DAYS_OFF
    worked_weekends: AbstractSet[date] = holidays.WORKED_WEEKENDS

    def is_working(self, day: date) -> bool:
        if day in self.worked_weekends:
            return True
        return day.weekday() <= _FRIDAY and day not in self.days_off

    def due(self, start: date, term: Term) -> date:
        """The last day of `term` when it begins on `start`, which is not counted."""
        if term.unit is Unit.DAYS:
            end = start + timedelta(days=term.days)
        else:
            end = start
            for _ in range(term.days):
                end = self._next_working(end)
        return end if self.is_working(end) else self._next_working(end)

    def over_before(self, today: date) -> date:
        """The day before which a term of days has to end, were it never moved over days off, to be over on `today`."""
        before = today - _DAY
        while not self.is_working(before):
            before -= _DAY
        return before + _DAY

    def working_days(self, after: date, until: date) -> int:
        """How many days are worked on after the one and up to the other."""
        return sum(self.is_working(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))

    def _next_working(self, day: date) -> date:
        day += _DAY
        while not self.is_working(day):
            day += _DAY
        return day


@dataclass(frozen=True, slots=True)
class TaskTerms:
    """Terms of a task that do not depend on its matter: every one a default, to be set otherwise by agreement."""

    sign_for: Term = Term(1, Unit.WORKING_DAYS)
    sign_for_urgent: timedelta = timedelta(hours=2)
    first_act_urgent: timedelta = timedelta(hours=24)
    begin: Term = Term(15)  # 民诉法 art. 240
    supplement: Term = Term(3)
    confirm: Term = Term(3, Unit.WORKING_DAYS)
    calendar: WorkCalendar = WorkCalendar()


DEFAULT_TERMS: Final = TaskTerms()


def due_on(
    status: DelegatedTaskStatus,
    at: datetime,
    *,
    answer_due_on: date | None,
    urgent: bool,
    terms: TaskTerms = DEFAULT_TERMS,
) -> date | None:
    """The day by which somebody must act when the task came to `status` at the instant `at`; None when nobody must."""
    day = civil_date(at)
    match status:
        case DelegatedTaskStatus.DISPATCHED | DelegatedTaskStatus.RECEIVED:
            return civil_date(at + terms.sign_for_urgent) if urgent else terms.calendar.due(day, terms.sign_for)
        case DelegatedTaskStatus.SIGNED_FOR:
            first_act = civil_date(at + terms.first_act_urgent)
            return min(first_act, answer_due_on or first_act) if urgent else answer_due_on
        case DelegatedTaskStatus.IN_PROGRESS:
            return answer_due_on
        case DelegatedTaskStatus.SUPPLEMENT_REQUESTED:
            return terms.calendar.due(day, terms.supplement)
        case DelegatedTaskStatus.FED_BACK:
            return terms.calendar.due(day, terms.confirm)
        case _:
            return None


def end_of(day: date) -> datetime:
    """The instant at which a day of China is over."""
    return datetime.combine(day + _DAY, time.min, SHANGHAI).astimezone(UTC)


def due_at(
    status: DelegatedTaskStatus, at: datetime, due: date | None, *, urgent: bool, terms: TaskTerms = DEFAULT_TERMS
) -> datetime | None:
    """The instant after which `due` is missed: the end of the day in China, or the hours of an urgent task."""
    if due is None:
        return None
    if urgent and status in {DelegatedTaskStatus.DISPATCHED, DelegatedTaskStatus.RECEIVED}:
        return at + terms.sign_for_urgent
    end = end_of(due)
    return min(end, at + terms.first_act_urgent) if urgent and status is DelegatedTaskStatus.SIGNED_FOR else end


def day_over(day: date) -> datetime:
    """The first instant after a day in China."""
    return datetime.combine(day + _DAY, time.min, SHANGHAI).astimezone(UTC)


def answer_due(received_on: date, within_days: int, terms: TaskTerms = DEFAULT_TERMS) -> date:
    """The day by which the entrusted court answers what it received on `received_on`."""
    return terms.calendar.due(received_on, Term(within_days))


def resumed(
    due: date | None,
    *,
    asked_at: datetime,
    supplemented_at: datetime,
    unit: Unit = Unit.DAYS,
    calendar: WorkCalendar = DEFAULT_TERMS.calendar,
) -> date | None:
    """The due day after a pause: the entrusted court's clock stands while papers are awaited.

    What was left of the term when they were asked for is left when they come, counted in the term's own days: the day
    of each is not counted. A term that had run out before stays run out by as many days.
    """
    if due is None:
        return None
    asked, back = civil_date(asked_at), civil_date(supplemented_at)
    if unit is Unit.WORKING_DAYS and due >= asked:
        return calendar.due(back, Term(calendar.working_days(asked, due), unit))
    moved = due + (back - asked)
    return calendar.due(moved, Term(0)) if due >= asked else moved
