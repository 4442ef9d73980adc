"""Interest by the day: the doubled part for delayed performance (加倍部分债务利息), and interest at a yearly rate.

Invariant: what was paid of a part of the debt bears interest until the day on which it was paid; nothing is rounded
before everything of a kind is added up.
Source: 法释〔2014〕8号 arts. 1-3.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from enforcement.rules.money import rounded

DAILY_RATE: Final = Decimal("0.000175")


class InterestStart(StrEnum):
    """From which day delay is counted; the interpretation leaves it open, practice begins the day after."""

    DAY_AFTER_EXPIRY = "DAY_AFTER_EXPIRY"
    EXPIRY_DAY = "EXPIRY_DAY"


@dataclass(frozen=True, slots=True)
class Repayment:
    """An amount that the debtor paid, or the court deducted, on a day."""

    paid_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Pause:
    """Days [from_on, until_on) that do not count: review not asked for by the debtor, or retrial (art. 3)."""

    from_on: date
    until_on: date | None  # None: still running


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the debt that falls due on one day, with what was paid of it; `due_on` None: it bears no interest."""

    amount: Decimal
    due_on: date | None
    repayments: Sequence[Repayment] = ()

    def stretches(self, as_of: date) -> Iterator[tuple[Decimal, date]]:
        """Each piece with the day until which it was owed: those paid by `as_of`, then what is left."""
        left = self.amount
        for repayment in sorted(self.repayments, key=lambda r: r.paid_on):
            if repayment.paid_on <= as_of:
                piece = min(repayment.amount, left)
                left -= piece
                yield piece, repayment.paid_on
        yield left, as_of


@dataclass(frozen=True, slots=True)
class YearlyRate:
    """一般债务利息 at a rate: `percent` a year on the unpaid principal, from one day until another or until paid."""

    percent: Decimal
    from_on: date
    until_on: date | None = None


def days_of_delay(
    due_on: date,
    until_on: date,
    *,
    pauses: Iterable[Pause] = (),
    start: InterestStart = InterestStart.DAY_AFTER_EXPIRY,
) -> int:
    """Days from the expiry of the performance period to `until_on`, that day included, pauses left out."""
    first = due_on.toordinal() + (start is InterestStart.DAY_AFTER_EXPIRY)
    end = until_on.toordinal() + 1
    return max(0, end - first) - _days_in(pauses, first, end)


def _days_in(pauses: Iterable[Pause], first: int, end: int) -> int:
    """How many days of [first, end) lie in at least one pause; by number, for the last date has no day after it."""
    covered, reached = 0, first
    for pause in sorted(pauses, key=lambda p: p.from_on):
        until = end if pause.until_on is None else min(pause.until_on.toordinal(), end)
        low = max(pause.from_on.toordinal(), reached)
        if until > low:
            covered += until - low
            reached = until
    return covered


def doubled_interest(
    parts: Iterable[Part],
    as_of: date,
    *,
    pauses: Iterable[Pause] = (),
    start: InterestStart = InterestStart.DAY_AFTER_EXPIRY,
) -> Decimal:
    """What has accrued on all parts up to `as_of`, that day included. Rounded once, at the end."""
    kept = tuple(pauses)
    return rounded(
        sum(
            (
                piece * DAILY_RATE * days_of_delay(part.due_on, stop, pauses=kept, start=start)
                for part in parts
                if part.due_on is not None
                for piece, stop in part.stretches(as_of)
            ),
            Decimal(0),
        )
    )


def interest_at(rate: YearlyRate, parts: Iterable[Part], as_of: date, *, year_days: int) -> Decimal:
    """What has accrued at the rate up to `as_of`: its first day counts, the day of payment does not. Rounded once."""
    last = as_of if rate.until_on is None else min(as_of, rate.until_on)
    daily = rate.percent / 100 / year_days
    return rounded(
        sum(
            (
                piece * daily * max(0, (min(stop, last) - rate.from_on).days)
                for part in parts
                for piece, stop in part.stretches(as_of)
            ),
            Decimal(0),
        )
    )
