"""The doubled part of delayed-performance interest (加倍部分债务利息), and what is still owed on a day.

Invariant: each line of `Outstanding` is due minus paid, and no payment is counted twice or lost.
Source: 法释〔2014〕8号 arts. 1-4; order inside the judgment's own debt: 民法典 art. 561.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from enforcement.rules.money import rounded, total

DAILY_RATE: Final = Decimal("0.000175")


class InterestStart(StrEnum):
    """From which day delay is counted; the interpretation leaves it open, practice begins the day after."""

    DAY_AFTER_EXPIRY = "DAY_AFTER_EXPIRY"
    EXPIRY_DAY = "EXPIRY_DAY"


class Line(StrEnum):
    """What a debtor may owe in a case."""

    COSTS = "COSTS"  # 诉讼费等
    GENERAL_INTEREST = "GENERAL_INTEREST"  # 一般债务利息
    PRINCIPAL = "PRINCIPAL"  # 本金
    DOUBLED_INTEREST = "DOUBLED_INTEREST"  # 加倍部分债务利息
    FEE = "FEE"  # 申请执行费


JUDGMENT_ORDER: Final = (Line.COSTS, Line.GENERAL_INTEREST, Line.PRINCIPAL)
"""Order inside the judgment's debt (民法典 art. 561)."""


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
class Debt:
    """What the judgment fixed, and the day by which it was to be performed."""

    principal: Decimal
    general_interest: Decimal
    costs: Decimal
    due_on: date | None
    fee: Decimal


@dataclass(frozen=True, slots=True)
class OutstandingLine:
    """One line: due, paid of it, left."""

    line: Line
    due: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        return self.due - self.paid


@dataclass(frozen=True, slots=True)
class Outstanding:
    """尚欠金额 on a day; `surplus` is what was paid beyond everything owed."""

    as_of: date
    lines: tuple[OutstandingLine, ...]
    paid: Decimal
    surplus: Decimal

    @property
    def left(self) -> Decimal:
        return total(line.left for line in self.lines)


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
    amount: Decimal,
    due_on: date,
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    pauses: Iterable[Pause] = (),
    start: InterestStart = InterestStart.DAY_AFTER_EXPIRY,
) -> Decimal:
    """What has accrued up to `as_of`, that day included: each part of the debt until the day it was paid.

    `repayments` are what was paid *of this debt*; what is left runs on. Rounded once, at the end.
    """
    stops, left, kept = [], amount, tuple(pauses)
    for repayment in sorted(repayments, key=lambda r: r.paid_on):
        if repayment.paid_on <= as_of:
            part = min(repayment.amount, left)
            stops.append((part, repayment.paid_on))
            left -= part
    stops.append((left, as_of))
    return rounded(
        sum(
            (part * DAILY_RATE * days_of_delay(due_on, stop, pauses=kept, start=start) for part, stop in stops),
            Decimal(0),
        )
    )


def outstanding(
    debt: Debt,
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    pauses: Iterable[Pause] = (),
    start: InterestStart = InterestStart.DAY_AFTER_EXPIRY,
) -> Outstanding:
    """What is owed at the end of `as_of`: the judgment's debt is paid first, then the doubled part, then the fee.

    The doubled part runs on the judgment's debt other than general interest (art. 1).
    """
    counted = [r for r in sorted(repayments, key=lambda r: r.paid_on) if r.paid_on <= as_of]
    due = {Line.COSTS: debt.costs, Line.GENERAL_INTEREST: debt.general_interest, Line.PRINCIPAL: debt.principal}
    paid = dict.fromkeys(Line, Decimal("0.00"))
    bearing: list[Repayment] = []
    rest = Decimal("0.00")
    for repayment in counted:
        left = repayment.amount
        for line in JUDGMENT_ORDER:
            part = min(left, due[line] - paid[line])
            paid[line] += part
            left -= part
            if line is not Line.GENERAL_INTEREST and part:
                bearing.append(Repayment(repayment.paid_on, part))
        rest += left
    due[Line.DOUBLED_INTEREST] = (
        Decimal("0.00")
        if debt.due_on is None
        else doubled_interest(debt.principal + debt.costs, debt.due_on, bearing, as_of, pauses=pauses, start=start)
    )
    due[Line.FEE] = debt.fee
    for line in (Line.DOUBLED_INTEREST, Line.FEE):
        paid[line] = min(rest, due[line])
        rest -= paid[line]
    lines = tuple(OutstandingLine(line, due[line], paid[line]) for line in Line)
    return Outstanding(as_of, lines, total(r.amount for r in counted), rest)
