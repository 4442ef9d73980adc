"""A party's request to correct an entry on the list of dishonest debtors (纠正申请), as written down."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """One request. What a decision adds is None before it."""

    id: UUID
    entry_id: UUID
    ground: str
    requester: str
    channel: str
    requested_on: date
    application_sha256: str | None
    recorded_by: str
    recorded_at: datetime
    due_on: date
    status: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    rejection_reason: str | None = None
    correct_by: date | None = None  # the last day on which it must be corrected everywhere
    entry_revision: int | None = None  # that the entry got by it
    served_on: date | None = None
    reconsideration_on: date | None = None
    superior_court: str | None = None
    reconsideration_due_on: date | None = None
    reconsidered_on: date | None = None
    reconsidered_by: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A request with the number of the case in which its debtor was listed."""

    correction: CorrectionRecord
    case_number: str
