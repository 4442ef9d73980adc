"""The text that a client sends for the next page: a walk, encrypted, good for one field, its arguments and one caller.

Invariant: a text that was not written here, or for another binding, says nothing but that it is no cursor. What is in
it (courts, positions, dates) reaches no client.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from federation.graph.page import Walk

MAX_CHARACTERS: Final = 65_536
_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


class BadCursor(Exception):
    """The text is no cursor for this field, these arguments and this caller."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a cursor is good for: the federated field, the digest of its arguments but the page's, and the caller."""

    field: str
    arguments_digest: str
    caller: str

    def digest(self) -> bytes:
        """All three as one; their lengths part them."""
        parts = (part.encode() for part in (self.field, self.arguments_digest, self.caller))
        return hashlib.sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).digest()


class Cursors:
    """Writes and reads cursors under one AES-256-GCM key, which all processes behind one address share.

    A nonce is drawn at random for each: a key is good for 2^32 of them.
    """

    def __init__(self, key: bytes) -> None:
        """`key` is 32 bytes."""
        if len(key) != 32:  # noqa: PLR2004 - AES-256 alone
            raise ValueError("a cursor key is 32 bytes")
        self._aead = AESGCM(key)

    def write(self, walk: Walk, binding: Binding) -> str:
        """The cursor of `walk`."""
        nonce = os.urandom(_NONCE_BYTES)
        box = self._aead.encrypt(nonce, msgspec.msgpack.encode(walk), _VERSION + binding.digest())
        return urlsafe_b64encode(_VERSION + nonce + box).decode().rstrip("=")

    def read(self, text: str, binding: Binding) -> Walk:
        """The walk that was written into `text`.

        Raises:
            BadCursor: it is forged, damaged, of another key, or written for another binding.
        """
        raw = _decoded(text)
        nonce, box = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        if raw[:1] != _VERSION or len(nonce) < _NONCE_BYTES:
            raise BadCursor
        try:
            plain = self._aead.decrypt(nonce, box, _VERSION + binding.digest())
            return msgspec.msgpack.decode(plain, type=Walk)
        except (InvalidTag, msgspec.MsgspecError) as error:
            raise BadCursor from error


def _decoded(text: str) -> bytes:
    """The bytes of unpadded base64url, written in the one way that `write` writes them."""
    if len(text) > MAX_CHARACTERS:
        raise BadCursor
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (NotBase64, UnicodeEncodeError) as error:
        raise BadCursor from error
    if urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise BadCursor
    return raw
