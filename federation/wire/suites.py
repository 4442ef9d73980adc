"""Suites of algorithms: one number names one fixed tuple, and nothing is negotiated inside a message.

Decryption is not here but in `federation.wire.decryption`, which the gateway never imports. Numbers are never reused:
1 is the suite below; SM2/SM3/SM4 and a post-quantum hybrid will take the next ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from federation.wire.errors import BadSignature, MalformedEnvelope

HPKE_1: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
"""RFC 9180 base mode; a ciphertext is the encapsulated key (32 bytes), then the AEAD's output."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What every holder of public keys can do: encrypt to a court, verify a signature."""

    name: str
    overhead_bytes: int  # of a box over its padded plaintext
    signature_bytes: int
    encrypt: Callable[[X25519PublicKey, bytes, bytes], bytes]  # recipient, plaintext, info
    verify: Callable[[Ed25519PublicKey, bytes, bytes], None]  # key, message, signature; raises BadSignature


def _encrypt(recipient: X25519PublicKey, plaintext: bytes, info: bytes) -> bytes:
    return HPKE_1.encrypt(plaintext, recipient, info)


def _verify(key: Ed25519PublicKey, message: bytes, signature: bytes) -> None:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        raise BadSignature from None


SUITES: Mapping[int, Suite] = MappingProxyType(
    {
        1: Suite(
            name="Ed25519, X25519-HKDF-SHA256-AES-256-GCM, SHA-256",
            overhead_bytes=32 + 16,
            signature_bytes=64,
            encrypt=_encrypt,
            verify=_verify,
        )
    }
)


def suite(number: int) -> Suite:
    """The suite of that number.

    Raises:
        MalformedEnvelope: this release knows no such suite.
    """
    try:
        return SUITES[number]
    except KeyError:
        raise MalformedEnvelope("suite") from None
