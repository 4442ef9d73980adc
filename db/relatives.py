"""The table `relatives`: whom officers declared to be close to them (回避申报), as keyed hashes."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.warnings_raised import RelativeRecord

MOST: Final = 200
_record = mapper(RelativeRecord)
_COLUMNS: Final = "id, officer, subject, relation, declared_at, ended_at, version"

_INSERT: Final = insertion("relatives", RelativeRecord)


async def insert(conn: Conn, declared: RelativeRecord) -> None:
    await conn.execute(_INSERT, *values(declared))


_GET: Final = f"SELECT {_COLUMNS} FROM relatives WHERE id = $1"


async def get(conn: Conn, declaration_id: UUID) -> RelativeRecord | None:
    row = await conn.fetchrow(_GET, declaration_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, declaration_id: UUID) -> RelativeRecord | None:
    row = await conn.fetchrow(_GET + " FOR UPDATE", declaration_id)
    return None if row is None else _record(row)


_IN_FORCE: Final = f"SELECT {_COLUMNS} FROM relatives WHERE officer = $1 AND subject = $2 AND ended_at IS NULL"


async def in_force(conn: Conn, officer: str, subject: bytes) -> RelativeRecord | None:
    """The officer's declaration of that person, unless it ended."""
    row = await conn.fetchrow(_IN_FORCE, officer, subject)
    return None if row is None else _record(row)


_OF_OFFICER: Final = f"SELECT {_COLUMNS} FROM relatives WHERE officer = $1 ORDER BY declared_at DESC, id DESC LIMIT 200"


async def of_officer(conn: Conn, officer: str) -> list[RelativeRecord]:
    """The officer's declarations, ended ones too, newest first; at most 200."""
    return [_record(row) for row in await conn.fetch(_OF_OFFICER, officer)]


_END: Final = f"UPDATE relatives SET ended_at = $2, version = version + 1 WHERE id = $1 RETURNING {_COLUMNS}"


async def end(conn: Conn, declaration_id: UUID, at: datetime) -> RelativeRecord:
    """The declaration, ended; it is locked."""
    row = await conn.fetchrow(_END, declaration_id, at)
    assert row is not None  # it is locked, and none is deleted
    return _record(row)
