"""A suite that does not encrypt, put in the place of suite 1: what a privacy test must be able to catch.

It lives in the tests alone; no setting of a program can select it, because the tables of suites are fixed in the code.
"""

from dataclasses import replace
from types import MappingProxyType

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from federation.wire import decryption, suites


def _as_it_is(recipient: X25519PublicKey, plaintext: bytes, info: bytes) -> bytes:
    return plaintext


def _read(private: X25519PrivateKey, box: bytes, info: bytes) -> bytes:
    return box


def install(patch: pytest.MonkeyPatch) -> None:
    """From now on, in this process, boxes are padded plaintexts; signatures stay."""
    clear = replace(suites.SUITES[1], name="does not encrypt", overhead_bytes=0, encrypt=_as_it_is)
    patch.setattr(suites, "SUITES", MappingProxyType({1: clear}))
    patch.setattr(decryption, "DECRYPT", MappingProxyType({1: _read}))
