"""The table `court_statements`: what this court and others said to each other outside any delegated task.

Invariant: a statement is written once and never changed; only how far it came is added.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.court_statements import CourtStatementRecord

CONTEXT: Final = "court_statements.payload"
_record = mapper(CourtStatementRecord)
_COLUMNS: Final = ", ".join(columns(CourtStatementRecord))
_ADD: Final = insertion("court_statements", CourtStatementRecord) + " ON CONFLICT (id) DO NOTHING RETURNING id"


async def add(conn: Conn, said: CourtStatementRecord) -> bool:
    """Keep a statement; False when its id is known."""
    return await conn.fetchval(_ADD, *values(said)) is not None


_FIND: Final = f"SELECT {_COLUMNS} FROM court_statements WHERE id = $1"


async def find(conn: Conn, statement_id: UUID) -> CourtStatementRecord | None:
    row = await conn.fetchrow(_FIND, statement_id)
    return None if row is None else _record(row)


_OF_IDS: Final = f"SELECT {_COLUMNS} FROM court_statements WHERE id = ANY ($1) LIMIT 1000"


async def of_ids(conn: Conn, statement_ids: list[UUID]) -> list[CourtStatementRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, statement_ids)]


_REFERRING: Final = f"""
    SELECT {_COLUMNS} FROM court_statements WHERE refers = ANY ($1) AND kind = $2 AND author <> $3
     ORDER BY refers, at, id LIMIT 1000
"""


async def referring(conn: Conn, to: list[UUID], kind: str, *, own: str) -> list[CourtStatementRecord]:
    """What other courts than `own` said of that kind about these statements, oldest first."""
    return [_record(row) for row in await conn.fetch(_REFERRING, to, kind, own)]


_DELIVERED: Final = """
    UPDATE court_statements SET delivered_at = $2, refused_code = NULL WHERE id = $1 AND delivered_at IS NULL
"""


async def delivered(conn: Conn, statement_id: UUID, at: datetime) -> None:
    """The other court accepted an own statement; the first instant stays."""
    await conn.execute(_DELIVERED, statement_id, at)


_REFUSED: Final = "UPDATE court_statements SET refused_code = $2 WHERE id = $1 AND delivered_at IS NULL"


async def refused(conn: Conn, statement_id: UUID, code: str) -> None:
    """The other court refused an own statement, for good."""
    await conn.execute(_REFUSED, statement_id, code)
