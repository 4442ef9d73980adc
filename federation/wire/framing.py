"""Parts of bytes joined so that no two lists of parts give the same bytes.

Each part is preceded by its length: four bytes, unsigned, big-endian. Nothing may follow the last part.
"""

import struct
from typing import Final

from federation.wire.errors import MalformedEnvelope

_LENGTH: Final = struct.Struct(">I")
PREFIX_BYTES: Final = _LENGTH.size


def join(*parts: bytes) -> bytes:
    """The parts, each behind its length."""
    return b"".join([piece for part in parts for piece in (_LENGTH.pack(len(part)), part)])


def split(raw: bytes, count: int) -> list[bytes]:
    """Exactly `count` parts.

    Raises:
        MalformedEnvelope: `raw` is truncated, or bytes follow the last part.
    """
    parts, at = [], 0
    for _ in range(count):
        end = at + PREFIX_BYTES
        if end > len(raw):
            raise MalformedEnvelope("framing")
        (length,) = _LENGTH.unpack_from(raw, at)
        at = end + length
        if at > len(raw):
            raise MalformedEnvelope("framing")
        parts.append(raw[end:at])
    if at != len(raw):
        raise MalformedEnvelope("framing")
    return parts


def split_all(raw: bytes, *, most: int) -> list[bytes]:
    """However many parts there are, at most `most`.

    Raises:
        MalformedEnvelope: `raw` is truncated, or has more parts.
    """
    parts: list[bytes] = []
    at = 0
    while at < len(raw):
        end = at + PREFIX_BYTES
        if end > len(raw) or len(parts) == most:
            raise MalformedEnvelope("framing")
        (length,) = _LENGTH.unpack_from(raw, at)
        at = end + length
        if at > len(raw):
            raise MalformedEnvelope("framing")
        parts.append(raw[end:at])
    return parts
