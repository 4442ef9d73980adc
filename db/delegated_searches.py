"""The table `delegated_searches`: searches that were delegated to several courts.

Invariant: `move` is a compare-and-set on `version`, which it raises by one.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.delegated_searches import DelegatedSearchRecord, DelegatedSearchStatus

_record = mapper(DelegatedSearchRecord)
_COLUMNS: Final = """
    id, case_id, party_id, kinds, courts, status, created_by, created_at, dispatched_at, changed_at, version
"""

_ADD: Final = insertion("delegated_searches", DelegatedSearchRecord)


async def add(conn: Conn, search: DelegatedSearchRecord) -> None:
    """Write a new search."""
    await conn.execute(_ADD, *values(search))


_GET: Final = f"SELECT {_COLUMNS} FROM delegated_searches WHERE id = $1"


async def get(conn: Conn, search_id: UUID) -> DelegatedSearchRecord | None:
    """The search, or None."""
    row = await conn.fetchrow(_GET, search_id)
    return None if row is None else _record(row)


_OF_IDS: Final = f"SELECT {_COLUMNS} FROM delegated_searches WHERE id = ANY ($1) ORDER BY id LIMIT 1000"


async def of_ids(conn: Conn, search_ids: list[UUID]) -> list[DelegatedSearchRecord]:
    """Those of the searches that exist."""
    return [_record(row) for row in await conn.fetch(_OF_IDS, search_ids)]


_LOCK: Final = f"SELECT {_COLUMNS} FROM delegated_searches WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, search_id: UUID) -> DelegatedSearchRecord | None:
    """The search, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, search_id)
    return None if row is None else _record(row)


_MOVE: Final = f"""
    UPDATE delegated_searches
       SET status = $3, changed_at = $4, version = version + 1,
           dispatched_at = CASE WHEN $3 = 'DISPATCHED' THEN $4 ELSE dispatched_at END
     WHERE id = $1 AND version = $2
    RETURNING {_COLUMNS}
"""


async def move(
    conn: Conn, search: DelegatedSearchRecord, status: DelegatedSearchStatus, now: datetime
) -> DelegatedSearchRecord | None:
    """Write the state that `search` comes to; None when the row has left `search.version`."""
    row = await conn.fetchrow(_MOVE, search.id, search.version, status, now)
    return None if row is None else _record(row)


_PAGE_OF_CASE: Final = f"""
    SELECT {_COLUMNS} FROM delegated_searches
     WHERE case_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid))
     ORDER BY created_at, id LIMIT $4
"""


async def page_of_case(
    conn: Conn, case_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[DelegatedSearchRecord]:
    """At most `limit` searches of the case, oldest first, after the row that `after` names by (created_at, id)."""
    created_at, row_id = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE_OF_CASE, case_id, created_at, row_id, limit)]
