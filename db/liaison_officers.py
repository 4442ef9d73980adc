"""The gateway's table `liaison_officers`. Invariant: the periods of one officer never overlap."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.framework import FrameworkTable
from db.pool import Conn
from db.records.framework import LiaisonRecord

TABLE: Final = FrameworkTable("liaison_officers", LiaisonRecord)

_OF_OFFICER: Final = f"""
    SELECT {TABLE.columns} FROM liaison_officers WHERE court = $1 AND officer_id = $2
     ORDER BY from_on DESC LIMIT 1000
"""


async def of_officer(conn: Conn, court: str, officer_id: str) -> list[LiaisonRecord]:
    """All of an officer's records, the newest period first."""
    return [TABLE.read(row) for row in await conn.fetch(_OF_OFFICER, court, officer_id)]


_ON: Final = f"""
    SELECT {TABLE.columns} FROM liaison_officers
     WHERE court = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on >= $2)
     ORDER BY officer_id LIMIT 1000
"""


async def on(conn: Conn, court: str, day: date) -> dict[str, LiaisonRecord]:
    """The record of each of the court's officers that holds on the day."""
    return {row["officer_id"]: TABLE.read(row) for row in await conn.fetch(_ON, court, day)}


_PAGE: Final = f"""
    SELECT {TABLE.columns} FROM liaison_officers
     WHERE ($1::text IS NULL OR court = $1)
       AND ($2::date IS NULL OR (from_on <= $2 AND (to_on IS NULL OR to_on >= $2)))
       AND ($3::timestamptz IS NULL OR (recorded_at, id) < ($3, $4))
     ORDER BY recorded_at DESC, id DESC LIMIT $5
"""


async def page(
    conn: Conn, *, court: str | None, day: date | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[LiaisonRecord]:
    """The records of a court, or of all, that hold on a day, or at any time; newest first, behind `after`."""
    at, last = after or (None, None)
    return [TABLE.read(row) for row in await conn.fetch(_PAGE, court, day, at, last, limit)]
