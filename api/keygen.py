"""`xiezhi keygen`: a new key file, and what the directory needs to know of it."""

from pathlib import Path

from federation.wire import gateway_keyfile, governance_keyfile, keyfile
from federation.wire.signing import public_text


def make(path: Path, court: str | None) -> list[str]:
    """Write the file and tell the public keys, one line each: use, id, base64url.

    Raises:
        federation.wire.errors.KeyFileRefused: the file exists.
    """
    if court is None:
        signer = gateway_keyfile.generate()
        gateway_keyfile.write(path, signer)
        return [f"sign {signer.id} {public_text(signer.public)}"]
    keys = keyfile.generate(court)
    keyfile.write(path, keys)
    return [
        f"sign {keys.signing.id} {public_text(keys.signing.public)}",
        f"box {keys.box.id} {public_text(keys.box.public)}",
    ]


def make_governance(path: Path, court: str, passphrase: str) -> list[str]:
    """Write a court's governance key, encrypted under the passphrase, and tell the public key.

    Raises:
        federation.wire.errors.KeyFileRefused: the file exists.
    """
    signer = governance_keyfile.generate()
    governance_keyfile.write(path, court, signer, passphrase)
    return [f"governance {signer.id} {public_text(signer.public)}"]
