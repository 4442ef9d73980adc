"""Equity frozen beyond what is owed (股权超标的冻结): the excess is released within seven days of the ruling's effect.

Source: 股权执行规定 (法释〔2021〕20号) art. 5: what is frozen must not obviously exceed the debt; when the debtor's
objection is upheld, the excess is released within seven days from the day on which the ruling took effect.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from db.records.assets import AssetKind, MeasureStatus
from enforcement.rules.deadlines import Term, WorkCalendar
from enforcement.rules.refusals import Malformed, MeasureNotForAsset, TransitionNotAllowed

OVER_FROZEN: Final = "OVER_FROZEN"
EXCESS_RELEASED: Final = "EXCESS_RELEASED"
_STANDING: Final = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED, MeasureStatus.WAITING})


@dataclass(frozen=True, slots=True)
class OverFreezingTerms:
    """The term of the provisions; the days of warning before are a default."""

    release: Term = field(default=Term(7))
    warn_before: timedelta = timedelta(days=3)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def release_due(self, effective_on: date) -> date:
        return self.calendar.due(effective_on, self.release)


TERMS: Final = OverFreezingTerms()


def check_found(kind: AssetKind, status: MeasureStatus, value: Decimal, excess: Decimal) -> None:
    """Return if a ruling can have found that so much of the measure is too much.

    Raises:
        MeasureNotForAsset: it lies on no equity.
        TransitionNotAllowed: it does not stand.
        Malformed: MONEY, part excess: all of it, or more: then the measure is lifted.
    """
    if kind is not AssetKind.EQUITY:
        raise MeasureNotForAsset
    check_standing(status, OVER_FROZEN)
    if excess >= value:
        raise Malformed("MONEY", "excess")


def check_standing(status: MeasureStatus, wanted: str) -> None:
    """Return if the measure stands. Raises TransitionNotAllowed."""
    if status not in _STANDING:
        raise TransitionNotAllowed(status, wanted)


def check_day(day: date, *, after: date, today: date, part: str) -> None:
    """Return if the day lies between the two. Raises Malformed: PERIOD."""
    if not after <= day <= today:
        raise Malformed("PERIOD", part)
