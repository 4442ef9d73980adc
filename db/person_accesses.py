"""Who looked at one person: own officers' look-ups and other courts' asks, as one list.

Invariant: the person is found by the keyed hash that only this court can make. The order is that of instants, then of
places, which never change.
"""

from datetime import datetime
from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.lookups import PersonAccessRecord

_record = mapper(PersonAccessRecord)

_NEWEST: Final = """
    SELECT * FROM (
        (SELECT * FROM (
            SELECT at, ('L' || id) COLLATE "C" AS place, NULL AS court, officer_id, roles, id AS lookup_id, field,
                   case_number, purpose, sections, outcome,
                   (SELECT sum((told ->> 'rows')::integer)
                      FROM jsonb_array_elements(coverage -> 'courts') AS told) AS rows
              FROM lookups WHERE subject_key = $1 AND ($2::text IS NULL OR officer_id = $2)
         ) AS own
          WHERE $3::timestamptz IS NULL OR (at, place) < ($3, $4::text)
          ORDER BY at DESC, place DESC LIMIT $5)
         UNION ALL
        (SELECT * FROM (
            SELECT at, ('A' || lpad(number::text, 19, '0')) COLLATE "C" AS place, asking_court, officer_id, roles,
                   lookup_id, field, case_number, purpose, sections, outcome, rows
              FROM access_log WHERE subject_key = $1 AND $2::text IS NULL
         ) AS others
          WHERE $3::timestamptz IS NULL OR (at, place) < ($3, $4::text)
          ORDER BY at DESC, place DESC LIMIT $5)
    ) AS found
    ORDER BY at DESC, place DESC LIMIT $5
"""


async def page(
    conn: Conn, subject: bytes, *, officer: str | None, after: tuple[datetime, str] | None, limit: int
) -> list[PersonAccessRecord]:
    """The newest first, after the row that `after` names by (at, place); with `officer`, that own officer's alone."""
    at, place = after or (None, None)
    return [_record(row) for row in await conn.fetch(_NEWEST, subject, officer, at, place, limit)]
