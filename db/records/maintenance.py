"""Maintenance windows as the gateway keeps them. Invariant: no field can identify a person but the officer's id."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MaintenanceRecord:
    """维护公告: a court's node may not answer from `from_at` to `to_at`; `idempotency_key` is the key's digest."""

    id: UUID
    court: str
    from_at: datetime
    to_at: datetime
    announced_at: datetime
    officer_id: str
    idempotency_key: str
    withdrawn_at: datetime | None
    version: int
