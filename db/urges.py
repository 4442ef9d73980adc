"""The gateway's table `urges`. Invariant: at most one urge per task and civil day."""

from typing import Final
from uuid import UUID

from db.pool import Conn
from db.records.tracks import UrgeRecord

_COLUMNS: Final = "track_id, urged_on, at, court, officer_id, idempotency_key"
_INSERT: Final = f"""
    INSERT INTO urges ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (track_id, urged_on) DO NOTHING
    RETURNING track_id
"""


async def insert(conn: Conn, urge: UrgeRecord) -> bool:
    """Store `urge`; False when the task was urged on that day already."""
    stored = await conn.fetchval(
        _INSERT, urge.track_id, urge.urged_on, urge.at, urge.court, urge.officer_id, urge.idempotency_key
    )
    return stored is not None


_BY_KEY: Final = f"SELECT {_COLUMNS} FROM urges WHERE court = $1 AND idempotency_key = $2"


async def by_key(conn: Conn, court: str, idempotency_key: str) -> UrgeRecord | None:
    """The urge that `court` made with this key."""
    row = await conn.fetchrow(_BY_KEY, court, idempotency_key)
    return None if row is None else UrgeRecord(*row)


_OF_TRACKS: Final = f"""
    SELECT {_COLUMNS} FROM urges WHERE track_id = ANY($1::uuid[]) ORDER BY track_id, urged_on LIMIT $2
"""
_MOST_URGES: Final = 20_000


async def of_tracks(conn: Conn, track_ids: list[UUID]) -> dict[UUID, list[UrgeRecord]]:
    """The urges of each track, oldest first."""
    found: dict[UUID, list[UrgeRecord]] = {track_id: [] for track_id in track_ids}
    for row in await conn.fetch(_OF_TRACKS, track_ids, _MOST_URGES):
        found[row["track_id"]].append(UrgeRecord(*row))
    return found
