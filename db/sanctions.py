"""The list of dishonest debtors and the consumption restrictions, as of a civil day.

Invariant: an entry past its term, or removed, is never returned.
"""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import mapper
from db.pool import Conn
from db.records.sanctions import ListedRecord, RestrictionRecord

_entry = mapper(ListedRecord)
_restriction = mapper(RestrictionRecord)

_ENTRIES: Final = """
    SELECT id, party_id, case_id, ground, decision_no, published_on, until_on, removed_on, revision
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


async def valid_entries(conn: Conn, party_id: UUID, *, on: date) -> list[ListedRecord]:
    """Entries that may be shown on the day `on`."""
    return [_entry(row) for row in await conn.fetch(_ENTRIES, party_id, on)]


async def restrictions_in_force(conn: Conn, party_id: UUID, *, on: date) -> list[RestrictionRecord]:
    return [_restriction(row) for row in await conn.fetch(_RESTRICTIONS, party_id, on)]


_OF_CASE: Final = """
    SELECT id, party_id, case_id, ground, decision_no, published_on, until_on, removed_on, revision
      FROM dishonest_entries
     WHERE case_id = $1 AND published_on <= $2 AND until_on >= $2 AND (removed_on IS NULL OR removed_on > $2)
     ORDER BY published_on, id
     LIMIT 100
"""


async def entries_of_case(conn: Conn, case_id: UUID, *, on: date) -> list[ListedRecord]:
    """Entries in a case that may be shown on the day `on`."""
    return [_entry(row) for row in await conn.fetch(_OF_CASE, case_id, on)]


_LOCK: Final = """
    SELECT id, party_id, case_id, ground, decision_no, published_on, until_on, removed_on, revision
      FROM dishonest_entries WHERE id = $1 FOR UPDATE
"""


async def lock_entry(conn: Conn, entry_id: UUID) -> ListedRecord | None:
    """The entry, in force or not, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, entry_id)
    return None if row is None else _entry(row)


_REMOVE: Final = """
    UPDATE dishonest_entries SET removed_on = least(coalesce(removed_on, $2), $2), revision = revision + 1
     WHERE id = $1 RETURNING revision
"""


async def remove_entry(conn: Conn, entry_id: UUID, on: date) -> int:
    """Shown no more from the day `on`; the entry's new revision."""
    return int(await conn.fetchval(_REMOVE, entry_id, on))


_CORRECT: Final = """
    UPDATE dishonest_entries SET ground = $2, until_on = $3, revision = revision + 1 WHERE id = $1 RETURNING revision
"""


async def correct_entry(conn: Conn, entry_id: UUID, ground: str, until_on: date) -> int:
    """Shown with these from now on; the entry's new revision."""
    return int(await conn.fetchval(_CORRECT, entry_id, ground, until_on))
