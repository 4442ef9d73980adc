"""What the tasks of a search say, put before the rule of coverage: from their logs, their marks and their finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db import task_events
from db.records.delegated_searches import DelegatedSearchRecord
from db.records.tasks import OverlayRecord, TaskEventRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import FeedbackPayload, Payload
from enforcement.rules.delegated_search import CourtTask, Coverage, coverage
from enforcement.rules.task_log import EventType
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import contents, settling
from enforcement.tasks.contents import GroundsPayload, LoadedPayload

TELLING: Final = (
    EventType.FED_BACK.value,
    EventType.RETURNED.value,
    EventType.PEN_TAKEN.value,
    EventType.LOADED.value,
)
"""Events whose payload says what a court found, or why it sent the task back."""


@dataclass(frozen=True, slots=True)
class Told:
    """One court's task with what this court holds of it."""

    task: TaskRecord
    overlays: Sequence[OverlayRecord]
    events: Sequence[TaskEventRecord]
    found: frozenset[str]


def of_search(court: CourtNode, search: DelegatedSearchRecord, told: Sequence[Told], now: datetime) -> Coverage:
    """The coverage of a search by the tasks that count."""
    return coverage(search.kinds, [_task(court, one) for one in told], now)


def _task(court: CourtNode, told: Told) -> CourtTask:
    said = [_payload(court, event) for event in told.events if event.standing == "APPLIED"]
    last = said[-1] if said else None
    feedback = last.feedback if isinstance(last, LoadedPayload) else last
    return CourtTask(
        court=told.task.entrusted_court,
        status=DelegatedTaskStatus(told.task.status),
        due_at=told.task.due_at,
        is_silent=any(mark.kind == settling.SILENT and mark.cleared_at is None for mark in told.overlays),
        reason=_reason(told, last),
        words=tuple(feedback.words) if isinstance(feedback, FeedbackPayload) else (),
        found=told.found,
    )


def _payload(court: CourtNode, event: TaskEventRecord) -> Payload | None:
    raw = court.at_rest.decrypt(event.payload, context=task_events.CONTEXT)
    return contents.read_event(raw, EventType(event.type))


def _reason(told: Told, last: Payload | None) -> str | None:
    """Why the court sent the task back, or refused it at its door; a code."""
    if told.task.status != DelegatedTaskStatus.RETURNED:
        return None
    if isinstance(last, GroundsPayload):
        return last.reason
    grounds = last.grounds if isinstance(last, LoadedPayload) else None
    if grounds is not None:
        return grounds.reason
    return next((mark.code for mark in reversed(told.overlays) if mark.kind == settling.REFUSED), None)
