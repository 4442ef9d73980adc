"""Plaintexts padded to a few sizes, so that a length says nothing: the plaintext behind its length, then zeros.

Sizes in KiB: asks and answers 16, 256; messages 1, 4, 16, 64, 256; receipts 1. No compression anywhere.
"""

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from federation.wire.errors import CannotOpen, TooLong

_LENGTH: Final = struct.Struct(">I")
_KIB: Final = 1024
SIZES: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "ask": (16 * _KIB, 256 * _KIB),
        "answer": (16 * _KIB, 256 * _KIB),
        "message": (1 * _KIB, 4 * _KIB, 16 * _KIB, 64 * _KIB, 256 * _KIB),
        "receipt": (1 * _KIB,),
    }
)
"""Padded sizes by kind, in bytes, ascending."""


def capacity(kind: str) -> int:
    """How many bytes the largest box of `kind` carries."""
    return SIZES[kind][-1] - _LENGTH.size


def pad(kind: str, plaintext: bytes) -> bytes:
    """The smallest padded form.

    Raises:
        TooLong: it exceeds the largest size of `kind`.
    """
    needed = len(plaintext) + _LENGTH.size
    for size in SIZES[kind]:
        if needed <= size:
            return _LENGTH.pack(len(plaintext)) + plaintext + bytes(size - needed)
    raise TooLong(len(plaintext), capacity(kind))


def unpad(kind: str, padded: bytes) -> bytes:
    """The plaintext.

    Raises:
        CannotOpen: not a padded size of `kind`, a length beyond the end, a larger size than needed, or a fill that is
            not zero: every plaintext has one padded form.
    """
    if len(padded) not in SIZES[kind]:
        raise CannotOpen
    (length,) = _LENGTH.unpack_from(padded)
    end = _LENGTH.size + length
    if end > len(padded) or not padded.endswith(bytes(len(padded) - end)):
        raise CannotOpen
    if any(end <= size < len(padded) for size in SIZES[kind]):
        raise CannotOpen
    return padded[_LENGTH.size : end]
