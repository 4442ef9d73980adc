"""Asset searches and the inquiries in them, one per unit.

Invariant: an inquiry is claimed by moving `next_attempt_at` ahead and counting the attempt, both committed before the
unit is asked: a worker that dies leaves an inquiry that becomes due again, with its count.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.at_rest import AtRest
from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.searches import InquiryOutcome, InquiryRecord, SearchRecord

SUBJECT: Final = "asset_searches.subject"
CASE_NUMBER: Final = "asset_searches.case_number"
CHANNEL: Final = "registries"
"""NOTIFY channel that wakes the worker asking units."""

_search = mapper(SearchRecord)
_inquiry = mapper(InquiryRecord)

_INSERT: Final = insertion("asset_searches", SearchRecord)
_INSERT_INQUIRY: Final = insertion("search_inquiries", InquiryRecord)
_WAKE: Final = "SELECT pg_notify('registries', '')"

_GET: Final = """
    SELECT id, case_id, task_id, party_id, subject, case_number, kinds, requested_by, requested_at, status, done_at
      FROM asset_searches WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, case_id, task_id, party_id, subject, case_number, kinds, requested_by, requested_at, status, done_at
      FROM asset_searches WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_PAGE_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, task_id, party_id, subject, case_number, kinds, requested_by, requested_at, status, done_at
        FROM asset_searches
         WHERE case_id = wanted.id AND ($2::timestamptz IS NULL OR (requested_at, id) > ($2, $3::uuid))
       ORDER BY requested_at, id LIMIT $4
      ) AS page
     ORDER BY page.case_id, page.requested_at, page.id
"""

_OF_TASK: Final = """
    SELECT id, case_id, task_id, party_id, subject, case_number, kinds, requested_by, requested_at, status, done_at
      FROM asset_searches WHERE task_id = $1 ORDER BY requested_at, id LIMIT 200
"""

_INQUIRIES: Final = """
    SELECT id, search_id, unit_id, unit_name, channel, attempts, next_attempt_at, outcome, reason, source, as_of,
           answered_at
      FROM search_inquiries WHERE search_id = ANY ($1) ORDER BY search_id, unit_id LIMIT 5000
"""

_INQUIRIES_OF_IDS: Final = """
    SELECT id, search_id, unit_id, unit_name, channel, attempts, next_attempt_at, outcome, reason, source, as_of,
           answered_at
      FROM search_inquiries WHERE id = ANY ($1) ORDER BY id LIMIT 20000
"""

_LOCK_UNANSWERED: Final = """
    SELECT id, search_id, unit_id, unit_name, channel, attempts, next_attempt_at, outcome, reason, source, as_of,
           answered_at
      FROM search_inquiries WHERE next_attempt_at IS NOT NULL AND unit_id = ANY ($1) AND (attempts = 0 OR $2)
     ORDER BY id LIMIT $3 FOR UPDATE
