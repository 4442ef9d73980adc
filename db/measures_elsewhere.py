"""The tables `measures_elsewhere` and `measures_told`: measures that one court holds for a case that is with another.

Invariant: who holds a measure tells of each version of it once; who is told keeps the newest version alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn

CONTEXT: Final = "measures_elsewhere.content"


@dataclass(frozen=True, slots=True)
class ElsewhereRecord:
    """A measure that the other court holds for the own case, as that court reports it; `content` is encrypted."""

    transfer_id: UUID
    measure_id: UUID
    version: int
    status: str
    expires_on: date | None
    content: bytes


_record = mapper(ElsewhereRecord)
_COLUMNS: Final = ", ".join(columns(ElsewhereRecord))
_PUT: Final = (
    insertion("measures_elsewhere", ElsewhereRecord)
    + """
    ON CONFLICT (transfer_id, measure_id) DO UPDATE
       SET version = excluded.version, status = excluded.status, expires_on = excluded.expires_on,
           content = excluded.content
     WHERE measures_elsewhere.version < excluded.version
"""
)
_COUNT: Final = "SELECT count(*) FROM measures_elsewhere WHERE transfer_id = $1"
_FIND: Final = f"SELECT {_COLUMNS} FROM measures_elsewhere WHERE transfer_id = $1 AND measure_id = $2"
_PAGE: Final = f"""
    SELECT {_COLUMNS} FROM measures_elsewhere
     WHERE transfer_id = $1 AND ($2::uuid IS NULL OR measure_id > $2) ORDER BY measure_id LIMIT $3
"""
# Held for the other court: what hangs on a case that was sent there, or that went back there.
_HELD: Final = """
      FROM case_transfers t JOIN measures m ON m.case_id = t.case_id AND m.ordering_court = $1
      LEFT JOIN measures_told d ON d.transfer_id = t.id AND d.measure_id = m.id
     WHERE ((t.direction = 'OUTBOUND' AND t.status NOT IN ('PROPOSED', 'RETURNED'))
            OR (t.direction = 'INBOUND' AND t.status = 'RETURNED'))
       AND CASE WHEN d.version IS NULL THEN m.status IN ('EFFECTIVE', 'WAITING', 'RENEWED')
                ELSE d.version < m.version END
"""
_UNTOLD: Final = f"SELECT DISTINCT t.id {_HELD} AND ($2::uuid IS NULL OR t.id > $2) ORDER BY t.id LIMIT $3"
_UNTOLD_OF: Final = f"SELECT m.id {_HELD} AND t.id = $2 ORDER BY m.id LIMIT $3"
_SET_TOLD: Final = """
    INSERT INTO measures_told (transfer_id, measure_id, version) SELECT $1, * FROM unnest($2::uuid[], $3::integer[])
    ON CONFLICT (transfer_id, measure_id) DO UPDATE SET version = excluded.version
"""


async def put(conn: Conn, row: ElsewhereRecord) -> None:
    """Keep it, unless a newer version is known."""
    await conn.execute(_PUT, *values(row))


async def count(conn: Conn, transfer_id: UUID) -> int:
    return int(await conn.fetchval(_COUNT, transfer_id))


async def find(conn: Conn, transfer_id: UUID, measure_id: UUID) -> ElsewhereRecord | None:
    row = await conn.fetchrow(_FIND, transfer_id, measure_id)
    return None if row is None else _record(row)


async def page(conn: Conn, transfer_id: UUID, *, after: UUID | None, limit: int) -> list[ElsewhereRecord]:
    """By the other court's ids."""
    return [_record(row) for row in await conn.fetch(_PAGE, transfer_id, after, limit)]


async def untold(conn: Conn, court: str, *, after: UUID | None, limit: int) -> list[UUID]:
    """Transfers behind `after` in which the other court does not know how a measure of `court` stands."""
    return [row["id"] for row in await conn.fetch(_UNTOLD, court, after, limit)]


async def untold_of(conn: Conn, court: str, transfer_id: UUID, *, limit: int) -> list[UUID]:
    """The measures of one transfer of which it does not."""
    return [row["id"] for row in await conn.fetch(_UNTOLD_OF, court, transfer_id, limit)]


async def set_told(conn: Conn, transfer_id: UUID, told: Mapping[UUID, int]) -> None:
    """The other court is told of these measures, each as it stood at that version."""
    await conn.execute(_SET_TOLD, transfer_id, list(told), list(told.values()))
