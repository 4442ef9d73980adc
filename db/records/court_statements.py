"""What courts say to each other outside any delegated task."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CourtStatementRecord:
    """One signed statement of `author`; `peer` is the other court, `payload` is encrypted at rest."""

    id: UUID
    kind: str
    author: str
    peer: str
    at: datetime
    refers: UUID | None
    digest: str
    statement: bytes
    salt: bytes
    payload: bytes
    officer: str | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    delivered_at: datetime | None = None
    refused_code: str | None = None
