"""Statements beside a task's shared log: which side may say which, in which states of the task.

A court says no more than `MOST` of one budget about one task, so that a node gone wrong fills no other court's table;
what the law attaches consequences to has a budget of its own, which no conversation uses up.

Invariant: the state is the one that the author's head of the log had: both courts hold that event, so both judge alike,
whatever has come to either of them since.
Source: docs/conversation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from enforcement.rules import complaint
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_log import Side
from enforcement.rules.task_refusals import TooManyStatements
from enforcement.rules.task_status import ENDED, INTERNAL, DelegatedTaskStatus


class StatementKind(StrEnum):
    """附记: what a court says beside the log."""

    NOTE = "NOTE"  # 留言
    MEASURE_REPORT = "MEASURE_REPORT"  # 措施状态通报
    CALL_RECORD = "CALL_RECORD"  # 通话记录
    NOTES_READ = "NOTES_READ"  # 已读
    FOUND = "FOUND"  # 发现财产通报
    EVALUATED = "EVALUATED"  # 评价
    COMPLAINED = "COMPLAINED"  # 投诉
    COMPLAINT_ANSWERED = "COMPLAINT_ANSWERED"  # 投诉答复
    COMPLAINT_CLOSED = "COMPLAINT_CLOSED"  # 结束投诉
    OBJECTION = "OBJECTION"  # 异议
    OBJECTION_DECIDED = "OBJECTION_DECIDED"  # 异议裁定
    UNIT_SILENT = "UNIT_SILENT"  # 协助单位未答复
    UNIT_OBJECTED = "UNIT_OBJECTED"  # 协助单位异议
    UNIT_OBJECTION_ANSWERED = "UNIT_OBJECTION_ANSWERED"  # 答复协助单位异议
    HANDED_OVER = "HANDED_OVER"  # 移交扣押车辆
    SILENCE = "SILENCE"  # 逾期未办证明


class Budget(StrEnum):
    """What a statement is counted with."""

    TALK = "TALK"  # the conversation of the handlers
    READ = "READ"  # that it was read
    WORK = "WORK"  # what the handling brought forth
    LEGAL = "LEGAL"  # complaints, objections, evaluation, evidence of silence


class CommunicationChannel(StrEnum):
    """沟通方式: how two courts spoke."""

    PHONE = "PHONE"  # 电话
    VIDEO = "VIDEO"  # 视频
    PLATFORM = "PLATFORM"  # 平台
    IN_PERSON = "IN_PERSON"  # 当面


OPEN: Final = frozenset(DelegatedTaskStatus) - ENDED - INTERNAL
"""The states of a task between its two courts, from DISPATCHED until it ends."""
BOTH: Final = frozenset(Side)
_DELEGATING: Final = frozenset({Side.DELEGATING})
_ENTRUSTED: Final = frozenset({Side.ENTRUSTED})
MOST: Final = 500
"""Statements of one budget by one court about one task: several a day over a term of a year, and 32 MiB of payload at
the most. No setting: both courts have to count alike."""
TOLD: Final = "STATEMENT_SENT"
"""What the zone is told of a statement that is no business of its."""


@dataclass(frozen=True, slots=True)
class StatementRule:
    """Who may say it, in which states (an ended one among them: also after the end), and what the zone is told."""

    authors: frozenset[Side] = BOTH
    states: frozenset[DelegatedTaskStatus] = OPEN
    told: frozenset[str] = frozenset({TOLD})  # one of these, by what is said; never a word of the shared log
    budget: Budget = Budget.WORK


RULES: Final[Mapping[StatementKind, StatementRule]] = {
    StatementKind.NOTE: StatementRule(budget=Budget.TALK),
    # a measure outlives the task by which it was registered
    StatementKind.MEASURE_REPORT: StatementRule(_ENTRUSTED, OPEN | ENDED),
    StatementKind.CALL_RECORD: StatementRule(budget=Budget.TALK),
    # what came just before the end may be read after it
    StatementKind.NOTES_READ: StatementRule(states=OPEN | ENDED, budget=Budget.READ),
    StatementKind.FOUND: StatementRule(_ENTRUSTED),
    StatementKind.EVALUATED: StatementRule(
        _DELEGATING, frozenset({DelegatedTaskStatus.COMPLETED}), budget=Budget.LEGAL
    ),
    StatementKind.COMPLAINED: StatementRule(_DELEGATING, complaint.ANY_STATE, complaint.TOLD, Budget.LEGAL),
    StatementKind.COMPLAINT_ANSWERED: StatementRule(
        _ENTRUSTED, OPEN | ENDED, frozenset({"COMPLAINT_ANSWERED"}), Budget.LEGAL
    ),
    StatementKind.COMPLAINT_CLOSED: StatementRule(
        _DELEGATING, OPEN | ENDED, frozenset({"COMPLAINT_CLOSED"}), Budget.LEGAL
    ),
    # what was seized for a task may be objected to after the task ended
    StatementKind.OBJECTION: StatementRule(BOTH, OPEN | ENDED, frozenset({"OBJECTION_FILED"}), Budget.LEGAL),
    StatementKind.OBJECTION_DECIDED: StatementRule(BOTH, OPEN | ENDED, frozenset({"OBJECTION_DECIDED"}), Budget.LEGAL),
    StatementKind.UNIT_SILENT: StatementRule(_ENTRUSTED),
    StatementKind.UNIT_OBJECTED: StatementRule(_ENTRUSTED),
    StatementKind.UNIT_OBJECTION_ANSWERED: StatementRule(_ENTRUSTED),
    # a vehicle is often fetched after its seizure was fed back and confirmed
    StatementKind.HANDED_OVER: StatementRule(_ENTRUSTED, OPEN | ENDED),
    StatementKind.SILENCE: StatementRule(budget=Budget.LEGAL),
}


def check(kind: StatementKind, author: Side, status: DelegatedTaskStatus) -> None:
    """Return if the court on the side `author` may say `kind` of a task in `status`.

    Raises:
        TransitionNotAllowed.
    """
    rule = RULES[kind]
    if author not in rule.authors or status not in rule.states:
        raise TransitionNotAllowed(status, kind)


def counted_with(kind: StatementKind) -> list[StatementKind]:
    """The kinds of the same budget, itself among them."""
    return [each for each, rule in RULES.items() if rule.budget is RULES[kind].budget]


def check_room(said: int) -> None:
    """Return if a court that has said `said` statements of a budget about a task may say one more.

    Raises:
        TooManyStatements.
    """
    if said >= MOST:
        raise TooManyStatements
