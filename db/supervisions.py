"""The gateway's table `supervisions`.

Invariant: a court supervises a task of another at most once at a time; a deadline that was missed raises at most one
per tier, ever.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.framework import FrameworkTable
from db.mapping import values
from db.pool import Conn
from db.records.framework import SupervisionRecord

TABLE: Final = FrameworkTable("supervisions", SupervisionRecord)

_IS_OPEN: Final = """
    SELECT EXISTS (SELECT FROM supervisions WHERE track_id = $1 AND raised_by = $2 AND court = $3 AND closed_on IS NULL)
"""


async def is_open(conn: Conn, track_id: UUID, raised_by: str, court: str) -> bool:
    """Whether `raised_by` supervises the task at `court`; the caller has locked the track."""
    return bool(await conn.fetchval(_IS_OPEN, track_id, raised_by, court))


_PAGE: Final = f"""
    SELECT {TABLE.columns} FROM supervisions
     WHERE ($1::text[] IS NULL OR raised_by = ANY($1) OR court = ANY($1) OR other_court = ANY($1))
       AND ($2::uuid IS NULL OR track_id = $2)
       AND ($3::boolean IS NULL OR (closed_on IS NULL) = $3)
       AND ($4::date IS NULL OR (answered_on IS NULL AND closed_on IS NULL AND respond_by < $4))
       AND ($5::timestamptz IS NULL OR (recorded_at, id) < ($5, $6))
     ORDER BY recorded_at DESC, id DESC LIMIT $7
"""


async def page(
    conn: Conn,
    *,
    parties: list[str] | None,
    track_id: UUID | None,
    is_open: bool | None,
    overdue_on: date | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[SupervisionRecord]:
    """The supervisions that concern one of the courts, newest first, behind `after`; those overdue on a day alone."""
    at, last = after or (None, None)
    rows = await conn.fetch(_PAGE, parties, track_id, is_open, overdue_on, at, last, limit)
    return [TABLE.read(row) for row in rows]


_LATE: Final = """
    SELECT t.id FROM tracks t
     WHERE t.due_on <= $1 AND t.holder IS NOT NULL AND t.status = ANY($2) AND ($4::uuid IS NULL OR t.id > $4)
       AND NOT EXISTS (SELECT FROM supervisions s
                        WHERE s.origin = 'DEADLINE' AND s.track_id = t.id AND s.court = t.holder
                          AND s.overdue_on = t.due_on AND s.tier = $3)
     ORDER BY t.id LIMIT $5
"""


async def late_tracks(
    conn: Conn, *, latest_due: date, statuses: Sequence[str], tier: int, after: UUID | None, limit: int
) -> list[UUID]:
    """Tracks whose day passed at `latest_due` or before, and for which nobody of `tier` was told of that day."""
    rows = await conn.fetch(_LATE, latest_due, statuses, tier, after, limit)
    return [row["id"] for row in rows]


_ADD_ONCE: Final = TABLE.insert + " ON CONFLICT DO NOTHING RETURNING id"


async def add_once(conn: Conn, record: SupervisionRecord) -> bool:
    """Write a supervision that nobody raised; False when it is there, or that court supervises the task already."""
    return await conn.fetchval(_ADD_ONCE, *values(record)) is not None


_BY_DEADLINE: Final = f"""
    SELECT {TABLE.columns} FROM supervisions
     WHERE origin = 'DEADLINE' AND closed_on IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2
"""


async def open_by_deadline(conn: Conn, after: UUID | None, limit: int) -> list[SupervisionRecord]:
    """The open supervisions that a deadline raised, by id."""
    return [TABLE.read(row) for row in await conn.fetch(_BY_DEADLINE, after, limit)]


_UNANSWERED: Final = f"""
    SELECT {TABLE.columns} FROM supervisions
     WHERE (court = $1 OR other_court = $1) AND answered_on IS NULL AND closed_on IS NULL
     ORDER BY recorded_at, id LIMIT $2
"""


async def unanswered(conn: Conn, court: str, limit: int) -> list[SupervisionRecord]:
    """What is neither answered nor closed of the court's tasks, on either side, oldest first."""
    return [TABLE.read(row) for row in await conn.fetch(_UNANSWERED, court, limit)]
