"""The header of an envelope: everything a carrier may know, in strict JSON of at most 4 KiB.

Invariant: a header has exactly the keys below, each once; what does not apply to a kind is null (table `_SHAPES`).
Nothing is ever added within a version: a reader of version 1 refuses what it does not know. No field takes free text:
courts, keys, tokens, numbers, digests, instants. Field by field: docs/wire.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from federation.wire import strict_json
from federation.wire.errors import MalformedEnvelope

VERSION: Final = 1
MAX_HEADER_BYTES: Final = 4 * 1024
GATEWAY: Final = "gateway"
EXAMINER: Final = "测"
"""Who tests an applicant's node before it is a member (测试员): of the form of a code, and no court's."""
_UUID7: Final = 7
_RFC_VARIANT: Final = "specified in RFC 4122"

Kind = Literal["ask", "answer", "message", "receipt"]
Outcome = Literal["ACCEPTED", "REFUSED", "EXPIRED"]
# A court's 代字 (one character and up to four digits; the Supreme People's Court has its own), or the zone's gateway.
Court = Annotated[str, Meta(pattern=r"\A(?:[一-鿿][0-9]{0,4}|最高法|gateway)\Z")]
KeyId = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]  # SHA-256, hex
Token = Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_]{0,39}\Z")]  # a value of an enum; never words
Count = Annotated[int, Meta(ge=1, le=2**53 - 1)]  # what every JSON reader holds exactly
SmallCount = Annotated[int, Meta(ge=1, le=2**31 - 1)]  # what a receiver's tables hold
Instant = Annotated[datetime, Meta(tz=True)]


class Track(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the zone may know of a delegated task: the receiver refuses a message whose box tells another story."""

    task: UUID  # random; the same at both courts and at the gateway
    seq: SmallCount  # number, from 1, of the shared log's newest event the author knows, the carried one included
    event: Token  # what the message carries: an event of the log, a request, or an overlay
    status: Token  # of the task after it
    holder: Court  # who may write the next event after it
    due_on: date | None  # next deadline, a day in China
    urgent: bool
    matter: Token  # coarse label of what is delegated


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The header. Python's defaults spare writers the nulls; on the wire every key is present."""

    v: int = VERSION
    suite: int = 1
    kind: Kind
    id: UUID  # UUIDv7; unique per sender; a retry re-sends the same bytes
    epoch: SmallCount  # the life of the sender's database, from 1
    sender: Court = msgspec.field(name="from")
    to: Court
    seq: Count | None = None  # of the (from, to) pair within the epoch, from 1
    prev: Digest | None = None  # digest of the pair's message seq - 1; null for the first
    issued: Instant  # civil instant at which it was signed
    expires: Instant  # civil instant after which it is not acted upon
    directory: Count  # version of the directory in which both keys are found
    signing_key: KeyId  # of the sender
    box_key: KeyId  # of the recipient
    re: UUID | None = None  # id of the envelope that this one answers
    re_digest: Digest | None = None  # and the digest of its bytes
    outcome: Outcome | None = None  # receipts: how the destination closed the message
    track: Track | None = None  # messages of a delegated task


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which of the optional fields a kind must have, and which it may."""

    must: frozenset[str]
    may: frozenset[str] = frozenset()


_OPTIONAL: Final = ("seq", "prev", "re", "re_digest", "outcome", "track")
_SHAPES: Final[Mapping[str, _Shape]] = MappingProxyType(
    {
        "ask": _Shape(frozenset()),
        "answer": _Shape(frozenset({"re", "re_digest"})),
        "message": _Shape(frozenset({"seq"}), frozenset({"prev", "re", "re_digest", "track"})),
        "receipt": _Shape(frozenset({"re", "re_digest", "outcome"})),
    }
)
_HEADER: Final = msgspec.json.Decoder(Header)
_FIELDS: Final = msgspec.structs.fields(Header)
_TRACK_FIELDS: Final = msgspec.structs.fields(Track)


class _VersionOnly(msgspec.Struct):
    v: int


def encode(header: Header) -> bytes:
    """The bytes that are signed and sent.

    Raises:
        MalformedEnvelope: the header breaks a rule that `decode` would refuse.
    """
    raw = msgspec.json.encode(header)
    decode(raw)
    return raw


def decode(raw: bytes) -> Header:
    """The header, if it is one of this version, exactly.

    Raises:
        MalformedEnvelope: part `header` or `version`.
    """
    if len(raw) > MAX_HEADER_BYTES:
        raise MalformedEnvelope("header")
    try:
        header, plain = strict_json.decode(raw, _HEADER)
    except strict_json.NotStrict:
        raise MalformedEnvelope(_failing_part(raw)) from None
    if header.v != VERSION:
        raise MalformedEnvelope("version")
    if not (_is_complete(header, plain) and _is_consistent(header)):
        raise MalformedEnvelope("header")
    return header


def _failing_part(raw: bytes) -> str:
    try:
        return "header" if msgspec.json.decode(raw, type=_VersionOnly).v == VERSION else "version"
    except (msgspec.MsgspecError, RecursionError):
        return "header"


def _is_complete(header: Header, plain: dict[str, Any] | None) -> bool:
    """Every key is there, and ids stand in their one canonical spelling."""
    if plain is None:
        return True
    if len(plain) != len(_FIELDS) or plain["id"] != str(header.id):
        return False
    if header.re is not None and plain["re"] != str(header.re):
        return False
    if header.track is None:
        return True
    return len(plain["track"]) == len(_TRACK_FIELDS) and plain["track"]["task"] == str(header.track.task)


def _is_uuid7(value: UUID | None) -> bool:
    return value is None or (value.version == _UUID7 and value.variant == _RFC_VARIANT)


def _is_consistent(header: Header) -> bool:
    """The fields fit the kind and each other."""
    shape = _SHAPES[header.kind]
    present = {name for name in _OPTIONAL if getattr(header, name) is not None}
    return (
        shape.must <= present <= shape.must | shape.may
        and (header.re is None) == (header.re_digest is None)
        and (header.seq is None or (header.prev is None) == (header.seq == 1))
        and _is_uuid7(header.id)
        and _is_uuid7(header.re)
        and header.sender != header.to
        and header.issued < header.expires
        and _pen_is_with_a_party(header)
    )


def _pen_is_with_a_party(header: Header) -> bool:
    """Between two courts, one of them writes the next event; the gateway may speak of a task of two others."""
    ends = {header.sender, header.to}
    return header.track is None or GATEWAY in ends or header.track.holder in ends
