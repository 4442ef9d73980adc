"""The tables `warnings` (预警) and `audit_watch`, how far the audit trail was looked through for what warns.

Invariant: each warning is there once, by its `once_key`, whoever raises it and however often.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.warnings_raised import WarningKind, WarningRecord

_record = mapper(WarningRecord)
_COLUMNS: Final = ", ".join(columns(WarningRecord))


@dataclass(frozen=True, slots=True)
class WarningFilter:
    """Which warnings: of these kinds (None: any), due by that day, of nobody's note yet, of one officer's hands."""

    kinds: tuple[WarningKind, ...] | None = None
    due_by: date | None = None
    only_open: bool = False
    officer: str | None = None


_RAISE: Final = insertion("warnings", WarningRecord) + " ON CONFLICT (once_key) DO NOTHING RETURNING id"


async def add(conn: Conn, warning: WarningRecord) -> bool:
    """Raise it; False when it was raised before."""
    return await conn.fetchval(_RAISE, *values(warning)) is not None


_KNOWN: Final = "SELECT once_key FROM warnings WHERE once_key = ANY ($1)"


async def known(conn: Conn, once_keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a warning was raised before."""
    return {row["once_key"] for row in await conn.fetch(_KNOWN, list(once_keys))}


_NEWEST: Final = f"""
    SELECT {_COLUMNS} FROM warnings
     WHERE ($1::text[] IS NULL OR kind = ANY($1)) AND ($2::date IS NULL OR due_on <= $2)
       AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid))
     ORDER BY at DESC, id DESC LIMIT $5
"""
_OPEN: Final = _NEWEST.replace("WHERE", "WHERE acknowledged_at IS NULL AND")
_OF_OFFICER: Final = _NEWEST.replace("WHERE", "WHERE officer = $6 AND")
_OPEN_OF_OFFICER: Final = _OPEN.replace("WHERE", "WHERE officer = $6 AND")


async def page(
    conn: Conn, wanted: WarningFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[WarningRecord]:
    """The newest first, after the row that `after` names by (at, id)."""
    given = (wanted.kinds, wanted.due_by, *(after or (None, None)), limit)
    if wanted.officer is None:
        rows = await conn.fetch(_OPEN if wanted.only_open else _NEWEST, *given)
    else:
        rows = await conn.fetch(_OPEN_OF_OFFICER if wanted.only_open else _OF_OFFICER, *given, wanted.officer)
    return [_record(row) for row in rows]


_FIND: Final = f"SELECT {_COLUMNS} FROM warnings WHERE id = $1"


async def find(conn: Conn, warning_id: UUID) -> WarningRecord | None:
    row = await conn.fetchrow(_FIND, warning_id)
    return None if row is None else _record(row)


_LOCK: Final = f"SELECT {_COLUMNS} FROM warnings WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, warning_id: UUID) -> WarningRecord | None:
    row = await conn.fetchrow(_LOCK, warning_id)
    return None if row is None else _record(row)


_ACKNOWLEDGE: Final = f"""
    UPDATE warnings SET acknowledged_by = $2, acknowledged_at = $3, version = version + 1 WHERE id = $1
    RETURNING {_COLUMNS}
"""


async def acknowledge(conn: Conn, warning_id: UUID, *, by: str, at: datetime) -> WarningRecord:
    """The warning, acknowledged; it is locked."""
    row = await conn.fetchrow(_ACKNOWLEDGE, warning_id, by, at)
    assert row is not None  # it is locked, and none is deleted
    return _record(row)


_WATCHED: Final = "SELECT seq FROM audit_watch FOR UPDATE"


async def lock_watched(conn: Conn) -> int:
    """The last place of the trail that was looked at; one transaction at a time goes on from there."""
    return int(await conn.fetchval(_WATCHED))


_GO_ON: Final = "UPDATE audit_watch SET seq = $1"


async def set_watched(conn: Conn, seq: int) -> None:
    """The trail was looked at up to this place."""
    await conn.execute(_GO_ON, seq)
