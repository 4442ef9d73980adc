"""What the directory says: who the members are, how they are reached, which keys speak for them, what they agreed.

The signed documents (documents.py) are made of these parts, and a view (view.py) answers in them: a member's facts and
its own document are one `CourtEntry` there.

Invariant: officers are named by id and role only, never by name; and it is strict: what a format does not know is
refused.
"""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from federation.wire.header import Count, Court, KeyId

KeyUse = Literal["sign", "box"]
KeyState = Literal["ACTIVE", "RETIRED", "REVOKED"]
CourtState = Literal["ACTIVE", "SUSPENDED", "WITHDRAWING", "WITHDRAWN", "SUPERVISING"]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Division = Annotated[str, Meta(pattern=r"\A[0-9]{6}\Z")]  # 行政区划代码
Url = Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/]+(?:/[^\s]*)?\Z", max_length=500)]
OfficerId = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9-]{0,63}\Z")]
Token = Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_]{0,63}\Z")]
Instant = Annotated[datetime, Meta(tz=True)]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all parts: strict."""


class KeyEntry(Entry, frozen=True, kw_only=True):
    """A public key. An id means one key for ever; its state only moves ACTIVE -> RETIRED -> REVOKED."""

    id: KeyId
    use: KeyUse
    public: str  # 32 bytes, base64url without padding
    state: KeyState = "ACTIVE"
    retired_at: Instant | None = None  # from when it signs nothing new; set unless ACTIVE


class OfficerEntry(Entry, frozen=True, kw_only=True):
    """An officer's id and roles, in force from the first to the last day, in China; None leaves an end open."""

    id: OfficerId
    roles: list[Token]
    valid_from: date | None = None
    valid_until: date | None = None  # the last day, inclusive


class LiaisonEntry(Entry, frozen=True, kw_only=True):
    """联络员: whom other courts call, and when, such as "Mon-Fri 08:30-17:30"."""

    officer: OfficerId
    hours: Text


class ZoneEntry(Entry, frozen=True, kw_only=True):
    """协作区: the courts that assist one another."""

    code: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9-]{1,32}\Z")]
    name_zh: Text
    name_en: Text


class GatewayEntry(Entry, frozen=True, kw_only=True):
    """The zone's gateway: it signs, and decrypts nothing."""

    url: Url
    keys: list[KeyEntry]
    issuer: Url  # its OpenID provider
    admins: list[OfficerEntry]
    examiner: list[KeyEntry] = []  # with which conformance runs ask an applicant's node about the sample person


class CourtEntry(Entry, frozen=True, kw_only=True):
    """A member court (成员法院), as of one instant. One that supervises (监督法院) has no node: no url, no keys."""

    code: Court  # 代字
    division: Division
    name_zh: Text
    name_en: Text
    level: Token
    county_zh: Text
    county_en: Text
    province: Text
    parent: Text  # the superior court
    state: CourtState
    since: date
    url: Url | None  # the node's public base
    issuer: Url  # the court's OpenID provider
    keys: list[KeyEntry]
    officers: list[OfficerEntry]
    liaison: list[LiaisonEntry] = []
    contracts: list[Count] = msgspec.field(default_factory=lambda: [1])  # numbers of the public schema it serves
    wire: list[Count] = msgspec.field(default_factory=lambda: [1])  # versions of the wire it speaks
    lost_at: Instant | None = None  # from when the courts hold it to be lost


class AgreementEntry(Entry, frozen=True, kw_only=True):
    """协作协议: what `asked` answers to `asking`; with neither, what every member answers to every other.

    No agreement, no answer.
    """

    asking: Court | None
    asked: Court | None
    sections: list[Token]
    purposes: list[Token]
    matters: list[Token]
    looks_per_hour: Count
    valid_from: date
    valid_until: date  # the last day, inclusive, in China
