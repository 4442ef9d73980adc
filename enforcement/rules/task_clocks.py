"""The clocks of a delegated task: which run, who has to act by each, and from which instant on one is missed.

Invariant: pure; both courts come to the same from the same log, so each looks at its own row and needs no message.
Source: docs/timers.md; 民诉法 art. 240 (begun within 15 days), art. 85.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from db.clock import civil_date
from db.records.tasks import TaskEventRecord, TaskRecord
from enforcement.rules.deadlines import DEFAULT_TERMS, TaskTerms, day_over
from enforcement.rules.task_log import EventType, Side
from enforcement.rules.task_status import DelegatedTaskStatus

_S: Final = DelegatedTaskStatus


class TaskTerm(StrEnum):
    """期限: what somebody has to do by then."""

    SIGN_FOR = "SIGN_FOR"  # 签收
    FIRST_ACT = "FIRST_ACT"  # 紧急事项首次处置
    BEGIN = "BEGIN"  # 开始办理
    SUPPLEMENT = "SUPPLEMENT"  # 补充材料
    ANSWER = "ANSWER"  # 反馈
    CONFIRM = "CONFIRM"  # 确认办结


ACTS_BY: Final[Mapping[TaskTerm, Side]] = {
    **dict.fromkeys(TaskTerm, Side.ENTRUSTED),
    TaskTerm.SUPPLEMENT: Side.DELEGATING,
    TaskTerm.CONFIRM: Side.DELEGATING,
}
"""Who has to act; the other side waits."""

NOT_BEGUN: Final = (_S.RECEIVED, _S.SIGNED_FOR)
OVERDUE: Final = "OVERDUE"
UNBEGUN: Final = "NOT_BEGUN"
"""Marks beside the state: a term was missed; nothing was begun within the law's fifteen days."""
SUPPLEMENT_DEADLINE_PASSED: Final = "SUPPLEMENT_DEADLINE_PASSED"
"""What both courts see of papers that are late: they are still taken until the task is returned."""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock: the last day in China, and the instant from which on it is missed."""

    term: TaskTerm
    due_on: date
    missed_at: datetime

    @property
    def mark(self) -> str:
        """The kind of mark that stands beside the state once it is missed."""
        return UNBEGUN if self.term is TaskTerm.BEGIN else OVERDUE

    @property
    def code(self) -> str:
        """What stands at the mark."""
        return SUPPLEMENT_DEADLINE_PASSED if self.term is TaskTerm.SUPPLEMENT else self.term.value

    def stage(self, today: date, *, before: int, terms: TaskTerms = DEFAULT_TERMS) -> str | None:
        """Which reminder is due: on the last day, or up to `before` working days earlier; None: none, or it is over."""
        if today > self.due_on:
            return None
        if today == self.due_on:
            return "LAST_DAY"
        return "BEFORE" if terms.calendar.working_days(today, self.due_on) <= before else None


def running(task: TaskRecord, *, paused_days: int = 0, terms: TaskTerms = DEFAULT_TERMS) -> list[Running]:
    """The clocks that run in the state of `task`.

    `paused_days`: how long papers were awaited since it was received; the bound to begin moves by as many days.
    """
    status = DelegatedTaskStatus(task.status)
    clocks = []
    if task.due_on is not None and task.due_at is not None:
        clocks.append(Running(_term(task, status), task.due_on, task.due_at))
    if status in NOT_BEGUN and task.received_at is not None:
        begin = begin_by(task.received_at, paused_days, terms)
        clocks.append(Running(TaskTerm.BEGIN, begin, day_over(begin)))
    if clocks and clocks[0].term is TaskTerm.FIRST_ACT and task.answer_due_on is not None:
        clocks.append(Running(TaskTerm.ANSWER, task.answer_due_on, day_over(task.answer_due_on)))
    return clocks


def begin_by(received_at: datetime, paused_days: int, terms: TaskTerms = DEFAULT_TERMS) -> date:
    """The last day to begin what was received then; `paused_days`: how long papers were awaited since."""
    return terms.calendar.due(civil_date(received_at) + timedelta(days=paused_days), terms.begin)


def missed(clocks: Iterable[Running], now: datetime) -> list[Running]:
    """Those that ran out, the earliest first."""
    return sorted((clock for clock in clocks if clock.missed_at <= now), key=lambda clock: clock.missed_at)


def paused(events: Iterable[TaskEventRecord]) -> int:
    """How many days papers were awaited, by the log's events in their order, each pause from its day to its day."""
    days, asked = 0, None
    for event in events:
        if event.type == EventType.SUPPLEMENT_REQUESTED:
            asked = civil_date(event.at)
        elif event.type == EventType.SUPPLEMENTED and asked is not None:
            days, asked = days + (civil_date(event.at) - asked).days, None
    return days


def standing(task: TaskRecord, now: datetime) -> dict[str, list[str]]:
    """By kind of mark the codes that the state of `task` leaves standing; every other one has been acted upon."""
    late = {clock.code for clock in missed(running(task), now)}
    is_begun = DelegatedTaskStatus(task.status) not in {*NOT_BEGUN, _S.SUPPLEMENT_REQUESTED}
    return {OVERDUE: sorted(late), UNBEGUN: [] if is_begun else [TaskTerm.BEGIN.value]}


def _term(task: TaskRecord, status: DelegatedTaskStatus) -> TaskTerm:
    match status:
        case _S.SUPPLEMENT_REQUESTED:
            return TaskTerm.SUPPLEMENT
        case _S.FED_BACK:
            return TaskTerm.CONFIRM
        case _S.SIGNED_FOR | _S.IN_PROGRESS:
            answer = None if task.answer_due_on is None else day_over(task.answer_due_on)
            is_first = task.urgent and task.due_at is not None and (answer is None or task.due_at < answer)
            return TaskTerm.FIRST_ACT if is_first else TaskTerm.ANSWER
        case _:
            return TaskTerm.SIGN_FOR
