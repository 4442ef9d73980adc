"""Doubled interest and what is outstanding: the vectors of the law's own arithmetic, to the cent."""

from datetime import date, timedelta
from decimal import Decimal as Yuan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.rules import interest, ledger
from enforcement.rules.interest import InterestStart, Part, Pause, Repayment, YearlyRate, days_of_delay, interest_at
from enforcement.rules.ledger import ClaimDebt, Line, Outstanding, Payment

DUE = date(2024, 1, 31)


def debt(principal: str, *, interest: str = "0.00", costs: str = "0.00") -> ClaimDebt:
    return ClaimDebt(1, Yuan(principal), Yuan(interest), Yuan(costs), DUE)


def doubled_interest(amount: Yuan, due_on: date, paid: list[Repayment], as_of: date) -> Yuan:
    return interest.doubled_interest([Part(amount, due_on, paid)], as_of)


def outstanding(one: ClaimDebt, paid: list[Repayment], as_of: date, fee: str = "0.00") -> Outstanding:
    return ledger.outstanding([one], Yuan(fee), [Payment(each.paid_on, each.amount) for each in paid], as_of)


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
        ([Pause(date(2024, 2, 28), date(2024, 3, 1))], 28),  # 29 February is a day
        ([Pause(date(2024, 2, 20), date(2024, 2, 20))], 30),
        ([Pause(date(2024, 3, 1), None), Pause(date(2024, 2, 29), date(2024, 3, 2))], 28),
    ],
)
def test_paused_days_do_not_count(pauses: list[Pause], days: int) -> None:
    assert days_of_delay(DUE, date(2024, 3, 1), pauses=pauses) == days


def test_judgment_is_paid_before_interest() -> None:
    paid = [Repayment(date(2024, 3, 31), Yuan(40_000)), Repayment(date(2024, 6, 30), Yuan(60_000))]

    result = outstanding(debt("100000.00"), paid, date(2025, 7, 14), "1400.00")

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


@given(principal=_cents, stated=_cents, fee=_cents, paid=_repayments, as_of=st.dates(DUE, date(2027, 1, 1)))
def test_no_payment_is_lost(principal: Yuan, stated: Yuan, fee: Yuan, paid: list[Repayment], as_of: date) -> None:
    result = outstanding(ClaimDebt(1, principal, stated, Yuan(0), DUE), paid, as_of, str(fee))

    assert sum(entry.paid for entry in result.lines) + result.surplus == result.paid
    assert all(0 <= entry.paid <= entry.due for entry in result.lines)


@given(principal=_cents, paid=_repayments, as_of=st.dates(DUE, date(2027, 1, 1)))
def test_payments_never_raise_interest(principal: Yuan, paid: list[Repayment], as_of: date) -> None:
    without = doubled_interest(principal, DUE, [], as_of)

    assert doubled_interest(principal, DUE, paid, as_of) <= without


def test_yearly_rate_runs_on_what_is_unpaid() -> None:
    """10,000 at 12 %: 100 days on all of it and 265 on the 4,000 that were left."""
    part = Part(Yuan(10_000), None, [Repayment(date(2024, 4, 10), Yuan(6_000))])

    found = interest_at(YearlyRate(Yuan(12), date(2024, 1, 1)), [part], date(2024, 12, 31), year_days=365)

    assert found == Yuan("677.26")  # 4,000 x 0.12 x 365/365 + 6,000 x 0.12 x 100/365 = 480.00 + 197.26


def test_yearly_rate_stops_on_its_last_day() -> None:
    rate = YearlyRate(Yuan("3.65"), date(2024, 1, 1), date(2024, 1, 11))

    assert interest_at(rate, [Part(Yuan(10_000), None)], date(2025, 1, 1), year_days=365) == Yuan("10.00")
