"""The wire as it was shipped: bytes made once, read by this code and by RFC 9180 and RFC 8032 written out below.

Whoever implements the wire in another language begins with vectors.json (docs/wire.md).
"""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from federation.wire import decryption, envelope, header, statement
from federation.wire.signing import public_from_text

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
KEM = b"KEM\x00\x20"
HPKE = b"HPKE\x00\x20\x00\x01\x00\x02"


def binary(text: str) -> bytes:
    return base64.b64decode(text)


def extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")


def expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labelled + b"\x01", "sha256")[:length]


def decrypt_by_the_book(box: bytes, info: bytes, private: X25519PrivateKey) -> bytes:
    """RFC 9180 sections 4.1 and 5.1, base mode, sequence number 0, without additional data."""
    encapsulated, ciphertext = box[:32], box[32:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    context = encapsulated + private.public_key().public_bytes_raw()
    secret = expand(KEM, extract(KEM, b"", b"eae_prk", shared), b"shared_secret", context, 32)
    schedule = b"\x00" + extract(HPKE, b"", b"psk_id_hash", b"") + extract(HPKE, b"", b"info_hash", info)
    prk = extract(HPKE, secret, b"secret", b"")
    key, nonce = (expand(HPKE, prk, label, schedule, size) for label, size in ((b"key", 32), (b"base_nonce", 12)))
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


def parts(raw: bytes) -> list[bytes]:
    found = []
    while raw:
        length = int.from_bytes(raw[:4], "big")
        found.append(raw[4 : 4 + length])
        raw = raw[4 + length :]
    return found


def prefixed(*values: bytes) -> bytes:
    return b"".join(len(value).to_bytes(4, "big") + value for value in values)


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["kind"])
def test_shipped_envelopes_are_read(vector: dict[str, str]) -> None:
    key = decryption.BoxKey(
        VECTORS["box"]["id"], X25519PrivateKey.from_private_bytes(binary(VECTORS["box"]["private"]))
    )

    parsed = envelope.parse(binary(vector["raw"]))

    envelope.verify(parsed, public_from_text(VECTORS["signing"]["public"]))
    assert decryption.decrypt(parsed, key).decode() == vector["plaintext"]
    assert envelope.digest(parsed.raw) == vector["digest"]
    assert header.encode(parsed.header) == vector["header"].encode()


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["kind"])
def test_shipped_envelopes_are_read_by_the_book(vector: dict[str, str]) -> None:
    head, box, signature = parts(binary(vector["raw"]))
    public = Ed25519PublicKey.from_public_bytes(binary(VECTORS["signing"]["public"].translate({45: 43, 95: 47}) + "="))

    public.verify(signature, prefixed(b"xiezhi/envelope/1", head, box))
    padded = decrypt_by_the_book(box, head, X25519PrivateKey.from_private_bytes(binary(VECTORS["box"]["private"])))
    length = int.from_bytes(padded[:4], "big")

    assert padded[4 : 4 + length].decode() == vector["plaintext"]
    assert len(padded) == 1024
    assert not any(padded[4 + length :])
    assert hashlib.sha256(binary(vector["raw"])).hexdigest() == vector["digest"]


def test_shipped_statement_and_commitment_are_read() -> None:
    vector, salted = VECTORS["statement"], VECTORS["commitment"]

    parsed = statement.parse(binary(vector["raw"]), vector["type"])

    statement.verify(parsed, public_from_text(VECTORS["signing"]["public"]))
    assert parsed.body.decode() == vector["body"]
    assert statement.digest(parsed.raw) == vector["digest"]
    assert statement.commitment(binary(salted["salt"]), salted["payload"].encode()) == salted["hex"]
    by_the_book = prefixed(b"xiezhi/commitment/1", binary(salted["salt"]), salted["payload"].encode())
    assert hashlib.sha256(by_the_book).hexdigest() == salted["hex"]
