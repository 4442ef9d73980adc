"""What holds for every record of the framework agreement (框架协议): days in order, lists of courts, quantities."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from enforcement.rules.refusals import Malformed

FURTHEST: Final = timedelta(days=5 * 366)
"""How far ahead of today a day may lie: beyond, it was mistyped."""
MOST_COURTS: Final = 200
MOST_QUANTITY: Final = 10_000


def check_period(from_on: date, to_on: date | None, today: date) -> None:
    """Return if the days are in their order, and not absurdly far ahead.

    Raises:
        Malformed: PERIOD; `from` or `to`.
    """
    if from_on > today + FURTHEST:
        raise Malformed("PERIOD", "from")
    if to_on is not None and not from_on <= to_on <= today + FURTHEST:
        raise Malformed("PERIOD", "to")


def check_ahead(day: date, today: date, part: str) -> None:
    """Return if the day is today or later, and not absurdly far ahead. Raises Malformed: PERIOD, `part`."""
    if not today <= day <= today + FURTHEST:
        raise Malformed("PERIOD", part)


def check_past(day: date, today: date, part: str) -> None:
    """Return if the day is not ahead, nor absurdly long ago. Raises Malformed: PERIOD, `part`."""
    if not today - FURTHEST <= day <= today:
        raise Malformed("PERIOD", part)


def check_courts(courts: Collection[str], *, fewest: int) -> None:
    """Return if no court is named twice and there are so many. Raises Malformed: COURTS."""
    if len(set(courts)) != len(courts) or not fewest <= len(courts) <= MOST_COURTS:
        raise Malformed("COURTS", "courts")


def check_quantity(quantity: int, part: str = "quantity") -> None:
    """Return if so many may be lent. Raises Malformed: QUANTITY."""
    if not 1 <= quantity <= MOST_QUANTITY:
        raise Malformed("QUANTITY", part)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two periods, each to its last day or open, have a day in common."""
    return (one[1] is None or other[0] <= one[1]) and (other[1] is None or one[0] <= other[1])
