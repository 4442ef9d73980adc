"""The table `over_freezes`: equity frozen beyond what is owed (股权超标的冻结), by the ruling that found it.

Invariant: one of a measure is open; a released one never changes.
"""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.control import OverFreezeRecord

_record = mapper(OverFreezeRecord)
_COLUMNS: Final = ", ".join(columns(OverFreezeRecord))
_INSERT: Final = insertion("over_freezes", OverFreezeRecord)


async def insert(conn: Conn, found: OverFreezeRecord) -> None:
    await conn.execute(_INSERT, *values(found))


_OPEN_OF: Final = f"SELECT {_COLUMNS} FROM over_freezes WHERE measure_id = $1 AND released_on IS NULL FOR UPDATE"


async def open_of(conn: Conn, measure_id: UUID) -> OverFreezeRecord | None:
    """The one of the measure whose excess is still frozen, locked."""
    row = await conn.fetchrow(_OPEN_OF, measure_id)
    return None if row is None else _record(row)


_RELEASE: Final = "UPDATE over_freezes SET released_on = $2, release_ruling_no = $3, released_by = $4 WHERE id = $1"


async def release(conn: Conn, released: OverFreezeRecord) -> None:
    """Write down that the excess of the locked one was released."""
    given = (released.released_on, released.release_ruling_no, released.released_by)
    await conn.execute(_RELEASE, released.id, *given)


_CARRY: Final = "UPDATE over_freezes SET measure_id = $2 WHERE measure_id = $1 AND released_on IS NULL"


async def carry_over(conn: Conn, from_id: UUID, to_id: UUID) -> None:
    """What is still frozen of one measure is to be released of the one that it became."""
    await conn.execute(_CARRY, from_id, to_id)


_OF_MEASURES: Final = f"""
    SELECT DISTINCT ON (measure_id) {_COLUMNS} FROM over_freezes
     WHERE measure_id = ANY ($1) ORDER BY measure_id, released_on IS NOT NULL, recorded_at DESC LIMIT 1000
"""


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[OverFreezeRecord]:
    """The open one of each measure, else its newest: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]


_DUE: Final = f"""
    SELECT {", ".join(f"o.{name}" for name in columns(OverFreezeRecord))}
      FROM over_freezes o JOIN measures m ON m.id = o.measure_id
     WHERE o.released_on IS NULL AND o.due_on <= $1 AND m.status IN ('EFFECTIVE', 'RENEWED', 'WAITING')
       AND ($2::date IS NULL OR (o.due_on, o.id) > ($2, $3::uuid))
     ORDER BY o.due_on, o.id LIMIT $4
"""


async def due(conn: Conn, by: date, *, after: tuple[date, UUID] | None, limit: int) -> list[OverFreezeRecord]:
    """Those of measures that stand, to be released on that day or before, behind `after`: (due on, id)."""
    day, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_DUE, by, day, last, limit)]
