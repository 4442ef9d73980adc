"""Identifiers and payloads as they lie in a court's database: AES-256-GCM under the node's own key.

Equality is searched by a keyed hash that no other court shares: the id space of eight counties (2.9e8) is enumerated in
minutes by whoever holds the key.
"""

import hashlib
import hmac
import os
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12


class AtRest:
    """Encrypts, decrypts and finds; `context` binds a ciphertext to its table and column."""

    def __init__(self, storage_key: bytes, index_key: bytes) -> None:
        """Both keys are 32 bytes."""
        self._aead = AESGCM(storage_key)
        self._index_key = index_key

    def encrypt(self, plain: str | bytes, *, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        data = plain.encode() if isinstance(plain, str) else plain
        return nonce + self._aead.encrypt(nonce, data, context.encode())

    def decrypt(self, cipher: bytes, *, context: str) -> bytes:
        """Raises `cryptography.exceptions.InvalidTag` when the key or the context is another."""
        return self._aead.decrypt(cipher[:_NONCE_BYTES], cipher[_NONCE_BYTES:], context.encode())

    def text(self, cipher: bytes, *, context: str) -> str:
        return self.decrypt(cipher, context=context).decode()

    def blind(self, kind: str, value: str) -> bytes:
        """The 32 bytes under which `value` of `kind` is found, or a row (REF) is told from others.

        Kinds of what is found: ID_NUMBER, USCC, PLATE, VIN, ACCOUNT, UNIT_NUMBER.
        """
        return hmac.new(self._index_key, f"{kind}\0{value}".encode(), hashlib.sha256).digest()
