"""The table `corrections`: requests to correct the list of dishonest debtors.

Invariant: an entry has one open request at a time; who writes one holds the entry's lock.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.corrections import CorrectionRecord, CorrectionView

_record = mapper(CorrectionRecord)
_COLUMNS: Final = ", ".join(f"k.{name}" for name in columns(CorrectionRecord))
_FROM: Final = """
    FROM corrections k JOIN dishonest_entries d ON d.id = k.entry_id JOIN cases c ON c.id = d.case_id
"""

_INSERT: Final = insertion("corrections", CorrectionRecord)


async def insert(conn: Conn, correction: CorrectionRecord) -> None:
    await conn.execute(_INSERT, *values(correction))


_GET: Final = f"SELECT {_COLUMNS}, c.number {_FROM} WHERE k.id = $1"


async def get(conn: Conn, correction_id: UUID) -> CorrectionView | None:
    row = await conn.fetchrow(_GET, correction_id)
    return None if row is None else _view(row)


async def lock(conn: Conn, correction_id: UUID) -> CorrectionView | None:
    """The request, locked until the transaction ends."""
    row = await conn.fetchrow(_GET + " FOR UPDATE OF k", correction_id)
    return None if row is None else _view(row)


_OPEN: Final = (
    f"SELECT {_COLUMNS} FROM corrections k WHERE k.entry_id = $1 AND k.status IN ('PENDING', 'RECONSIDERATION')"
)


async def open_of(conn: Conn, entry_id: UUID) -> CorrectionRecord | None:
    """The entry's request that is not decided yet; the entry is locked."""
    row = await conn.fetchrow(_OPEN, entry_id)
    return None if row is None else _record(row)


_NAMES: Final = [name for name in columns(CorrectionRecord) if name not in {"id", "entry_id", "version"}]
_SET: Final = ", ".join(f"{name} = ${place}" for place, name in enumerate(_NAMES, 2))
_UPDATE: Final = f"UPDATE corrections SET version = version + 1, {_SET} WHERE id = $1"


async def update(conn: Conn, changed: CorrectionRecord) -> None:
    """Write a request's fields, and raise its version; it is locked."""
    await conn.execute(_UPDATE, changed.id, *(getattr(changed, name) for name in _NAMES))


_PAGE: Final = f"""
    SELECT {_COLUMNS}, c.number {_FROM}
     WHERE ($1::text IS NULL OR c.handler_id = $1) AND ($2::uuid IS NULL OR d.party_id = $2)
       AND ($3::timestamptz IS NULL OR (k.recorded_at, k.id) < ($3, $4::uuid))
     ORDER BY k.recorded_at DESC, k.id DESC LIMIT $5
"""
_PAGE_WAITING: Final = _PAGE.replace("WHERE", "WHERE k.status IN ('PENDING', 'RECONSIDERATION') AND")


async def page(
    conn: Conn,
    *,
    handler_id: str | None = None,
    party_id: UUID | None = None,
    only_open: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[CorrectionView]:
    """The newest first, after the row that `after` names by (recorded_at, id).

    With `handler_id`, those in their cases; with `party_id`, those about that debtor's entries.
    """
    at, last = after or (None, None)
    rows = await conn.fetch(_PAGE_WAITING if only_open else _PAGE, handler_id, party_id, at, last, limit)
    return [_view(row) for row in rows]


_DUE: Final = f"""
    SELECT {_COLUMNS} FROM corrections k
     WHERE k.status IN ('PENDING', 'RECONSIDERATION')
       AND (CASE k.status WHEN 'PENDING' THEN k.due_on ELSE k.reconsideration_due_on END) <= $1
       AND ($2::timestamptz IS NULL OR (k.recorded_at, k.id) > ($2, $3::uuid))
     ORDER BY k.recorded_at, k.id LIMIT $4
"""


async def due(conn: Conn, by: date, *, after: tuple[datetime, UUID] | None, limit: int) -> list[CorrectionRecord]:
    """Requests that wait for a decision due on that day or before, oldest first, behind `after`: (recorded at, id)."""
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_DUE, by, at, last, limit)]


def _view(row: asyncpg.Record) -> CorrectionView:
    return CorrectionView(_record(row), row["number"])
