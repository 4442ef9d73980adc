"""Deferral (暂缓): why it is asked for. Source: 民诉法 art. 242; 暂缓执行规定."""

from datetime import date
from enum import StrEnum

from enforcement.rules.refusals import AssetNotNamed, Malformed
from enforcement.rules.term import expires_on


class DeferralKind(StrEnum):
    """What is deferred."""

    ENFORCEMENT = "ENFORCEMENT"  # 暂缓执行
    AUCTION = "AUCTION"  # 暂缓拍卖


class DeferralStatus(StrEnum):
    """Where the request stands."""

    REQUESTED = "REQUESTED"  # 已申请
    GRANTED = "GRANTED"  # 已准许
    REFUSED = "REFUSED"  # 不予准许
    ENDED = "ENDED"  # 已结束


class DeferralGround(StrEnum):
    """Why."""

    SETTLEMENT_TALKS = "SETTLEMENT_TALKS"  # 正在协商和解
    PERFORMANCE_PROMISED = "PERFORMANCE_PROMISED"  # 承诺主动履行
    SECURITY_OFFERED = "SECURITY_OFFERED"  # 提供担保
    OBJECTION_PENDING = "OBJECTION_PENDING"  # 异议审查中
    OTHER = "OTHER"  # 其他


def check_deferral(
    kind: DeferralKind, *, names_asset: bool, requested_on: date, until_on: date | None, longest_years: int
) -> None:
    """Return if it may be asked for: an auction's names its asset, and one with an end ends within `longest_years`.

    Raises:
        AssetNotNamed.
        Malformed: PERIOD; part untilOn.
    Source: 民诉法解释 art. 467 (at most one year with security), from memory: a setting, `Limits.deferral_years`.
    """
    if kind is DeferralKind.AUCTION and not names_asset:
        raise AssetNotNamed
    if until_on is not None and not requested_on < until_on <= expires_on(requested_on, longest_years):
        raise Malformed("PERIOD", "untilOn")
