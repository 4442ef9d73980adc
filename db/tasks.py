"""The table `tasks`: delegated tasks of both directions, one row each, the projection of their shared log.

Invariant: `save` is a compare-and-set on `version`, which it raises by one.
"""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Final
from uuid import UUID

import asyncpg

from db.pool import Conn
from db.records.tasks import TaskRecord

CONTEXT: Final = "tasks.content"
"""Binds the ciphertext of `content` to its column."""

COLUMNS: Final = (
    "id, direction, delegating_court, entrusted_court, matter, status, holder, urgent, content, case_id, "
    "duplicate_key, follow_up_of, created_by, submitted_by, officer, head_seq, head_digest, resume, history_no, "
    "history_digest, status_at, received_at, asked_at, due_on, due_at, answer_due_on, is_disputed, version, "
    "created_at, changed_at, synthetic"
)


def record(row: asyncpg.Record) -> TaskRecord:
    return TaskRecord(*row)


_ADD: Final = f"""
    INSERT INTO tasks ({COLUMNS})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $25, $26, $27, $28, $29, $30, $31)
    ON CONFLICT DO NOTHING
    RETURNING id
"""


async def add(conn: Conn, task: TaskRecord) -> bool:
    """Insert `task` as it is; False when its id, or an open task with the same `duplicate_key`, exists."""
    return await conn.fetchval(_ADD, *astuple(task)) is not None


_SAVE: Final = """
    UPDATE tasks
       SET status = $3, holder = $4, content = $5, submitted_by = $6, officer = $7, head_seq = $8, head_digest = $9,
           resume = $10, history_no = $11, history_digest = $12, status_at = $13, received_at = $14, asked_at = $15,
           due_on = $16, due_at = $17, answer_due_on = $18, is_disputed = $19, changed_at = $20, version = version + 1
     WHERE id = $1 AND version = $2
    RETURNING version
"""


async def save(conn: Conn, task: TaskRecord) -> int | None:
    """Write what can change of `task`; its new version, or None when the row has left `task.version`."""
    version: int | None = await conn.fetchval(
        _SAVE,
        task.id,
        task.version,
        task.status,
        task.holder,
        task.content,
        task.submitted_by,
        task.officer,
        task.head_seq,
        task.head_digest,
        task.resume,
        task.history_no,
        task.history_digest,
        task.status_at,
        task.received_at,
        task.asked_at,
        task.due_on,
        task.due_at,
        task.answer_due_on,
        task.is_disputed,
        task.changed_at,
    )
    return version


_FIND: Final = f"SELECT {COLUMNS} FROM tasks WHERE id = $1"


async def find(conn: Conn, task_id: UUID) -> TaskRecord | None:
    """The task, or None."""
    row = await conn.fetchrow(_FIND, task_id)
    return None if row is None else record(row)


_SEVERAL: Final = f"SELECT {COLUMNS} FROM tasks WHERE id = ANY($1) LIMIT 500"


async def several(conn: Conn, task_ids: Sequence[UUID]) -> list[TaskRecord]:
    """Those of `task_ids` that exist, in no order."""
    return [record(row) for row in await conn.fetch(_SEVERAL, list(task_ids))]


_LOCK: Final = f"SELECT {COLUMNS} FROM tasks WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, task_id: UUID) -> TaskRecord | None:
    """The task, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, task_id)
    return None if row is None else record(row)


_OPEN_DUPLICATE: Final = """
    SELECT id FROM tasks
     WHERE duplicate_key = $1 AND status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN')
     ORDER BY created_at LIMIT 1
"""


async def open_duplicate(conn: Conn, duplicate_key: bytes) -> UUID | None:
    """The open task for the same case, matter, thing and ruling, if there is one."""
    found: UUID | None = await conn.fetchval(_OPEN_DUPLICATE, duplicate_key)
    return found


_FOLLOW_UPS: Final = f"""
    SELECT {COLUMNS} FROM tasks WHERE follow_up_of = ANY($1) ORDER BY created_at, id LIMIT 500
"""


async def follow_ups(conn: Conn, task_ids: Sequence[UUID]) -> list[TaskRecord]:
    """Tasks that follow up any of `task_ids`, oldest first."""
    return [record(row) for row in await conn.fetch(_FOLLOW_UPS, list(task_ids))]


_LEFT_WITH_US: Final = """
    SELECT id FROM tasks WHERE direction = 'INBOUND' AND status = 'DISPATCHED' AND NOT is_disputed ORDER BY id LIMIT $1
"""


async def left_over(conn: Conn, limit: int) -> list[UUID]:
    """Inbound tasks whose dispatch was stored but not answered with RECEIVED."""
    return [row["id"] for row in await conn.fetch(_LEFT_WITH_US, limit)]


_LEFT_FROM: Final = """
    SELECT id FROM tasks
     WHERE direction = 'INBOUND' AND delegating_court = $1 AND status = 'DISPATCHED' AND NOT is_disputed
     ORDER BY id
"""


async def left_over_from(conn: Conn, peer: str) -> list[UUID]:
    """All that `left_over` would give of one delegating court."""
    return [row["id"] for row in await conn.fetch(_LEFT_FROM, peer)]


_HELD_BY: Final = """
    SELECT id FROM tasks
     WHERE direction = 'OUTBOUND' AND entrusted_court = $1 AND holder = entrusted_court
       AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3
"""


async def held_by(conn: Conn, peer: str, *, after: UUID | None, limit: int) -> list[UUID]:
    """The tasks delegated to `peer` whose log it holds, in the order of their ids."""
    return [row["id"] for row in await conn.fetch(_HELD_BY, peer, after, limit)]


# One message carries the heads: the bound keeps it within its size; ended logs need no confirmation.
_OPEN_HEADS: Final = """
    SELECT id, head_digest FROM tasks
     WHERE (delegating_court = $1 OR entrusted_court = $1) AND head_seq > 0
       AND status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN')
     ORDER BY changed_at DESC, id LIMIT 1500
"""


async def open_heads(conn: Conn, peer: str) -> list[tuple[UUID, str]]:
    """(id, digest of the head) of the open tasks shared with `peer`, at most 1500, last changed first."""
    return [(row["id"], row["head_digest"]) for row in await conn.fetch(_OPEN_HEADS, peer)]


_IDS_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT case_id, id, created_at FROM tasks
       WHERE case_id = wanted.id AND ($3::text[] IS NULL OR status = ANY ($3))
       ORDER BY created_at DESC, id DESC LIMIT $2
      ) AS page
     ORDER BY page.case_id, page.created_at DESC, page.id DESC
"""


async def ids_of_cases(
    conn: Conn, case_ids: list[UUID], statuses: list[str] | None = None, *, limit: int
) -> list[tuple[UUID, UUID]]:
    """(case, task) of the tasks delegated in these cases, in these states, at most `limit` of each, youngest first."""
    return [(row["case_id"], row["id"]) for row in await conn.fetch(_IDS_OF_CASES, case_ids, limit, statuses)]
