"""Deferral (暂缓): why it is asked for. Source: 民诉法 art. 242; 暂缓执行规定."""

from enum import StrEnum


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
