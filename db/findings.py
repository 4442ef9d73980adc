"""Finds of asset searches: our own, and those that an entrusted court fed back. Encrypted until adopted as an asset."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import mapper, values
from db.pool import Conn
from db.records.searches import Announcement, FindingRecord

CONTENT: Final = "findings.content"

_record = mapper(FindingRecord)

_INSERT: Final = """
    INSERT INTO findings (id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id,
                          adopted_by, adopted_at, search_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
"""

_GET: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_LOCK: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE id = $1 FOR UPDATE
"""

_PAGE_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
             adopted_at, search_id
        FROM findings
         WHERE case_id = wanted.id AND ($2::timestamptz IS NULL OR (recorded_at, id) > ($2, $3::uuid))
       ORDER BY recorded_at, id LIMIT $4
      ) AS page
     ORDER BY page.case_id, page.recorded_at, page.id
"""

_OF_TASK: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE task_id = $1 ORDER BY recorded_at, id LIMIT 500
"""

_OF_KIND: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE task_id = $1 AND kind = $2 ORDER BY recorded_at, id LIMIT 10000
"""

_FOR_FEEDBACK: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings
     WHERE task_id = $1
       AND (announcement IS DISTINCT FROM 'SAID'
            OR id IN (SELECT id FROM findings WHERE task_id = $1 AND announcement = 'SAID'
                       ORDER BY recorded_at, id LIMIT $2))
     ORDER BY recorded_at, id
"""

_UNSAID: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE task_id = $1 AND search_id IS NOT NULL AND announcement IS NULL
     ORDER BY recorded_at, id LIMIT $2
"""

_ANNOUNCED: Final = "UPDATE findings SET announcement = $2 WHERE id = ANY ($1)"

_TASKS_UNSAID: Final = """
    SELECT DISTINCT f.task_id FROM findings f JOIN tasks t ON t.id = f.task_id
     WHERE f.task_id > $1 AND f.search_id IS NOT NULL AND f.announcement IS NULL AND t.status = ANY ($2)
     ORDER BY f.task_id LIMIT $3
"""

_PAGE_OF_TASKS: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings
     WHERE task_id = ANY ($1) AND ($2::timestamptz IS NULL OR (recorded_at, id) > ($2, $3::uuid))
     ORDER BY recorded_at, id LIMIT $4
"""

_KINDS_OF_TASKS: Final = """
    SELECT task_id, array_agg(DISTINCT kind) AS kinds FROM findings WHERE task_id = ANY ($1) GROUP BY task_id LIMIT 1000
"""

_OF_SEARCHES: Final = """
    SELECT id, inquiry_id, case_id, task_id, court, kind, content, source, as_of, recorded_at, asset_id, adopted_by,
           adopted_at, search_id
      FROM findings WHERE search_id = ANY ($1) ORDER BY search_id, recorded_at, id LIMIT 5000
"""

_ADOPT: Final = """
    UPDATE findings SET asset_id = $2, adopted_by = $3, adopted_at = $4 WHERE id = $1 AND asset_id IS NULL RETURNING id
"""


async def insert(conn: Conn, finding: FindingRecord) -> bool:
    """Write the find; False when it is known already, so that the same feedback twice adds nothing."""
    return await conn.fetchval(_INSERT, *values(finding)) is not None


async def get(conn: Conn, finding_id: UUID) -> FindingRecord | None:
    row = await conn.fetchrow(_GET, finding_id)
    return None if row is None else _record(row)


async def of_ids(conn: Conn, finding_ids: list[UUID]) -> list[FindingRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, finding_ids)]


async def lock(conn: Conn, finding_id: UUID) -> FindingRecord | None:
    """The find, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, finding_id)
    return None if row is None else _record(row)


async def page_of_cases(
    conn: Conn, case_ids: list[UUID], *, after: tuple[datetime, UUID] | None, limit: int
) -> list[FindingRecord]:
    """At most `limit` of each case, by case, oldest first, after the row that `after` names by (recorded_at, id)."""
    recorded_at, row_id = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE_OF_CASES, case_ids, recorded_at, row_id, limit)]


async def of_task(conn: Conn, task_id: UUID) -> list[FindingRecord]:
    return [_record(row) for row in await conn.fetch(_OF_TASK, task_id)]


async def of_kind(conn: Conn, task_id: UUID, kind: str) -> list[FindingRecord]:
    """The finds of one kind for the task, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_KIND, task_id, kind)]


async def for_feedback(conn: Conn, task_id: UUID, *, repeated: int) -> list[FindingRecord]:
    """Every find for the task that was not said beside its log, and the first `repeated` of those that were."""
    return [_record(row) for row in await conn.fetch(_FOR_FEEDBACK, task_id, repeated)]


async def unsaid(conn: Conn, task_id: UUID, *, limit: int) -> list[FindingRecord]:
    """At most `limit` finds of own searches for the task that are still to be announced, oldest first."""
    return [_record(row) for row in await conn.fetch(_UNSAID, task_id, limit)]


async def announced(conn: Conn, finding_ids: list[UUID], outcome: Announcement) -> None:
    """Write down what became of the announcement of these finds."""
    await conn.execute(_ANNOUNCED, finding_ids, outcome)


async def tasks_unsaid(conn: Conn, statuses: list[str], *, after: UUID, limit: int) -> list[UUID]:
    """At most `limit` tasks in one of the statuses with finds still to be announced, by id, after the id `after`."""
    return [row["task_id"] for row in await conn.fetch(_TASKS_UNSAID, after, statuses, limit)]


async def page_of_tasks(
    conn: Conn, task_ids: list[UUID], *, after: tuple[datetime, UUID] | None, limit: int
) -> list[FindingRecord]:
    """At most `limit` finds of all these tasks, oldest first, after the row that `after` names by (recorded_at, id)."""
    recorded_at, row_id = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE_OF_TASKS, task_ids, recorded_at, row_id, limit)]


async def kinds_of_tasks(conn: Conn, task_ids: list[UUID]) -> dict[UUID, frozenset[str]]:
    """By task, the kinds of which something was found."""
    return {row["task_id"]: frozenset(row["kinds"]) for row in await conn.fetch(_KINDS_OF_TASKS, task_ids)}


async def of_searches(conn: Conn, search_ids: list[UUID]) -> list[FindingRecord]:
    """The finds of all these searches: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_SEARCHES, search_ids)]


async def adopt(conn: Conn, finding_id: UUID, asset_id: UUID, *, officer: str, now: datetime) -> bool:
    """Bind the find to the asset that it became; False when it was adopted before."""
    return await conn.fetchval(_ADOPT, finding_id, asset_id, officer, now) is not None
