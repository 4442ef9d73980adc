"""Enforcement settlement (执行和解): the instalments must add up to what was settled. Source: 执行和解规定."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from enforcement.rules.money import positive, total
from enforcement.rules.refusals import InstalmentsDoNotAddUp, Malformed

MOST_GRACE_DAYS: Final = 15
"""The longest grace that a court may set."""
_EARLIEST: Final = date(1949, 10, 1)


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
    AUCTION_PROCEEDS = "AUCTION_PROCEEDS"  # 拍卖、变卖价款
    DEBT_SWAP = "DEBT_SWAP"  # 以物抵债
    OTHER = "OTHER"  # 其他


class PaymentEnding(StrEnum):
    """Which act ended the paid part of the debt, and with it the doubled interest on it (法释〔2014〕8号 art. 3)."""

    PERFORMED = "PERFORMED"  # 履行
    DEDUCTED = "DEDUCTED"  # 划拨、提取之日
    TRANSFER_RULED = "TRANSFER_RULED"  # 成交裁定或者抵债裁定生效
    REALISED = "REALISED"  # 其他方式变价完成


ENDINGS: Final[Mapping[PaymentMethod, frozenset[PaymentEnding]]] = {
    PaymentMethod.BANK_TRANSFER: frozenset({PaymentEnding.PERFORMED}),
    PaymentMethod.CASH: frozenset({PaymentEnding.PERFORMED}),
    PaymentMethod.MOBILE_PAYMENT: frozenset({PaymentEnding.PERFORMED}),
    PaymentMethod.DEDUCTION: frozenset({PaymentEnding.DEDUCTED}),
    PaymentMethod.AUCTION_PROCEEDS: frozenset({PaymentEnding.TRANSFER_RULED, PaymentEnding.REALISED}),
    PaymentMethod.DEBT_SWAP: frozenset({PaymentEnding.TRANSFER_RULED}),
    PaymentMethod.OTHER: frozenset({PaymentEnding.PERFORMED, PaymentEnding.REALISED}),
}
"""By which acts a debt paid so may end."""


def check_ending(
    method: PaymentMethod, ending: PaymentEnding | None, ends_on: date | None, paid_on: date, today: date
) -> tuple[PaymentEnding, date]:
    """The act that ended this part of the debt, and its day: by default the method's own, on the day of payment.

    Raises:
        Malformed: ENDING, the method has several or another; PERIOD, a transfer ruling without its day, or a day ahead.
    """
    possible = ENDINGS[method]
    if ending is None and len(possible) == 1:
        (ending,) = possible
    if ending not in possible:
        raise Malformed("ENDING", "ending")
    if ends_on is None and ending is PaymentEnding.TRANSFER_RULED:
        raise Malformed("PERIOD", "endsOn")
    day = paid_on if ends_on is None else ends_on
    if not _EARLIEST <= day <= today:
        raise Malformed("PERIOD", "endsOn")
    return ending, day


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
