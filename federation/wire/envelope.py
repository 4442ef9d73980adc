"""The one envelope of all kinds: header, box, signature, as they came.

Invariant: raw bytes are signed and kept; nothing is decoded and written again. `parse` believes nothing but the form;
`verify` then says whose it is. Neither can read the box.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.wire import framing, header
from federation.wire.errors import MalformedEnvelope
from federation.wire.header import Header
from federation.wire.padding import SIZES
from federation.wire.suites import suite

TYPE: Final = b"xiezhi/envelope/1"
"""What is signed begins with this, so that no signature of another type can be taken for an envelope's."""
_SLACK_BYTES: Final = header.MAX_HEADER_BYTES + 3 * framing.PREFIX_BYTES + 1024  # signature and overhead of any suite
MAX_ASK: Final = SIZES["ask"][-1] + _SLACK_BYTES
MAX_ANSWER: Final = SIZES["answer"][-1] + _SLACK_BYTES
MAX_MESSAGE: Final = SIZES["message"][-1] + _SLACK_BYTES
MAX_RECEIPT: Final = SIZES["receipt"][-1] + _SLACK_BYTES
"""Largest envelopes in bytes, for the caps on bodies."""
_MAX: Final = {"ask": MAX_ASK, "answer": MAX_ANSWER, "message": MAX_MESSAGE, "receipt": MAX_RECEIPT}


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope of correct form; `raw` is what it was parsed from."""

    header: Header
    header_bytes: bytes = field(repr=False)
    box: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    raw: bytes = field(repr=False)


def signed_bytes(header_bytes: bytes, box: bytes) -> bytes:
    """What the signature is over."""
    return framing.join(TYPE, header_bytes, box)


def parse(raw: bytes) -> Envelope:
    """The envelope's parts, each of correct form and size.

    Raises:
        MalformedEnvelope: `part` says which is not.
    """
    if len(raw) > max(_MAX.values()):
        raise MalformedEnvelope("size")
    header_bytes, box, signature = framing.split(raw, 3)
    decoded = header.decode(header_bytes)
    algorithms = suite(decoded.suite)
    if len(box) - algorithms.overhead_bytes not in SIZES[decoded.kind]:
        raise MalformedEnvelope("box")
    if len(signature) != algorithms.signature_bytes:
        raise MalformedEnvelope("signature")
    return Envelope(decoded, header_bytes, box, signature, raw)


def verify(envelope: Envelope, key: Ed25519PublicKey) -> None:
    """Return if `key` signed this header and box.

    Raises:
        BadSignature: it did not.
    """
    message = signed_bytes(envelope.header_bytes, envelope.box)
    suite(envelope.header.suite).verify(key, message, envelope.signature)


def digest(raw: bytes) -> str:
    """SHA-256 of the whole envelope, hex: what `prev`, `re_digest` and logs name it by."""
    return hashlib.sha256(raw).hexdigest()
