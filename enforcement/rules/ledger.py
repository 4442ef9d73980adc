"""What is owed in a case on a day (尚欠金额): each claim's lines, and payments applied in the legal order.

The order: the claim that the payer named; then of several claims those that are due, less secured, dearer and due
earlier, equal ones in proportion (民法典 art. 560). Inside a claim costs, then interest, then principal (art. 561).
Then the doubled part of all claims (法释〔2014〕8号 art. 4), unless the parties agreed otherwise; then the fee.

Invariant: each line is due minus paid; no payment is counted twice or lost; what is paid later changes no earlier day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Final

from enforcement.rules.claims import ClaimPriority
from enforcement.rules.interest import (
    InterestStart,
    Part,
    Pause,
    Repayment,
    YearlyRate,
    doubled_interest,
    interest_at,
)
from enforcement.rules.money import total
from enforcement.rules.shares import shares

YEAR_DAYS: Final = 365
"""Days that a yearly rate counts on; a setting, for contracts and courts differ."""


class Line(StrEnum):
    """What a debtor may owe in a case."""

    COSTS = "COSTS"  # 诉讼费等
    GENERAL_INTEREST = "GENERAL_INTEREST"  # 一般债务利息
    PRINCIPAL = "PRINCIPAL"  # 本金
    DOUBLED_INTEREST = "DOUBLED_INTEREST"  # 加倍部分债务利息
    FEE = "FEE"  # 申请执行费


JUDGMENT_ORDER: Final = (Line.COSTS, Line.GENERAL_INTEREST, Line.PRINCIPAL)
"""Order inside the judgment's debt (民法典 art. 561)."""
_CLAIM_LINES: Final = (*JUDGMENT_ORDER, Line.DOUBLED_INTEREST)


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid or deducted: `on` is the day on which it ended its part of the debt (art. 3)."""

    on: date
    amount: Decimal
    claim_no: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimDebt:
    """What one claim amounts to; `dues` are (due on, part of the principal), costs are due on `due_on`."""

    no: int
    principal: Decimal
    general_interest: Decimal
    costs: Decimal
    due_on: date | None
    dues: tuple[tuple[date, Decimal], ...] = ()
    rate: YearlyRate | None = None
    priority: ClaimPriority = ClaimPriority.ORDINARY
    doubled_first: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What a court's settings and the case's suspensions say about counting days."""

    pauses: tuple[Pause, ...] = ()
    start: InterestStart = InterestStart.DAY_AFTER_EXPIRY
    year_days: int = YEAR_DAYS


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
class ClaimOutstanding:
    """What one claim's lines stand at."""

    no: int
    priority: ClaimPriority
    lines: tuple[OutstandingLine, ...]

    @property
    def judgment_left(self) -> Decimal:
        """Left of what the judgment itself fixed: costs, general interest, principal."""
        return total(line.left for line in self.lines if line.line in JUDGMENT_ORDER)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """尚欠金额 on a day; `surplus` is what was paid beyond everything owed."""

    as_of: date
    lines: tuple[OutstandingLine, ...]
    claims: tuple[ClaimOutstanding, ...]
    paid: Decimal
    surplus: Decimal

    @property
    def left(self) -> Decimal:
        return total(line.left for line in self.lines)


