"""Statements: events, mandates, receipts, agreements that prove themselves outside the envelope that carried them.

Invariant: raw bytes are signed and kept, like an envelope's. A statement refers to a personal payload by a salted
commitment only, so that the payload can be erased and the proof stays.
"""

import hashlib
import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from federation.wire import framing, strict_json
from federation.wire.errors import MalformedEnvelope, TooLong
from federation.wire.header import VERSION, Count, Court, KeyId
from federation.wire.signing import SigningKey
from federation.wire.suites import suite

TYPE: Final = b"xiezhi/statement/1"
_TYPE_FRAMED: Final = framing.join(TYPE)
_COMMITMENT: Final = b"xiezhi/commitment/1"
MAX_BODY_BYTES: Final = 64 * 1024
SALT_BYTES: Final = 32
_MAX_HEAD_BYTES: Final = 1024
_HEADS: Final = 512  # kept decoded, each of at most 1 KiB; nothing personal is in them
OVERHEAD_BYTES: Final = _MAX_HEAD_BYTES + 1024
"""What a statement may take beside its body."""

StatementType = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9._/-]{0,63}\Z")]


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    v: int = VERSION
    suite: int = 1
    type: StatementType
    author: Court
    key: KeyId
    directory: Count


_HEAD: Final = msgspec.json.Decoder(_Head)
_HEAD_FIELDS: Final = len(msgspec.structs.fields(_Head))


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of correct form; `raw` is what it was parsed from. `type` is such as "event", "mandate"."""

    type: str
    author: str  # court code
    key_id: str  # the author's signing key
    directory: int  # the version that lists it
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    raw: bytes = field(repr=False)
    suite: int = 1
    signed: bytes = field(repr=False, default=b"")  # what the signature is over


def write(
    statement_type: str,
    body: bytes,
    *,
    author: str,
    directory: int,
    signer: SigningKey,
    limit_bytes: int = MAX_BODY_BYTES,
) -> bytes:
    """A signed statement.

    Raises:
        TooLong: the body exceeds `limit_bytes`.
        MalformedEnvelope: type, author, key id or directory version is not of the form.
    """
    if len(body) > limit_bytes:
        raise TooLong(len(body), limit_bytes)
    head = _written_head(statement_type, author, signer.id, directory)
    said = framing.join(head, body)
    return said + framing.join(signer.sign(_TYPE_FRAMED + said))


def parse(raw: bytes, expected: str | None = None, *, limit_bytes: int = MAX_BODY_BYTES) -> Statement:
    """The statement's parts, of a body of at most `limit_bytes`. With `expected`, any other type is refused.

    Raises:
        MalformedEnvelope: `part` says what is not of the form.
    """
    if len(raw) > limit_bytes + OVERHEAD_BYTES:
        raise MalformedEnvelope("size")
    head_bytes, body, signature = framing.split(raw, 3)
    head = _decode_head(head_bytes)
    if expected is not None and head.type != expected:
        raise MalformedEnvelope("type")
    if len(body) > limit_bytes:
        raise MalformedEnvelope("body")
    if len(signature) != suite(head.suite).signature_bytes:
        raise MalformedEnvelope("signature")
    signed = _TYPE_FRAMED + raw[: -len(signature) - framing.PREFIX_BYTES]
    return Statement(head.type, head.author, head.key, head.directory, body, signature, raw, head.suite, signed)


def verify(statement: Statement, key: Ed25519PublicKey) -> None:
    """Return if `key` signed the statement's type, author, directory version and body.

    Raises:
        BadSignature: it did not.
    """
    suite(statement.suite).verify(key, statement.signed, statement.signature)


def digest(raw: bytes) -> str:
    """SHA-256 of the whole statement, hex."""
    return hashlib.sha256(raw).hexdigest()


def new_salt() -> bytes:
    """32 fresh random bytes; kept with the payload and erased with it."""
    return os.urandom(SALT_BYTES)


def commitment(salt: bytes, payload: bytes) -> str:
    """The hex digest that stands for `payload` in a statement; without the salt it says nothing.

    Raises:
        ValueError: the salt is not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(framing.join(_COMMITMENT, salt, payload)).hexdigest()


@lru_cache(maxsize=_HEADS)
def _written_head(statement_type: str, author: str, key: str, directory: int) -> bytes:
    head = msgspec.json.encode(_Head(type=statement_type, author=author, key=key, directory=directory))
    _decode_head(head)
    return head


@lru_cache(maxsize=_HEADS)
def _decode_head(raw: bytes) -> _Head:
    """The head in `raw`; the few that a court's statements have, version by version, are decoded once."""
    if len(raw) > _MAX_HEAD_BYTES:
        raise MalformedEnvelope("header")
    try:
        head, plain = strict_json.decode(raw, _HEAD)
    except strict_json.NotStrict:
        raise MalformedEnvelope("header") from None
    if head.v != VERSION:
        raise MalformedEnvelope("version")
    if plain is not None and len(plain) != _HEAD_FIELDS:
        raise MalformedEnvelope("header")
    return head
