"""The table `suspensions` of this court's cases. Invariant: at most one of a case is running."""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.claims import SuspensionRecord

_record = mapper(SuspensionRecord)
_COLUMNS: Final = "id, case_id, kind, ground, from_on, until_on, recorded_by, recorded_at, version"

_OF_CASES: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {_COLUMNS} FROM suspensions WHERE case_id = wanted.id ORDER BY from_on, id LIMIT 100
      ) AS page
     ORDER BY page.case_id, page.from_on, page.id
"""
_OF_IDS: Final = f"SELECT {_COLUMNS} FROM suspensions WHERE id = ANY ($1) ORDER BY id LIMIT 1000"
_LOCK: Final = f"SELECT {_COLUMNS} FROM suspensions WHERE id = $1 FOR UPDATE"
_INSERT: Final = insertion("suspensions", SuspensionRecord)
_END: Final = f"""
    UPDATE suspensions SET until_on = $2, version = version + 1 WHERE id = $1 RETURNING {_COLUMNS}
"""
# One that began on that day has stood for that day: a period is never empty.
_END_RUNNING: Final = """
    UPDATE suspensions SET until_on = greatest($2::date, from_on + 1), version = version + 1
     WHERE case_id = $1 AND until_on IS NULL
"""


async def of_cases(conn: Conn, case_ids: list[UUID]) -> list[SuspensionRecord]:
    """The suspensions of all these cases, by case, the earliest first: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_CASES, case_ids)]


async def of_ids(conn: Conn, suspension_ids: list[UUID]) -> list[SuspensionRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, suspension_ids)]


async def lock(conn: Conn, suspension_id: UUID) -> SuspensionRecord | None:
    row = await conn.fetchrow(_LOCK, suspension_id)
    return None if row is None else _record(row)


async def insert(conn: Conn, suspension: SuspensionRecord) -> None:
    await conn.execute(_INSERT, *values(suspension))


async def end(conn: Conn, suspension_id: UUID, until_on: date) -> SuspensionRecord:
    """The suspension, over; it is locked."""
    row = await conn.fetchrow(_END, suspension_id, until_on)
    assert row is not None  # it is locked, and none is deleted
    return _record(row)


async def end_running(conn: Conn, case_id: UUID, until_on: date) -> None:
    """Whatever still runs in the case is over; the case is locked."""
    await conn.execute(_END_RUNNING, case_id, until_on)
