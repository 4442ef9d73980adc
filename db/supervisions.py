"""The gateway's table `supervisions`. Invariant: a court supervises a task of another at most once at a time."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.framework import FrameworkTable
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
