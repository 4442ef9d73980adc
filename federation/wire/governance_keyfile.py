"""The key file of a court's governance key: it signs what the court decides, and only with its liaison's passphrase.

The private key is encrypted with AES-256-GCM under a key that scrypt (RFC 7914) derives from the passphrase.
"""

import os
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Meta

from federation.wire import secret_file
from federation.wire.errors import KeyFileRefused
from federation.wire.signing import SigningKey, generate_signing

FORMAT: Final = "xiezhi/governance-key/1"
COST: Final = 2**17
"""scrypt's N: 128 MiB and some tenths of a second per unlocking."""
_BLOCK, _LANES = 8, 1
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal["xiezhi/governance-key/1"]
    court: str
    key_id: str
    cost: Annotated[int, Meta(ge=2, le=2**20)]
    salt: bytes
    nonce: bytes
    encrypted: bytes


_FILE: Final = msgspec.json.Decoder(_File)


def generate() -> SigningKey:
    """A fresh key with an id derived from it."""
    return generate_signing()


def write(path: Path, court: str, signer: SigningKey, passphrase: str, *, cost: int = COST) -> None:
    """Write a new file of mode 0600; `cost` is a power of two.

    Raises:
        KeyFileRefused: the file exists.
    """
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    key = _derived(passphrase, salt, cost)
    encrypted = AESGCM(key).encrypt(nonce, signer.private.private_bytes_raw(), _bound(court, signer.id))
    content = _File(
        format=FORMAT, court=court, key_id=signer.id, cost=cost, salt=salt, nonce=nonce, encrypted=encrypted
    )
    secret_file.write(path, content)


def read(path: Path, passphrase: str) -> tuple[str, SigningKey]:
    """The court and its key.

    Raises:
        KeyFileRefused: missing, exposed to others, not of the format, or another passphrase.
    """
    file = secret_file.read(path, _FILE)
    try:
        key = _derived(passphrase, file.salt, file.cost)
        private = AESGCM(key).decrypt(file.nonce, file.encrypted, _bound(file.court, file.key_id))
        return file.court, SigningKey(file.key_id, Ed25519PrivateKey.from_private_bytes(private))
    except InvalidTag:
        raise KeyFileRefused("passphrase") from None
    except (ValueError, MemoryError):
        raise KeyFileRefused("format") from None


def _derived(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=cost, r=_BLOCK, p=_LANES).derive(passphrase.encode())


def _bound(court: str, key_id: str) -> bytes:
    """Whose key it is stands in clear and cannot be changed."""
    return f"{FORMAT} {court} {key_id}".encode()
