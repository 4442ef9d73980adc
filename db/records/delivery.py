"""What the durable road writes down, as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class DeliveryState(StrEnum):
    """How far a message came (投递状态): closed only by the destination's signed answer, or by time."""

    QUEUED = "QUEUED"
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class InboxState(StrEnum):
    """What became of a message that arrived."""

    WAITING = "WAITING"  # genuine, but it cannot be applied yet
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The bytes of a first attempt, which never change, and what they are found by."""

    raw: bytes
    digest: str
    epoch: int
    seq: int
    box_key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A message to another court; `payload` is encrypted at rest, `envelope` is None before the first attempt."""

    number: int
    id: UUID
    peer: str
    payload: bytes
    track: dict[str, Any] | None
    task: UUID | None
    state: DeliveryState
    enqueued_at: datetime
    expires_at: datetime
    attempts: int
    envelope: bytes | None
    digest: str | None
    box_key: str | None
    receipt: bytes | None
    code: str | None
    re: UUID | None = None  # what it is about, as carriers are told
    re_digest: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRecord:
    """A message that arrived; `receipt` is None while it waits."""

    number: int
    sender: str
    id: UUID
    digest: str
    task: UUID | None
    envelope: bytes | None
    state: InboxState
    expires_at: datetime
    receipt: bytes | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the inbox keeps of a message besides its bytes."""

    sender: str
    id: UUID
    epoch: int
    seq: int | None
    prev: str | None
    digest: str
    task: UUID | None
    received_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PairPosition:
    """Where one direction of a pair stands: the last number given and the digest of its bytes."""

    epoch: int
    seq: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class LifeRecord:
    """One life of a court's database; `resynced_at` is None while its peers have not confirmed everything."""

    epoch: int
    began_at: datetime
    log_size: int
    since: datetime | None
    resynced_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """Where a message stands (投递状态), for people: nothing in it says what the message is about."""

    id: UUID
    sender: str | None  # None at the sender's own node
    destination: str
    task: UUID | None
    state: DeliveryState
    enqueued_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CarriedRecord:
    """A message in the gateway's custody; `raw` is dropped once the destination has answered."""

    sender: str
    id: UUID
    destination: str
    header: bytes
    digest: str
    raw: bytes | None
    state: DeliveryState
    attempts: int
    expires_at: datetime
    receipt: bytes | None
    push_attempts: int


@dataclass(frozen=True, slots=True)
class RefusedEnvelope:
    """What is kept of bytes that were not a genuine envelope for us: never the bytes.

    `sender_claimed` is set only when the directory lists that court: a stranger's text is not written down.
    """

    at: datetime
    sender_claimed: str | None
    reason: str
    digest: str
    size_bytes: int
