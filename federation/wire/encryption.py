"""Writes envelopes: pads, encrypts to the recipient, signs. Needs no key that can decrypt."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from federation.wire import framing, header, padding
from federation.wire.envelope import signed_bytes
from federation.wire.header import Header
from federation.wire.signing import SigningKey, public_bytes
from federation.wire.suites import suite


def write(head: Header, plaintext: bytes, *, recipient: X25519PublicKey, signer: SigningKey) -> bytes:
    """An envelope that only the holder of `recipient`'s private half can read.

    The header is bound to the box (HPKE's `info`) and both are signed. `head.box_key` must be the directory's id of
    `recipient`. Each call gives other bytes: a retry re-sends what the first call gave.

    Raises:
        TooLong: the plaintext exceeds the largest size of the kind.
        MalformedEnvelope: the header breaks a rule.
        ValueError: the header names another signing key.
    """
    if head.signing_key != signer.id:
        raise ValueError("the header names another signing key")
    header_bytes = header.encode(head)
    box = suite(head.suite).encrypt(recipient, padding.pad(head.kind, plaintext), header_bytes)
    return framing.join(header_bytes, box, signer.sign(signed_bytes(header_bytes, box)))


def box_public_from_text(text: str) -> X25519PublicKey:
    """The encryption key that `signing.public_text` wrote.

    Raises:
        MalformedKey: the text is none.
    """
    return X25519PublicKey.from_public_bytes(public_bytes(text))
