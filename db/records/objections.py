"""Objections (异议) about what delegated tasks are about, and what completed tasks count for (折合工作量)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ObjectionRecord:
    """An objection as either court of its task holds it; whoever objects stands in the statement alone.

    `asset_key` is a keyed hash that only this court can make. Without it and a measure, it is about the whole task.
    """

    id: UUID  # the statement's
    task_id: UUID
    kind: str  # ObjectionKind
    author: str
    decides: str
    filed_on: date
    due_on: date
    asset_key: bytes | None
    measure_id: UUID | None
    outcome: str | None = None  # ObjectionOutcome
    decided_on: date | None = None
    served_on: date | None = None
    decided_by: UUID | None = None  # the statement that decides


@dataclass(frozen=True, slots=True)
class CreditRecord:
    """What one completed task counts for the officer who handled it, as it was when it was completed."""

    task_id: UUID
    officer: str
    matter: str
    numerator: int
    denominator: int
    completed_at: datetime
