"""What the other court may say of a case's money: sums that hold together, days that were, conventions that exist.

Invariant: pure; asked before anything is kept.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from enforcement.case_transfers.checking import word
from enforcement.case_transfers.contents import CarriedClaim, CarriedPayment, CarriedSuspension, CaseAccount
from enforcement.rules.claims import (
    CNY,
    ClaimKind,
    ClaimPriority,
    ForeignAmount,
    Livelihood,
    NewClaim,
    check_claims,
)
from enforcement.rules.interest import InterestStart, YearlyRate
from enforcement.rules.money import not_negative, positive
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.suspension import SuspensionGround, SuspensionKind
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.overlay_checks import is_day

MOST_PAYMENTS: Final = 5_000
_MOST_SUSPENSIONS: Final = 200
_YEAR_DAYS: Final = range(360, 367)


def check(account: CaseAccount, sums: tuple[Decimal, Decimal, Decimal], today: date) -> None:
    """Return if the account can be counted with; `sums` are the case's principal, stated interest and costs.

    Raises:
        NotAPayload.
    """
    try:
        if account.claims:
            principal, general_interest, costs = sums
            claims = [_claim(claim) for claim in account.claims]
            check_claims(claims, principal=principal, general_interest=general_interest, costs=costs)
        not_negative(account.counting.fee_without_amount)
    except (RuleBroken, ArithmeticError):
        raise NotAPayload from None
    numbers = [claim.no for claim in account.claims] or [1]
    _require(numbers == list(range(1, len(numbers) + 1)))
    check_payments(account.payments, today, numbers)
    _require(len(account.suspensions) <= _MOST_SUSPENSIONS)
    for each in account.suspensions:
        _check_suspension(each, today)
    word(InterestStart, account.counting.interest_start)
    _require(account.counting.year_days in _YEAR_DAYS)


def check_payments(paid: Sequence[CarriedPayment], today: date, claim_nos: Sequence[int] | None = None) -> None:
    """Return if each may have been received, once. Raises NotAPayload."""
    _require(len(paid) <= MOST_PAYMENTS and len({each.id for each in paid}) == len(paid))
    for each in paid:
        try:
            positive(each.amount)
        except (RuleBroken, ArithmeticError):
            raise NotAPayload from None
        _require(_is_past(each.paid_on, today) and _is_past(each.ends_on, today))
        _require(each.claim_no is None or each.claim_no in (claim_nos or range(1, 51)))


def _claim(said: CarriedClaim) -> NewClaim:
    days = [said.interest_from_on, said.interest_until_on, said.due_on, said.effective_on, said.mid_rate_on]
    _require(all(day is None or is_day(day) for day in (*days, *(part.due_on for part in said.dues))))
    rate = None
    if said.interest_percent is not None:
        _require(said.interest_from_on is not None and said.interest_percent.is_finite())
        assert said.interest_from_on is not None  # just required
        rate = YearlyRate(said.interest_percent, said.interest_from_on, said.interest_until_on)
    foreign = None
    if said.currency != CNY:
        _require(None not in {said.foreign_amount, said.mid_rate, said.mid_rate_on})
        assert said.foreign_amount is not None and said.mid_rate is not None and said.mid_rate_on is not None  # noqa: PT018
        foreign = ForeignAmount(said.currency, said.foreign_amount, said.mid_rate, said.mid_rate_on)
    return NewClaim(
        kind=word(ClaimKind, said.kind),
        principal=said.principal,
        general_interest=said.general_interest,
        interest=rate,
        costs=said.costs,
        due_on=said.due_on,
        effective_on=said.effective_on,
        dues=tuple((part.due_on, part.amount) for part in said.dues),
        priority=word(ClaimPriority, said.priority),
        livelihood=None if said.livelihood is None else word(Livelihood, said.livelihood),
        doubled_first=said.doubled_first,
        foreign=foreign,
    )


def _check_suspension(said: CarriedSuspension, today: date) -> None:
    word(SuspensionKind, said.kind)
    word(SuspensionGround, said.ground)
    _require(is_day(said.from_on) and said.from_on < said.until_on and _is_past(said.until_on, today))


def _is_past(day: date, today: date) -> bool:
    """The other court's calendar may be one day ahead, at midnight."""
    return is_day(day) and day <= today + timedelta(days=1)


def _require(holds: bool) -> None:
    if not holds:
        raise NotAPayload
