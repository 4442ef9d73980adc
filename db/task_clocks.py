"""What is late about delegated tasks: queries over `tasks`, their marks and the messages about them.

Invariant: a row leaves these lists as soon as its mark stands, so that a sweep looks at each lateness once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from db.pool import Conn

_OPEN: Final = "status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN') AND NOT is_disputed"

# The expression is that of the index tasks_by_due.
_MISSED: Final = f"""
    SELECT id FROM tasks
     WHERE {_OPEN} AND coalesce(due_at, 'infinity') <= $1
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = tasks.id AND o.kind = 'OVERDUE'
                          AND o.at = tasks.due_at AND o.cleared_at IS NULL)
     ORDER BY coalesce(due_at, 'infinity'), id LIMIT $2
"""
_NOT_BEGUN: Final = """
    SELECT id FROM tasks
     WHERE status IN ('RECEIVED', 'SIGNED_FOR') AND NOT is_disputed AND received_at <= $1
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = tasks.id AND o.kind = 'NOT_BEGUN'
                          AND o.cleared_at IS NULL)
     ORDER BY received_at, id LIMIT $2
"""
# Of an urgent task whose first act is awaited, `due_at` is that act's; its answer is late by its own day.
_UNANSWERED: Final = """
    SELECT id FROM tasks
     WHERE status IN ('SIGNED_FOR', 'IN_PROGRESS') AND urgent AND NOT is_disputed AND answer_due_on < $1
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = tasks.id AND o.kind = 'OVERDUE'
                          AND o.code = 'ANSWER' AND o.cleared_at IS NULL)
     ORDER BY answer_due_on, id LIMIT $2
"""


async def missed(
    conn: Conn, *, now: datetime, received_before: datetime, answered_before: date, limit: int
) -> list[UUID]:
    """Tasks of which something is late and not marked yet, each once; up to `limit` of each of the three ways.

    `received_before` is how long ago an unbegun task must have come, `answered_before` today.
    """
    found = [
        *await conn.fetch(_MISSED, now, limit),
        *await conn.fetch(_NOT_BEGUN, received_before, limit),
        *await conn.fetch(_UNANSWERED, answered_before, limit),
    ]
    return list(dict.fromkeys(row["id"] for row in found))


_DUE_BETWEEN: Final = f"""
    SELECT id FROM tasks
     WHERE {_OPEN} AND coalesce(due_at, 'infinity') > $1 AND coalesce(due_at, 'infinity') <= $2
     ORDER BY coalesce(due_at, 'infinity'), id LIMIT $3
"""


async def due_between(conn: Conn, start: datetime, end: datetime, *, limit: int) -> list[UUID]:
    """Open tasks that fall due within the span, the next ones first, at most `limit`."""
    rows = await conn.fetch(_DUE_BETWEEN, start, end, limit)
    return [row["id"] for row in rows]


_WAITING: Final = """
    SELECT task, min(last_error) AS code FROM outbox
     WHERE next_attempt_at IS NOT NULL AND state = 'QUEUED' AND task IS NOT NULL AND enqueued_at <= $1
       AND (last_error IS NULL OR last_error = ANY ($2))
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = outbox.task AND o.kind = 'NODE_UNREACHABLE'
                          AND o.cleared_at IS NULL)
     GROUP BY task ORDER BY task LIMIT $3
"""


async def waiting(conn: Conn, *, since: datetime, errors: Sequence[str], limit: int) -> list[tuple[UUID, str | None]]:
    """(task, last code) of tasks with a message that nobody took since then, for one of these reasons."""
    return [(row["task"], row["code"]) for row in await conn.fetch(_WAITING, since, list(errors), limit)]


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A message about a task that this court sent, and how far it came."""

    id: UUID
    track: dict[str, Any]
    state: str
    digest: str | None
    closed_at: datetime | None
    receipt: bytes | None


_SENT: Final = """
    SELECT id, track, state, digest, closed_at, receipt FROM outbox
     WHERE task = $1 AND track IS NOT NULL ORDER BY number DESC LIMIT $2
"""


async def sent(conn: Conn, task_id: UUID, *, limit: int) -> list[SentRecord]:
    """This court's messages about the task, the newest first."""
    return [SentRecord(*row) for row in await conn.fetch(_SENT, task_id, limit)]
