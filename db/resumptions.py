"""The table `resumptions`: cases resumed out of a settlement, each with the case that it goes on with."""

from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.money import ResumptionRecord

_record = mapper(ResumptionRecord)
_COLUMNS: Final = """
    case_id, from_case_id, settlement_id, applied_on, resumed_on, performed, guarantor_ruling_no, resumed_by
"""

_BEFORE: Final = """
    WITH RECURSIVE earlier (case_id, depth) AS (
        SELECT from_case_id, 1 FROM resumptions WHERE case_id = $1
        UNION ALL
        SELECT r.from_case_id, e.depth + 1 FROM resumptions r JOIN earlier e ON r.case_id = e.case_id WHERE e.depth < 50
    )
    SELECT case_id FROM earlier ORDER BY depth LIMIT 50
"""
_OF_CASE: Final = f"SELECT {_COLUMNS} FROM resumptions WHERE from_case_id = $1 ORDER BY case_id LIMIT 1"
_INSERT: Final = insertion("resumptions", ResumptionRecord)


async def before(conn: Conn, case_id: UUID) -> list[UUID]:
    """The cases that this one goes on with, the last first."""
    return [row["case_id"] for row in await conn.fetch(_BEFORE, case_id)]


async def of_case(conn: Conn, from_case_id: UUID) -> ResumptionRecord | None:
    """The one that goes on with this case."""
    row = await conn.fetchrow(_OF_CASE, from_case_id)
    return None if row is None else _record(row)


async def insert(conn: Conn, resumption: ResumptionRecord) -> None:
    await conn.execute(_INSERT, *values(resumption))
