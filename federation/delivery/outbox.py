"""How a message begins: a row in the transaction of the act that it announces.

Invariant: the payload lies encrypted at rest; nothing is numbered, encrypted to the destination or signed before the
first attempt, which is the sender worker's.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Reference:
    """What a message is about, by its id and the digest of its bytes: the header's `re` and `re_digest`."""

    id: UUID
    digest: str


async def enqueue(
    conn: Conn,
    *,
    to: str,
    payload: bytes,
    at_rest: AtRest,
    track: Track | None,
    now: datetime,
    lifetime: timedelta = LIFETIME,
    about: Reference | None = None,
) -> UUID:
    """Queue `payload` for the court `to`, in the caller's transaction; the message's id.

    Carriers see what it is `about`.

    Raises:
        TooLong: the payload exceeds `MAX_PAYLOAD_BYTES`.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLong(len(payload), MAX_PAYLOAD_BYTES)
    content = PAYLOAD + payload
    return await put(
        conn, to=to, content=content, at_rest=at_rest, track=track, now=now, lifetime=lifetime, about=about
    )


async def put(
    conn: Conn,
    *,
    to: str,
    content: bytes,
    at_rest: AtRest,
    track: Track | None,
    now: datetime,
    lifetime: timedelta,
    about: Reference | None = None,
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
        re=None if about is None else about.id,
        re_digest=None if about is None else about.digest,
        now=now,
        expires_at=now + lifetime,
    )
    return message_id


def content_of(row: OutboxRecord, at_rest: AtRest) -> bytes:
    """The plaintext of a row, first byte included."""
    return at_rest.decrypt(row.payload, context=CONTEXT)


def about_of(row: OutboxRecord) -> Reference | None:
    """What the row's message is about."""
    return None if row.re is None or row.re_digest is None else Reference(row.re, row.re_digest)


def track_of(row: OutboxRecord) -> Track | None:
    return None if row.track is None else msgspec.convert(row.track, Track)
