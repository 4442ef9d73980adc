"""A court's own keys in one folder: identity, governance (under a passphrase), node. Made once, never overwritten.

identity.key     signs the application, and then lies off-line
governance.key   signs what the court decides; encrypted, unlocked per act
node.keys        what the node signs, decrypts and keeps its data with
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from federation.wire import gateway_keyfile, governance_keyfile, keyfile
from federation.wire.errors import KeyFileRefused
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import SigningKey

IDENTITY: Final = "identity.key"
GOVERNANCE: Final = "governance.key"
NODE: Final = "node.keys"


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """All keys of a court."""

    identity: SigningKey = field(repr=False)
    governance: SigningKey = field(repr=False)
    node: NodeKeys = field(repr=False)


def make_or_read(folder: Path, court: str, passphrase: str) -> OwnKeys:
    """The keys in `folder`; those that are missing are made.

    Raises:
        KeyFileRefused: exposed, not of the format, another passphrase, or (`court`) another court's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / IDENTITY).exists():
        gateway_keyfile.write(folder / IDENTITY, gateway_keyfile.generate())
    if not (folder / GOVERNANCE).exists():
        governance_keyfile.write(folder / GOVERNANCE, court, governance_keyfile.generate(), passphrase)
    if not (folder / NODE).exists():
        keyfile.write(folder / NODE, keyfile.generate(court))
    governance, node = governance_of(folder / GOVERNANCE, court, passphrase), keyfile.read(folder / NODE)
    if node.court != court:
        raise KeyFileRefused("court")
    return OwnKeys(gateway_keyfile.read(folder / IDENTITY), governance, node)


def governance_of(path: Path, court: str, passphrase: str) -> SigningKey:
    """The governance key in that file.

    Raises:
        KeyFileRefused: as `make_or_read` says.
    """
    of, key = governance_keyfile.read(path, passphrase)
    if of != court:
        raise KeyFileRefused("court")
    return key
