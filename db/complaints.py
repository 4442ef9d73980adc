"""The gateway's tables `complaint_events` and `complaints`.

Invariant: what stands in `complaints` of a track is a function of the set of its events; only whether a dispute was
brought before superior courts is added to it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.complaints import ComplaintEventRecord, ComplaintRecord

_event = mapper(ComplaintEventRecord)
_record = mapper(ComplaintRecord)
_COLUMNS: Final = ", ".join(columns(ComplaintRecord))
_ADD: Final = insertion("complaint_events", ComplaintEventRecord) + " ON CONFLICT DO NOTHING RETURNING message_id"


async def add_event(conn: Conn, event: ComplaintEventRecord) -> bool:
    """Store an event; False when it is there."""
    return await conn.fetchval(_ADD, *values(event)) is not None


_EVENTS: Final = f"""
    SELECT {", ".join(columns(ComplaintEventRecord))} FROM complaint_events
     WHERE track_id = $1 ORDER BY at, message_id LIMIT 1000
"""


async def events(conn: Conn, track_id: UUID) -> list[ComplaintEventRecord]:
    """The events of a track, oldest first."""
    return [_event(row) for row in await conn.fetch(_EVENTS, track_id)]


_CLEAR: Final = "DELETE FROM complaints WHERE track_id = $1 AND id <> ALL ($2)"
_PUT: Final = (
    insertion("complaints", ComplaintRecord)
    + """
    ON CONFLICT (track_id, id) DO UPDATE
       SET opened_at = excluded.opened_at, ground = excluded.ground, answered_at = excluded.answered_at,
           closed_at = excluded.closed_at
"""
)


async def put(conn: Conn, track_id: UUID, complaints: Sequence[ComplaintRecord]) -> None:
    """Let these be the complaints of the track, which the caller has locked."""
    await conn.execute(_CLEAR, track_id, [each.id for each in complaints])
    for each in complaints:
        await conn.execute(_PUT, *values(each))


_PAGE: Final = f"""
    SELECT {_COLUMNS} FROM complaints
     WHERE ($1::text[] IS NULL OR delegating_court = ANY($1) OR entrusted_court = ANY($1))
       AND ($2::uuid IS NULL OR track_id = $2)
       AND ($3::boolean IS NULL OR (answered_at IS NULL AND closed_at IS NULL) = $3)
       AND ($4::timestamptz IS NULL OR (opened_at, id) < ($4, $5))
     ORDER BY opened_at DESC, id DESC LIMIT $6
"""


async def page(
    conn: Conn,
    *,
    parties: list[str] | None,
    track_id: UUID | None,
    is_open: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ComplaintRecord]:
    """The complaints about tasks of the courts, newest first, behind `after`; open: neither answered nor closed."""
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE, parties, track_id, is_open, at, last, limit)]


_DISPUTES: Final = """
    SELECT track_id, id FROM complaints
     WHERE ground = 'DISPUTE' AND closed_at IS NULL AND escalated_at IS NULL ORDER BY opened_at LIMIT $1
"""


async def disputes(conn: Conn, limit: int) -> list[tuple[UUID, UUID]]:
    """Track and id of the open disputes that no superior court was told of."""
    return [(row["track_id"], row["id"]) for row in await conn.fetch(_DISPUTES, limit)]


_ESCALATED: Final = "UPDATE complaints SET escalated_at = $3 WHERE track_id = $1 AND id = $2"


async def escalated(conn: Conn, track_id: UUID, complaint_id: UUID, now: datetime) -> None:
    """The superior courts were told."""
    await conn.execute(_ESCALATED, track_id, complaint_id, now)
