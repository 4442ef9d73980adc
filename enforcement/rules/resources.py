"""How much of what a court offers is lent at most on one day (资源协同). Invariant: never more than was offered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Loan:
    """So many, from the first day to the last one, inclusive."""

    quantity: int
    from_on: date
    to_on: date


def most_at_once(loans: Iterable[Loan]) -> int:
    """The most that is lent on any one day."""
    lent = list(loans)
    begins = {loan.from_on for loan in lent}
    return max((sum(loan.quantity for loan in lent if loan.from_on <= day <= loan.to_on) for day in begins), default=0)


def left(offered: int, loans: Iterable[Loan], asked: Loan) -> int:
    """How many may be lent throughout the days of `asked`; less than nothing never comes of what was granted."""
    within = [
        Loan(loan.quantity, max(loan.from_on, asked.from_on), min(loan.to_on, asked.to_on))
        for loan in loans
        if loan.from_on <= asked.to_on and asked.from_on <= loan.to_on
    ]
    return offered - most_at_once(within)
