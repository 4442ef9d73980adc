"""The frames between a node and the gateway's relay: a batch of asks one way, answers and statuses the other way.

A frame is a length of four bytes (big-endian), one byte of kind, and the body. A batch is a row of `ENVELOPE` frames.
The stream back is closed by an `END` frame: one that stops without it was cut, and who has not been heard of is
unreachable. Invariant: pure; a reader never holds more than one frame beyond its limit.
"""

import struct
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from federation.ask.status import Reason, Status

_LENGTH: Final = struct.Struct(">I")
_ENVELOPE: Final = b"E"
_STATUS: Final = b"S"
_END: Final = b"Z"

OVERHEAD: Final = _LENGTH.size + 1
"""Bytes that a frame adds to its body."""
MAX_FRAME: Final = 288 * 1024
"""256 KiB of padded box, its header and signature, with room: no frame is longer."""
MAX_BATCH: Final = 128
"""Courts asked at once through one gateway."""


class BadFrame(Exception):
    """What came is not a row of frames."""


@dataclass(frozen=True, slots=True)
class AnswerFrame:
    """An asked court's answer envelope, as its bytes."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class StatusFrame:
    """The gateway's word on an ask that brought no answer."""

    re: UUID
    court: str
    status: Status
    reason: Reason
    took_ms: int


@dataclass(frozen=True, slots=True)
class End:
    """Everything asked has been told of."""


Frame: TypeAlias = AnswerFrame | StatusFrame | End


class _StatusBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    re: UUID
    court: str
    status: Status
    reason: Reason
    took_ms: Annotated[int, Meta(ge=0, le=2**31 - 1)]


def _frame(kind: bytes, body: bytes) -> bytes:
    return _LENGTH.pack(len(body) + 1) + kind + body


def write(frame: Frame) -> bytes:
    """`frame` as bytes."""
    match frame:
        case AnswerFrame(raw=raw):
            return _frame(_ENVELOPE, raw)
        case StatusFrame():
            body = _StatusBody(frame.re, frame.court, frame.status, frame.reason, frame.took_ms)
            return _frame(_STATUS, msgspec.json.encode(body))
        case End():
            return _frame(_END, b"")


def write_batch(asks: Iterable[bytes]) -> bytes:
    """Ask envelopes as the body of one request to the relay."""
    return b"".join(_frame(_ENVELOPE, ask) for ask in asks)


def read_batch(body: bytes) -> list[bytes]:
    """The ask envelopes of one request.

    Raises:
        BadFrame: not a row of envelopes, none at all, or more than `MAX_BATCH`.
    """
    asks: list[bytes] = []
    rest = memoryview(body)
    while rest:
        found = _split(rest)
        if found is None or bytes(found[0]) != _ENVELOPE or len(asks) == MAX_BATCH:
            raise BadFrame
        asks.append(bytes(found[1]))
        rest = found[2]
    if not asks:
        raise BadFrame
    return asks


async def read(chunks: AsyncIterable[bytes]) -> AsyncIterator[Frame]:
    """The frames in a stream of chunks, up to `End`, which is the last one given; a stream may end without it.

    Raises:
        BadFrame: the bytes are no frame.
    """
    rest = b""
    async for chunk in chunks:
        rest += chunk
        while (found := _split(rest)) is not None:
            kind, body, rest = found
            frame = _parse(kind, body)
            yield frame
            if isinstance(frame, End):
                return


_Bytes = TypeVar("_Bytes", bytes, memoryview)


def _split(data: _Bytes) -> tuple[_Bytes, _Bytes, _Bytes] | None:
    """Kind and body of the first frame, and what follows it; None while it is not whole."""
    if len(data) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(data)
    if not 1 <= length <= MAX_FRAME:
        raise BadFrame
    end = _LENGTH.size + length
    if len(data) < end:
        return None
    return data[_LENGTH.size : _LENGTH.size + 1], data[_LENGTH.size + 1 : end], data[end:]


def _parse(kind: bytes, body: bytes) -> Frame:
    if kind == _ENVELOPE:
        return AnswerFrame(body)
    if kind == _END and not body:
        return End()
    if kind == _STATUS:
        try:
            told = msgspec.json.decode(body, type=_StatusBody)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadFrame from error
        return StatusFrame(told.re, told.court, told.status, told.reason, told.took_ms)
    raise BadFrame
