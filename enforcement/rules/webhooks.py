"""What a webhook says, how it is signed, and how long it is tried: after the Standard Webhooks specification, 1.0.

Invariant: a body names objects by their ids and nothing else; who wants to know more reads them with a token.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

PREFIX: Final = "whsec_"
_SHORTEST_KEY: Final = 24  # bytes, by the specification
_LONGEST_KEY: Final = 64
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between one attempt and the next, after the specification's example; the tenth, on the fourth day, is the last."""


class BadWebhook(ValueError):
    """An endpoint cannot be used as it is written down; says which of its parts."""


class EventObject(msgspec.Struct, frozen=True):
    """What it happened to."""

    type: str  # the GraphQL type that `node(id:)` gives
    id: UUID


class EventData(msgspec.Struct, frozen=True):
    """Which court tells it, under which number, of what."""

    court: str
    sequence: int
    object: EventObject


class EventBody(msgspec.Struct, frozen=True):
    """The body of a request."""

    type: str
    timestamp: datetime
    data: EventData


def key_of(secret: str) -> bytes:
    """The key in a secret `whsec_...`.

    Raises:
        BadWebhook: it is none, or shorter than 24 or longer than 64 bytes.
    """
    if not secret.startswith(PREFIX):
        raise BadWebhook("secret")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadWebhook("secret") from None
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise BadWebhook("secret")
    return key


def check_name(name: str) -> None:
    """Raises BadWebhook: not 1 to 40 of a-z, 0-9 and hyphens."""
    if _NAME.fullmatch(name) is None:
        raise BadWebhook("name")


def check_wanted(wanted: Collection[str], known: Collection[str]) -> None:
    """Return if each is `*`, `topic.*`, or the type of an event that there is; `known` are all types.

    Raises:
        BadWebhook: none, or one that never happens.
    """
    patterns = {"*", *known, *(f"{each.split('.')[0]}.*" for each in known)}
    if not wanted or not patterns.issuperset(wanted):
        raise BadWebhook("events")


def type_of(topic: str, kind: str) -> str:
    """The type of an event, as a webhook names it: `task.fed_back`."""
    return f"{topic}.{kind.lower()}"


def headers(key: bytes, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers of one attempt at `at`."""
    seconds = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None: that was the last."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
