"""投诉 of a delegating court about a task: on which grounds, when each is true, and by when it is answered.

Invariant: pure. A complaint of lateness is made only when the log itself says that the day is past; both courts and the
superior read the same days there.
Source: 民诉法 art. 240 (not begun within 15 days: the superior court may be asked to
order it; written for delegated enforcement, applied by analogy).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from db.clock import civil_date
from db.records.tasks import TaskRecord
from enforcement.rules.deadlines import DEFAULT_TERMS, Term, Unit, WorkCalendar
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_clocks import begin_by
from enforcement.rules.task_refusals import ComplaintTooEarly
from enforcement.rules.task_status import DelegatedTaskStatus


class ComplaintGround(StrEnum):
    """投诉事由."""

    NOT_SIGNED_FOR = "NOT_SIGNED_FOR"  # 逾期未签收
    NOT_BEGUN = "NOT_BEGUN"  # 十五日内未开始办理
    NOT_ANSWERED = "NOT_ANSWERED"  # 逾期未反馈
    HANDLING = "HANDLING"  # 办理不当
    RETURNED_WITHOUT_GROUND = "RETURNED_WITHOUT_GROUND"  # 无故退回
    DISPUTE = "DISPUTE"  # 两院意见不一


_S: Final = DelegatedTaskStatus
_G: Final = ComplaintGround
_ANSWER_WITHIN: Final = Term(5, Unit.WORKING_DAYS)

STATES: Final[Mapping[ComplaintGround, frozenset[DelegatedTaskStatus]]] = MappingProxyType(
    {
        _G.NOT_SIGNED_FOR: frozenset({_S.RECEIVED}),
        _G.NOT_BEGUN: frozenset({_S.RECEIVED, _S.SIGNED_FOR}),
        _G.NOT_ANSWERED: frozenset({_S.SIGNED_FOR, _S.IN_PROGRESS}),
        _G.HANDLING: frozenset({_S.SIGNED_FOR, _S.SUPPLEMENT_REQUESTED, _S.IN_PROGRESS, _S.FED_BACK}),
        _G.RETURNED_WITHOUT_GROUND: frozenset({_S.RETURNED}),
        _G.DISPUTE: frozenset({_S.RECEIVED, _S.SIGNED_FOR, _S.SUPPLEMENT_REQUESTED, _S.IN_PROGRESS, _S.FED_BACK}),
    }
)
"""In which states of the task each ground can be."""
ANY_STATE: Final = frozenset[DelegatedTaskStatus]().union(*STATES.values())


@dataclass(frozen=True, slots=True)
class ComplaintTerms:
    """How long the answer may take: a local default."""

    answer_within: Term = _ANSWER_WITHIN
    calendar: WorkCalendar = DEFAULT_TERMS.calendar


DEFAULT_COMPLAINTS: Final = ComplaintTerms()


def told(ground: ComplaintGround) -> str:
    """What the zone is told of a complaint: its ground, a code."""
    return f"COMPLAINT_{ground.value}"


TOLD: Final = frozenset(map(told, ComplaintGround))


def check(task: TaskRecord, ground: ComplaintGround, now: datetime, *, paused_days: int = 0) -> None:
    """Return if `ground` is true of the task now, as far as its log tells.

    `paused_days`: how long papers were awaited since it was received; the last day to begin is later by as many.

    Raises:
        TransitionNotAllowed: it is of another state.
        ComplaintTooEarly: the day is not past.
    """
    status = DelegatedTaskStatus(task.status)
    if status not in STATES[ground]:
        raise TransitionNotAllowed(status.value, ground.value)
    match ground:
        case ComplaintGround.NOT_SIGNED_FOR | ComplaintGround.NOT_ANSWERED:
            is_late = task.due_at is not None and now >= task.due_at
        case ComplaintGround.NOT_BEGUN:
            since = task.received_at
            is_late = since is not None and civil_date(now) > begin_by(since, paused_days)
        case _:
            is_late = True
    if not is_late:
        raise ComplaintTooEarly
