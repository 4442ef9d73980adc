"""The key file of a court's node: what signs, what decrypts boxes, and the two keys of its data at rest."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from federation.wire import secret_file
from federation.wire.decryption import BoxKey, generate_box
from federation.wire.errors import KeyFileRefused
from federation.wire.signing import SigningKey, generate_signing

FORMAT: Final = "xiezhi/node-keys/1"
_SYMMETRIC_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """A court's keys. `storage` encrypts its data at rest, `index` finds it (`db.at_rest.AtRest`)."""

    court: str
    signing: SigningKey
    box: BoxKey
    storage: bytes = field(repr=False)
    index: bytes = field(repr=False)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal["xiezhi/node-keys/1"]
    court: str
    signing_id: str
    signing: bytes
    box_id: str
    box: bytes
    storage: bytes
    index: bytes


_FILE: Final = msgspec.json.Decoder(_File)


def generate(court: str) -> NodeKeys:
    """Fresh keys for a court, with ids derived from them."""
    return NodeKeys(
        court, generate_signing(), generate_box(), os.urandom(_SYMMETRIC_BYTES), os.urandom(_SYMMETRIC_BYTES)
    )


def write(path: Path, keys: NodeKeys) -> None:
    """Write a new file of mode 0600.

    Raises:
        KeyFileRefused: the file exists.
    """
    secret_file.write(path, _content(keys))


def read(path: Path) -> NodeKeys:
    """The keys.

    Raises:
        KeyFileRefused: missing, unreadable, exposed to others, or not of the format.
    """
    file = secret_file.read(path, _FILE)
    if len(file.storage) != _SYMMETRIC_BYTES or len(file.index) != _SYMMETRIC_BYTES:
        raise KeyFileRefused("format")
    try:
        signing = SigningKey(file.signing_id, Ed25519PrivateKey.from_private_bytes(file.signing))
        box = BoxKey(file.box_id, X25519PrivateKey.from_private_bytes(file.box))
    except ValueError:
        raise KeyFileRefused("format") from None
    return NodeKeys(file.court, signing, box, file.storage, file.index)


def are_same(one: NodeKeys, other: NodeKeys) -> bool:
    """Whether both hold the same keys under the same ids, for the same court."""
    return _content(one) == _content(other)


def _content(keys: NodeKeys) -> _File:
    return _File(
        format=FORMAT,
        court=keys.court,
        signing_id=keys.signing.id,
        signing=keys.signing.private.private_bytes_raw(),
        box_id=keys.box.id,
        box=keys.box.private.private_bytes_raw(),
        storage=keys.storage,
        index=keys.index,
    )
