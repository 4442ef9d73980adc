"""How a message begins: a row in the transaction of the act that it announces.

Invariant: the payload lies encrypted at rest; nothing is numbered, encrypted to the destination or signed before the
first attempt, which is the sender worker's.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from db import outbox
from db.at_rest import AtRest
from db.ids import new_id
from db.pool import Conn
from db.records.delivery import OutboxRecord
from federation.delivery.node import LIFETIME
from federation.wire.errors import TooLong
from federation.wire.header import Track
from federation.wire.padding import capacity

CONTEXT: Final = "outbox.payload"
PAYLOAD: Final = b"\x00"
"""First byte of a plaintext that is enforcement's."""
CONTROL: Final = b"\x01"
"""First byte of a plaintext by which two nodes speak of the road itself (federation/delivery/resync.py)."""
MAX_PAYLOAD_BYTES: Final = capacity("message") - 16 * 1024
"""What one message carries; the rest of the largest box is left for giving a message back, header, receipt and all."""


async def enqueue(
    conn: Conn,
    *,
    to: str,
    payload: bytes,
    at_rest: AtRest,
    track: Track | None,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> UUID:
    """Queue `payload` for the court `to`, in the caller's transaction; the message's id.

    Raises:
        TooLong: the payload exceeds `MAX_PAYLOAD_BYTES`.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLong(len(payload), MAX_PAYLOAD_BYTES)
    return await put(conn, to=to, content=PAYLOAD + payload, at_rest=at_rest, track=track, now=now, lifetime=lifetime)


async def put(
    conn: Conn,
    *,
    to: str,
    content: bytes,
    at_rest: AtRest,
    track: Track | None,
    now: datetime,
    lifetime: timedelta,
) -> UUID:
    """Queue a plaintext with its first byte."""
    message_id = new_id(now)
    await outbox.add(
        conn,
        message_id,
        peer=to,
        payload=at_rest.encrypt(content, context=CONTEXT),
        track=None if track is None else msgspec.to_builtins(track),
        task=None if track is None else track.task,
        now=now,
        expires_at=now + lifetime,
    )
    return message_id


def content_of(row: OutboxRecord, at_rest: AtRest) -> bytes:
    """The plaintext of a row, first byte included."""
    return at_rest.decrypt(row.payload, context=CONTEXT)


def track_of(row: OutboxRecord) -> Track | None:
    return None if row.track is None else msgspec.convert(row.track, Track)
