"""The demo provider's signing keys: one RSA key per issuer, in one file of mode 0600, shared with `xiezhi token`."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from joserfc.jwk import RSAKey


def read_or_make(path: Path, issuers: Iterable[str]) -> dict[str, RSAKey]:
    """The keys by issuer path. The file is made if absent; issuers that it lacks are added."""
    stored: dict[str, Any] = orjson.loads(path.read_bytes()) if path.exists() else {}
    missing = [issuer for issuer in issuers if issuer not in stored]
    for issuer in missing:
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
        key.ensure_kid()
        stored[issuer] = key.as_dict(private=True)
    if missing:
        _write(path, orjson.dumps(stored))
    return {issuer: RSAKey.import_key(stored[issuer]) for issuer in issuers}


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)
