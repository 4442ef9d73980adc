"""Idempotency keys at the gateway: what is kept of a key is its digest, for the gateway keeps no caller's text."""

from hashlib import sha256
from typing import Final

from enforcement.rules.refusals import Malformed

MAX_KEY: Final = 128


def digest(key: str) -> str:
    """What is kept of `key`.

    Raises:
        Malformed: KEY; empty or longer than 128 characters.
    """
    if not key.strip() or len(key) > MAX_KEY:
        raise Malformed("KEY", "idempotencyKey")
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
