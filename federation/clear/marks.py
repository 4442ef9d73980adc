"""What the gateway holds about one court's tasks, fetched by that court alone: two signed statements.

"marks-request" of the court: which court asks, and when; strict JSON. "marks-answer" of the gateway: a frame of two
parts, a strict JSON head (the digest of the request, and whether the content is all there is) and the content, which
this module does not read.

Invariant: a court is told of its own tasks only; the answer fits one request, whose digest it names. A court that is
suspended or withdraws asks too: it runs off its open tasks.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import aiohttp
import msgspec

from db.clock import Clock
from db.ids import new_id
from federation.clear.passing import NoAnswer, ZoneClient
from federation.directory.directory import Directory
from federation.rules.freshness import FRESH, is_fresh
from federation.wire import framing, statement, strict_json
from federation.wire.errors import MalformedEnvelope
from federation.wire.header import GATEWAY, Digest, Instant
from federation.wire.signing import SigningKey
from federation.wire.statement import OVERHEAD_BYTES, Statement

REQUEST: Final = "marks-request"
ANSWER: Final = "marks-answer"
PATH: Final = "/federation/marks"
_MAX_REQUEST_BODY: Final = 1024
MAX_REQUEST: Final = _MAX_REQUEST_BODY + OVERHEAD_BYTES
_MAX_ANSWER_BODY: Final = 2 * 1024 * 1024
MAX_ANSWER: Final = _MAX_ANSWER_BODY + OVERHEAD_BYTES


class Malformed(Exception):
    """Not a request, or not an answer, of this form."""


class Stale(Exception):
    """Not asked now."""

    code = "STALE"


class MarksRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The author's court asks, now."""

    id: UUID
    issued: Instant
    expires: Instant


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    re_digest: Digest
    is_whole: bool
    at: Instant


@dataclass(frozen=True, slots=True)
class Marks:
    """The content of an answer; unless it `is_whole`, there is more, and what is missing says nothing."""

    content: bytes
    is_whole: bool


_REQUEST: Final = msgspec.json.Decoder(MarksRequest)
_HEAD: Final = msgspec.json.Decoder(_Head)


def write_request(clock: Clock, *, court: str, directory: int, signer: SigningKey) -> bytes:
    """The court's request, as a statement."""
    now = clock.now()
    body = msgspec.json.encode(MarksRequest(id=new_id(now), issued=now, expires=now + FRESH))
    return statement.write(REQUEST, body, author=court, directory=directory, signer=signer)


def parse_request(raw: bytes) -> tuple[Statement, MarksRequest]:
    """The statement and what it asks; who signed it is not looked at. Raises Malformed."""
    try:
        said = statement.parse(raw, REQUEST, limit_bytes=_MAX_REQUEST_BODY)
        asked, _ = strict_json.decode(said.body, _REQUEST)
    except (MalformedEnvelope, strict_json.NotStrict):
        raise Malformed from None
    return said, asked


def open_request(directory: Directory, raw: bytes, clock: Clock) -> str:
    """The court that asks, if it is listed and its key signed the request just now.

    Raises:
        Malformed, Stale: it is none, or an old one.
        UnknownVersion: it names a directory not held here: cannot verify now.
        WireError: verified bad.
    """
    said, asked = parse_request(raw)
    directory.current().court(said.author)
    directory.verify_said(said, asked.issued)
    if not is_fresh(asked.issued, asked.expires, clock.now()):
        raise Stale
    return said.author


def write_answer(marks: Marks, *, request: bytes, clock: Clock, directory: int, signer: SigningKey) -> bytes:
    """The gateway's answer to the bytes `request`, as a statement.

    Raises:
        TooLong: it exceeds what a node reads.
    """
    head = _Head(re_digest=statement.digest(request), is_whole=marks.is_whole, at=clock.now())
    body = framing.join(msgspec.json.encode(head), marks.content)
    return statement.write(
        ANSWER, body, author=GATEWAY, directory=directory, signer=signer, limit_bytes=_MAX_ANSWER_BODY
    )


def open_answer(directory: Directory, raw: bytes, *, request: bytes) -> Marks:
    """What the gateway said to that very request.

    Raises:
        Malformed: it is no such answer.
        UnknownVersion: it names a directory not held here: cannot verify now.
        WireError: verified bad.
    """
    try:
        said = statement.parse(raw, ANSWER, limit_bytes=_MAX_ANSWER_BODY)
        head_bytes, content = framing.split(said.body, 2)
        head, _ = strict_json.decode(head_bytes, _HEAD)
    except (MalformedEnvelope, strict_json.NotStrict):
        raise Malformed from None
    if said.author != GATEWAY or head.re_digest != statement.digest(request):
        raise Malformed
    directory.verify_said(said, head.at)
    return Marks(content, head.is_whole)


async def fetch(client: ZoneClient, raw: bytes) -> bytes:
    """The bytes of the gateway's answer to the request `raw`.

    Raises:
        NoAnswer, Malformed: longer than an answer may be.
    """
    body = bytearray()
    try:
        async with client.opened(PATH, raw) as response:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_ANSWER:
                    raise Malformed
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise NoAnswer from None
    return bytes(body)
