"""When a liaison officer (联络员) is on duty: hours of the week in China, and whether they hold on days off.

On a weekend day that is worked in exchange for a holiday (调休上班), who works on working days only has Monday's hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from db.clock import SHANGHAI
from db.records.framework import HolidayRule
from enforcement.rules.deadlines import WorkCalendar
from enforcement.rules.refusals import Malformed

DAY: Final = 24 * 60
MOST_SPANS: Final = 21
"""Three of each day."""
_WEEK: Final = 7
_MONDAY: Final = 0
_CALENDAR: Final = WorkCalendar()


@dataclass(frozen=True, slots=True)
class DutyHours:
    """Hours of one day of the week, 1 for Monday, in minutes of the day."""

    weekday: int
    from_minute: int
    to_minute: int


def packed(hours: Iterable[DutyHours]) -> list[int]:
    """The hours as minutes of the week, each begin with its end, in their order.

    Raises:
        Malformed: HOURS; none, more than 21, beyond a day, or two that have a minute in common.
    """
    spans = sorted(hours, key=lambda span: (span.weekday, span.from_minute))
    if not 1 <= len(spans) <= MOST_SPANS:
        raise Malformed("HOURS", "COUNT")
    for span in spans:
        if not (1 <= span.weekday <= _WEEK and 0 <= span.from_minute < span.to_minute <= DAY):
            raise Malformed("HOURS", "SPAN")
    if any(a.weekday == b.weekday and b.from_minute < a.to_minute for a, b in pairwise(spans)):
        raise Malformed("HOURS", "OVERLAP")
    return [(s.weekday - 1) * DAY + minute for s in spans for minute in (s.from_minute, s.to_minute)]


def unpacked(minutes: Sequence[int]) -> list[DutyHours]:
    """The hours that `packed` made of them."""
    pairs = zip(minutes[::2], minutes[1::2], strict=True)
    return [DutyHours(begin // DAY + 1, begin % DAY, end - begin // DAY * DAY) for begin, end in pairs]


def is_on_duty(minutes: Sequence[int], holidays: HolidayRule, at: datetime, calendar: WorkCalendar = _CALENDAR) -> bool:
    """Whether the instant falls into the hours."""
    local = at.astimezone(SHANGHAI)
    weekday = local.weekday()
    if holidays is HolidayRule.WORKING_DAYS_ONLY:
        if not calendar.is_working(local.date()):
            return False
        if local.date() in calendar.worked_weekends:
            weekday = _MONDAY
    now = weekday * DAY + local.hour * 60 + local.minute
    return any(begin <= now < end for begin, end in zip(minutes[::2], minutes[1::2], strict=True))
