"""Proposing cross-enforcement (交叉执行): five modes, all decided by a superior court; no rule here moves a case.

Source: 法发〔2024〕9号.
"""

from collections.abc import Iterable
from enum import StrEnum

from enforcement.rules.courts import SUPREME, line
from enforcement.rules.refusals import Malformed


class CrossEnforcementMode(StrEnum):
    """五种模式."""

    URGE = "URGE"  # 督促执行
    DESIGNATE = "DESIGNATE"  # 指令执行
    ELEVATE = "ELEVATE"  # 提级执行
    CENTRALISE = "CENTRALISE"  # 集中执行
    COORDINATE = "COORDINATE"  # 协同执行


class CrossEnforcementGround(StrEnum):
    """Why it is necessary."""

    INTERFERENCE = "INTERFERENCE"  # 受到干预
    PASSIVITY = "PASSIVITY"  # 消极执行
    LACK_OF_STRENGTH = "LACK_OF_STRENGTH"  # 执行力量不足
    RELATED_CASES = "RELATED_CASES"  # 关联案件
    DIFFICULTY = "DIFFICULTY"  # 重大疑难复杂


class CrossEnforcementDecision(StrEnum):
    """What the superior court decided."""

    APPROVED = "APPROVED"  # 同意
    REFUSED = "REFUSED"  # 不同意


def deciding_court(courts: Iterable[str]) -> str:
    """The lowest court above all of them.

    Raises:
        Malformed: CASES; none is named.
        UnknownCourtCode.
    """
    lines = [line(court)[1:] or [SUPREME] for court in dict.fromkeys(courts)]
    if not lines:
        raise Malformed("CASES", "caseNumbers")
    return next((court for court in lines[0] if all(court in other for other in lines[1:])), SUPREME)