@dataclass(slots=True)
class _Account:
    """One claim while payments are applied to it."""

    debt: ClaimDebt
    rules: Rules
    paid: dict[Line, Decimal] = field(default_factory=lambda: dict.fromkeys(_CLAIM_LINES, Decimal("0.00")))
    of_costs: list[Repayment] = field(default_factory=list)
    of_dues: list[list[Repayment]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.of_dues = [[] for _ in self.dues]

    @property
    def dues(self) -> tuple[tuple[date | None, Decimal], ...]:
        return self.debt.dues or ((self.debt.due_on, self.debt.principal),)

    def principal_parts(self) -> list[Part]:
        return [Part(amount, due_on, self.of_dues[n]) for n, (due_on, amount) in enumerate(self.dues)]

    def due(self, line: Line, as_of: date) -> Decimal:
        match line:
            case Line.COSTS:
                return self.debt.costs
            case Line.PRINCIPAL:
                return self.debt.principal
            case Line.GENERAL_INTEREST:
                rate = self.debt.rate
                accrued = (
                    Decimal("0.00")
                    if rate is None
                    else interest_at(rate, self.principal_parts(), as_of, year_days=self.rules.year_days)
                )
                return self.debt.general_interest + accrued
            case _:
                bearing = [Part(self.debt.costs, self.debt.due_on, self.of_costs), *self.principal_parts()]
                return doubled_interest(bearing, as_of, pauses=self.rules.pauses, start=self.rules.start)

    def left(self, line: Line, on: date) -> Decimal:
        return self.due(line, on) - self.paid[line]

    def order(self) -> tuple[Line, ...]:
        return (Line.DOUBLED_INTEREST, *JUDGMENT_ORDER) if self.debt.doubled_first else JUDGMENT_ORDER

    def need(self, on: date) -> Decimal:
        return total(self.left(line, on) for line in self.order())

    def pay(self, on: date, amount: Decimal, lines: Iterable[Line]) -> Decimal:
        """Apply `amount` to the lines in their order; what is left of it."""
        for line in lines:
            part = min(amount, self.left(line, on))
            self.paid[line] += part
            amount -= part
            if line is Line.COSTS and part:
                self.of_costs.append(Repayment(on, part))
            if line is Line.PRINCIPAL and part:
                self._pay_dues(on, part)
        return amount

    def _pay_dues(self, on: date, amount: Decimal) -> None:
        for n, (_, whole) in enumerate(self.dues):
            part = min(amount, whole - total(r.amount for r in self.of_dues[n]))
            if part:
                self.of_dues[n].append(Repayment(on, part))
                amount -= part

    def precedence(self, on: date) -> tuple[object, ...]:
        """民法典 art. 560: due before not due, less secured first, then the heavier burden, then the earlier due."""
        first_due = min((due_on for due_on, _ in self.dues if due_on is not None), default=date.max)
        percent = Decimal(0) if self.debt.rate is None else self.debt.rate.percent
        return (first_due > on, self.debt.priority is ClaimPriority.SECURED, -percent, first_due)

    def shown(self, as_of: date) -> ClaimOutstanding:
        lines = tuple(OutstandingLine(line, self.due(line, as_of), self.paid[line]) for line in _CLAIM_LINES)
        return ClaimOutstanding(self.debt.no, self.debt.priority, lines)


def outstanding(
    claims: Sequence[ClaimDebt],
    fee: Decimal,
    payments: Iterable[Payment],
    as_of: date,
    rules: Rules = Rules(),
) -> Outstanding:
    """What is owed at the end of `as_of`; payments that ended a part of the debt later count nothing."""
    accounts = [_Account(claim, rules) for claim in claims]
    counted = sorted((p for p in payments if p.on <= as_of), key=lambda p: p.on)
    rest = Decimal("0.00")
    for payment in counted:
        rest += _apply(accounts, payment)
    for account in accounts:
        rest = account.pay(as_of, rest, (Line.DOUBLED_INTEREST,))
    fee_paid = min(rest, fee)
    shown = tuple(account.shown(as_of) for account in accounts)
    lines = (
        *(_summed(line, shown) for line in _CLAIM_LINES),
        OutstandingLine(Line.FEE, fee, fee_paid),
    )
    return Outstanding(as_of, lines, shown, total(p.amount for p in counted), rest - fee_paid)


def _apply(accounts: list[_Account], payment: Payment) -> Decimal:
    """Apply one payment to the claims; what is left when nothing more of the judgments is owed."""
    amount, on = payment.amount, payment.on
    for account in accounts:
        if account.debt.no == payment.claim_no:
            amount = account.pay(on, amount, account.order())
    ordered = sorted(accounts, key=lambda a: a.precedence(on))
    for _, group in groupby(ordered, key=lambda a: a.precedence(on)):
        equal = list(group)
        needs = [account.need(on) for account in equal]
        parts = needs if total(needs) <= amount else shares(amount, needs)
        for account, part in zip(equal, parts, strict=True):
            amount -= part - account.pay(on, part, account.order())
    return amount


def _summed(line: Line, claims: Iterable[ClaimOutstanding]) -> OutstandingLine:
    found = [each for claim in claims for each in claim.lines if each.line is line]
    return OutstandingLine(line, total(each.due for each in found), total(each.paid for each in found))
