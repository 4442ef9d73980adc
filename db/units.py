"""Assisting units that this court can write to."""

from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.units import UnitKind, UnitRecord

_record = mapper(UnitRecord)

_GET: Final = """
    SELECT id, name, kind, division, channel, items, promised_days, synthetic FROM assisting_units WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, name, kind, division, channel, items, promised_days, synthetic FROM assisting_units
     WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_LIST: Final = """
    SELECT id, name, kind, division, channel, items, promised_days, synthetic FROM assisting_units
     WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR division = $2)
     ORDER BY id
     LIMIT $3
"""

_INSERT: Final = """
    INSERT INTO assisting_units (id, name, kind, division, channel, items, promised_days, synthetic)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def get(conn: Conn, unit_id: str) -> UnitRecord | None:
    row = await conn.fetchrow(_GET, unit_id)
    return None if row is None else _record(row)


async def of_ids(conn: Conn, unit_ids: list[str]) -> list[UnitRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, unit_ids)]


async def listed(
    conn: Conn, *, kind: UnitKind | None = None, division: str | None = None, limit: int = 500
) -> list[UnitRecord]:
    return [_record(row) for row in await conn.fetch(_LIST, kind, division, limit)]


async def insert_all(conn: Conn, units: list[UnitRecord]) -> None:
    rows = [(u.id, u.name, u.kind, u.division, u.channel, u.items, u.promised_days, u.synthetic) for u in units]
    await conn.executemany(_INSERT, rows)
