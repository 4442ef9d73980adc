"""The table `rate_windows`: how many requests each bucket has been lent in its present window, by all processes.

Invariant: one row per bucket; a row of an older window counts as empty. A lost
table loosens the limits for a minute.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from db.pool import Conn

# In the order of the key, so that two processes that take the same buckets wait for each other, not both for ever.
_TAKE: Final = """
    INSERT INTO rate_windows AS kept (bucket, started_at, used)
    SELECT bucket, $2, asked FROM unnest($1::text[], $3::bigint[]) AS wanted (bucket, asked) ORDER BY bucket
    ON CONFLICT (bucket) DO UPDATE
       SET used = excluded.used + CASE WHEN kept.started_at < excluded.started_at THEN 0 ELSE kept.used END,
           started_at = greatest(kept.started_at, excluded.started_at)
    RETURNING bucket, used
"""


async def take(conn: Conn, asked: Mapping[str, int], window: datetime) -> dict[str, int]:
    """Count `asked` requests in each bucket; how many that makes in the window that began at `window`."""
    rows = await conn.fetch(_TAKE, list(asked), window, list(asked.values()))
    return {row["bucket"]: row["used"] for row in rows}


_PURGE: Final = "DELETE FROM rate_windows WHERE started_at < $1"


async def purge(conn: Conn, before: datetime) -> None:
    """Forget who called in windows that began before `before`."""
    await conn.execute(_PURGE, before)
