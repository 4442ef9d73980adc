"""Where a delegated task (事项委托) stands, and which state may follow which.

Invariant: a task leaves COMPLETED, RETURNED and WITHDRAWN never; a returned one is cloned into a new draft.
Source: 法发〔2017〕27号 as repeated by courts' own rules; the states in between are this system's.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from enforcement.rules.refusals import TransitionNotAllowed


class DelegatedTaskStatus(StrEnum):
    """委托事项状态. APPROVED stands between acts of two offices: the chief approves, the command centre dispatches."""

    DRAFT = "DRAFT"  # 草稿
    PENDING_APPROVAL = "PENDING_APPROVAL"  # 待审批
    APPROVED = "APPROVED"  # 已批准
    DISPATCHED = "DISPATCHED"  # 已发出
    RECEIVED = "RECEIVED"  # 待签收
    SIGNED_FOR = "SIGNED_FOR"  # 已签收
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"  # 待补充
    IN_PROGRESS = "IN_PROGRESS"  # 办理中
    FED_BACK = "FED_BACK"  # 已反馈
    COMPLETED = "COMPLETED"  # 已办结
    RETURNED = "RETURNED"  # 已退回
    WITHDRAWN = "WITHDRAWN"  # 已撤回


_S: Final = DelegatedTaskStatus

MOVES: Final[Mapping[DelegatedTaskStatus, frozenset[DelegatedTaskStatus]]] = {
    _S.DRAFT: frozenset({_S.PENDING_APPROVAL, _S.WITHDRAWN}),
    _S.PENDING_APPROVAL: frozenset({_S.APPROVED, _S.DRAFT, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.DISPATCHED, _S.WITHDRAWN}),
    # RETURNED here is the entrusted court's signed refusal of the dispatch itself; from every state that the entrusted
    # court holds, also that it was declared lost and the task taken back.
    _S.DISPATCHED: frozenset({_S.RECEIVED, _S.RETURNED}),
    _S.RECEIVED: frozenset({_S.SIGNED_FOR, _S.SUPPLEMENT_REQUESTED, _S.RETURNED, _S.WITHDRAWN}),
    _S.SIGNED_FOR: frozenset({_S.IN_PROGRESS, _S.SUPPLEMENT_REQUESTED, _S.RETURNED, _S.WITHDRAWN}),
    _S.SUPPLEMENT_REQUESTED: frozenset({_S.RECEIVED, _S.SIGNED_FOR, _S.IN_PROGRESS, _S.RETURNED, _S.WITHDRAWN}),
    _S.IN_PROGRESS: frozenset({_S.FED_BACK, _S.SUPPLEMENT_REQUESTED, _S.RETURNED, _S.WITHDRAWN}),
    _S.FED_BACK: frozenset({_S.COMPLETED, _S.IN_PROGRESS}),
    _S.COMPLETED: frozenset(),
    _S.RETURNED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

INTERNAL: Final = frozenset({_S.DRAFT, _S.PENDING_APPROVAL, _S.APPROVED})
"""States that only the delegating court knows of: no shared log exists yet."""

ENDED: Final = frozenset(status for status, following in MOVES.items() if not following)

WITHDRAWABLE: Final = frozenset({_S.RECEIVED, _S.SIGNED_FOR, _S.SUPPLEMENT_REQUESTED, _S.IN_PROGRESS})
"""From these the entrusted court grants a withdrawal; from FED_BACK on it is refused."""


class NextStep(StrEnum):
    """下一步: what somebody has to do so that the task goes on."""

    SUBMIT = "SUBMIT"  # 提交
    APPROVE = "APPROVE"  # 审批
    DISPATCH = "DISPATCH"  # 发出
    RECEIVE = "RECEIVE"  # 接收（系统）
    SIGN_FOR = "SIGN_FOR"  # 签收
    ASSIGN = "ASSIGN"  # 分派
    SUPPLEMENT = "SUPPLEMENT"  # 补充材料
    FEED_BACK = "FEED_BACK"  # 反馈
    CONFIRM = "CONFIRM"  # 确认办结


NEXT_STEPS: Final[Mapping[DelegatedTaskStatus, NextStep]] = {
    _S.DRAFT: NextStep.SUBMIT,
    _S.PENDING_APPROVAL: NextStep.APPROVE,
    _S.APPROVED: NextStep.DISPATCH,
    _S.DISPATCHED: NextStep.RECEIVE,
    _S.RECEIVED: NextStep.SIGN_FOR,
    _S.SIGNED_FOR: NextStep.ASSIGN,
    _S.SUPPLEMENT_REQUESTED: NextStep.SUPPLEMENT,
    _S.IN_PROGRESS: NextStep.FEED_BACK,
    _S.FED_BACK: NextStep.CONFIRM,
}
"""States in no row have ended."""

BY_DELEGATING_COURT: Final = frozenset(
    {NextStep.SUBMIT, NextStep.APPROVE, NextStep.DISPATCH, NextStep.SUPPLEMENT, NextStep.CONFIRM}
)
"""Steps of the delegating court. Papers are its to send, although the entrusted court holds the log meanwhile."""
BY_ENTRUSTED_COURT: Final = frozenset(status for status, step in NEXT_STEPS.items() if step not in BY_DELEGATING_COURT)
"""States in which the entrusted court has to act."""


def check_move(current: DelegatedTaskStatus, wanted: DelegatedTaskStatus) -> None:
    """Return if `wanted` may follow `current`.

    Raises:
        TransitionNotAllowed: the table has no such edge.
    """
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)
