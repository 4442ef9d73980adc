"""The tables `task_events` (the shared log, as received) and `task_refusals` (events this court refused for good).

Invariant: one APPLIED event per task and number; refused and forked ones stay beside it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from db.pool import Conn
from db.records.tasks import TaskEventRecord

CONTEXT: Final = "task_events.payload"

_COLUMNS: Final = (
    "task_id, seq, digest, prev, type, author, at, status, holder, due_on, request_id, statement, salt, payload, "
    "standing, answer_due_on"
)


def _record(row: asyncpg.Record) -> TaskEventRecord:
    return TaskEventRecord(*row)


_ADD: Final = f"""
    INSERT INTO task_events ({_COLUMNS}, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (task_id, seq, digest) DO NOTHING
"""


async def add(conn: Conn, event: TaskEventRecord, now: datetime) -> None:
    """Keep `event`; the same event again changes nothing."""
    await conn.execute(
        _ADD,
        event.task_id,
        event.seq,
        event.digest,
        event.prev,
        event.type,
        event.author,
        event.at,
        event.status,
        event.holder,
        event.due_on,
        event.request_id,
        event.statement,
        event.salt,
        event.payload,
        event.standing,
        event.answer_due_on,
        now,
    )


_OF_TASKS: Final = f"""
    SELECT {_COLUMNS} FROM task_events WHERE task_id = ANY($1) ORDER BY task_id, seq, recorded_at LIMIT 10000
"""


async def of_tasks(conn: Conn, task_ids: Sequence[UUID]) -> list[TaskEventRecord]:
    """The events of several tasks, those kept beside the log included."""
    return [_record(row) for row in await conn.fetch(_OF_TASKS, list(task_ids))]


_OF_TYPES: Final = f"""
    SELECT {_COLUMNS} FROM task_events
     WHERE task_id = ANY($1) AND type = ANY($2) ORDER BY task_id, seq, recorded_at LIMIT 10000
"""


async def of_types(conn: Conn, task_ids: Sequence[UUID], types: Sequence[str]) -> list[TaskEventRecord]:
    """The events of these types of several tasks, in order, those kept beside the log included."""
    return [_record(row) for row in await conn.fetch(_OF_TYPES, list(task_ids), list(types))]


_AT: Final = f"""
    SELECT {_COLUMNS} FROM task_events WHERE task_id = $1 AND seq = $2 AND standing = 'APPLIED'
"""


async def at(conn: Conn, task_id: UUID, seq: int) -> TaskEventRecord | None:
    """The event of the log with number `seq`."""
    row = await conn.fetchrow(_AT, task_id, seq)
    return None if row is None else _record(row)


_WROTE_LATER: Final = """
    SELECT EXISTS (SELECT FROM task_events
                    WHERE task_id = $1 AND author = $2 AND seq > $3 AND at < $4 AND standing = 'APPLIED')
"""


async def wrote_later(conn: Conn, task_id: UUID, author: str, *, after: int, before: datetime) -> bool:
    """Whether the log has an event of `author` with a number above `after`, written before that instant."""
    return bool(await conn.fetchval(_WROTE_LATER, task_id, author, after, before))


_FIND: Final = f"""
    SELECT {_COLUMNS} FROM task_events WHERE task_id = $1 AND seq = $2 AND digest = $3
"""


async def find(conn: Conn, task_id: UUID, seq: int, digest: str) -> TaskEventRecord | None:
    """That very event, in whatever standing."""
    row = await conn.fetchrow(_FIND, task_id, seq, digest)
    return None if row is None else _record(row)


_SETTLED: Final = """
    SELECT EXISTS (SELECT FROM task_events WHERE task_id = $1 AND digest = $2 AND standing = 'APPLIED')
        OR EXISTS (SELECT FROM task_refusals WHERE task_id = $1 AND digest = $2)
"""


async def is_settled(conn: Conn, task_id: UUID, digest: str) -> bool:
    """Whether the event of that digest is in the log, or was refused for ever."""
    return bool(await conn.fetchval(_SETTLED, task_id, digest))


_IS_TAKEN: Final = """
    SELECT EXISTS (SELECT FROM task_events WHERE task_id = $1 AND type = 'PEN_TAKEN' AND standing = 'APPLIED')
"""


async def is_taken(conn: Conn, task_id: UUID) -> bool:
    """Whether the delegating court took the log back from a court that was declared lost."""
    return bool(await conn.fetchval(_IS_TAKEN, task_id))


_COUNT: Final = "SELECT count(*) FROM task_events WHERE task_id = $1 AND type = $2 AND standing = 'APPLIED'"


async def count(conn: Conn, task_id: UUID, event_type: str) -> int:
    """How many events of `event_type` the log has."""
    return int(await conn.fetchval(_COUNT, task_id, event_type))


_COUNT_VOID: Final = "SELECT count(*) FROM task_events WHERE task_id = $1 AND standing = 'VOID'"


async def count_void(conn: Conn, task_id: UUID) -> int:
    """How many events are kept that came after the log was taken back."""
    return int(await conn.fetchval(_COUNT_VOID, task_id))


_SET_STANDING: Final = "UPDATE task_events SET standing = $4 WHERE task_id = $1 AND seq = $2 AND digest = $3"


async def set_standing(conn: Conn, event: TaskEventRecord, standing: str) -> None:
    """Take the event out of the log, or mark it forked; it is never deleted."""
    await conn.execute(_SET_STANDING, event.task_id, event.seq, event.digest, standing)


_REFUSE: Final = """
    INSERT INTO task_refusals (task_id, seq, digest, code, at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (task_id, seq, digest) DO NOTHING
"""


async def refuse(conn: Conn, task_id: UUID, seq: int, digest: str, code: str, now: datetime) -> None:
    """The tombstone of an event: it will be refused with the same code for ever."""
    await conn.execute(_REFUSE, task_id, seq, digest, code, now)


_TAKEN_BACK: Final = """
    SELECT event.task_id, event.seq, event.digest
      FROM task_events AS event JOIN tasks ON tasks.id = event.task_id
     WHERE (tasks.delegating_court = $2 OR tasks.entrusted_court = $2)
       AND event.author = $1 AND event.standing = 'REFUSED'
     ORDER BY event.recorded_at DESC, event.task_id, event.seq LIMIT 500
"""


async def taken_back(conn: Conn, author: str, peer: str) -> list[tuple[UUID, int, str]]:
    """(task, number, digest) of the events that `author` took back because `peer` refused them, newest first."""
    return [tuple(row) for row in await conn.fetch(_TAKEN_BACK, author, peer)]


_REFUSED: Final = "SELECT code FROM task_refusals WHERE task_id = $1 AND seq = $2 AND digest = $3"


async def refused(conn: Conn, task_id: UUID, seq: int, digest: str) -> str | None:
    """The code with which this very event was refused, if it was."""
    code: str | None = await conn.fetchval(_REFUSED, task_id, seq, digest)
    return code
