"""Doubled interest and what is outstanding: the vectors of the law's own arithmetic, to the cent."""

from datetime import date, timedelta
from decimal import Decimal as Yuan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.rules.interest import (
    Debt,
    InterestStart,
    Line,
    Outstanding,
    Pause,
    Repayment,
    days_of_delay,
    doubled_interest,
    outstanding,
)

DUE = date(2024, 1, 31)


def debt(principal: str, *, interest: str = "0.00", costs: str = "0.00", fee: str = "0.00") -> Debt:
    return Debt(Yuan(principal), Yuan(interest), Yuan(costs), DUE, Yuan(fee))


def line(result: Outstanding, wanted: Line) -> tuple[Yuan, Yuan]:
    found = next(entry for entry in result.lines if entry.line is wanted)
    return found.due, found.paid


def test_one_day_on_100000() -> None:
    assert doubled_interest(Yuan(100_000), DUE, [], DUE + timedelta(days=1)) == Yuan("17.50")


def test_365_days_on_100000() -> None:
    assert doubled_interest(Yuan(100_000), DUE, [], DUE + timedelta(days=365)) == Yuan("6387.50")


def test_649_days_on_50000() -> None:
    paid = [Repayment(date(2025, 7, 20), Yuan(50_000))]

    assert days_of_delay(date(2023, 10, 10), date(2025, 7, 20)) == 649
    assert doubled_interest(Yuan(50_000), date(2023, 10, 10), paid, date(2026, 1, 1)) == Yuan("5678.75")


def test_partial_payments_end_their_part() -> None:
    paid = [Repayment(date(2024, 6, 30), Yuan(60_000)), Repayment(date(2024, 3, 31), Yuan(40_000))]

    assert doubled_interest(Yuan(100_000), DUE, paid, date(2025, 7, 14)) == Yuan("2005.50")


def test_nothing_runs_before_expiry() -> None:
    assert doubled_interest(Yuan(100_000), DUE, [], DUE) == Yuan("0.00")


def test_expiry_day_may_be_counted() -> None:
    assert days_of_delay(DUE, DUE + timedelta(days=1), start=InterestStart.EXPIRY_DAY) == 2


@pytest.mark.parametrize(
    ("pauses", "days"),
    [
        ([Pause(date(2024, 2, 1), date(2024, 2, 11))], 20),
        ([Pause(date(2024, 2, 1), date(2024, 2, 11)), Pause(date(2024, 2, 6), date(2024, 2, 16))], 15),
        ([Pause(date(2024, 2, 21), None)], 20),
        ([Pause(date(2023, 1, 1), date(2024, 2, 1))], 30),
    ],
)
def test_paused_days_do_not_count(pauses: list[Pause], days: int) -> None:
    assert days_of_delay(DUE, date(2024, 3, 1), pauses=pauses) == days


def test_judgment_is_paid_before_interest() -> None:
    paid = [Repayment(date(2024, 3, 31), Yuan(40_000)), Repayment(date(2024, 6, 30), Yuan(60_000))]

    result = outstanding(debt("100000.00", fee="1400.00"), paid, date(2025, 7, 14))

    assert line(result, Line.PRINCIPAL) == (Yuan(100_000), Yuan(100_000))
    assert line(result, Line.DOUBLED_INTEREST) == (Yuan("2005.50"), Yuan(0))
    assert line(result, Line.FEE) == (Yuan(1400), Yuan(0))
    assert result.left == Yuan("3405.50")


def test_general_interest_bears_no_doubled() -> None:
    result = outstanding(debt("100000.00", interest="9000.00"), [], DUE + timedelta(days=1))

    assert line(result, Line.DOUBLED_INTEREST)[0] == Yuan("17.50")


def test_costs_of_judgment_bear_doubled() -> None:
    result = outstanding(debt("99000.00", costs="1000.00"), [], DUE + timedelta(days=1))

    assert line(result, Line.DOUBLED_INTEREST)[0] == Yuan("17.50")


def test_later_payments_are_not_counted() -> None:
    result = outstanding(debt("1000.00"), [Repayment(date(2024, 5, 1), Yuan(1000))], date(2024, 4, 30))

    assert result.paid == Yuan("0.00")


def test_overpayment_shows_as_surplus() -> None:
    result = outstanding(debt("1000.00"), [Repayment(DUE, Yuan("1200.00"))], DUE)

    assert (result.left, result.surplus) == (Yuan("0.00"), Yuan("200.00"))


_cents = st.integers(0, 10**9).map(lambda n: Yuan(n) / 100)
_repayments = st.lists(
    st.builds(Repayment, st.dates(date(2023, 1, 1), date(2027, 1, 1)), _cents.filter(lambda n: n > 0)), max_size=6
)


@given(principal=_cents, interest=_cents, fee=_cents, paid=_repayments, as_of=st.dates(DUE, date(2027, 1, 1)))
def test_no_payment_is_lost(principal: Yuan, interest: Yuan, fee: Yuan, paid: list[Repayment], as_of: date) -> None:
    result = outstanding(Debt(principal, interest, Yuan(0), DUE, fee), paid, as_of)

    assert sum(entry.paid for entry in result.lines) + result.surplus == result.paid
    assert all(0 <= entry.paid <= entry.due for entry in result.lines)


@given(principal=_cents, paid=_repayments, as_of=st.dates(DUE, date(2027, 1, 1)))
def test_payments_never_raise_interest(principal: Yuan, paid: list[Repayment], as_of: date) -> None:
    without = doubled_interest(principal, DUE, [], as_of)

    assert doubled_interest(principal, DUE, paid, as_of) <= without
