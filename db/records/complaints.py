"""Complaints about delegated tasks as the gateway knows them. Invariant: no field can identify a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ComplaintEventRecord:
    """An accepted message that told of a complaint: that it was made, answered or closed."""

    message_id: UUID
    track_id: UUID
    event: str
    at: datetime
    complaint_id: UUID | None = None  # random, the same at both courts; messages of earlier releases name none


@dataclass(frozen=True, slots=True)
class ComplaintRecord:
    """投诉 of the delegating court about a task; `ground` is a code, perhaps of a newer release."""

    track_id: UUID
    opened_at: datetime
    ground: str
    delegating_court: str
    entrusted_court: str
    id: UUID  # of the complaint, or of the message that made it, if none of its messages names it
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    escalated_at: datetime | None = None  # a dispute was brought before the superior courts
