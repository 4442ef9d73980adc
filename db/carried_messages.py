"""Messages in the gateway's custody, and the destination's signed answers to them.

Invariant: a row is committed before the sender is told; `raw` is dropped with the answer, digest and receipt stay until
the row is purged. Custody is no delivery: the sender offers its message until it holds the destination's answer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from db.pool import Conn
from db.records.delivery import CarriedRecord, DeliveryState, DeliveryStatus

CHANNEL: Final = "carried_messages"
"""NOTIFY channel: something in custody became due."""
ANSWERED: Final = "carried_answers"
"""NOTIFY channel: an answer is to be handed to its sender."""

_COLUMNS: Final = """
    sender, id, destination, header, digest, raw, state, attempts, expires_at, receipt, push_attempts
"""

_ADD: Final = f"""
    INSERT INTO carried_messages (sender, id, destination, header, digest, raw, size_bytes, task, received_at,
                                  expires_at, next_attempt_at, lease_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, clock_timestamp() + $11)
    ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
"""
_FIND: Final = f"SELECT {_COLUMNS} FROM carried_messages WHERE sender = $1 AND id = $2"
_LOCK: Final = f"SELECT {_COLUMNS} FROM carried_messages WHERE sender = $1 AND id = $2 FOR UPDATE"
_LEASE: Final = f"""
    UPDATE carried_messages SET lease_until = clock_timestamp() + $3
     WHERE sender = $1 AND id = $2 AND state = 'QUEUED' AND (lease_until IS NULL OR lease_until < clock_timestamp())
    RETURNING {_COLUMNS}
"""
_DUE: Final = """
    SELECT DISTINCT destination FROM carried_messages WHERE next_attempt_at <= $1 ORDER BY destination LIMIT 4000
