"""A node passes a live twin on to the gateway: one signed request, a row of signed answers, as they come.

The request is the "zone-request" of passing.py. Each answer is a "zone-frame", a statement of the gateway that is bound
to the request and numbered from 0; the last one says so and nothing else. Each goes behind its length in four bytes.
Invariant: a row without its last frame was cut off; nobody can leave out, double or reorder a frame, or end the row.
"""

import struct
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Meta

from federation.clear.passing import MAX_ANSWER, Malformed, NoAnswer, ZoneAnswer, ZoneClient
from federation.wire import framing, statement, strict_json
from federation.wire.errors import MalformedEnvelope
from federation.wire.header import GATEWAY, Digest
from federation.wire.signing import SigningKey
from federation.wire.statement import OVERHEAD_BYTES, Statement

FRAME: Final = "zone-frame"
PATH: Final = "/federation/zone/live"
_LENGTH: Final = struct.Struct(">I")


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    re: UUID
    re_digest: Digest
    number: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    is_last: bool
    errors: list[dict[str, Any]]
    extensions: dict[str, Any]


_HEAD: Final = msgspec.json.Decoder(_Head)
END: Final = ZoneAnswer(b"null", [], {})
"""What the last frame says: nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame stands: in the row of answers to which request, and as which."""

    re: UUID
    re_digest: str
    number: int


def write_frame(
    answer: ZoneAnswer, place: Place, *, directory: int, signer: SigningKey, is_last: bool = False
) -> bytes:
    """`answer` as a statement of the gateway.

    Raises:
        TooLong: it exceeds what a node reads.
    """
    head = _Head(
        re=place.re,
        re_digest=place.re_digest,
        number=place.number,
        is_last=is_last,
        errors=answer.errors,
        extensions=dict(answer.extensions),
    )
    body = framing.join(msgspec.json.encode(head), answer.value)
    limit = MAX_ANSWER - OVERHEAD_BYTES
    return statement.write(FRAME, body, author=GATEWAY, directory=directory, signer=signer, limit_bytes=limit)


def parse_frame(raw: bytes, place: Place) -> tuple[Statement, ZoneAnswer | None]:
    """The statement and what it says, None for the last, if it is the gateway's word at that place.

    Its signature is not looked at.

    Raises:
        Malformed: it is no such statement.
    """
    try:
        said = statement.parse(raw, FRAME, limit_bytes=MAX_ANSWER - OVERHEAD_BYTES)
        head_bytes, value = framing.split(said.body, 2)
        head, _ = strict_json.decode(head_bytes, _HEAD)
    except (MalformedEnvelope, strict_json.NotStrict) as error:
        raise Malformed from error
    if said.author != GATEWAY or Place(head.re, head.re_digest, head.number) != place:
        raise Malformed
    answer = ZoneAnswer(value, head.errors, head.extensions)
    if not head.is_last:
        return said, answer
    if answer != END:
        raise Malformed
    return said, None


def delimited(frame: bytes) -> bytes:
    """The frame as it goes into the stream."""
    return _LENGTH.pack(len(frame)) + frame


async def read(chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    """The frames in a stream of chunks; never holds more than one beyond a chunk.

    Raises:
        Malformed: one would be longer than an answer may be.
    """
    rest = bytearray()
    async for chunk in chunks:
        rest += chunk
        while len(rest) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(rest)
            if length > MAX_ANSWER:
                raise Malformed
            end = _LENGTH.size + length
            if len(rest) < end:
                break
            frame = bytes(rest[_LENGTH.size : end])
            del rest[:end]
            yield frame


async def follow(client: ZoneClient, raw: bytes) -> AsyncGenerator[bytes, None]:
    """The frames that answer the request `raw`; closing the iterator closes the request, and the gateway stops.

    Raises:
        NoAnswer: the gateway refused, could not be reached, or the stream broke.
        Malformed.
    """
    try:
        async with client.opened(PATH, raw) as response, aclosing(read(response.content.iter_any())) as frames:
            async for frame in frames:
                yield frame
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise NoAnswer from None
