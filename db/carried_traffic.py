"""The gateway's table `carried_traffic`: one row per envelope, never its bytes.

Invariant: the newest `KEEP` rows stay, older ones go. A note costs one statement and waits for no disk: it commits
without a flush, so that a crash of PostgreSQL may lose the last half second of it, and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson

from db.pool import Conn, Pool
from db.records.tracks import CarriedEnvelope, TrafficCount

CHANNEL: Final = "carried_traffic"
"""NOTIFY channel; the payload is the envelope, see `from_payload`."""

KEEP: Final = 100_000
_PRUNE_EVERY: Final = 1000  # rows

_NOTE: Final = """
    WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)),
         noted AS (
           INSERT INTO carried_traffic (at, kind, sender, recipient, size_bytes, outcome)
           SELECT e.at, e.kind, e.sender, e.recipient, e.size_bytes, e.outcome
             FROM quick, unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[])
               AS e (at, kind, sender, recipient, size_bytes, outcome)
           RETURNING id, at, kind, sender, recipient, size_bytes, outcome)
    SELECT id, pg_notify('carried_traffic',
                         json_build_array(at, kind, sender, recipient, size_bytes, outcome)::text) FROM noted
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


def from_payload(payload: str) -> CarriedEnvelope:
    """The envelope that a notification tells."""
    at, kind, sender, to, size_bytes, outcome = orjson.loads(payload)
    return CarriedEnvelope(datetime.fromisoformat(at), kind, sender, to, size_bytes, outcome)
