"""Signing keys (Ed25519) and the text form of public keys."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PUBLIC_BYTES: Final = 32


class MalformedKey(ValueError):
    """The text is no public key."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under the id by which the directory lists its public half."""

    id: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of RFC 8032's Ed25519."""
        return self.private.sign(message)


def generate_signing(key_id: str | None = None) -> SigningKey:
    """A fresh key; its id is derived from the public half unless given."""
    private = Ed25519PrivateKey.generate()
    return SigningKey(key_id or derived_id("s", private.public_key()), private)


def derived_id(use: str, key: Ed25519PublicKey | X25519PublicKey) -> str:
    """`use`, a hyphen, and the first 16 hex digits of the SHA-256 of the public key: an id never means two keys."""
    return f"{use}-{hashlib.sha256(_raw(key)).hexdigest()[:16]}"


def derived_secret(key: SigningKey, label: bytes) -> bytes:
    """32 secret bytes for the use that `label` names: the same in every process that holds the key (RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=label).derive(key.private.private_bytes_raw())


def public_text(key: Ed25519PublicKey | X25519PublicKey) -> str:
    """The 32 bytes as base64url without padding: 43 characters."""
    return base64.urlsafe_b64encode(_raw(key)).rstrip(b"=").decode()


def public_bytes(text: str) -> bytes:
    """The 32 bytes of `public_text`.

    Raises:
        MalformedKey: any other text, other spellings of the same bytes included.
    """
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise MalformedKey from None
    if len(raw) != PUBLIC_BYTES or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise MalformedKey
    return raw


def public_from_text(text: str) -> Ed25519PublicKey:
    """The verification key that `public_text` wrote.

    Raises:
        MalformedKey: the text is none.
    """
    return Ed25519PublicKey.from_public_bytes(public_bytes(text))


def _raw(key: Ed25519PublicKey | X25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
