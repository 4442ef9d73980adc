"""Reads boxes: the one module that decrypts. The gateway's program never imports it (an import contract holds this)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from federation.wire import padding
from federation.wire.envelope import Envelope
from federation.wire.errors import CannotOpen
from federation.wire.signing import derived_id
from federation.wire.suites import HPKE_1


@dataclass(frozen=True, slots=True)
class BoxKey:
    """A private key under the id by which the directory lists its public half."""

    id: str
    private: X25519PrivateKey = field(repr=False)

    @property
    def public(self) -> X25519PublicKey:
        return self.private.public_key()


def generate_box(key_id: str | None = None) -> BoxKey:
    """A fresh key; its id is derived from the public half unless given."""
    private = X25519PrivateKey.generate()
    return BoxKey(key_id or derived_id("b", private.public_key()), private)


def _decrypt(private: X25519PrivateKey, box: bytes, info: bytes) -> bytes:
    try:
        return HPKE_1.decrypt(box, private, info)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


DECRYPT: Mapping[int, Callable[[X25519PrivateKey, bytes, bytes], bytes]] = MappingProxyType({1: _decrypt})
"""By suite: private key, box, info -> padded plaintext; raises CannotOpen."""


def decrypt(envelope: Envelope, key: BoxKey) -> bytes:
    """The plaintext. The caller has verified the signature before.

    Raises:
        CannotOpen: encrypted to another key or under another header, tampered with, or wrongly padded.
    """
    head = envelope.header
    decrypt_box = DECRYPT.get(head.suite)
    if head.box_key != key.id or decrypt_box is None:
        raise CannotOpen
    return padding.unpad(head.kind, decrypt_box(key.private, envelope.box, envelope.header_bytes))
