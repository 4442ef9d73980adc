"""The gateway's table `maintenance_windows`. Invariant: `withdraw` is a compare-and-set on `version`."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.maintenance import MaintenanceRecord

_LOCKS: Final = 7_365_303  # class of the advisory locks below

_record = mapper(MaintenanceRecord)
_COLUMNS: Final = "id, court, from_at, to_at, announced_at, officer_id, idempotency_key, withdrawn_at, version"
_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"


async def lock_court(conn: Conn, court: str) -> None:
    """One window of a court is announced at a time, until the transaction ends: what is read below stays true."""
    await conn.execute(_LOCK, _LOCKS, court)


_ADD: Final = insertion("maintenance_windows", MaintenanceRecord)


async def add(conn: Conn, window: MaintenanceRecord) -> None:
    await conn.execute(_ADD, *values(window))


_BY_KEY: Final = f"SELECT {_COLUMNS} FROM maintenance_windows WHERE court = $1 AND idempotency_key = $2"


async def by_key(conn: Conn, court: str, idempotency_key: str) -> MaintenanceRecord | None:
    """The window that `court` announced with this key."""
    row = await conn.fetchrow(_BY_KEY, court, idempotency_key)
    return None if row is None else _record(row)


_FIND: Final = f"SELECT {_COLUMNS} FROM maintenance_windows WHERE id = $1"


async def find(conn: Conn, window_id: UUID) -> MaintenanceRecord | None:
    row = await conn.fetchrow(_FIND, window_id)
    return None if row is None else _record(row)


_SEVERAL: Final = f"SELECT {_COLUMNS} FROM maintenance_windows WHERE id = ANY ($1) ORDER BY id LIMIT 1000"


async def several(conn: Conn, window_ids: list[UUID]) -> list[MaintenanceRecord]:
    """Those of the windows that there are."""
    return [_record(row) for row in await conn.fetch(_SEVERAL, window_ids)]


_AHEAD: Final = f"""
    SELECT {_COLUMNS} FROM maintenance_windows
     WHERE withdrawn_at IS NULL AND to_at > $1 AND ($2::text[] IS NULL OR court = ANY($2))
     ORDER BY court, from_at
     LIMIT 10000
"""


async def ahead(conn: Conn, now: datetime, courts: list[str] | None = None) -> dict[str, list[MaintenanceRecord]]:
    """The windows of each court, or of these, that are neither over nor withdrawn, by their first instant."""
    found: dict[str, list[MaintenanceRecord]] = {}
    for row in await conn.fetch(_AHEAD, now, courts):
        found.setdefault(row["court"], []).append(_record(row))
    return found


_WITHDRAW: Final = f"""
    UPDATE maintenance_windows SET withdrawn_at = $3, version = version + 1
     WHERE id = $1 AND version = $2 AND withdrawn_at IS NULL
    RETURNING {_COLUMNS}
"""


async def withdraw(conn: Conn, window_id: UUID, version: int, now: datetime) -> MaintenanceRecord | None:
    """The window, withdrawn; None when it was withdrawn already or has left `version`."""
    row = await conn.fetchrow(_WITHDRAW, window_id, version, now)
    return None if row is None else _record(row)
