"""The gateway's tables `tracks` and `track_events`.

Invariant: a track's state is a function of the *set* of its events, in whatever order they come: the log's event with
the highest sequence tells it, and of two tellings of the same event the earliest is kept.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from db import track_changes
from db.pool import Conn
from db.records.delivery import DeliveryState, DeliveryStatus
from db.records.tracks import TrackEventRecord, TrackRecord

CHANNEL: Final = "tracks"
"""NOTIFY channel; the payload is the track's id."""

_COLUMNS: Final = (
    "id, delegating_court, entrusted_court, matter, status, holder, due_on, urgent, seq, "
    "recorded_at, changed_at, version"
)
_EVENT_COLUMNS: Final = "track_id, seq, type, author, message_id, at, is_of_log, status, holder, due_on, urgent"


def _record(row: asyncpg.Record) -> TrackRecord:
    return TrackRecord(*row)


_OPEN: Final = f"""
    INSERT INTO tracks ({_COLUMNS})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 0)
    ON CONFLICT (id) DO NOTHING
"""


async def open_track(
    conn: Conn, first: TrackEventRecord, *, delegating: str, entrusted: str, matter: str, now: datetime
) -> None:
    """Make the track if there is none; what it says is settled by `settle` after the event is stored."""
    await conn.execute(
        _OPEN,
        first.track_id,
        delegating,
        entrusted,
        matter,
        first.status,
        first.holder,
        first.due_on,
        first.urgent,
        first.seq,
        now,
    )


_LOCK: Final = f"SELECT {_COLUMNS} FROM tracks WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, track_id: UUID) -> TrackRecord | None:
    """The track, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, track_id)
    return None if row is None else _record(row)


_ADD_EVENT: Final = f"""
    INSERT INTO track_events AS kept ({_EVENT_COLUMNS})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (track_id, seq, type, author) DO UPDATE
       SET message_id = excluded.message_id, at = excluded.at, status = excluded.status,
           holder = excluded.holder, due_on = excluded.due_on, urgent = excluded.urgent
     WHERE (excluded.at, excluded.message_id) < (kept.at, kept.message_id)
    RETURNING seq
"""


async def add_event(conn: Conn, event: TrackEventRecord) -> bool:
    """Store `event`; False when it, or an earlier telling of it, is there already."""
    stored = await conn.fetchval(
        _ADD_EVENT,
        event.track_id,
        event.seq,
        event.type,
        event.author,
        event.message_id,
        event.at,
        event.is_of_log,
        event.status,
        event.holder,
        event.due_on,
        event.urgent,
    )
    return stored is not None


_SETTLE: Final = """
    UPDATE tracks
       SET status = head.status, holder = head.holder, due_on = head.due_on, urgent = head.urgent, seq = head.seq,
           changed_at = $2, version = version + 1
      FROM (SELECT seq, status, holder, due_on, urgent FROM track_events WHERE track_id = $1
             ORDER BY is_of_log DESC, seq DESC, at DESC, message_id DESC LIMIT 1) AS head
     WHERE id = $1
"""


async def settle(conn: Conn, track_id: UUID, now: datetime) -> None:
    """Let the highest event tell the track's state, count a change, and wake who listens."""
    await conn.execute(_SETTLE, track_id, now)
    await announce(conn, track_id)


_TOUCH: Final = "UPDATE tracks SET changed_at = $2, version = version + 1 WHERE id = $1"


async def touch(conn: Conn, track_id: UUID, now: datetime) -> None:
    """Count a change that is no event of the log (an urge), and wake who listens."""
    await conn.execute(_TOUCH, track_id, now)
    await announce(conn, track_id)


_ANNOUNCE: Final = "SELECT pg_notify($1, $2)"


async def announce(conn: Conn, track_id: UUID) -> None:
    """Number the change in both courts' feeds, and wake who listens, at commit."""
    await track_changes.add(conn, track_id)
    await conn.execute(_ANNOUNCE, CHANNEL, str(track_id))


