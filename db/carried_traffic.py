"""The gateway's table `carried_traffic`: one row per envelope, never its bytes.

Invariant: the newest `KEEP` rows stay, older ones go. A note costs one statement and waits for no disk: it commits
without a flush, so that a crash of PostgreSQL may lose the last half second of it, and nothing else. Rows become
visible in the order of their ids, because who notes holds a lock until the end of the transaction: so whoever has seen
row n has seen every row up to n that there will ever be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn, Pool
from db.records.tracks import CarriedEnvelope, TrafficCount

CHANNEL: Final = "carried_traffic"
"""NOTIFY channel: there are new rows; no payload."""

KEEP: Final = 100_000
_PRUNE_EVERY: Final = 1000  # rows

_NOTE: Final = """
    WITH quick AS MATERIALIZED (
           SELECT set_config('synchronous_commit', 'off', true),
                  pg_advisory_xact_lock(hashtextextended('carried_traffic', 0))),
         noted AS (
           INSERT INTO carried_traffic (at, kind, sender, recipient, size_bytes, outcome)
           SELECT e.at, e.kind, e.sender, e.recipient, e.size_bytes, e.outcome
             FROM quick, unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[])
               AS e (at, kind, sender, recipient, size_bytes, outcome)
           RETURNING id)
    SELECT id, pg_notify('carried_traffic', '') FROM noted
"""


async def note(pool: Pool, *, at: datetime, sender: str, to: str, kind: str, size_bytes: int, outcome: str) -> None:
    """Note one envelope."""
    await note_all(pool, [CarriedEnvelope(at, kind, sender, to, size_bytes, outcome)])


async def note_all(pool: Pool, envelopes: Sequence[CarriedEnvelope]) -> None:
    """Note several envelopes at the price of one."""
    if not envelopes:
        return
    columns = zip(*((e.at, e.kind, e.sender, e.to, e.size_bytes, e.outcome) for e in envelopes), strict=True)
    async with pool.acquire() as conn:
        noted = await conn.fetch(_NOTE, *map(list, columns))
        ids = [row["id"] for row in noted]
        if any(row_id % _PRUNE_EVERY == 0 for row_id in ids):
            await prune(conn, keep=KEEP)


_PRUNE: Final = "DELETE FROM carried_traffic WHERE id <= (SELECT max(id) FROM carried_traffic) - $1"


async def prune(conn: Conn, *, keep: int) -> None:
    """Drop all but about the newest `keep` rows."""
    await conn.execute(_PRUNE, keep)


# Header and signature add less than the step from one padded size to the next.
_SUMMARY: Final = """
    SELECT kind,
           CASE WHEN size_bytes >= 262144 THEN 256 WHEN size_bytes >= 65536 THEN 64 WHEN size_bytes >= 16384 THEN 16
                WHEN size_bytes >= 4096 THEN 4 ELSE 1 END AS padded_kib,
           outcome, count(*)
      FROM carried_traffic
     WHERE at >= $1 AND ($2::text IS NULL OR sender = $2 OR recipient = $2)
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 1000
"""


async def summary(conn: Conn, since: datetime, court: str | None) -> list[TrafficCount]:
    """Counts by kind, size and outcome of what was carried at or after `since`; `court` limits it to its own."""
    return [TrafficCount(*row) for row in await conn.fetch(_SUMMARY, since, court)]


@dataclass(frozen=True, slots=True)
class NotedEnvelope:
    """An envelope with the id of its row."""

    id: int
    envelope: CarriedEnvelope


_LAST: Final = "SELECT coalesce(max(id), 0) FROM carried_traffic"


async def last_id(conn: Conn) -> int:
    """The newest row's id; 0 when there is none."""
    return int(await conn.fetchval(_LAST))


_STANDS: Final = "SELECT EXISTS (SELECT FROM carried_traffic WHERE id = $1 AND at = $2)"


async def stands(conn: Conn, row_id: int, at: datetime) -> bool:
    """Whether that row is there: it is not when it has gone, or was lost with others and its id given again."""
    return bool(await conn.fetchval(_STANDS, row_id, at))


_AFTER: Final = """
    SELECT id, at, kind, sender, recipient, size_bytes, outcome FROM carried_traffic
     WHERE id > $1 AND ($2::text IS NULL OR sender = $2 OR recipient = $2)
     ORDER BY id LIMIT $3
"""


async def after(conn: Conn, row_id: int, court: str | None, *, limit: int) -> list[NotedEnvelope]:
    """The rows behind `row_id`, oldest first; `court` limits them to its own."""
    rows = await conn.fetch(_AFTER, row_id, court, limit)
    return [NotedEnvelope(found, CarriedEnvelope(*rest)) for found, *rest in rows]
