"""The gateway's table `membership_acts`: who did what to whose membership, appended and never changed.

Invariant: who appends holds the lock until the transaction ends, so positions become visible in their order: whoever
has seen position n has seen every one up to n that there will ever be.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from db.mapping import columns, mapper
from db.pool import Conn
from db.records.membership import MembershipActRecord

CHANNEL: Final = "membership"
"""NOTIFY channel: there are new acts; the payload is the court's code."""
MOST_ACTS: Final = 1000
"""How many acts of a court are listed, newest first."""

_LOCKS: Final = 7_365_307  # of the advisory lock below
_LOCK: Final = "SELECT pg_advisory_xact_lock($1)"


async def lock(conn: Conn) -> None:
    """One act of membership at a time, in all processes, until the transaction ends."""
    await conn.execute(_LOCK, _LOCKS)


_record = mapper(MembershipActRecord)
_COLUMNS: Final = ", ".join(columns(MembershipActRecord))
_APPEND: Final = f"""
    WITH added AS (
        INSERT INTO membership_acts (at, court, act, by_court, officer_id, from_state, to_state, code)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {_COLUMNS})
    SELECT {_COLUMNS}, pg_notify('{CHANNEL}', court) FROM added
"""


async def append(
    conn: Conn,
    *,
    at: datetime,
    court: str,
    act: str,
    by_court: str,
    officer_id: str | None,
    from_state: str | None,
    to_state: str | None,
    code: str | None,
) -> MembershipActRecord:
    """The line, in its place; `lock` is held."""
    row = await conn.fetchrow(_APPEND, at, court, act, by_court, officer_id, from_state, to_state, code)
    assert row is not None  # one row went in, so one comes out
    return _record(row)


_OF_COURTS: Final = f"""
    SELECT {_COLUMNS} FROM (
        SELECT *, row_number() OVER (PARTITION BY court ORDER BY position DESC) AS place
          FROM membership_acts WHERE court = ANY($1)) AS acts
     WHERE place <= $2 ORDER BY court, position DESC LIMIT 100000
"""


async def of_courts(conn: Conn, courts: Sequence[str], limit: int = MOST_ACTS) -> dict[str, list[MembershipActRecord]]:
    """The newest acts of each court, newest first."""
    found: dict[str, list[MembershipActRecord]] = {court: [] for court in courts}
    for row in await conn.fetch(_OF_COURTS, list(courts), limit):
        found[row["court"]].append(_record(row))
    return found


_AFTER: Final = f"SELECT {_COLUMNS} FROM membership_acts WHERE position > $1 ORDER BY position LIMIT $2"


async def after(conn: Conn, position: int, limit: int) -> list[MembershipActRecord]:
    """The next acts behind `position`."""
    return [_record(row) for row in await conn.fetch(_AFTER, position, limit)]


_LAST: Final = "SELECT coalesce(max(position), 0) FROM membership_acts"


async def last(conn: Conn) -> int:
    """The newest position; 0 when nothing happened yet."""
    return int(await conn.fetchval(_LAST))
