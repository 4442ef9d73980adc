"""Terms of an entrusted case: months of the calendar, over year ends and holidays."""

from datetime import date

import pytest

from enforcement.rules.case_transfer import RenewMeasureFirst, check_renewed, conclude_by, months_after


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 7, 21), 6, date(2026, 1, 21)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
    ],
)
def test_months_are_of_the_calendar(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("filed_on", "last"),
    [
        (date(2025, 7, 21), date(2026, 1, 21)),
        (date(2025, 7, 3), date(2026, 1, 4)),  # a Saturday of the New Year; the Sunday is worked in exchange
        (date(2025, 8, 15), date(2026, 2, 24)),  # the first day of the Spring Festival's holidays
        (date(2025, 8, 31), date(2026, 2, 28)),  # a Saturday worked in exchange
    ],
)
def test_six_months_end_on_a_working_day(filed_on: date, last: date) -> None:
    assert conclude_by(filed_on) == last


@pytest.mark.parametrize(
    ("last_day", "is_renewed_first"),
    [
        (date(2026, 1, 14), False),  # a month is left
        (date(2026, 1, 13), True),
        (date(2025, 12, 14), True),  # its last day is today
        (date(2025, 12, 13), False),  # it has lapsed: there is nothing to renew
        (None, False),
    ],
)
def test_a_month_is_left_of_what_crosses(last_day: date | None, *, is_renewed_first: bool) -> None:
    today = date(2025, 12, 14)

    if is_renewed_first:
        with pytest.raises(RenewMeasureFirst):
            check_renewed([None, last_day], today)
    else:
        check_renewed([None, last_day], today)
