"""Suspension (中止) and deferral (暂缓) of an enforcement: why, from when until when, and which stop the interest.

Source: 民诉法 art. 267 (grounds); 执行和解规定 art. 2; 法释〔2014〕8号 art. 3 (the two that stop the doubled part).
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from enforcement.rules.interest import Pause
from enforcement.rules.refusals import Malformed


class SuspensionKind(StrEnum):
    """Which of the two."""

    SUSPENDED = "SUSPENDED"  # 中止执行
    DEFERRED = "DEFERRED"  # 暂缓执行


class SuspensionGround(StrEnum):
    """Why."""

    APPLICANT_AGREES = "APPLICANT_AGREES"  # 申请执行人表示可以延期执行
    THIRD_PARTY_OBJECTION = "THIRD_PARTY_OBJECTION"  # 案外人异议确有理由
    PARTY_DIED = "PARTY_DIED"  # 一方当事人死亡
    ORGANISATION_ENDED = "ORGANISATION_ENDED"  # 一方当事人终止
    SETTLEMENT = "SETTLEMENT"  # 执行和解
    SECURITY_GIVEN = "SECURITY_GIVEN"  # 执行担保
    REVIEW_ASKED_BY_DEBTOR = "REVIEW_ASKED_BY_DEBTOR"  # 因被执行人申请审查
    REVIEW_NOT_BY_DEBTOR = "REVIEW_NOT_BY_DEBTOR"  # 非因被执行人申请，审查生效法律文书
    RETRIAL = "RETRIAL"  # 再审中止
    OTHER = "OTHER"  # 其他


STOPS_INTEREST: Final = frozenset({SuspensionGround.REVIEW_NOT_BY_DEBTOR, SuspensionGround.RETRIAL})
"""Days of a suspension on one of these grounds bear no doubled interest (法释〔2014〕8号 art. 3 para 3)."""


def check_period(from_on: date, until_on: date | None, *, filed_on: date, today: date) -> None:
    """Return if it began after the case was filed, not after today, and did not end before it began.

    Raises:
        Malformed: PERIOD; part fromOn or untilOn.
    """
    if not filed_on <= from_on <= today:
        raise Malformed("PERIOD", "fromOn")
    if until_on is not None and not from_on < until_on <= today:
        raise Malformed("PERIOD", "untilOn")


def pauses(suspensions: Iterable[tuple[SuspensionGround, date, date | None]]) -> tuple[Pause, ...]:
    """Those of the suspensions (ground, from, until) whose days bear no doubled interest."""
    return tuple(Pause(since, until) for ground, since, until in suspensions if ground in STOPS_INTEREST)
