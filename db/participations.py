"""The table `participations`: creditors of other cases who take part in what a case's enforcement brings."""

from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.distribution import ParticipationRecord

_record = mapper(ParticipationRecord)
_COLUMNS: Final = ", ".join(columns(ParticipationRecord))

_OF_CASES: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {_COLUMNS} FROM participations WHERE case_id = wanted.id ORDER BY applied_on, id LIMIT 200
      ) AS page
     ORDER BY page.case_id, page.applied_on, page.id
"""
_COUNT: Final = "SELECT count(*) FROM participations WHERE case_id = $1"
_FIND: Final = f"SELECT {_COLUMNS} FROM participations WHERE id = $1"
_LOCK: Final = f"{_FIND} FOR UPDATE"
# A claim that takes part in whatever comes in takes part in each thing as well.
_SAME: Final = """
    SELECT id FROM participations
     WHERE case_id = $1 AND court = $2 AND case_number = $3 AND priority = $4
       AND (asset_id IS NULL OR $5::uuid IS NULL OR asset_id = $5)
     ORDER BY id LIMIT 1
"""
_FORGET: Final = "DELETE FROM participations WHERE id = $1"
_INSERT: Final = insertion("participations", ParticipationRecord)
_CARRY_OVER: Final = "UPDATE participations SET case_id = $2, version = version + 1 WHERE case_id = $1"


async def of_cases(conn: Conn, case_ids: list[UUID]) -> list[ParticipationRecord]:
    """Who applied to take part in each case, the first first: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_CASES, case_ids)]


async def get(conn: Conn, participation_id: UUID) -> ParticipationRecord | None:
    row = await conn.fetchrow(_FIND, participation_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, participation_id: UUID) -> ParticipationRecord | None:
    row = await conn.fetchrow(_LOCK, participation_id)
    return None if row is None else _record(row)


async def same(conn: Conn, wanted: ParticipationRecord) -> UUID | None:
    """The one that is there for the same claim in the same money."""
    found = await conn.fetchval(
        _SAME, wanted.case_id, wanted.court, wanted.case_number, wanted.priority, wanted.asset_id
    )
    return None if found is None else UUID(str(found))


async def count(conn: Conn, case_id: UUID) -> int:
    return int(await conn.fetchval(_COUNT, case_id))


async def insert(conn: Conn, participation: ParticipationRecord) -> None:
    await conn.execute(_INSERT, *values(participation))


async def forget(conn: Conn, participation_id: UUID) -> None:
    await conn.execute(_FORGET, participation_id)


async def carry_over(conn: Conn, from_id: UUID, to_id: UUID) -> None:
    """Who takes part in one case takes part in the other from now on."""
    await conn.execute(_CARRY_OVER, from_id, to_id)
