"""The key file of who only signs: the gateway, and whoever signs the directory. It holds nothing that decrypts."""

from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.wire import secret_file
from federation.wire.errors import KeyFileRefused
from federation.wire.signing import SigningKey, generate_signing

FORMAT: Final = "xiezhi/signing-key/1"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal["xiezhi/signing-key/1"]
    key_id: str
    private: bytes  # base64 in the file; 32 bytes


_FILE: Final = msgspec.json.Decoder(_File)


def generate() -> SigningKey:
    """A fresh key with an id derived from it."""
    return generate_signing()


def write(path: Path, signer: SigningKey) -> None:
    """Write a new file of mode 0600.

    Raises:
        KeyFileRefused: the file exists.
    """
    secret_file.write(path, _File(format=FORMAT, key_id=signer.id, private=signer.private.private_bytes_raw()))


def read(path: Path) -> SigningKey:
    """The key.

    Raises:
        KeyFileRefused: missing, unreadable, exposed to others, or not of the format.
    """
    file = secret_file.read(path, _FILE)
    try:
        return SigningKey(file.key_id, Ed25519PrivateKey.from_private_bytes(file.private))
    except ValueError:
        raise KeyFileRefused("format") from None


def are_same(one: SigningKey, other: SigningKey) -> bool:
    """Whether both are the same key under the same id."""
    return (one.id, one.private.private_bytes_raw()) == (other.id, other.private.private_bytes_raw())
