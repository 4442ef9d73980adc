"""Enforcement settlement (执行和解): the instalments must add up to what was settled. Source: 执行和解规定."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from enforcement.rules.money import positive, total
from enforcement.rules.refusals import InstalmentsDoNotAddUp, Malformed


class SettlementForm(StrEnum):
    """How a settlement was put down (执行和解规定 art. 1)."""

    WRITTEN = "WRITTEN"  # 书面协议
    RECORDED_IN_TRANSCRIPT = "RECORDED_IN_TRANSCRIPT"  # 记入笔录


class PaymentMethod(StrEnum):
    """How money came in."""

    BANK_TRANSFER = "BANK_TRANSFER"  # 银行转账
    CASH = "CASH"  # 现金
    MOBILE_PAYMENT = "MOBILE_PAYMENT"  # 移动支付
    DEDUCTION = "DEDUCTION"  # 法院扣划


def check_schedule(amount: Decimal, instalments: Sequence[tuple[date, Decimal]], signed_on: date) -> None:
    """Return if the instalments are positive, due in order, none before the signing, and sum to `amount`.

    Raises:
        InstalmentsDoNotAddUp: with both figures.
        Malformed: INVALID_MONEY or INVALID_PERIOD.
    """
    for _, part in instalments:
        positive(part, part="instalments")
    days = [due_on for due_on, _ in instalments]
    if not days or days != sorted(days) or days[0] < signed_on:
        raise Malformed("PERIOD", "instalments")
    planned = total(part for _, part in instalments)
    if planned != amount:
        raise InstalmentsDoNotAddUp(amount, planned)
