"""Texts that the courts of a zone agree upon by signing them; the gateway collects the signatures and hands them on.

A text is proposed at the gateway -> a court reads it, and signs its digest with its node's key -> the gateway adds the
signature -> with those of enough courts the text is agreed, and gets a position -> every node fetches what came after
the last position it knows, counts the signatures itself, and keeps the text with them.

Invariant: nobody believes the gateway. A text holds at a node only when more than two thirds of the active members, by
the node's own directory, signed its very bytes (all of fewer than three). What the gateway can do is to withhold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final, TypeVar
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Meta

from federation.clear.passing import NoAnswer, ZoneClient
from federation.directory.directory import Directory
from federation.directory.document import OfficerId
from federation.rules.quorum import threshold
from federation.wire import statement, strict_json
from federation.wire.errors import MalformedEnvelope, UnknownVersion, WireError
from federation.wire.header import Count, Court, Digest
from federation.wire.signing import SigningKey
from federation.wire.statement import Statement

SIGNATURE: Final = "agreed-signature"
TEXTS_PATH: Final = "/federation/agreed/texts"
TEXT_PATH: Final = "/federation/agreed/text"
SIGN_PATH: Final = "/federation/agreed/signatures"
MAX_ASK: Final = 1024
MAX_TEXT: Final = 16 * 1024
MAX_SIGNATURE: Final = 4096
MAX_PAGE: Final = 32 * 1024 * 1024
PAGE: Final = 20


class SignatureBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a court says when it signs: this revision of this text, by this officer, then."""

    text: UUID
    revision: Count
    digest: Digest
    court: Court
    officer: OfficerId
    at: Annotated[datetime, Meta(tz=True)]


class AgreedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text with the signatures that make it hold."""

    position: Count
    content: bytes
    statements: list[bytes]


class _Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    texts: list[AgreedText]


class AskTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The texts that were agreed after this position."""

    after: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class AskText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The text that waits for signatures."""

    id: UUID


class _Said(msgspec.Struct, frozen=True):
    code: str


class Malformed(Exception):
    """Not of the form."""


class NotAgreed(Exception):
    """Not enough courts signed these bytes, as far as can be told now."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A genuine signature."""

    statement: Statement
    body: SignatureBody


_Ask = TypeVar("_Ask", AskTexts, AskText)
_BODY: Final = msgspec.json.Decoder(SignatureBody)
_PAGE: Final = msgspec.msgpack.Decoder(_Page)
_ASK_TEXTS: Final = msgspec.json.Decoder(AskTexts)
_ASK_TEXT: Final = msgspec.json.Decoder(AskText)
_SAID: Final = msgspec.json.Decoder(_Said)


def digest_of(content: bytes) -> str:
    """What stands for a text in a signature: SHA-256, hex."""
    return sha256(content).hexdigest()


def sign(body: SignatureBody, *, directory: int, signer: SigningKey) -> bytes:
    """The court's signature, as a statement."""
    return statement.write(SIGNATURE, msgspec.json.encode(body), author=body.court, directory=directory, signer=signer)


def open_signature(directory: Directory, raw: bytes) -> Signed:
    """The signature in `raw`, if its court's key made it.

    Raises:
        Malformed: it is none.
        UnknownVersion: it names a directory not held here: cannot verify now.
        WireError: verified bad.
    """
    try:
        claim = statement.parse(raw, SIGNATURE, limit_bytes=MAX_SIGNATURE)
        body, _ = strict_json.decode(claim.body, _BODY)
    except (MalformedEnvelope, strict_json.NotStrict):
        raise Malformed from None
    if body.court != claim.author:
        raise Malformed
    directory.verify_said(claim, body.at)
    return Signed(claim, body)


def check(directory: Directory, text: AgreedText, text_id: UUID, revision: int) -> list[str]:
    """The courts that signed, if they are enough.

    Raises:
        UnknownVersion: a signature names a directory not held here, and without it they are too few.
        NotAgreed: they are too few.
    """
    view, digest = directory.current(), digest_of(text.content)
    active = [entry.code for entry in view.courts() if view.is_active(entry.code)]
    signed: set[str] = set()
    unknown: UnknownVersion | None = None
    for raw in text.statements[: 2 * len(view.courts())]:  # one of each court is enough
        try:
            body = open_signature(directory, raw).body
        except UnknownVersion as error:
            unknown = error
        except (Malformed, WireError):
            continue
        else:
            if (body.text, body.revision, body.digest) == (text_id, revision, digest) and body.court in active:
                signed.add(body.court)
    if not active or len(signed) < threshold(len(active)):
        raise unknown or NotAgreed
    return sorted(signed)


def write_page(texts: Sequence[AgreedText]) -> bytes:
    """The gateway's answer to `AskTexts`."""
    return msgspec.msgpack.encode(_Page(texts=list(texts)))


def read_ask_texts(raw: bytes) -> AskTexts:
    """Raises Malformed."""
    return _read(_ASK_TEXTS, raw)


def read_ask_text(raw: bytes) -> AskText:
    """Raises Malformed."""
    return _read(_ASK_TEXT, raw)


def _read(decoder: "msgspec.json.Decoder[_Ask]", raw: bytes) -> "_Ask":
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed from None


async def texts_after(client: ZoneClient, position: int) -> list[AgreedText]:
    """At most `PAGE` texts that were agreed after `position`, in their order.

    Raises:
        NoAnswer, Malformed.
    """
    raw = await _ask(client, TEXTS_PATH, msgspec.json.encode(AskTexts(after=position)), MAX_PAGE)
    try:
        return _PAGE.decode(raw).texts
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed from None


async def text_to_sign(client: ZoneClient, text_id: UUID) -> bytes:
    """The text that waits for signatures.

    Raises:
        NoAnswer: NOT_FOUND, when none of that id does.
    """
    return await _ask(client, TEXT_PATH, msgspec.json.encode(AskText(id=text_id)), MAX_TEXT)


async def post_signature(client: ZoneClient, raw: bytes) -> str:
    """What became of the text: SIGNED or AGREED.

    Raises:
        NoAnswer: with the gateway's code, if it refused.
        Malformed.
    """
    try:
        return _SAID.decode(await _ask(client, SIGN_PATH, raw, MAX_ASK)).code
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed from None


async def _ask(client: ZoneClient, path: str, raw: bytes, limit_bytes: int) -> bytes:
    body = bytearray()
    try:
        async with client.opened(path, raw) as response:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > limit_bytes:
                    raise Malformed
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise NoAnswer from None
    return bytes(body)
