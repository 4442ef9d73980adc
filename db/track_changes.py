"""The gateway's tables `track_feeds` and `track_changes`: for each court, its tasks' changes, numbered.

Invariant: a court's positions have no gaps and become visible in their order, because who counts one holds the court's
row until the end of the transaction. So whoever has seen position n has seen every change up to n.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class TrackChange:
    """The change that made `version` of a track, at `position` of one court's feed."""

    position: int
    track_id: UUID
    version: int


# In the order of the key: two transactions that count for the same courts wait for each other, not both for ever.
_ADD: Final = """
    WITH parties AS (
        SELECT court, version FROM tracks, unnest(ARRAY[delegating_court, entrusted_court]) AS court
         WHERE id = $1 ORDER BY court),
    counted AS (
        INSERT INTO track_feeds AS feed (court, last) SELECT court, 1 FROM parties
        ON CONFLICT (court) DO UPDATE SET last = feed.last + 1
        RETURNING court, last)
    INSERT INTO track_changes (court, position, track_id, version)
    SELECT court, counted.last, $1, parties.version FROM counted JOIN parties USING (court)
"""


async def add(conn: Conn, track_id: UUID) -> None:
    """Write down, for both courts, that the track has its present version now."""
    await conn.execute(_ADD, track_id)


_LAST: Final = "SELECT last FROM track_feeds WHERE court = $1"


async def last(conn: Conn, court: str) -> int:
    """The newest position of a court's feed; 0 before the first change."""
    return int(await conn.fetchval(_LAST, court) or 0)


_AFTER: Final = """
    SELECT position, track_id, version FROM track_changes
     WHERE court = $1 AND position > $2 AND ($3::uuid IS NULL OR track_id = $3)
     ORDER BY position LIMIT $4
"""


async def after(conn: Conn, court: str, position: int, track_id: UUID | None, *, limit: int) -> list[TrackChange]:
    """The changes behind `position` in a court's feed, of one track or of all, oldest first."""
    return [TrackChange(*row) for row in await conn.fetch(_AFTER, court, position, track_id, limit)]
