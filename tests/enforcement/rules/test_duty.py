"""Duty hours: packed and unpacked without loss, and the civil clock with its holidays."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.framework import HolidayRule
from enforcement.rules.duty import DAY, DutyHours, is_on_duty, packed, unpacked
from enforcement.rules.refusals import Malformed

OFFICE = packed(DutyHours(day, 510, 1050) for day in range(1, 6))
SPANS = st.lists(
    st.builds(
        lambda day, begin, length: DutyHours(day, begin, min(begin + length, DAY)),
        st.integers(1, 7),
        st.integers(0, DAY - 1),
        st.integers(1, DAY),
    ),
    min_size=1,
    max_size=21,
    unique_by=lambda span: span.weekday,
)


@given(SPANS)
def test_hours_come_back_as_they_were(spans: list[DutyHours]) -> None:
    assert unpacked(packed(spans)) == sorted(spans, key=lambda span: span.weekday)


@given(SPANS, st.integers(0, 7 * DAY - 1))
def test_every_minute_is_told_as_the_hours_say(spans: list[DutyHours], minute: int) -> None:
    monday = datetime(2025, 7, 13, 16, tzinfo=UTC)  # 14 July, 00:00 in China

    told = is_on_duty(packed(spans), HolidayRule.EVERY_DAY, monday + timedelta(minutes=minute))

    day, of_day = minute // DAY + 1, minute % DAY
    assert told == any(s.weekday == day and s.from_minute <= of_day < s.to_minute for s in spans)


@pytest.mark.parametrize(
    ("at", "working_days", "every_day"),
    [
        (datetime(2025, 7, 14, 0, 30, tzinfo=UTC), True, True),  # Monday 08:30 in China
        (datetime(2025, 7, 14, 9, 30, tzinfo=UTC), False, False),  # 17:30
        (datetime(2025, 7, 19, 2, tzinfo=UTC), False, False),  # a Saturday
        (datetime(2025, 10, 1, 2, tzinfo=UTC), False, True),  # a Wednesday, National Day
        (datetime(2025, 9, 28, 2, tzinfo=UTC), True, False),  # a Sunday that is worked in exchange
    ],
)
def test_holidays_are_kept_or_not(at: datetime, working_days: bool, every_day: bool) -> None:
    assert is_on_duty(OFFICE, HolidayRule.WORKING_DAYS_ONLY, at) is working_days
    assert is_on_duty(OFFICE, HolidayRule.EVERY_DAY, at) is every_day


@pytest.mark.parametrize(
    ("spans", "part"),
    [
        ([], "COUNT"),
        ([DutyHours(1, n, n + 1) for n in range(22)], "COUNT"),
        ([DutyHours(0, 0, 1)], "SPAN"),
        ([DutyHours(8, 0, 1)], "SPAN"),
        ([DutyHours(1, -1, 1)], "SPAN"),
        ([DutyHours(1, 5, 5)], "SPAN"),
        ([DutyHours(1, 0, DAY + 1)], "SPAN"),
        ([DutyHours(1, 0, 10), DutyHours(1, 9, 20)], "OVERLAP"),
    ],
)
def test_impossible_hours_are_refused(spans: list[DutyHours], part: str) -> None:
    with pytest.raises(Malformed) as refused:
        packed(spans)

    assert (refused.value.code, refused.value.part) == ("INVALID_HOURS", part)
