"""Tracked tasks of a court that have not ended: what a withdrawing court still has to run off."""

from collections.abc import Sequence
from typing import Final

from db.mapping import columns, mapper
from db.pool import Conn
from db.records.tracks import TrackRecord

MOST: Final = 500
"""How many are listed, oldest first."""

_record = mapper(TrackRecord)
_OPEN: Final = f"""
    SELECT {", ".join(columns(TrackRecord))} FROM tracks
     WHERE (delegating_court = $1 OR entrusted_court = $1) AND NOT status = ANY($2)
     ORDER BY recorded_at, id LIMIT $3
"""


async def of_court(conn: Conn, court: str, ended: Sequence[str], limit: int = MOST) -> list[TrackRecord]:
    """The court's open tasks on either side, oldest first."""
    return [_record(row) for row in await conn.fetch(_OPEN, court, list(ended), limit)]
