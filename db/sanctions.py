"""The list of dishonest debtors and the consumption restrictions, as of a civil day.

Invariant: an entry past its term, or removed, is never returned.
"""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import mapper
from db.pool import Conn
from db.records.sanctions import DishonestEntryRecord, RestrictionRecord

_entry = mapper(DishonestEntryRecord)
_restriction = mapper(RestrictionRecord)

_ENTRIES: Final = """
    SELECT id, party_id, case_id, ground, decision_no, published_on, until_on, removed_on, synthetic
      FROM dishonest_entries
     WHERE party_id = $1 AND published_on <= $2 AND until_on >= $2 AND (removed_on IS NULL OR removed_on > $2)
     ORDER BY published_on, id
     LIMIT 100
"""

_RESTRICTIONS: Final = """
    SELECT id, party_id, case_id, order_no, issued_on, lifted_on, synthetic
      FROM consumption_restrictions
     WHERE party_id = $1 AND issued_on <= $2 AND (lifted_on IS NULL OR lifted_on > $2)
     ORDER BY issued_on, id
     LIMIT 100
"""


async def valid_entries(conn: Conn, party_id: UUID, *, on: date) -> list[DishonestEntryRecord]:
    """Entries that may be shown on the day `on`."""
    return [_entry(row) for row in await conn.fetch(_ENTRIES, party_id, on)]


async def restrictions_in_force(conn: Conn, party_id: UUID, *, on: date) -> list[RestrictionRecord]:
    return [_restriction(row) for row in await conn.fetch(_RESTRICTIONS, party_id, on)]
