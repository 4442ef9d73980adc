"""A task's row as a function of its log: pure, and the same at both courts.

Invariant: what depends on the log alone (status, holder, due dates) comes out equal at both courts after the same
events: terms that a standard sets are applied by an event's author, who writes the days into it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from db.clock import civil_date
from db.records.tasks import TaskEventRecord, TaskRecord
from enforcement.rules import deadlines, task_log
from enforcement.rules.matter import DEFAULT_RULES, DelegatedMatterType, MatterRules
from enforcement.rules.task_log import EventType, Head, LogEvent, Side
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus

_S: Final = DelegatedTaskStatus


def side_of(task: TaskRecord, court: str) -> Side:
    """Which of the task's two courts `court` is."""
    return Side.DELEGATING if court == task.delegating_court else Side.ENTRUSTED


def court_of(task: TaskRecord, side: Side) -> str:
    return task.delegating_court if side is Side.DELEGATING else task.entrusted_court


def head_of(task: TaskRecord) -> Head:
    """Where the task's shared log stands; the empty log while the task is internal."""
    return Head(
        task.head_seq,
        task.head_digest,
        DelegatedTaskStatus(task.status),
        None if task.holder is None else side_of(task, task.holder),
        None if task.resume is None else DelegatedTaskStatus(task.resume),
    )


def log_event(task: TaskRecord, event: TaskEventRecord) -> LogEvent:
    """The event in the table's terms: a log that ended has no holder, whatever court the event names."""
    status = DelegatedTaskStatus(event.status)
    holder = None if status in ENDED else side_of(task, event.holder)
    return LogEvent(event.seq, event.prev, event.digest, EventType(event.type), status, holder)


def next_due(
    task: TaskRecord,
    event_type: EventType,
    status: DelegatedTaskStatus,
    at: datetime,
    rules: MatterRules = DEFAULT_RULES,
    *,
    paused: date | None = None,
) -> date | None:
    """The due date that the author of the next event writes into it.

    `paused` is the day by which the entrusted court had to sign for the task when it asked for papers; the hours of an
    urgent task begin anew when they come.
    """
    if event_type is EventType.STARTED:
        return task.due_on
    if paused is not None and status is _S.RECEIVED and not task.urgent:
        term, asked = rules.terms.sign_for, task.asked_at or at
        return deadlines.resumed(
            paused, asked_at=asked, supplemented_at=at, unit=term.unit, calendar=rules.terms.calendar
        )
    answer = _answer_due(task, event_type, at, rules)
    return deadlines.due_on(status, at, answer_due_on=answer, urgent=task.urgent, terms=rules.terms)


def answer_begun(task: TaskRecord, event_type: EventType, at: datetime, rules: MatterRules) -> date | None:
    """By when the entrusted court has to answer, if an event at the instant `at` begins that time."""
    if event_type not in {EventType.RECEIVED, EventType.FEEDBACK_REJECTED}:
        return None
    within = rules.rule(task_matter(task)).answer_within_days
    return deadlines.answer_due(civil_date(at), within, rules.terms)


def _answer_due(task: TaskRecord, event_type: EventType, at: datetime, rules: MatterRules) -> date | None:
    """By when the entrusted court has to answer, after an event at the instant `at`."""
    match event_type:
        case EventType.RECEIVED | EventType.FEEDBACK_REJECTED:
            return answer_begun(task, event_type, at, rules)
        case EventType.SUPPLEMENTED:
            return deadlines.resumed(task.answer_due_on, asked_at=task.asked_at or at, supplemented_at=at)
        case _:
            return task.answer_due_on


def task_matter(task: TaskRecord) -> DelegatedMatterType:
    """The matter as the enum's value."""
    return DelegatedMatterType(task.matter)


def applied(task: TaskRecord, event: TaskEventRecord, head: Head, rules: MatterRules = DEFAULT_RULES) -> TaskRecord:
    """The row after `event`, which `accept` let through to `head`."""
    event_type = EventType(event.type)
    moved = head.status != task.status or event_type is EventType.LOADED
    answer = event.answer_due_on or _answer_due(task, event_type, event.at, rules)
    if head.status is _S.IN_PROGRESS and event_type is not EventType.STARTED and event.due_on is not None:
        answer = event.due_on
    keeps_hours = event_type is EventType.STARTED and event.due_on == task.due_on
    return replace(
        task,
        status=head.status.value,
        holder=None if head.holder is None else court_of(task, head.holder),
        head_seq=head.seq,
        head_digest=head.digest,
        resume=head.resume,
        status_at=event.at if moved else task.status_at,
        received_at=event.at if event_type is EventType.RECEIVED else task.received_at,
        asked_at=event.at if event_type is EventType.SUPPLEMENT_REQUESTED else task.asked_at,
        due_on=event.due_on,
        due_at=task.due_at
        if keeps_hours
        else deadlines.due_at(head.status, event.at, event.due_on, urgent=task.urgent, terms=rules.terms),
        answer_due_on=answer,
    )


def taken_back(task: TaskRecord, kept: Sequence[TaskEventRecord], rules: MatterRules = DEFAULT_RULES) -> TaskRecord:
    """The row after the events `kept` alone, which are at least one: those that came after them are out of the log.

    What a loaded task brought along, and no event tells, stays as the row has it.
    """
    is_loaded = kept[0].type == EventType.LOADED
    row = task if is_loaded else replace(task, received_at=None, asked_at=None, answer_due_on=None)
    row = replace(row, status=_S.APPROVED.value, resume=task.resume if is_loaded else None)
    for event in kept:
        row = applied(row, event, task_log.after(head_of(row), log_event(row, event)), rules)
    return row
