"""The outbox: messages to other courts, written in the transaction of the act that they announce.

Invariant: once `envelope` is set it never changes; a row is closed by the destination's signed answer or by time, and
`next_attempt_at` is set exactly while the message is to be offered again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from db.pool import Conn
from db.records.delivery import DeliveryState, DeliveryStatus, Envelope, OutboxRecord

CHANNEL: Final = "outbox"

_COLUMNS: Final = """
    number, id, peer, payload, track, task, state, enqueued_at, expires_at, attempts, envelope, digest, box_key,
    receipt, code, re, re_digest
"""

_ADD: Final = """
    INSERT INTO outbox (id, peer, payload, track, task, enqueued_at, expires_at, next_attempt_at, re, re_digest)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $8, $9)
"""
_NOTIFY: Final = "SELECT pg_notify('outbox', '')"
_DUE_PEERS: Final = "SELECT DISTINCT peer FROM outbox WHERE next_attempt_at <= $1 ORDER BY peer LIMIT 4000"
_NEXT_DUE: Final = f"""
    SELECT {_COLUMNS} FROM outbox WHERE peer = $1 AND next_attempt_at <= $2 AND number > $3 ORDER BY number LIMIT 1
"""
_BY_ID: Final = f"SELECT {_COLUMNS} FROM outbox WHERE id = $1"
_LOCK: Final = f"SELECT {_COLUMNS} FROM outbox WHERE id = $1 FOR UPDATE"
_SET_ENVELOPE: Final = """
    UPDATE outbox SET envelope = $2, digest = $3, epoch = $4, seq = $5, box_key = $6, expires_at = $7
     WHERE id = $1 AND envelope IS NULL
"""
_POSTPONE: Final = """
    UPDATE outbox
       SET attempts = attempts + 1, next_attempt_at = $2, last_error = $3, custody_at = coalesce(custody_at, $4)
     WHERE id = $1 AND next_attempt_at IS NOT NULL
"""
_POSTPONE_PAIR: Final = """
    UPDATE outbox SET next_attempt_at = $2, last_error = $3
     WHERE number IN (SELECT number FROM outbox WHERE peer = $1 AND next_attempt_at < $2 AND number > $4
                         FOR UPDATE SKIP LOCKED)
"""
_CLOSE: Final = """
    UPDATE outbox
       SET state = $2, code = $3, receipt = $4, next_attempt_at = $6, last_error = NULL,
           closed_at = CASE WHEN $4::bytea IS NULL THEN coalesce(closed_at, $5) ELSE $5 END
     WHERE id = $1
"""
_REPLACED: Final = "UPDATE outbox SET replaced_by = $2 WHERE id = $1"
# Hints to try earlier pass over rows that somebody is closing: they wait for nobody and can lock nobody out.
_HURRY: Final = """
    UPDATE outbox SET next_attempt_at = $2
     WHERE number IN (SELECT number FROM outbox WHERE peer = $1 AND next_attempt_at > $2 AND state = 'QUEUED'
                         FOR UPDATE SKIP LOCKED)
