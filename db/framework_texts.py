"""The table `framework_texts`: minutes of meetings and answers to supervisions, encrypted at rest; only added to."""

from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.standards import FrameworkTextRecord

CONTEXT: Final = "framework_texts.text"
MOST: Final = 1000
_record = mapper(FrameworkTextRecord)
_COLUMNS: Final = ", ".join(columns(FrameworkTextRecord))

_ADD: Final = insertion("framework_texts", FrameworkTextRecord)


async def add(conn: Conn, text: FrameworkTextRecord) -> None:
    await conn.execute(_ADD, *values(text))


_FIND: Final = f"SELECT {_COLUMNS} FROM framework_texts WHERE id = $1"


async def find(conn: Conn, text_id: UUID) -> FrameworkTextRecord | None:
    row = await conn.fetchrow(_FIND, text_id)
    return None if row is None else _record(row)


_OF_RECORD: Final = f"SELECT {_COLUMNS} FROM framework_texts WHERE record_id = $1 ORDER BY id LIMIT $2"


async def of_record(conn: Conn, record_id: UUID) -> list[FrameworkTextRecord]:
    """The texts about a record, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_RECORD, record_id, MOST)]