"""

_COUNT_ATTEMPTS: Final = "UPDATE search_inquiries SET attempts = attempts + 1 WHERE id = ANY ($1)"

_CLAIM: Final = """
    UPDATE search_inquiries SET attempts = attempts + 1, next_attempt_at = $2
     WHERE id IN (SELECT id FROM search_inquiries WHERE next_attempt_at <= $1
                   ORDER BY next_attempt_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING id, search_id, unit_id, unit_name, channel, attempts, next_attempt_at, outcome, reason, source, as_of,
              answered_at
"""

_ANSWER: Final = """
    UPDATE search_inquiries
       SET outcome = $2, reason = $3, source = $4, as_of = $5, answered_at = $6, next_attempt_at = NULL
     WHERE id = $1 AND (outcome IS NULL OR ($7 AND outcome = 'NO_ANSWER'))
    RETURNING search_id
"""

_POSTPONE: Final = "UPDATE search_inquiries SET next_attempt_at = $2, reason = $3 WHERE id = $1 AND outcome IS NULL"

_LOCK: Final = "SELECT id FROM asset_searches WHERE id = $1 FOR UPDATE"

_CLOSE: Final = """
    UPDATE asset_searches SET status = 'DONE', done_at = $2
     WHERE id = $1 AND status = 'OPEN'
       AND NOT EXISTS (SELECT FROM search_inquiries WHERE search_id = $1 AND outcome IS NULL)
    RETURNING id
"""

_SEARCHED: Final = """
    SELECT DISTINCT r.unit_id FROM search_results r JOIN asset_searches s ON s.id = r.search_id
     WHERE s.task_id = $1 AND r.outcome IN ('FOUND', 'NOTHING') AND r.unit_id IS NOT NULL
     ORDER BY r.unit_id LIMIT 500
"""


def subject(at_rest: AtRest, search: SearchRecord) -> bytes:
    """Whom the search is about, as JSON in clear: for the unit that is asked only."""
    return at_rest.decrypt(search.subject, context=SUBJECT)


async def insert(conn: Conn, search: SearchRecord, inquiries: list[InquiryRecord]) -> None:
    """Write the search with one row per unit and wake the worker, all in the caller's transaction."""
    await conn.execute(_INSERT, *values(search))
    await conn.executemany(_INSERT_INQUIRY, [values(inquiry) for inquiry in inquiries])
    await conn.execute(_WAKE)


async def wake(conn: Conn) -> None:
    """Wake the worker when the caller's transaction commits."""
    await conn.execute(_WAKE)


async def lock(conn: Conn, search_id: UUID) -> SearchRecord | None:
    """The search, locked until the transaction ends."""
    row = await conn.fetchrow(_GET + " FOR UPDATE", search_id)
    return None if row is None else _search(row)


async def get(conn: Conn, search_id: UUID) -> SearchRecord | None:
    row = await conn.fetchrow(_GET, search_id)
    return None if row is None else _search(row)


async def of_ids(conn: Conn, search_ids: list[UUID]) -> list[SearchRecord]:
    return [_search(row) for row in await conn.fetch(_OF_IDS, search_ids)]


async def page_of_cases(
    conn: Conn, case_ids: list[UUID], *, after: tuple[datetime, UUID] | None, limit: int
) -> list[SearchRecord]:
    """At most `limit` of each case, by case, oldest first, after the row that `after` names by (requested_at, id)."""
    requested_at, row_id = after or (None, None)
    return [_search(row) for row in await conn.fetch(_PAGE_OF_CASES, case_ids, requested_at, row_id, limit)]


async def of_task(conn: Conn, task_id: UUID) -> list[SearchRecord]:
    return [_search(row) for row in await conn.fetch(_OF_TASK, task_id)]


async def inquiries(conn: Conn, search_ids: list[UUID]) -> list[InquiryRecord]:
    """The inquiries of all these searches, by search and unit: one query for a loader."""
    return [_inquiry(row) for row in await conn.fetch(_INQUIRIES, search_ids)]


async def inquiries_of_ids(conn: Conn, inquiry_ids: list[UUID]) -> list[InquiryRecord]:
    """Those of these inquiries that there are, by id."""
    return [_inquiry(row) for row in await conn.fetch(_INQUIRIES_OF_IDS, inquiry_ids)]


async def lock_unanswered(conn: Conn, unit_ids: list[str], *, again: bool, limit: int) -> list[InquiryRecord]:
    """What these units were not asked yet, or also what they did not answer, locked until the transaction ends."""
    return [_inquiry(row) for row in await conn.fetch(_LOCK_UNANSWERED, unit_ids, again, limit)]


async def count_attempts(conn: Conn, inquiry_ids: list[UUID]) -> None:
    """These were asked once more."""
    await conn.execute(_COUNT_ATTEMPTS, inquiry_ids)


async def searched_units(conn: Conn, task_id: UUID) -> list[str]:
    """Ids of the units that looked, for the task, and said what they have or that they have nothing."""
    return [row["unit_id"] for row in await conn.fetch(_SEARCHED, task_id)]


async def claim(conn: Conn, now: datetime, *, until: datetime, limit: int) -> list[InquiryRecord]:
    """Take at most `limit` due inquiries; nobody else gets them before `until`."""
    return [_inquiry(row) for row in await conn.fetch(_CLAIM, now, until, limit)]


async def answer(
    conn: Conn,
    inquiry_id: UUID,
    outcome: InquiryOutcome,
    *,
    now: datetime,
    source: str | None = None,
    as_of: datetime | None = None,
    reason: str | None = None,
    is_late: bool = False,
) -> UUID | None:
    """Record what the unit said, once; the search's id, or None when an answer stands already.

    With `is_late` it may have been given up before.
    """
    search_id: UUID | None = await conn.fetchval(_ANSWER, inquiry_id, outcome, reason, source, as_of, now, is_late)
    return search_id


async def postpone(conn: Conn, inquiry_id: UUID, *, until: datetime, reason: str) -> None:
    await conn.execute(_POSTPONE, inquiry_id, until, reason)


async def close_if_answered(conn: Conn, search_id: UUID, now: datetime) -> bool:
    """DONE when no inquiry of the search is open any more. Locks the search, so that the last two answers agree."""
    await conn.fetchval(_LOCK, search_id)
    return await conn.fetchval(_CLOSE, search_id, now) is not None
