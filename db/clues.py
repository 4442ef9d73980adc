"""Clues of this court's cases. Text, informant and note lie encrypted, each bound to its column."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.clues import ClueOutcome, ClueRecord

CONTENT: Final = "clues.content"
INFORMANT: Final = "clues.informant"
NOTE: Final = "clues.note"

_record = mapper(ClueRecord)
_INSERT: Final = insertion("clues", ClueRecord)

_GET: Final = """
    SELECT id, case_id, kind, source, reliability, urgency, content, informant, location_court, submitted_by,
           submitted_at, due_on, status, result, verified_by, verified_at, note, version
      FROM clues WHERE id = $1
"""

_LOCK: Final = _GET + " FOR UPDATE"

_OF_CASE: Final = """
    SELECT id, case_id, kind, source, reliability, urgency, content, informant, location_court, submitted_by,
           submitted_at, due_on, status, result, verified_by, verified_at, note, version
      FROM clues WHERE case_id = $1 AND id = ANY ($2) ORDER BY submitted_at, id LIMIT 100
"""

_PAGE_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, kind, source, reliability, urgency, content, informant, location_court, submitted_by,
             submitted_at, due_on, status, result, verified_by, verified_at, note, version
        FROM clues
         WHERE case_id = wanted.id AND ($2::timestamptz IS NULL OR (submitted_at, id) > ($2, $3::uuid))
       ORDER BY submitted_at, id LIMIT $4
      ) AS page
     ORDER BY page.case_id, page.submitted_at, page.id
"""

_VERIFY: Final = """
    UPDATE clues
       SET status = 'VERIFIED', result = $3, verified_by = $4, verified_at = $5, note = $6, version = version + 1
     WHERE id = $1 AND version = $2 AND status = 'OPEN'
    RETURNING id, case_id, kind, source, reliability, urgency, content, informant, location_court, submitted_by,
              submitted_at, due_on, status, result, verified_by, verified_at, note, version
"""

_OVERDUE: Final = """
    SELECT c.id, c.case_id, c.due_on, e.handler_id
      FROM clues c JOIN cases e ON e.id = c.case_id
     WHERE c.status = 'OPEN' AND c.due_on < $1 AND (c.due_on, c.id) > ($2, $3)
     ORDER BY c.due_on, c.id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A clue that was not verified in its term, and whose case it is."""

    id: UUID
    case_id: UUID
    due_on: date
    handler_id: str | None


_overdue = mapper(Overdue)


async def insert(conn: Conn, clue: ClueRecord) -> None:
    await conn.execute(_INSERT, *values(clue))


async def get(conn: Conn, clue_id: UUID) -> ClueRecord | None:
    row = await conn.fetchrow(_GET, clue_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, clue_id: UUID) -> ClueRecord | None:
    """The clue, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, clue_id)
    return None if row is None else _record(row)


async def of_case(conn: Conn, case_id: UUID, clue_ids: list[UUID]) -> list[ClueRecord]:
    """Those of the clues that are of the case."""
    return [_record(row) for row in await conn.fetch(_OF_CASE, case_id, clue_ids)]


async def page_of_cases(
    conn: Conn, case_ids: list[UUID], *, after: tuple[datetime, UUID] | None, limit: int
) -> list[ClueRecord]:
    """At most `limit` of each case, by case, oldest first, after the row that `after` names by (submitted_at, id)."""
    submitted_at, row_id = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE_OF_CASES, case_ids, submitted_at, row_id, limit)]


async def verify(
    conn: Conn, clue: ClueRecord, result: ClueOutcome, *, officer: str, now: datetime, note: bytes | None
) -> ClueRecord | None:
    """Compare-and-set on `clue.version`; None when the clue changed since it was read."""
    row = await conn.fetchrow(_VERIFY, clue.id, clue.version, result, officer, now, note)
    return None if row is None else _record(row)


async def overdue(conn: Conn, today: date, *, after: tuple[date, UUID], limit: int) -> list[Overdue]:
    """The open clues whose day is over, from the oldest day on, after the one that `after` names by (due_on, id)."""
    return [_overdue(row) for row in await conn.fetch(_OVERDUE, today, *after, limit)]
