"""The table `task_statements`: what either court said beside a task's log, by the statement's id.

Invariant: a statement is written once and never changed; only how far it came is added.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.tasks import OutlineRecord, StatementRecord

CONTEXT: Final = "task_statements.payload"
_record = mapper(StatementRecord)
_outline = mapper(OutlineRecord)
_COLUMNS: Final = """
    id, task_id, kind, author, at, refers, head_seq, head_digest, digest, statement, salt, payload, officer, sent_at,
    received_at, delivered_at, refused_code, read_at
"""

_ADD: Final = insertion("task_statements", StatementRecord)


async def add(conn: Conn, said: StatementRecord) -> None:
    """Keep a statement; its id must be new."""
    await conn.execute(_ADD, *values(said))


_FIND: Final = f"SELECT {_COLUMNS} FROM task_statements WHERE id = $1"


async def find(conn: Conn, statement_id: UUID) -> StatementRecord | None:
    """The statement, or None."""
    row = await conn.fetchrow(_FIND, statement_id)
    return None if row is None else _record(row)


_KNOWN: Final = "SELECT count(*) FROM task_statements WHERE task_id = $1 AND id = ANY ($2)"


async def are_known(conn: Conn, task_id: UUID, statement_ids: Sequence[UUID]) -> bool:
    """Whether each of these different ids is a statement about the task."""
    return int(await conn.fetchval(_KNOWN, task_id, list(statement_ids))) == len(statement_ids)


_NEWEST: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {_COLUMNS} FROM task_statements
         WHERE task_id = wanted.id AND ($2::text[] IS NULL OR kind = ANY ($2))
           AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid))
       ORDER BY at DESC, id DESC LIMIT $5
      ) AS page
     ORDER BY page.task_id, page.at, page.id
"""


async def newest(
    conn: Conn,
    task_ids: Sequence[UUID],
    *,
    kinds: Sequence[str] | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[StatementRecord]:
    """At most `limit` statements about each task, oldest first: the last ones of these kinds before that place."""
    at, last = before or (None, None)
    rows = await conn.fetch(_NEWEST, list(task_ids), None if kinds is None else list(kinds), at, last, limit)
    return [_record(row) for row in rows]


_PLACE: Final = "SELECT at, id FROM task_statements WHERE task_id = ANY ($1) AND id = $2"


async def place(conn: Conn, task_ids: Sequence[UUID], statement_id: UUID) -> tuple[datetime, UUID] | None:
    """Where the statement stands among those about its task, which is one of these; None if there is none."""
    row = await conn.fetchrow(_PLACE, list(task_ids), statement_id)
    return None if row is None else (row["at"], row["id"])


_OF_KINDS: Final = f"""
    SELECT {_COLUMNS} FROM task_statements
     WHERE task_id = $1 AND kind = ANY ($2) AND at >= $3 ORDER BY at, id LIMIT 10000
"""


async def of_kinds(conn: Conn, task_id: UUID, kinds: Sequence[str], *, since: datetime) -> list[StatementRecord]:
    """The statements of these kinds about one task, said at or after `since`, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_KINDS, task_id, list(kinds), since)]


_OUTLINES: Final = f"""
    SELECT {", ".join(columns(OutlineRecord))} FROM task_statements
     WHERE task_id = $1 AND kind = ANY ($2) ORDER BY at, id LIMIT 10000
"""


async def outlines(conn: Conn, task_id: UUID, kinds: Sequence[str]) -> list[OutlineRecord]:
    """The statements of these kinds about one task, without what they say, oldest first."""
    return [_outline(row) for row in await conn.fetch(_OUTLINES, task_id, list(kinds))]


_COUNT: Final = "SELECT count(*) FROM task_statements WHERE task_id = $1 AND author = $2 AND kind = ANY ($3)"


async def count(conn: Conn, task_id: UUID, author: str, kinds: Sequence[str]) -> int:
    """How many of these kinds the court has said about the task."""
    return int(await conn.fetchval(_COUNT, task_id, author, list(kinds)))


_DELIVERED: Final = """
    UPDATE task_statements SET delivered_at = $2, refused_code = NULL WHERE id = $1 AND delivered_at IS NULL
"""


async def delivered(conn: Conn, statement_id: UUID, at: datetime) -> None:
    """The other court accepted an own statement; the first instant stays."""
    await conn.execute(_DELIVERED, statement_id, at)


_REFUSED: Final = "UPDATE task_statements SET refused_code = $2 WHERE id = $1 AND delivered_at IS NULL"


async def refused(conn: Conn, statement_id: UUID, code: str) -> None:
    """The other court refused an own statement, for good."""
    await conn.execute(_REFUSED, statement_id, code)


_READ: Final = """
    UPDATE task_statements SET read_at = least(read_at, greatest($4, at))
     WHERE task_id = $1 AND author = $2 AND id = ANY ($3)
"""


async def read(conn: Conn, task_id: UUID, author: str, statement_ids: Sequence[UUID], at: datetime) -> None:
    """Those of `author` were read at the instant `at`, and not before they were said; the earliest stays."""
    await conn.execute(_READ, task_id, author, list(statement_ids), at)


_UNSETTLED: Final = f"""
    SELECT {_COLUMNS} FROM task_statements said
     WHERE kind = $1 AND refused_code IS NULL
       AND NOT EXISTS (SELECT FROM task_statements later
                        WHERE later.task_id = said.task_id AND later.refers = said.id AND later.kind = ANY ($2)
                          AND later.refused_code IS NULL)
       AND ($3::timestamptz IS NULL OR (at, id) > ($3, $4::uuid))
     ORDER BY at, id LIMIT $5
"""


async def unsettled(
    conn: Conn, kind: str, by: Sequence[str], *, after: tuple[datetime, UUID] | None, limit: int
) -> list[StatementRecord]:
    """The statements of `kind` to which none of the kinds `by` refers, oldest first, behind `after`: (at, id).

    Without own ones that the other court refused.
    """
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_UNSETTLED, kind, list(by), at, last, limit)]
