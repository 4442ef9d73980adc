"""Figures about delegated tasks (委托事项统计): counts that may be added up, and what follows from them.

Invariant: rates and means are computed from counts that stand beside them, after those were added, never averaged.
Source: docs/zone.md; 签收及时率, 办结及时率, 退回率, 平均办理时长 as supervisors publish them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Final

from db.clock import SHANGHAI
from enforcement.rules.refusals import Malformed
from federation.graph.ratio import mean_of, percentage_of

MOST_DAYS: Final = 3 * 366
"""The longest period that figures are asked for."""
EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Civil days, both inclusive."""

    from_on: date
    to_on: date

    def instants(self) -> tuple[datetime, datetime]:
        """The first instant of the period in China, and the first one after it."""
        after = self.to_on + timedelta(days=1)
        return datetime.combine(self.from_on, time.min, SHANGHAI), datetime.combine(after, time.min, SHANGHAI)


def check_period(from_on: date, to_on: date, today: date) -> Period:
    """The period, if it is one that figures can be given of.

    Raises:
        Malformed: PERIOD; `from` lies ahead or before 2000, `to` before `from` or more than three years after it.
    """
    if not EARLIEST <= from_on <= today:
        raise Malformed("PERIOD", "from")
    if not 0 <= (to_on - from_on).days < MOST_DAYS:
        raise Malformed("PERIOD", "to")
    return Period(from_on, to_on)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the tasks dispatched in a period: what became of them."""

    dispatched: int = 0
    signed_for: int = 0
    signed_for_in_time: int = 0
    completed: int = 0
    completed_in_time: int = 0
    returned: int = 0
    handled: int = 0
    handling_minutes: int = 0
    overdue: int = 0
    evaluated: int = 0
    evaluation_points: int = 0
    complaints: int = 0
    objections: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def signed_for_in_time_rate(self) -> str | None:
        """签收及时率."""
        return percentage_of(self.signed_for_in_time, self.signed_for)

    @property
    def completed_in_time_rate(self) -> str | None:
        """办结及时率."""
        return percentage_of(self.completed_in_time, self.completed)

    @property
    def return_rate(self) -> str | None:
        """退回率."""
        return percentage_of(self.returned, self.dispatched)

    @property
    def mean_handling_minutes(self) -> int | None:
        """平均办理时长, half-up to a whole minute; None when nothing was handled."""
        return mean_of(self.handling_minutes, self.handled)


@dataclass(frozen=True, slots=True)
class PairFigures:
    """The tasks that one court sent to another."""

    delegating: str
    entrusted: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class CourtFigures:
    """One court in both roles, over all pairs that were reported."""

    court: str
    as_delegating: Figures
    as_entrusted: Figures


def by_court(pairs: Sequence[PairFigures]) -> list[CourtFigures]:
    """Every court of `pairs`, by code."""
    courts = sorted({court for pair in pairs for court in (pair.delegating, pair.entrusted)})
    return [
        CourtFigures(
            court,
            total(pair.figures for pair in pairs if pair.delegating == court),
            total(pair.figures for pair in pairs if pair.entrusted == court),
        )
        for court in courts
    ]


def total(figures: Iterable[Figures]) -> Figures:
    """Their sum, count by count."""
    return reduce(Figures.__add__, figures, Figures())
