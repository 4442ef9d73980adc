"""The signed form of a directory document: its bytes, and any number of signatures over them.

    framing.join(body, signatures)      signatures: strict JSON [{"by", "key", "signature"}], at most one per (by, key)
    what is signed: framing.join(format of the document, SHA-256 of body)

The digest is signed, not the body: thousands of courts sign a members document of megabytes, and each signature would
cost as much as hashing it twice.

Invariant: raw bytes are signed and kept; a signature is good for one format only. Adding a signature changes the bytes
of the document but not its `body`: who agreed is counted by `signers`, never by counting signatures.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from federation.wire import framing, strict_json
from federation.wire.errors import BadSignature, MalformedDirectory, MalformedEnvelope
from federation.wire.header import KeyId
from federation.wire.signing import SigningKey
from federation.wire.suites import suite

D = TypeVar("D", bound=msgspec.Struct)
Keys: TypeAlias = Mapping[tuple[str, str], Ed25519PublicKey]
"""Public keys by court or "gateway", and key id."""
MAX_DOCUMENT_BYTES: Final = 8 * 1024 * 1024
_SUITE: Final = 1
_MOST_SIGNATURES: Final = 8_192


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One signature; `by` is a court's code or "gateway"."""

    by: Annotated[str, Meta(min_length=1, max_length=16)]
    key: KeyId
    signature: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{86}\Z")]  # 64 bytes, base64url without padding


_SIGNATURES: Final = msgspec.json.Decoder(list[Signature])


@dataclass(frozen=True, slots=True)
class Signed(Generic[D]):
    """A document of correct form and the signatures that came with it, not yet verified."""

    document: D = field(repr=False)
    signatures: tuple[Signature, ...] = field(repr=False)
    raw: bytes = field(repr=False)
    digest: str  # SHA-256 of the signed bytes, hex: what a listing names

    @property
    def body(self) -> bytes:
        """The document's own bytes."""
        return framing.split(self.raw, 2)[0]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the body, hex: the same whoever signed."""
        return hashlib.sha256(self.body).hexdigest()

    def signers(self, keys: Keys) -> frozenset[str]:
        """Who of `keys` signed these bytes; a false signature counts nothing."""
        return frozenset(self._signers(keys, len(self.signatures)))

    def is_signed_by(self, keys: Keys, needed: int) -> bool:
        """Whether at least `needed` different courts of `keys` signed these bytes."""
        return len(self._signers(keys, needed)) >= needed

    def _signers(self, keys: Keys, enough: int) -> set[str]:
        message, found = _message(self.document, self.body), set[str]()
        for each in self.signatures:
            if len(found) >= enough:
                break
            key = keys.get((each.by, each.key))
            if each.by not in found and key is not None and _is_good(key, message, each.signature):
                found.add(each.by)
        return found


def write(document: msgspec.Struct, signers: Iterable[tuple[str, SigningKey]] = ()) -> bytes:
    """The document signed by each of `signers`: pairs of a court's code or "gateway" and its key."""
    body = msgspec.json.encode(document)
    message = _message(document, body)
    return join(body, [_signature(message, by, key) for by, key in signers])


def signature(document: msgspec.Struct, body: bytes, by: str, key: SigningKey) -> Signature:
    """One signature over a document's bytes."""
    return _signature(_message(document, body), by, key)


def _signature(message: bytes, by: str, key: SigningKey) -> Signature:
    made = key.sign(message)
    return Signature(by=by, key=key.id, signature=base64.urlsafe_b64encode(made).rstrip(b"=").decode())


def join(body: bytes, signatures: Iterable[Signature]) -> bytes:
    """The signed form; signatures stand in the order of their signers, one of each key."""
    by_key = {(each.by, each.key): each for each in signatures}
    return framing.join(body, msgspec.json.encode([by_key[name] for name in sorted(by_key)]))


def format_of(raw: bytes) -> str:
    """The format that the document in `raw` gives itself; nothing else of it is looked at.

    Raises:
        MalformedDirectory: part `size`, `framing` or `format`.
    """
    body, _ = _split(raw)
    try:
        return _HEAD.decode(body).format
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedDirectory("format") from None


def read(raw: bytes, kind: type[D]) -> Signed[D]:
    """The document in `raw`, strictly of `kind`; its signatures are not verified here.

    Raises:
        MalformedDirectory: part `size`, `framing`, `format` or `signatures`.
    """
    body, listed = _split(raw)
    document, signatures = _decoded(body, decoder(kind), "format"), _decoded(listed, _SIGNATURES, "signatures")
    names = [(each.by, each.key) for each in signatures]
    if len(signatures) > _MOST_SIGNATURES or names != sorted(set(names)):
        raise MalformedDirectory("signatures")
    return Signed(document, tuple(signatures), raw, hashlib.sha256(raw).hexdigest())


@cache
def decoder(kind: type[D]) -> "msgspec.json.Decoder[D]":
    """What decodes documents of `kind`."""
    return msgspec.json.Decoder(kind)


class _Head(msgspec.Struct):
    format: str


_HEAD: Final = msgspec.json.Decoder(_Head)


def _split(raw: bytes) -> list[bytes]:
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise MalformedDirectory("size")
    try:
        return framing.split(raw, 2)
    except MalformedEnvelope:
        raise MalformedDirectory("framing") from None


def _decoded(raw: bytes, decoder: msgspec.json.Decoder[Any], part: str) -> Any:
    try:
        return strict_json.decode(raw, decoder)[0]
    except strict_json.NotStrict:
        raise MalformedDirectory(part) from None


def _message(document: msgspec.Struct, body: bytes) -> bytes:
    form = str(getattr(document, "format")).encode()  # noqa: B009 (every kind has it)
    return framing.join(form, hashlib.sha256(body).digest())


def _is_good(key: Ed25519PublicKey, message: bytes, text: str) -> bool:
    try:
        suite(_SUITE).verify(key, message, base64.urlsafe_b64decode(text + "=="))
    except BadSignature:
        return False
    return True
