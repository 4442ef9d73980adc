"""Identifiers that sort by the civil instant of their making.

Invariant: an id says when it was made (to the millisecond) and nothing else; 74 of its bits are random. What must not
even say when (a task's id, which the gateway sees) is `uuid.uuid4()` instead.
"""

import os
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S: Final = 24 * 60 * 60
_TIME_MASK: Final = (1 << 48) - 1
_RANDOM_BYTES: Final = 10
_VERSION_AND_VARIANT: Final = (0x7 << 76) | (0x2 << 62)
_FIXED_BITS: Final = (0xF << 76) | (0x3 << 62)


def new_id(now: datetime) -> UUID:
    """A fresh UUIDv7 of the civil instant `now` (aware).

    Source: RFC 9562 section 5.7.
    """
    since = now - _EPOCH
    milliseconds = (since.days * _DAY_S + since.seconds) * 1000 + since.microseconds // 1000
    value = ((milliseconds & _TIME_MASK) << 80) | int.from_bytes(os.urandom(_RANDOM_BYTES), "big")
    return UUID(int=(value & ~_FIXED_BITS) | _VERSION_AND_VARIANT)
