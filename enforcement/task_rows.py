"""A delegated task that is loaded rather than lived: everything one signed LOADED event at both courts must say.

Invariant: `holder` is the court that appends the next event; for a task that ended, the author of its last one. A task
whose status is internal (DRAFT, PENDING_APPROVAL) exists at the delegating court only.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from enforcement.payloads import FeedbackPayload, TaskContent


@dataclass(frozen=True, slots=True)
class LoadedTask:
    """One delegated task (事项委托) of a set of records."""

    id: UUID
    delegating: str
    entrusted: str
    case_id: UUID  # at the delegating court
    case_number: str = field(repr=False)
    matter: str
    status: str
    holder: str
    urgent: bool
    content: TaskContent = field(repr=False)
    created_at: datetime
    status_at: datetime
    dispatched_at: datetime | None
    received_at: datetime | None
    asked_at: datetime | None  # when the supplement now awaited was asked for
    resume: str | None  # the state to which a supplement leads back
    due_on: date | None  # the next due day of the court that must act
    answer_due_on: date | None  # the entrusted court's answer
    created_by: str  # officer ids
    submitted_by: str | None
    approved_by: str | None
    dispatched_by: str | None
    signed_for_by: str | None
    assigned_to: str | None
    feedback: FeedbackPayload | None = field(repr=False)
    papers_asked: tuple[str, ...]  # paper kinds of an open request for a supplement
    return_reason: str | None
    overlays: frozenset[str]  # OVERDUE | SUPERVISED | COMPLAINED | OBJECTION_PENDING
    synthetic: bool
