"""The table `transfer_requests`; who changes a row holds its lock, and `version` counts the changes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.transfers import TransferRecord

_record = mapper(TransferRecord)
_NAMES: Final = columns(TransferRecord)
_COLUMNS: Final = ", ".join(f"t.{name}" for name in _NAMES)
_INSERT: Final = insertion("transfer_requests", TransferRecord)


async def insert(conn: Conn, transfer: TransferRecord) -> None:
    await conn.execute(_INSERT, *values(transfer))


_GET: Final = f"SELECT {_COLUMNS} FROM transfer_requests t WHERE t.id = $1"


async def get(conn: Conn, transfer_id: UUID) -> TransferRecord | None:
    row = await conn.fetchrow(_GET, transfer_id)
    return None if row is None else _record(row)


_LOCK: Final = _GET + " FOR UPDATE"


async def lock(conn: Conn, transfer_id: UUID) -> TransferRecord | None:
    """The request, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, transfer_id)
    return None if row is None else _record(row)


_ABOUT: Final = f"""
    SELECT {_COLUMNS} FROM transfer_requests t
     WHERE t.asset_id = ANY ($1) AND t.direction = $2 AND t.status = ANY ($3) AND ($4::text IS NULL OR t.peer = $4)
     ORDER BY t.asked_at, t.id LIMIT 100
"""


async def about(
    conn: Conn, asset_ids: list[UUID], direction: str, statuses: Iterable[str], *, peer: str | None = None
) -> list[TransferRecord]:
    """Requests about one of these assets in one of these states, oldest first; with `peer` that court's alone."""
    return [_record(row) for row in await conn.fetch(_ABOUT, asset_ids, direction, list(statuses), peer)]


_CHANGED: Final = [name for name in _NAMES if name not in {"id", "direction", "peer", "version"}]
_SET: Final = ", ".join(f"{name} = ${place}" for place, name in enumerate(_CHANGED, 2))
_UPDATE: Final = f"UPDATE transfer_requests SET version = version + 1, {_SET} WHERE id = $1"


async def update(conn: Conn, changed: TransferRecord) -> None:
    """Write the fields of a locked request, and raise its version."""
    await conn.execute(_UPDATE, changed.id, *(getattr(changed, name) for name in _CHANGED))


_PAGE: Final = f"""
    SELECT {_COLUMNS} FROM transfer_requests t JOIN cases c ON c.id = t.case_id
     WHERE ($1::text IS NULL OR c.handler_id = $1)
       AND ($2::timestamptz IS NULL OR (t.asked_at, t.id) < ($2, $3::uuid))
     ORDER BY t.asked_at DESC, t.id DESC LIMIT $4
"""


async def page(
    conn: Conn, *, handler_id: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[TransferRecord]:
    """The newest first; with `handler_id` those of that handler's cases."""
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE, handler_id, at, last, limit)]


_DUE: Final = f"""
    SELECT {_COLUMNS} FROM transfer_requests t
     WHERE t.status = 'PENDING' AND t.due_on <= $1 AND ($2::date IS NULL OR (t.due_on, t.id) > ($2, $3::uuid))
     ORDER BY t.due_on, t.id LIMIT $4
"""


async def due(conn: Conn, by: date, *, after: tuple[date, UUID] | None, limit: int) -> list[TransferRecord]:
    """Requests that wait for an answer due on that day or before, the first due first, behind `after`: (due on, id)."""
    day, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_DUE, by, day, last, limit)]
