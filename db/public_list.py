"""The public list of dishonest debtors (失信被执行人名单), page by page, as of a civil day.

Invariant: an entry past its term or removed is never returned, and a minor never. The order is that of values which
never change: the newest day of publication first, then by the entry's id.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import mapper
from db.pool import Conn
from db.records.sanctions import ListFilter, PublicEntryRecord

_record = mapper(PublicEntryRecord)
_BEFORE_ALL: Final = UUID(int=0)  # no entry has it


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order; it need not be that of an entry."""

    published_on: date
    id: UUID


# The bound moves along the index: of what earlier pages passed, only the entries of its own day are read again.
_PAGE: Final = """
    SELECT d.id, d.published_on, d.until_on, d.ground, p.kind, p.name, p.identifier_kind, p.identifier,
           p.domicile_division, d.revision
      FROM dishonest_entries d JOIN parties p ON p.id = d.party_id
     WHERE d.published_on <= $2 AND d.published_on >= $4 AND (d.published_on < $2 OR d.id > $3)
       AND d.until_on >= $1 AND (d.removed_on IS NULL OR d.removed_on > $1) AND NOT p.is_minor
       AND ($5::text IS NULL OR d.ground = $5)
       AND ($6::text IS NULL OR p.domicile_division = $6)
     ORDER BY d.published_on DESC, d.id
     LIMIT $7
"""


async def page(
    conn: Conn, wanted: ListFilter, *, on: date, until: date, after: Place | None, limit: int
) -> list[PublicEntryRecord]:
    """At most `limit` entries that may be shown on the day `on` and were published by `until`, after `after`."""
    newest = min(on, until, wanted.published_to or on)
    start = after if after is not None and after.published_on <= newest else Place(newest, _BEFORE_ALL)
    since = wanted.published_from or date.min
    rows = await conn.fetch(_PAGE, on, start.published_on, start.id, since, wanted.ground, wanted.division, limit)
    return [_record(row) for row in rows]
