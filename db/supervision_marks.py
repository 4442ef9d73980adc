"""The table `supervision_marks`: supervisions of this court's tasks, as long as the gateway tells of them, and after.

Invariant: a mark is written once; when it was cleared is added, and stays.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.supervision_marks import SupervisionMarkRecord

_record = mapper(SupervisionMarkRecord)
_COLUMNS: Final = ", ".join(columns(SupervisionMarkRecord))
_ADD: Final = insertion("supervision_marks", SupervisionMarkRecord) + " ON CONFLICT (id) DO NOTHING RETURNING id"


async def add(conn: Conn, mark: SupervisionMarkRecord) -> bool:
    """Keep a mark; False when it is known."""
    return await conn.fetchval(_ADD, *values(mark)) is not None


_OPEN: Final = f"SELECT {_COLUMNS} FROM supervision_marks WHERE cleared_at IS NULL ORDER BY task_id, id LIMIT 10000"


async def standing(conn: Conn) -> list[SupervisionMarkRecord]:
    """The marks that were not cleared, by task."""
    return [_record(row) for row in await conn.fetch(_OPEN)]


_CLEAR: Final = "UPDATE supervision_marks SET cleared_at = $2 WHERE id = ANY($1) AND cleared_at IS NULL"


async def clear(conn: Conn, ids: Sequence[UUID], now: datetime) -> None:
    """The gateway tells of them no longer."""
    await conn.execute(_CLEAR, list(ids), now)


_OF_TASKS: Final = f"""
    SELECT {_COLUMNS} FROM supervision_marks WHERE task_id = ANY($1) ORDER BY task_id, raised_at, id LIMIT 10000
"""


async def of_tasks(conn: Conn, task_ids: Sequence[UUID]) -> list[SupervisionMarkRecord]:
    """The marks of several tasks, cleared ones included, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_TASKS, list(task_ids))]
