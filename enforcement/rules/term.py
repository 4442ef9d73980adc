"""How long a control measure may last, counted in calendar years from the day it takes effect.

Source: 民诉法解释 art. 485 (deposits 1 year, movables 2, real estate and other property rights 3).
"""

from datetime import date
from typing import Final

from db.records.assets import AssetKind
from enforcement.rules.refusals import TermTooLong

MAX_YEARS: Final[dict[AssetKind, int]] = {
    AssetKind.BANK_DEPOSIT: 1,
    AssetKind.INTERNET_BALANCE: 1,
    AssetKind.HOUSING_PROVIDENT_FUND: 1,
    AssetKind.INCOME: 1,
    AssetKind.VEHICLE: 2,
    AssetKind.MOVABLE: 2,
    AssetKind.REAL_ESTATE: 3,
    AssetKind.EQUITY: 3,
    AssetKind.WEALTH_PRODUCT: 3,
    AssetKind.SECURITIES: 3,
    AssetKind.RECEIVABLE: 3,
    AssetKind.IP_RIGHT: 3,
    AssetKind.INSURANCE_VALUE: 3,
    AssetKind.SHIP: 2,
    AssetKind.OTHER_RIGHT: 3,
}
"""Defaults; a court may order less, never more. Provident fund, income and ships follow common practice."""


LONGEST: Final = max(MAX_YEARS.values())


def check_term(kind: AssetKind, years: int | None) -> int:
    """The term in years: the longest when none is asked for.

    Raises:
        TermTooLong: more than the kind allows, or less than one year.
    """
    longest = MAX_YEARS[kind]
    if years is None:
        return longest
    if not 1 <= years <= longest:
        raise TermTooLong(longest)
    return years


def expires_on(effective_on: date, years: int) -> date:
    """The same calendar day `years` later; 29 February becomes 28 February. No roll-over over holidays."""
    try:
        return effective_on.replace(year=effective_on.year + years)
    except ValueError:
        return effective_on.replace(year=effective_on.year + years, day=28)
