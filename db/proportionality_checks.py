"""The table `proportionality_checks`: on which figures each measure was ruled and approved. Rows never change."""

from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.control import ProportionRecord

_record = mapper(ProportionRecord)
_COLUMNS: Final = ", ".join(columns(ProportionRecord))
_INSERT: Final = insertion("proportionality_checks", ProportionRecord) + " ON CONFLICT DO NOTHING"


async def insert(conn: Conn, check: ProportionRecord) -> None:
    await conn.execute(_INSERT, *values(check))


_OF_MEASURES: Final = f"""
    SELECT DISTINCT ON (measure_id) {_COLUMNS} FROM proportionality_checks
     WHERE measure_id = ANY ($1) ORDER BY measure_id, at DESC LIMIT 1000
"""


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[ProportionRecord]:
    """The newest check of each measure: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]
