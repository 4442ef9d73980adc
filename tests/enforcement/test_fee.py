"""The enforcement application fee, to the cent."""

from decimal import Decimal as Yuan

import pytest

from enforcement.rules.fee import application_fee


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        ("10000", "50.00"),
        ("10001", "50.02"),
        ("50000", "650.00"),
        ("130000", "1850.00"),
        ("406000", "5990.00"),
        ("500000", "7400.00"),
        ("500001", "7400.01"),
        ("5000000", "52400.00"),
        ("10000000", "77400.00"),
        ("20000000", "87400.00"),
        ("0", "50.00"),
    ],
)
def test_fee_follows_the_steps(amount: str, fee: str) -> None:
    assert application_fee(Yuan(amount)) == Yuan(fee)


def test_no_amount_costs_the_least() -> None:
    assert application_fee(None) == Yuan("50.00")
    assert application_fee(None, without_amount=Yuan(500)) == Yuan("500.00")
