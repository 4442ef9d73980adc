"""The enforcement application fee (申请执行费): not prepaid, borne by the debtor.

Source: 诉讼费用交纳办法 arts. 14, 20.
"""

from decimal import Decimal
from typing import Final

from enforcement.rules.money import rounded

WITHOUT_AMOUNT: Final = Decimal("50.00")  # the law leaves 50 to 500 to the court; the lowest is the default
FLAT_UP_TO: Final = Decimal(10_000)
FLAT: Final = Decimal("50.00")

STEPS: Final[tuple[tuple[Decimal, Decimal, Decimal], ...]] = (
    (Decimal(500_000), Decimal("0.015"), Decimal(-100)),
    (Decimal(5_000_000), Decimal("0.01"), Decimal(2_400)),
    (Decimal(10_000_000), Decimal("0.005"), Decimal(27_400)),
    (Decimal("Infinity"), Decimal("0.001"), Decimal(67_400)),
)
"""Up to this amount: rate, and the constant that makes the steps meet."""


def application_fee(amount: Decimal | None, *, without_amount: Decimal = WITHOUT_AMOUNT) -> Decimal:
    """The fee for enforcing `amount`; `without_amount` when there is nothing to count in money."""
    if amount is None:
        return rounded(without_amount)
    if amount <= FLAT_UP_TO:
        return FLAT
    rate, constant = next((rate, constant) for limit, rate, constant in STEPS if amount <= limit)
    return rounded(amount * rate + constant)
