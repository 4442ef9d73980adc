"""A node passes a clear document on to the gateway in the name of one of its officers: two signed statements.

"zone-request" of the court: the document, its variables, and who asks; strict JSON. "zone-answer" of the gateway: a
frame of two parts, a strict JSON head (the request's id and digest, errors, extensions) and the value of the document's
one root field as compact JSON. Invariant: the request names the officer and nothing that the officer may do: offices
come from the directory.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Meta

from federation.ask.client import BUDGET_HEADER, MAX_BUDGET_MS
from federation.delivery.post import MEDIA_TYPE
from federation.wire import framing, statement, strict_json
from federation.wire.errors import MalformedEnvelope
from federation.wire.header import GATEWAY, Digest, Instant
from federation.wire.signing import SigningKey
from federation.wire.statement import OVERHEAD_BYTES, Statement

REQUEST: Final = "zone-request"
ANSWER: Final = "zone-answer"
PATH: Final = "/federation/zone"
_MAX_BODY: Final = 320 * 1024  # the officers' door reads 192 KiB, which is written again as JSON text
MAX_REQUEST: Final = _MAX_BODY + OVERHEAD_BYTES
_MAX_ANSWER_BODY: Final = 4 * 1024 * 1024
MAX_ANSWER: Final = _MAX_ANSWER_BODY + OVERHEAD_BYTES
_SLACK_S: Final = 0.5
_CONNECT_S: Final = 2.0
_MAX_CODE: Final = 1024
_MOST_DIGITS: Final = 4  # of a Retry-After in seconds


class Malformed(Exception):
    """Not a request, or not an answer, of this form."""


class NoAnswer(Exception):
    """The gateway gave no answer: `code` is its plain refusal, or None when it could not be reached.

    `retry_after_s` is when it wants to be asked again, if it said so.
    """

    def __init__(self, code: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s


class ZoneRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """One document of one officer of the author's court."""

    id: UUID
    contract: int  # of the node's release: the document is written in it, and is to be answered in it
    officer: Annotated[str, Meta(min_length=1, max_length=64)]
    document: str
    variables: dict[str, Any]
    language: Literal["zh", "en"]
    issued: Instant
    expires: Instant


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    re: UUID
    re_digest: Digest
    errors: list[dict[str, Any]]
    extensions: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ZoneAnswer:
    """The GraphQL response: the value of the one root field as bytes, which nobody has decoded yet."""

    value: bytes
    errors: list[dict[str, Any]]
    extensions: Mapping[str, Any]


_REQUEST: Final = msgspec.json.Decoder(ZoneRequest)
_HEAD: Final = msgspec.json.Decoder(_Head)


def write_request(request: ZoneRequest, *, author: str, directory: int, signer: SigningKey) -> bytes:
    """`request` as a statement of its court.

    Raises:
        TooLong: it exceeds what the gateway reads.
    """
    body = msgspec.json.encode(request)
    return statement.write(REQUEST, body, author=author, directory=directory, signer=signer, limit_bytes=_MAX_BODY)


def parse_request(raw: bytes) -> tuple[Statement, ZoneRequest]:
    """The statement and what it asks; who signed it is not looked at.

    Raises:
        Malformed: it is no request.
    """
    try:
        said = statement.parse(raw, REQUEST, limit_bytes=_MAX_BODY)
        request, _ = strict_json.decode(said.body, _REQUEST)
    except (MalformedEnvelope, strict_json.NotStrict) as error:
        raise Malformed from error
    return said, request


def write_answer(answer: ZoneAnswer, *, re: UUID, re_digest: str, directory: int, signer: SigningKey) -> bytes:
    """`answer` as a statement of the gateway.

    Raises:
        TooLong: it exceeds what a node reads.
    """
    head = _Head(re=re, re_digest=re_digest, errors=answer.errors, extensions=dict(answer.extensions))
    body = framing.join(msgspec.json.encode(head), answer.value)
    return statement.write(
        ANSWER, body, author=GATEWAY, directory=directory, signer=signer, limit_bytes=_MAX_ANSWER_BODY
    )


def parse_answer(raw: bytes, *, re: UUID, re_digest: str) -> tuple[Statement, ZoneAnswer]:
    """The statement and what it says, if it is the gateway's word on that very request; its signature is not looked at.

    Raises:
        Malformed: it is no such statement.
    """
    try:
        said = statement.parse(raw, ANSWER, limit_bytes=_MAX_ANSWER_BODY)
        head_bytes, value = framing.split(said.body, 2)
        head, _ = strict_json.decode(head_bytes, _HEAD)
    except (MalformedEnvelope, strict_json.NotStrict) as error:
        raise Malformed from error
    if (said.author, head.re, head.re_digest) != (GATEWAY, re, re_digest):
        raise Malformed
    return said, ZoneAnswer(value, head.errors, head.extensions)


class ZoneClient:
    """Posts requests to one gateway over a session that the process owns (its TLS included)."""

    def __init__(self, session: aiohttp.ClientSession, gateway_url: str) -> None:
        """`gateway_url` is the gateway's base address, for example http://127.0.0.1:8400."""
        self._session = session
        self._url = gateway_url.rstrip("/")

    async def post(self, raw: bytes) -> bytes:
        """The bytes of the gateway's answer.

        Raises:
            NoAnswer.
        """
        try:
            async with self.opened(PATH, raw) as response:
                return await _read(response, MAX_ANSWER)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise NoAnswer from None

    @asynccontextmanager
    async def opened(self, path: str, raw: bytes) -> AsyncIterator[aiohttp.ClientResponse]:
        """The gateway's response to `raw`, whose body may be read.

        Raises:
            NoAnswer: it is a refusal.
            aiohttp.ClientError, TimeoutError, OSError.
        """
        timeout = aiohttp.ClientTimeout(total=MAX_BUDGET_MS / 1000 + _SLACK_S, sock_connect=_CONNECT_S)
        headers = {BUDGET_HEADER: str(MAX_BUDGET_MS), "Content-Type": MEDIA_TYPE}
        async with self._session.post(
            self._url + path, data=raw, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status != 200:  # noqa: PLR2004 - the one good status
                again = _seconds(response.headers.get("Retry-After", ""))
                raise NoAnswer(_code(await _read(response, _MAX_CODE)), again)
            yield response


async def _read(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit_bytes:
            raise NoAnswer
    return bytes(body)


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


class _Problem(msgspec.Struct):
    code: Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_]{0,39}\Z")]


def _code(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(body, type=_Problem).code
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