"""
_PROBE: Final = """
    UPDATE outbox SET next_attempt_at = $2
     WHERE number = (SELECT number FROM outbox WHERE peer = $1 AND state = 'QUEUED' AND next_attempt_at IS NOT NULL
                      ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
       AND next_attempt_at > $2
"""
_PROBE_AFTER: Final = """
    UPDATE outbox SET next_attempt_at = $2
     WHERE number IN (
        SELECT number FROM outbox
         WHERE next_attempt_at > $2
           AND number IN (SELECT min(number) FROM outbox
                           WHERE next_attempt_at IS NOT NULL AND state = 'QUEUED' AND last_error = $1 GROUP BY peer)
           FOR UPDATE SKIP LOCKED)
"""
_RENEW_UNSENT: Final = "SELECT id FROM outbox WHERE envelope IS NULL AND state = 'QUEUED' ORDER BY number"
_RENEW: Final = "UPDATE outbox SET id = $2 WHERE id = $1"
_ACKNOWLEDGED: Final = f"""
    SELECT {_COLUMNS} FROM outbox
     WHERE peer = $1 AND state = 'DELIVERED' AND number > $2 AND closed_at >= $3 ORDER BY number LIMIT 200
"""
_TAKE_BACK: Final = """
    INSERT INTO outbox (id, peer, payload, track, task, state, enqueued_at, expires_at, receipt, closed_at)
    VALUES ($1, $2, $3, $4, $5, 'DELIVERED', $6, $7, $8, $9)
    ON CONFLICT (id) DO UPDATE
       SET state = 'DELIVERED', receipt = excluded.receipt, closed_at = excluded.closed_at, next_attempt_at = NULL
"""
_STATUS: Final = """
    SELECT id, NULL::text AS sender, peer AS destination, task, state, enqueued_at, attempts, next_attempt_at,
           last_error, closed_at
      FROM outbox WHERE id = $1 OR task = $1 ORDER BY number LIMIT 500
"""


async def add(
    conn: Conn,
    message_id: UUID,
    *,
    peer: str,
    payload: bytes,
    track: dict[str, Any] | None,
    task: UUID | None,
    re: UUID | None,
    re_digest: str | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Queue a message, due at once; wakes the sender when the transaction commits."""
    await conn.execute(_ADD, message_id, peer, payload, track, task, now, expires_at, re, re_digest)
    await conn.execute(_NOTIFY)


async def due_peers(conn: Conn, now: datetime) -> list[str]:
    """The courts for which something is to be offered."""
    return [row["peer"] for row in await conn.fetch(_DUE_PEERS, now)]


async def next_due(conn: Conn, peer: str, now: datetime, *, after: int) -> OutboxRecord | None:
    """The first due message to `peer` with a number above `after`."""
    row = await conn.fetchrow(_NEXT_DUE, peer, now, after)
    return None if row is None else _record(row)


async def by_id(conn: Conn, message_id: UUID) -> OutboxRecord | None:
    row = await conn.fetchrow(_BY_ID, message_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, message_id: UUID) -> OutboxRecord | None:
    """The row, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, message_id)
    return None if row is None else _record(row)


async def set_envelope(conn: Conn, message_id: UUID, envelope: Envelope) -> bool:
    """Fix the bytes of the first attempt; False when they were fixed before."""
    status = await conn.execute(
        _SET_ENVELOPE,
        message_id,
        envelope.raw,
        envelope.digest,
        envelope.epoch,
        envelope.seq,
        envelope.box_key,
        envelope.expires_at,
    )
    return status == "UPDATE 1"


async def postpone(
    conn: Conn, message_id: UUID, *, until: datetime, error: str | None, custody_at: datetime | None = None
) -> None:
    """Count a failed attempt; a message closed meanwhile stays closed."""
    await conn.execute(_POSTPONE, message_id, until, error, custody_at)


async def postpone_pair(conn: Conn, peer: str, *, until: datetime, error: str, after: int) -> None:
    """Hold back what is due to `peer` behind number `after`: what failed for one fails for all."""
    await conn.execute(_POSTPONE_PAIR, peer, until, error, after)


async def close(
    conn: Conn,
    message_id: UUID,
    state: DeliveryState,
    *,
    code: str | None,
    receipt: bytes | None,
    now: datetime,
    next_attempt_at: datetime | None = None,
) -> None:
    """Close a message; one that expired without an answer may still be offered, so that its number gets closed."""
    await conn.execute(_CLOSE, message_id, state, code, receipt, now, next_attempt_at)


async def set_replaced(conn: Conn, message_id: UUID, by: UUID) -> None:
    await conn.execute(_REPLACED, message_id, by)


async def hurry(conn: Conn, peer: str, now: datetime) -> None:
    """Make everything queued for `peer` due: it just answered."""
    if await conn.execute(_HURRY, peer, now) != "UPDATE 0":
        await conn.execute(_NOTIFY)


async def probe(conn: Conn, peer: str, now: datetime) -> None:
    """Make the oldest message queued for `peer` due: it gave a sign of life."""
    if await conn.execute(_PROBE, peer, now) != "UPDATE 0":
        await conn.execute(_NOTIFY)


async def probe_after(conn: Conn, error: str, now: datetime) -> None:
    """Make the oldest message per court that failed last with `error` due: its cause is gone."""
    await conn.execute(_PROBE_AFTER, error, now)


async def unsent(conn: Conn) -> list[UUID]:
    """Queued messages that were never attempted, by this database's memory."""
    return [row["id"] for row in await conn.fetch(_RENEW_UNSENT)]


async def renew_ids(conn: Conn, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Give messages new ids: after a restored backup the old ones may be known to others with other bytes."""
    await conn.executemany(_RENEW, pairs)


async def acknowledged(conn: Conn, peer: str, *, after: int, since: datetime) -> list[OutboxRecord]:
    """Messages that `peer` accepted at or after `since`, at most 200 behind number `after`."""
    return [_record(row) for row in await conn.fetch(_ACKNOWLEDGED, peer, after, since)]


async def take_back(
    conn: Conn,
    message_id: UUID,
    *,
    peer: str,
    payload: bytes,
    track: dict[str, Any] | None,
    task: UUID | None,
    enqueued_at: datetime,
    expires_at: datetime,
    receipt: bytes,
    now: datetime,
) -> None:
    """Write down again, as delivered, a message that a restored backup has forgotten."""
    await conn.execute(_TAKE_BACK, message_id, peer, payload, track, task, enqueued_at, expires_at, receipt, now)


async def delivery_status(conn: Conn, message_or_task: UUID) -> list[DeliveryStatus]:
    """Where one message, or each message of one task, stands; oldest first."""
    return [_status(row) for row in await conn.fetch(_STATUS, message_or_task)]


def _record(row: Any) -> OutboxRecord:
    values = dict(row)
    return OutboxRecord(**{**values, "state": DeliveryState(values["state"])})


def _status(row: Any) -> DeliveryStatus:
    values = dict(row)
    return DeliveryStatus(**{**values, "state": DeliveryState(values["state"])})
