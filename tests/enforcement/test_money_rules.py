"""Amounts are positive with at most two decimals; instalments add up."""

from datetime import date
from decimal import Decimal as Yuan

import pytest

from enforcement.rules.money import positive
from enforcement.rules.refusals import InstalmentsDoNotAddUp, Malformed
from enforcement.rules.settlement import check_schedule

SIGNED = date(2023, 12, 29)


def monthly(first: str, step: str, count: int) -> list[tuple[date, Yuan]]:
    return [(SIGNED, Yuan(first))] + [(date(2024, month, 29), Yuan(step)) for month in range(1, count + 1)]


@pytest.mark.parametrize("text", ["0.01", "20000", "20000.0", "406000.00"])
def test_good_amounts_get_two_places(text: str) -> None:
    amount = positive(text)

    assert amount == Yuan(text)
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "text", ["0", "0.00", "-1", "1.001", "1e3", "NaN", "Infinity", "", "1,000", "１０", "9" * 15, " 1", "1.", "+1"]
)
def test_bad_amounts_are_refused(text: str) -> None:
    with pytest.raises(Malformed) as refusal:
        positive(text, part="paid")
    assert (refusal.value.code, refusal.value.part) == ("INVALID_MONEY", "paid")


def test_instalments_sum_to_the_settlement() -> None:
    check_schedule(Yuan("46000.00"), monthly("10000.00", "6000.00", 6), SIGNED)


def test_wrong_sum_shows_both_figures() -> None:
    with pytest.raises(InstalmentsDoNotAddUp) as refusal:
        check_schedule(Yuan("50000.00"), monthly("10000.00", "6000.00", 6), SIGNED)
    assert (refusal.value.settled, refusal.value.planned) == (Yuan("50000.00"), Yuan("46000.00"))


@pytest.mark.parametrize(
    "plan",
    [
        [],
        [(date(2023, 12, 28), Yuan("1.00"))],
        [(date(2024, 2, 1), Yuan("0.50")), (date(2024, 1, 1), Yuan("0.50"))],
    ],
)
def test_dates_must_run_forward(plan: list[tuple[date, Yuan]]) -> None:
    with pytest.raises(Malformed) as refusal:
        check_schedule(Yuan("1.00"), plan, SIGNED)
    assert refusal.value.code == "INVALID_PERIOD"
