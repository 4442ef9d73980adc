"""Money: exact decimals, CNY, two places (分). Invariant: no float ever becomes money."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from enforcement.rules.refusals import Malformed

CENT: Final = Decimal("0.01")
LARGEST: Final = Decimal("99999999999999.99")  # what numeric(16,2) holds
_FORM: Final = re.compile(r"\d{1,14}(\.\d{1,2})?", re.ASCII)


def rounded(amount: Decimal) -> Decimal:
    """`amount` to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with two places also when there is nothing to add."""
    return sum(amounts, Decimal("0.00")).quantize(CENT)


def positive(value: str | Decimal, *, part: str = "amount") -> Decimal:
    """`value` as a positive amount of at most two decimals.

    Raises:
        Malformed: INVALID_MONEY; `part` names the field, the value is not repeated.
    """
    text = str(value)
    if not _FORM.fullmatch(text):
        raise Malformed("MONEY", part)
    amount = Decimal(text)
    if not 0 < amount <= LARGEST:
        raise Malformed("MONEY", part)
    return amount.quantize(CENT)


def not_negative(value: str | Decimal, *, part: str = "amount") -> Decimal:
    """`value` as an amount of at most two decimals, nothing included. Raises Malformed, as `positive`."""
    text = str(value)
    is_nothing = _FORM.fullmatch(text) is not None and Decimal(text).is_zero()
    return Decimal("0.00") if is_nothing else positive(value, part=part)
