"""The table `task_requests`: what the court without the right to append asked for, and how it was answered.

Invariant: a request is answered once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from db.pool import Conn
from db.records.tasks import RequestRecord

CONTEXT: Final = "task_requests.payload"

_COLUMNS: Final = (
    "id, task_id, kind, author, sent_at, digest, statement, salt, payload, "
    "answer, answered_at, head_seq, head_digest, answer_statement"
)

_ADD: Final = """
    INSERT INTO task_requests (id, task_id, kind, author, sent_at, digest, statement, salt, payload)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def add(conn: Conn, request: RequestRecord) -> None:
    """Keep a request, unanswered."""
    await conn.execute(
        _ADD,
        request.id,
        request.task_id,
        request.kind,
        request.author,
        request.sent_at,
        request.digest,
        request.statement,
        request.salt,
        request.payload,
    )


_FIND: Final = f"SELECT {_COLUMNS} FROM task_requests WHERE id = $1"


async def find(conn: Conn, request_id: UUID) -> RequestRecord | None:
    """The request, or None."""
    row = await conn.fetchrow(_FIND, request_id)
    return None if row is None else RequestRecord(*row)


_PENDING: Final = f"""
    SELECT {_COLUMNS} FROM task_requests WHERE task_id = $1 AND kind = $2 AND answer IS NULL LIMIT 1
"""


async def pending(conn: Conn, task_id: UUID, kind: str) -> RequestRecord | None:
    """The unanswered request of `kind`, if one is under way."""
    row = await conn.fetchrow(_PENDING, task_id, kind)
    return None if row is None else RequestRecord(*row)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended: at which head of the log, and the signed statement that says so (None: an event did)."""

    answer: str  # GRANTED | REFUSED
    at: datetime
    head_seq: int
    head_digest: str
    statement: bytes | None = None


_ANSWER: Final = """
    UPDATE task_requests SET answer = $2, answered_at = $3, head_seq = $4, head_digest = $5, answer_statement = $6
     WHERE id = $1 AND answer IS NULL
"""


async def answer(conn: Conn, request_id: UUID, answer: Answer) -> None:
    """Close the request; a second answer changes nothing."""
    await conn.execute(
        _ANSWER, request_id, answer.answer, answer.at, answer.head_seq, answer.head_digest, answer.statement
    )


_UNANSWERED_BY: Final = f"""
    SELECT {_COLUMNS} FROM task_requests WHERE author = $1 AND answer IS NULL ORDER BY sent_at, id
"""


async def unanswered_by(conn: Conn, author: str) -> list[RequestRecord]:
    """Requests of `author` that nobody answered, oldest first."""
    return [RequestRecord(*row) for row in await conn.fetch(_UNANSWERED_BY, author)]


_OF_TASKS: Final = f"""
    SELECT {_COLUMNS} FROM task_requests WHERE task_id = ANY($1) ORDER BY task_id, sent_at, id LIMIT 10000
"""


async def of_tasks(conn: Conn, task_ids: Sequence[UUID]) -> list[RequestRecord]:
    """The requests of several tasks, oldest first."""
    return [RequestRecord(*row) for row in await conn.fetch(_OF_TASKS, list(task_ids))]
