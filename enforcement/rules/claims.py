"""Claims of a case (债权): what the basis awards, by kind and priority, and what must hold of them together.

Source: 执行规定 art. 16; order of several debts: 民法典 art. 560; foreign currency: 法释〔2014〕8号 art. 5.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from enforcement.rules.interest import YearlyRate
from enforcement.rules.money import not_negative, positive, rounded, total
from enforcement.rules.refusals import ClaimsDoNotAddUp, Malformed

MOST_CLAIMS: Final = 50
MOST_DUES: Final = 240
CNY: Final = "CNY"
_MOST_PERCENT: Final = Decimal(100)
_CURRENCY_LENGTH: Final = 3
_RATE: Final = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)  # so much of a rate is kept


class ClaimKind(StrEnum):
    """What is to be performed."""

    MONEY = "MONEY"  # 给付金钱
    DELIVERY_OF_THING = "DELIVERY_OF_THING"  # 交付财物
    ACT = "ACT"  # 履行行为


class ClaimPriority(StrEnum):
    """Which claims come first when the money is not enough."""

    SECURED = "SECURED"  # 有担保物权
    STATUTORY_PRIORITY = "STATUTORY_PRIORITY"  # 法定优先权
    ORDINARY = "ORDINARY"  # 普通债权


class Livelihood(StrEnum):
    """民生债权: what somebody lives on."""

    WAGES = "WAGES"  # 劳动报酬
    CHILD_SUPPORT = "CHILD_SUPPORT"  # 抚养费
    ALIMONY = "ALIMONY"  # 赡养费、扶养费
    INJURY = "INJURY"  # 人身损害赔偿
    OTHER = "OTHER"  # 其他民生


@dataclass(frozen=True, slots=True)
class ForeignAmount:
    """What is owed in a currency and was chosen to be paid in CNY, at the mid-rate of the day delay began (art. 5)."""

    currency: str
    amount: Decimal
    mid_rate: Decimal
    rate_on: date

    @property
    def in_cny(self) -> Decimal:
        return rounded(self.amount * self.mid_rate)


@dataclass(frozen=True, slots=True)
class NewClaim:
    """One claim as it is written down; `dues` are (due on, part of the principal), if it falls due in parts.

    Without a day `due_on` it is due when the basis took effect (art. 2); `interest` runs beside `general_interest`,
    which the basis states as a sum.
    """

    kind: ClaimKind
    principal: Decimal = Decimal("0.00")
    general_interest: Decimal = Decimal("0.00")
    interest: YearlyRate | None = None
    costs: Decimal = Decimal("0.00")
    due_on: date | None = None
    effective_on: date | None = None
    dues: tuple[tuple[date, Decimal], ...] = ()
    priority: ClaimPriority = ClaimPriority.ORDINARY
    livelihood: Livelihood | None = None
    doubled_first: bool = False
    foreign: ForeignAmount | None = None


def check_claims(claims: Sequence[NewClaim], *, principal: Decimal, general_interest: Decimal, costs: Decimal) -> None:
    """Return if each claim is sound and together they are the case's principal, stated interest and costs.

    Raises:
        ClaimsDoNotAddUp: with both sums.
        Malformed: CLAIMS (none, or too many), MONEY, PERIOD, RATE, CURRENCY.
    """
    if not 1 <= len(claims) <= MOST_CLAIMS:
        raise Malformed("CLAIMS", "claims")
    for claim in claims:
        _check(claim)
    applied = total([principal, general_interest, costs])
    claimed = total(part for claim in claims for part in (claim.principal, claim.general_interest, claim.costs))
    parts = (
        (principal, total(claim.principal for claim in claims)),
        (general_interest, total(claim.general_interest for claim in claims)),
        (costs, total(claim.costs for claim in claims)),
    )
    if any(wanted != given for wanted, given in parts):
        raise ClaimsDoNotAddUp(applied, claimed)


def _check(claim: NewClaim) -> None:
    for part, amount in (
        ("principal", claim.principal),
        ("generalInterest", claim.general_interest),
        ("costs", claim.costs),
    ):
        not_negative(amount, part=part)
    if claim.kind is not ClaimKind.MONEY and (claim.principal or claim.general_interest or claim.dues):
        raise Malformed("CLAIMS", "kind")
    _check_dues(claim)
    _check_rate(claim.interest)
    if claim.foreign is not None:
        _check_foreign(claim.foreign, claim.principal)


def _check_dues(claim: NewClaim) -> None:
    if not claim.dues:
        return
    days = [due_on for due_on, _ in claim.dues]
    if len(days) > MOST_DUES or days != sorted(set(days)):
        raise Malformed("PERIOD", "dues")
    planned = total(positive(amount, part="dues") for _, amount in claim.dues)
    if planned != claim.principal:
        raise ClaimsDoNotAddUp(claim.principal, planned)


def _check_rate(rate: YearlyRate | None) -> None:
    if rate is None:
        return
    if not (_is_kept(rate.percent) and 0 < rate.percent <= _MOST_PERCENT):
        raise Malformed("RATE", "percent")
    if rate.until_on is not None and rate.until_on <= rate.from_on:
        raise Malformed("PERIOD", "untilOn")


def _check_foreign(foreign: ForeignAmount, principal: Decimal) -> None:
    code = foreign.currency
    if len(code) != _CURRENCY_LENGTH or not (code.isascii() and code.isalpha() and code.isupper()) or code == CNY:
        raise Malformed("CURRENCY", "currency")
    positive(foreign.amount, part="foreign")
    if not (_is_kept(foreign.mid_rate) and foreign.mid_rate > 0):
        raise Malformed("RATE", "midRate")
    if foreign.in_cny != principal:
        raise ClaimsDoNotAddUp(principal, foreign.in_cny)


def _is_kept(rate: Decimal) -> bool:
    """Whether the rate is kept as it is, neither rounded nor too large: another court has to count with the same."""
    return _RATE.fullmatch(str(rate)) is not None
