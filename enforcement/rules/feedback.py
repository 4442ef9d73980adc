"""What an entrusted court may answer (反馈), and when it sends a task back (退回).

There is no "too busy" among the reasons to return: the entrusted court may not refuse (民诉法 art. 240, by analogy).
"""

from datetime import date
from enum import StrEnum
from typing import Final

from enforcement.rules.matter import MatterRule
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_refusals import (
    CommunicationRequiredBeforeReturn,
    EvidenceRequired,
    TwoOfficersRequired,
)


class FeedbackResult(StrEnum):
    """反馈结果."""

    DONE_FULL = "DONE_FULL"  # 全部完成
    DONE_PARTIAL = "DONE_PARTIAL"  # 部分完成
    DONE_AS_WAITING = "DONE_AS_WAITING"  # 轮候
    NOT_FOUND_PERSON = "NOT_FOUND_PERSON"  # 未找到人
    NOT_FOUND_ASSET = "NOT_FOUND_ASSET"  # 未发现财产
    ASSISTING_UNIT_REFUSED = "ASSISTING_UNIT_REFUSED"  # 协助单位拒绝
    OBJECTION_RAISED = "OBJECTION_RAISED"  # 提出异议
    PAID_IN_FULL = "PAID_IN_FULL"  # 当场履行
    SETTLED = "SETTLED"  # 达成和解


class ReturnReason(StrEnum):
    """退回原因."""

    OUT_OF_SCOPE = "OUT_OF_SCOPE"  # 不属委托范围
    PAPERS_DEFICIENT_AFTER_SUPPLEMENT = "PAPERS_DEFICIENT_AFTER_SUPPLEMENT"  # 补充后仍不齐
    SUPPLEMENT_NOT_PROVIDED = "SUPPLEMENT_NOT_PROVIDED"  # 逾期未补充
    NO_LINK_TO_DISTRICT = "NO_LINK_TO_DISTRICT"  # 与本辖区无关
    AVAILABLE_ON_NATIONAL_NETWORK = "AVAILABLE_ON_NATIONAL_NETWORK"  # 总对总系统可查
    DUPLICATE = "DUPLICATE"  # 重复委托
    LEGAL_BAR = "LEGAL_BAR"  # 法定障碍: 破产受理、豁免等


class StepKind(StrEnum):
    """办理步骤种类."""

    SEARCHED = "SEARCHED"  # 查询
    VISITED = "VISITED"  # 走访
    SEIZED = "SEIZED"  # 扣押
    NOTICE_SERVED = "NOTICE_SERVED"  # 送达协助通知
    RECEIPT_RECEIVED = "RECEIPT_RECEIVED"  # 收到回执
    INTERVIEWED = "INTERVIEWED"  # 约谈
    OTHER = "OTHER"  # 其他


ON_SITE: Final = frozenset({StepKind.VISITED, StepKind.SEIZED})
"""Steps that two officers take, who show their certificates (民诉法 art. 239; the number by practice: a default)."""
ON_SITE_OFFICERS: Final = 2

DONE: Final = frozenset({FeedbackResult.DONE_FULL, FeedbackResult.DONE_PARTIAL, FeedbackResult.DONE_AS_WAITING})
"""Results that claim an act."""


def check_evidence(rule: MatterRule, result: FeedbackResult, *, has_evidence: bool) -> None:
    """Return if `result` needs no proof for this matter, or has it: a unit's receipt or an inventory.

    Raises:
        EvidenceRequired.
    """
    if rule.needs_evidence and result in DONE and not has_evidence:
        raise EvidenceRequired


def check_officers(kind: StepKind, officers: int) -> None:
    """Return if so many officers suffice for the step: somebody took it, and two on site.

    Raises:
        TwoOfficersRequired.
        Malformed: OFFICERS; nobody.
    """
    if kind in ON_SITE and officers < ON_SITE_OFFICERS:
        raise TwoOfficersRequired
    if officers < 1:
        raise Malformed("OFFICERS", "officers")


def check_return(
    reason: ReturnReason,
    *,
    has_communication: bool,
    was_supplemented: bool,
    supplement_due_on: date | None,
    today: date,
) -> None:
    """Return if a task may be sent back for `reason`.

    `supplement_due_on` is the last day for papers that are awaited now; None when none are.

    Raises:
        CommunicationRequiredBeforeReturn: nobody spoke to the other court; or papers are the reason, and they were
            neither asked for in vain nor found wanting after a supplement.
    """
    if not has_communication:
        raise CommunicationRequiredBeforeReturn
    if reason is ReturnReason.PAPERS_DEFICIENT_AFTER_SUPPLEMENT and not was_supplemented:
        raise CommunicationRequiredBeforeReturn("reason")
    if reason is ReturnReason.SUPPLEMENT_NOT_PROVIDED and (supplement_due_on is None or today <= supplement_due_on):
        raise CommunicationRequiredBeforeReturn("reason")