_FIND: Final = f"SELECT {_COLUMNS} FROM tracks WHERE id = $1"


async def find(conn: Conn, track_id: UUID) -> TrackRecord | None:
    """The track, or None."""
    row = await conn.fetchrow(_FIND, track_id)
    return None if row is None else _record(row)


_SEVERAL: Final = f"SELECT {_COLUMNS} FROM tracks WHERE id = ANY($1::uuid[]) LIMIT $2"


async def several(conn: Conn, track_ids: list[UUID]) -> list[TrackRecord]:
    """The tracks of these ids, in no order."""
    return [_record(row) for row in await conn.fetch(_SEVERAL, track_ids, len(track_ids))]


# The id breaks ties of the instant; the two halves are disjoint, because no court delegates to itself.
_PAGE: Final = f"""
    (SELECT {_COLUMNS} FROM tracks
      WHERE delegating_court = $1 AND ($2::text IS NULL OR status = $2) AND status <> ALL($6::text[])
        AND ($3::timestamptz IS NULL OR (recorded_at, id) < ($3, $4))
      ORDER BY recorded_at DESC, id DESC LIMIT $5)
    UNION ALL
    (SELECT {_COLUMNS} FROM tracks
      WHERE entrusted_court = $1 AND ($2::text IS NULL OR status = $2) AND status <> ALL($6::text[])
        AND ($3::timestamptz IS NULL OR (recorded_at, id) < ($3, $4))
      ORDER BY recorded_at DESC, id DESC LIMIT $5)
    ORDER BY recorded_at DESC, id DESC LIMIT $5
"""


async def page(
    conn: Conn,
    court: str,
    *,
    status: str | None,
    hidden: Collection[str] = (),
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[TrackRecord]:
    """The tracks to which `court` is a party, without those of a `hidden` status, newest first, behind `after`."""
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE, court, status, at, last, limit, list(hidden))]


_EVENTS: Final = f"""
    SELECT {_EVENT_COLUMNS} FROM track_events
     WHERE track_id = ANY($1::uuid[]) ORDER BY track_id, seq, at, message_id LIMIT $2
"""
_MOST_EVENTS: Final = 20_000  # a page of 100 tracks with 200 events each


async def events(conn: Conn, track_ids: list[UUID]) -> dict[UUID, list[TrackEventRecord]]:
    """The events of each track, in the order of the log."""
    found: dict[UUID, list[TrackEventRecord]] = {track_id: [] for track_id in track_ids}
    for row in await conn.fetch(_EVENTS, track_ids, _MOST_EVENTS):
        found[row["track_id"]].append(TrackEventRecord(*row))
    return found


# Of a task's messages the oldest queued one, or else the newest: only those between its own two courts.
_DELIVERIES: Final = """
    SELECT DISTINCT ON (m.task) m.id, m.sender, m.destination, m.task, m.state, m.received_at, m.attempts,
           m.next_attempt_at, m.last_error, m.closed_at
      FROM tracks t
      JOIN carried_messages m ON m.task = t.id
       AND (m.sender, m.destination) IN
           ((t.delegating_court, t.entrusted_court), (t.entrusted_court, t.delegating_court))
     WHERE t.id = ANY($1::uuid[])
     ORDER BY m.task, m.state = 'QUEUED' DESC, CASE WHEN m.state = 'QUEUED' THEN m.received_at END,
              m.received_at DESC, m.id DESC
     LIMIT $2
"""
_MOST_TRACKS: Final = 1000


async def deliveries(conn: Conn, track_ids: list[UUID]) -> dict[UUID, DeliveryStatus]:
    """By task, where its messages stand: the one that waits longest, or the last one when none waits."""
    found = {}
    for row in await conn.fetch(_DELIVERIES, track_ids, _MOST_TRACKS):
        message_id, sender, destination, task, state, *rest = row
        found[task] = DeliveryStatus(message_id, sender, destination, task, DeliveryState(state), *rest)
    return found
