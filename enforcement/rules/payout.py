"""Paying a distribution out (案款发放): which act ended the debts that it pays, and why a payout may be put off.

Source: 法释〔2014〕8号 art. 3; 执行款物管理规定 art. 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from db.records.assets import AssetKind
from enforcement.rules.distribution import COMES_AGAIN
from enforcement.rules.settlement import PaymentEnding, PaymentMethod, check_ending


class PayoutDeferralGround(StrEnum):
    """Why a payout is put off (执行款物管理规定 art. 10)."""

    DISTRIBUTION = "DISTRIBUTION"  # 需要进行案款分配
    FROZEN_FOR_OTHER_CASE = "FROZEN_FOR_OTHER_CASE"  # 因另案被保全或者冻结
    NOT_COLLECTED = "NOT_COLLECTED"  # 经通知未领取
    CASE_STANDS_STILL = "CASE_STANDS_STILL"  # 案件中止或者暂缓执行
    OTHER = "OTHER"  # 其他正当理由


class PayoutDeferralStatus(StrEnum):
    """Where such a request stands: the bureau chief's consent alone leaves it REQUESTED."""

    REQUESTED = "REQUESTED"  # 已申请
    GRANTED = "GRANTED"  # 已批准
    REFUSED = "REFUSED"  # 未批准


@dataclass(frozen=True, slots=True)
class DebtEnd:
    """By which act, and on which day, the debts ended that a payout pays; how the money came."""

    method: PaymentMethod
    ending: PaymentEnding
    on: date


_METHODS: Final[Mapping[PaymentEnding, PaymentMethod]] = {
    PaymentEnding.PERFORMED: PaymentMethod.BANK_TRANSFER,
    PaymentEnding.DEDUCTED: PaymentMethod.DEDUCTION,
    PaymentEnding.TRANSFER_RULED: PaymentMethod.AUCTION_PROCEEDS,
    PaymentEnding.REALISED: PaymentMethod.AUCTION_PROCEEDS,
}


def ended_by(
    asset: AssetKind | None, ending: PaymentEnding | None, ends_on: date | None, *, arrived_on: date, paid_on: date
) -> DebtEnd:
    """The act that ended the debts: what was deducted did when it was here; of what was sold, its transfer ruling.

    Raises:
        Malformed: PERIOD; part endsOn: a transfer ruling's own day is named, and no day is after the payout.
    Source: 法释〔2014〕8号 art. 3.
    """
    if ending is None:
        is_sold = asset is not None and asset not in COMES_AGAIN
        ending = PaymentEnding.TRANSFER_RULED if is_sold else PaymentEnding.DEDUCTED
    if ends_on is None and ending is not PaymentEnding.TRANSFER_RULED:
        ends_on = arrived_on
    method = _METHODS[ending]
    return DebtEnd(method, *check_ending(method, ending, ends_on, paid_on, paid_on))