"""
_CLAIM: Final = f"""
    UPDATE carried_messages SET lease_until = clock_timestamp() + $3
     WHERE (sender, id) = (
        SELECT sender, id FROM carried_messages
         WHERE destination = $1 AND next_attempt_at <= $2
           AND (lease_until IS NULL OR lease_until < clock_timestamp())
         ORDER BY next_attempt_at, received_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING {_COLUMNS}
"""
_POSTPONE: Final = """
    UPDATE carried_messages
       SET attempts = attempts + 1, next_attempt_at = $3, last_error = $4, lease_until = NULL
     WHERE sender = $1 AND id = $2 AND state = 'QUEUED'
"""
# Hints to try earlier or later pass over rows that somebody is closing: they wait for nobody and can lock nobody out.
_POSTPONE_DESTINATION: Final = """
    UPDATE carried_messages SET next_attempt_at = $2, last_error = $3
     WHERE (sender, id) IN (
        SELECT sender, id FROM carried_messages
         WHERE destination = $1 AND next_attempt_at < $2
           AND (lease_until IS NULL OR lease_until < clock_timestamp())
           FOR UPDATE SKIP LOCKED)
"""
_HURRY: Final = """
    UPDATE carried_messages SET next_attempt_at = $2
     WHERE (sender, id) IN (SELECT sender, id FROM carried_messages
                             WHERE destination = $1 AND next_attempt_at > $2 FOR UPDATE SKIP LOCKED)
"""
_PROBE: Final = """
    UPDATE carried_messages SET next_attempt_at = $2
     WHERE (sender, id) = (SELECT sender, id FROM carried_messages
                            WHERE destination = $1 AND next_attempt_at IS NOT NULL ORDER BY received_at, id LIMIT 1
                              FOR UPDATE SKIP LOCKED)
       AND next_attempt_at > $2
"""
_CLOSE: Final = """
    UPDATE carried_messages
       SET state = $3, receipt = $4, closed_at = $5, raw = NULL, next_attempt_at = NULL, lease_until = NULL,
           last_error = NULL, push_at = $6
     WHERE sender = $1 AND id = $2 AND receipt IS NULL
"""
_NOTIFY_DUE: Final = "SELECT pg_notify('carried_messages', '')"
_NOTIFY_ANSWERED: Final = "SELECT pg_notify('carried_answers', '')"
_EXPIRE: Final = """
    UPDATE carried_messages
       SET state = 'EXPIRED', raw = NULL, next_attempt_at = NULL, lease_until = NULL, closed_at = $1
     WHERE state = 'QUEUED' AND expires_at <= $1
"""
_CLAIM_PUSH: Final = f"""
    UPDATE carried_messages SET lease_until = clock_timestamp() + $2
     WHERE (sender, id) = (
        SELECT sender, id FROM carried_messages
         WHERE push_at <= $1 AND sender <> ALL ($3::text[])
           AND (lease_until IS NULL OR lease_until < clock_timestamp())
         ORDER BY push_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING {_COLUMNS}
"""
_PUSHED: Final = """
    UPDATE carried_messages SET push_at = $3, push_attempts = push_attempts + 1, lease_until = NULL
     WHERE sender = $1 AND id = $2
"""
_QUEUED: Final = """
    SELECT count(*) AS messages, coalesce(sum(size_bytes), 0)::bigint AS size_bytes
      FROM carried_messages WHERE sender = $1 AND state = 'QUEUED'
"""
_PURGE: Final = "DELETE FROM carried_messages WHERE expires_at < $1 AND state <> 'QUEUED'"
_ADD_CONFLICT: Final = """
    INSERT INTO carried_conflicts (sender, id, digest, raw, received_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING
"""
_STATUS: Final = """
    SELECT id, sender, destination, task, state, received_at AS enqueued_at, attempts, next_attempt_at, last_error,
           closed_at
      FROM carried_messages WHERE id = $1 OR task = $1 ORDER BY received_at, id LIMIT 500
"""


async def add(
    conn: Conn,
    *,
    sender: str,
    message_id: UUID,
    destination: str,
    header: bytes,
    digest: str,
    raw: bytes,
    task: UUID | None,
    now: datetime,
    expires_at: datetime,
    lease: timedelta,
) -> CarriedRecord | None:
    """Take a message into custody, claimed by the caller for `lease`; None when (sender, id) is known."""
    row = await conn.fetchrow(
        _ADD, sender, message_id, destination, header, digest, raw, len(raw), task, now, expires_at, lease
    )
    return None if row is None else _record(row)


async def find(conn: Conn, sender: str, message_id: UUID) -> CarriedRecord | None:
    row = await conn.fetchrow(_FIND, sender, message_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, sender: str, message_id: UUID) -> CarriedRecord | None:
    """The row, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, sender, message_id)
    return None if row is None else _record(row)


async def lease(conn: Conn, sender: str, message_id: UUID, span: timedelta) -> CarriedRecord | None:
    """Claim one queued message out of turn; None when it is closed or another has it."""
    row = await conn.fetchrow(_LEASE, sender, message_id, span)
    return None if row is None else _record(row)


async def due_destinations(conn: Conn, now: datetime) -> list[str]:
    """The courts for which something is due."""
    return [row["destination"] for row in await conn.fetch(_DUE, now)]


async def claim(conn: Conn, destination: str, now: datetime, span: timedelta) -> CarriedRecord | None:
    """Claim the next due message for `destination`, by the database's clock; None when nothing is due."""
    row = await conn.fetchrow(_CLAIM, destination, now, span)
    return None if row is None else _record(row)


async def postpone(conn: Conn, sender: str, message_id: UUID, *, until: datetime, error: str) -> None:
    """Count a failed attempt and give the claim back."""
    await conn.execute(_POSTPONE, sender, message_id, until, error)


async def postpone_destination(conn: Conn, destination: str, *, until: datetime, error: str) -> None:
    """Hold back everything due for a court that cannot be reached: one probe stands for all."""
    await conn.execute(_POSTPONE_DESTINATION, destination, until, error)


async def hurry(conn: Conn, destination: str, now: datetime) -> None:
    """Make everything for `destination` due: it just answered."""
    if await conn.execute(_HURRY, destination, now) != "UPDATE 0":
        await conn.execute(_NOTIFY_DUE)


async def probe(conn: Conn, destination: str, now: datetime) -> bool:
    """Make the oldest message for `destination` due: it gave a sign of life; whether there was one to hurry."""
    hurried = await conn.execute(_PROBE, destination, now) != "UPDATE 0"
    if hurried:
        await conn.execute(_NOTIFY_DUE)
    return hurried


async def close(
    conn: Conn,
    sender: str,
    message_id: UUID,
    state: DeliveryState,
    *,
    receipt: bytes,
    now: datetime,
    push_at: datetime | None,
) -> bool:
    """Keep the destination's answer; False when one was kept before."""
    kept = await conn.execute(_CLOSE, sender, message_id, state, receipt, now, push_at) == "UPDATE 1"
    if kept and push_at is not None:
        await conn.execute(_NOTIFY_ANSWERED)
    return kept


async def expire(conn: Conn, now: datetime) -> None:
    """Let go of messages whose time is over and which the destination never answered."""
    await conn.execute(_EXPIRE, now)


async def claim_push(conn: Conn, now: datetime, span: timedelta, *, but: Sequence[str]) -> CarriedRecord | None:
    """Claim the next answer that its sender, none of `but`, has not been handed."""
    row = await conn.fetchrow(_CLAIM_PUSH, now, span, list(but))
    return None if row is None else _record(row)


async def pushed(conn: Conn, sender: str, message_id: UUID, *, again_at: datetime | None) -> None:
    """The sender was handed the answer (None), or is tried again at `again_at`."""
    await conn.execute(_PUSHED, sender, message_id, again_at)


async def queued(conn: Conn, sender: str) -> tuple[int, int]:
    """How many messages of `sender` are queued, and their bytes."""
    row = await conn.fetchrow(_QUEUED, sender)
    return (0, 0) if row is None else (row["messages"], row["size_bytes"])


async def purge(conn: Conn, before: datetime) -> None:
    """Forget closed messages that expired before `before`; a later copy is refused as expired."""
    await conn.execute(_PURGE, before)


async def add_conflict(conn: Conn, sender: str, message_id: UUID, digest: str, raw: bytes, now: datetime) -> None:
    """Keep the second bytes under one id: both are evidence."""
    await conn.execute(_ADD_CONFLICT, sender, message_id, digest, raw, now)


async def delivery_status(conn: Conn, message_or_task: UUID) -> list[DeliveryStatus]:
    """Where one message, or each message of one task, stands at the gateway; oldest first."""
    return [_status(row) for row in await conn.fetch(_STATUS, message_or_task)]


def _record(row: Any) -> CarriedRecord:
    values = dict(row)
    return CarriedRecord(**{**values, "state": DeliveryState(values["state"])})


def _status(row: Any) -> DeliveryStatus:
    values = dict(row)
    return DeliveryStatus(**{**values, "state": DeliveryState(values["state"])})
