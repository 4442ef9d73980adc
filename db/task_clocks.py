"""What is late about delegated tasks: queries over `tasks`, their marks and the messages about them.

Invariant: a row leaves these lists as soon as its mark stands; a sweep walks them by their keys, so that one which
cannot be marked holds up none behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from db.pool import Conn

_OPEN: Final = "status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN') AND NOT is_disputed"

# The expression is that of the index tasks_by_due.
_MISSED: Final = f"""
    SELECT id, coalesce(due_at, 'infinity') AS at FROM tasks
     WHERE {_OPEN} AND coalesce(due_at, 'infinity') <= $1
       AND ($2::timestamptz IS NULL OR (coalesce(due_at, 'infinity'), id) > ($2, $3::uuid))
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = tasks.id AND o.kind = 'OVERDUE'
                          AND o.at = tasks.due_at AND o.cleared_at IS NULL)
     ORDER BY coalesce(due_at, 'infinity'), id LIMIT $4
"""
_NOT_BEGUN: Final = """
    SELECT id, received_at AS at FROM tasks
     WHERE status IN ('RECEIVED', 'SIGNED_FOR') AND NOT is_disputed AND received_at <= $1
       AND ($2::timestamptz IS NULL OR (received_at, id) > ($2, $3::uuid))
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = tasks.id AND o.kind = 'NOT_BEGUN'
                          AND o.cleared_at IS NULL)
     ORDER BY received_at, id LIMIT $4
"""
# Of an urgent task whose first act is awaited, `due_at` is that act's; its answer is late by its own day.
_UNANSWERED: Final = """
    SELECT id, answer_due_on AS at FROM tasks
     WHERE status IN ('SIGNED_FOR', 'IN_PROGRESS') AND urgent AND NOT is_disputed AND answer_due_on < $1
       AND ($2::date IS NULL OR (answer_due_on, id) > ($2, $3::uuid))
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = tasks.id AND o.kind = 'OVERDUE'
                          AND o.code = 'ANSWER' AND o.cleared_at IS NULL)
     ORDER BY answer_due_on, id LIMIT $4
"""


class Due(NamedTuple):
    """A task that something of is due at, or was: its place in the order in which such tasks are met."""

    at: datetime | date
    id: UUID


async def missed(conn: Conn, now: datetime, *, after: Due | None, limit: int) -> list[Due]:
    """Open tasks whose next act is late and not marked so yet, the first due first, behind `after`."""
    return await _due(conn, _MISSED, now, after, limit)


async def not_begun(conn: Conn, received_before: datetime, *, after: Due | None, limit: int) -> list[Due]:
    """Tasks that came before then, were not begun, and are not marked so yet, the oldest first, behind `after`."""
    return await _due(conn, _NOT_BEGUN, received_before, after, limit)


async def unanswered(conn: Conn, today: date, *, after: Due | None, limit: int) -> list[Due]:
    """Urgent tasks whose answer was due before today and that are not marked so yet, behind `after`."""
    return await _due(conn, _UNANSWERED, today, after, limit)


async def _due(conn: Conn, statement: str, by: datetime | date, after: Due | None, limit: int) -> list[Due]:
    at, last = after or (None, None)
    return [Due(row["at"], row["id"]) for row in await conn.fetch(statement, by, at, last, limit)]


_DUE_BETWEEN: Final = f"""
    SELECT id, coalesce(due_at, 'infinity') AS at FROM tasks
     WHERE {_OPEN} AND coalesce(due_at, 'infinity') > $1 AND coalesce(due_at, 'infinity') <= $2
       AND ($3::timestamptz IS NULL OR (coalesce(due_at, 'infinity'), id) > ($3, $4::uuid))
     ORDER BY coalesce(due_at, 'infinity'), id LIMIT $5
"""


async def due_between(conn: Conn, start: datetime, end: datetime, *, after: Due | None, limit: int) -> list[Due]:
    """Open tasks that fall due within the span, the next ones first, behind `after`."""
    at, last = after or (None, None)
    rows = await conn.fetch(_DUE_BETWEEN, start, end, at, last, limit)
    return [Due(row["at"], row["id"]) for row in rows]


_WAITING: Final = """
    SELECT task, min(last_error) AS code FROM outbox
     WHERE next_attempt_at IS NOT NULL AND state = 'QUEUED' AND task IS NOT NULL AND enqueued_at <= $1
       AND (last_error IS NULL OR last_error = ANY ($2)) AND ($3::uuid IS NULL OR task > $3)
       AND NOT EXISTS (SELECT FROM task_overlays o WHERE o.task_id = outbox.task AND o.kind = 'NODE_UNREACHABLE'
                          AND o.cleared_at IS NULL)
     GROUP BY task ORDER BY task LIMIT $4
"""


async def waiting(
    conn: Conn, *, since: datetime, errors: Sequence[str], after: UUID | None, limit: int
) -> list[tuple[UUID, str | None]]:
    """(task, last code) of tasks with a message that nobody took since then, for one of these reasons, by task."""
    rows = await conn.fetch(_WAITING, since, list(errors), after, limit)
    return [(row["task"], row["code"]) for row in rows]


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
