"""The directory's signed documents: who may decide, who is a member, how a court is reached, what was agreed.

    root          who decides: the active courts' governance keys, their threshold, the gateway's keys
    members       each court's identity and governance key, and its state; signed by the threshold of the root's voters
    gateway       where the gateway is, its admins, whom it alone has suspended; signed by the gateway
    court/<code>  a court's keys, addresses, officers; signed by that court alone
    agreement/... what a court answers to another (signed by both), or every member to every other (by the threshold)
    fresh         that this list of versions is the newest; signed by the gateway and by witness courts

After TUF (The Update Framework, specification 1.0): versions, thresholds, a root that replaces itself, expiry; fresh is
its timestamp, the listing its snapshot.

Invariant: officers are named by id and office only, never by name; and every format is strict: what it does not know is
refused. A format's number changes with any change of its fields.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from federation.directory.document import (
    CourtState,
    Division,
    Entry,
    Instant,
    KeyEntry,
    LiaisonEntry,
    OfficerEntry,
    Text,
    Token,
    Url,
    ZoneEntry,
)
from federation.wire.header import Count, Court, KeyId

ROOT: Final = "root"
MEMBERS: Final = "members"
GATEWAY_DOCUMENT: Final = "gateway"
ZONE_AGREEMENT: Final = "agreement/zone"

MemberState = CourtState
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]  # SHA-256, hex
PublicText = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]  # 32 bytes, base64url without padding
Name = Annotated[str, Meta(pattern=r"\A(?:root|members|gateway|court/[^/\s]{1,8}|agreement/[^/\s]{1,20})\Z")]


class PublicKeyEntry(Entry, frozen=True, kw_only=True):
    """An Ed25519 key that signs acts of governance."""

    id: KeyId
    public: PublicText


class VoterEntry(Entry, frozen=True, kw_only=True):
    """An active court and the key by which it votes."""

    court: Court
    key: PublicKeyEntry


class RootDocument(Entry, frozen=True, kw_only=True):
    """Who decides. Version n+1 is signed by the threshold of version n and by its own."""

    format: Literal["xiezhi/root/1"] = "xiezhi/root/1"
    version: Count
    expires_at: Instant
    zone: ZoneEntry
    gateway_keys: list[KeyEntry]
    voters: list[VoterEntry]
    threshold: Count


class MemberEntry(Entry, frozen=True, kw_only=True):
    """A court of the zone as the courts decided it."""

    code: Court  # 代字
    division: Division
    name_zh: Text
    name_en: Text
    level: Token
    county_zh: Text
    county_en: Text
    province: Text
    parent: Text  # the superior court
    state: MemberState
    since: date
    effective_at: Instant  # from when the state holds
    before: MemberState | None = None  # the state until then; None: no member yet
    identity: PublicKeyEntry  # kept off-line
    governance: PublicKeyEntry  # unlocked by the liaison per act
    lost_at: Instant | None = None  # the courts declared it lost: what it holds may be taken over


class MembersDocument(Entry, frozen=True, kw_only=True):
    """The courts of the zone, whatever their state; who left stays listed."""

    format: Literal["xiezhi/members/1"] = "xiezhi/members/1"
    version: Count
    expires_at: Instant
    members: list[MemberEntry]


class SuspensionEntry(Entry, frozen=True, kw_only=True):
    """A court that the gateway alone suspended; it lapses after 72 hours unless the courts confirm it."""

    court: Court
    at: Instant
    ground: Token


class GatewayDocument(Entry, frozen=True, kw_only=True):
    """Where the gateway is, and who serves there."""

    format: Literal["xiezhi/gateway/1"] = "xiezhi/gateway/1"
    version: Count
    url: Url
    issuer: Url  # its OpenID provider
    admins: list[OfficerEntry]
    suspensions: list[SuspensionEntry]
    examiner: list[KeyEntry]  # with which conformance runs ask an applicant's node about the sample person


class CourtDocument(Entry, frozen=True, kw_only=True):
    """What a court says of itself. A supervising court has no node: no url, no keys."""

    format: Literal["xiezhi/court/1"] = "xiezhi/court/1"
    version: Count
    court: Court
    url: Url | None
    issuer: Url  # its OpenID provider
    keys: list[KeyEntry]
    officers: list[OfficerEntry]
    liaison: list[LiaisonEntry]
    contracts: list[Count]  # numbers of the public schema it serves
    wire: list[Count]  # versions of the wire it speaks


class AgreementDocument(Entry, frozen=True, kw_only=True):
    """协作协议: what `asked` answers to `asking`, or, with neither, every member to every other (框架协议)."""

    format: Literal["xiezhi/agreement/1"] = "xiezhi/agreement/1"
    version: Count
    asking: Court | None
    asked: Court | None
    sections: list[Token]
    purposes: list[Token]
    matters: list[Token]
    looks_per_hour: Count
    valid_from: date
    valid_until: date  # the last day, inclusive, in China; an agreement is ended by an earlier one


class ListingEntry(Entry, frozen=True, kw_only=True):
    """One document of the directory: its version and the digest of its signed bytes."""

    name: Name
    version: Count
    digest: Digest


class ListingDocument(Entry, frozen=True, kw_only=True):
    """Every document of one directory version, the root too, by name. Not signed: fresh names its digest."""

    format: Literal["xiezhi/listing/1"] = "xiezhi/listing/1"
    entries: list[ListingEntry]  # in ascending order of names


class FreshDocument(Entry, frozen=True, kw_only=True):
    """That `listing` is the newest, at `issued_at`. Its version is the directory's: a new one means a new listing."""

    format: Literal["xiezhi/fresh/1"] = "xiezhi/fresh/1"
    version: Count
    issued_at: Instant
    expires_at: Instant
    listing: Digest


class ApplicationDocument(Entry, frozen=True, kw_only=True):
    """入会申请: a court asks to become a member; signed by each key that it presents (proof of possession)."""

    format: Literal["xiezhi/application/1"] = "xiezhi/application/1"
    root: Digest  # of the zone that it means
    made_at: Instant
    member: MemberEntry
    court: CourtDocument


KINDS: Final[Mapping[str, type[Any]]] = MappingProxyType(
    {
        "xiezhi/root/1": RootDocument,
        "xiezhi/members/1": MembersDocument,
        "xiezhi/gateway/1": GatewayDocument,
        "xiezhi/court/1": CourtDocument,
        "xiezhi/agreement/1": AgreementDocument,
    }
)
"""What a listing lists, by format."""


def name_of(document: msgspec.Struct) -> str:
    """The name under which a listing lists the document: it says itself which one it is."""
    match document:
        case RootDocument():
            return ROOT
        case MembersDocument():
            return MEMBERS
        case GatewayDocument():
            return GATEWAY_DOCUMENT
        case CourtDocument(court=code):
            return court_name(code)
        case AgreementDocument(asking=asking, asked=asked):
            return agreement_name(asking, asked)
    raise TypeError(type(document).__name__)


def court_name(code: str) -> str:
    """The name of a court's own document."""
    return f"court/{code}"


def agreement_name(asking: str | None, asked: str | None) -> str:
    """The name of the agreement of that ordered pair; of the zone's with neither."""
    return ZONE_AGREEMENT if asking is None or asked is None else f"agreement/{asking}-{asked}"
