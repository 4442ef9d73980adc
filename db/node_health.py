"""The gateway's table `node_health`: the outcome of the last probe of each node."""

from datetime import datetime
from typing import Final

from db.pool import Conn
from db.records.tracks import HealthRecord

_SAVE: Final = """
    INSERT INTO node_health AS kept (court, state, since, checked_at, latency_ms)
    VALUES ($1, $2, $3, $3, $4)
    ON CONFLICT (court) DO UPDATE
       SET since = CASE WHEN kept.state = excluded.state THEN kept.since ELSE excluded.since END,
           state = excluded.state, checked_at = excluded.checked_at, latency_ms = excluded.latency_ms
"""


async def save(conn: Conn, court: str, *, state: str, checked_at: datetime, latency_ms: int | None) -> None:
    """Keep the outcome; `since` moves only when the state changed."""
    await conn.execute(_SAVE, court, state, checked_at, latency_ms)


_ALL: Final = "SELECT court, state, since, checked_at, latency_ms FROM node_health ORDER BY court LIMIT 5000"


async def by_court(conn: Conn) -> dict[str, HealthRecord]:
    """The last outcome by court; a court that was never probed is missing."""
    return {row["court"]: HealthRecord(*row) for row in await conn.fetch(_ALL)}
