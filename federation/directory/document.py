"""The directory document: who the members are, how they are reached, and which keys speak for them.

Invariant: a document names officers by id and role only, never by name; and it is strict: what this format does not
know is refused. In this first form one root key signs the whole document; only `directory.py` and `publish.py` know it.
"""

from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from federation.wire.header import GATEWAY, Count, Court, KeyId
from federation.wire.signing import MalformedKey, public_bytes

FORMAT: Final = "xiezhi/directory/1"
MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024
ANY_COURT: Final = "*"

KeyUse = Literal["sign", "box"]
KeyState = Literal["ACTIVE", "RETIRED", "REVOKED"]
CourtState = Literal["ACTIVE", "SUSPENDED", "WITHDRAWING", "WITHDRAWN"]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Division = Annotated[str, Meta(pattern=r"\A[0-9]{6}\Z")]  # 行政区划代码
Url = Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/]+(?:/[^\s]*)?\Z", max_length=500)]
CourtOrAny = Annotated[str, Meta(pattern=r"\A(?:[一-鿿][0-9]{0,4}|最高法|\*)\Z")]  # "*": every other member
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
    """An officer's id and roles, in force."""

    id: OfficerId
    roles: list[Token]


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


class CourtEntry(Entry, frozen=True, kw_only=True):
    """A member court (成员法院)."""

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
    url: Url  # the node's public base
    issuer: Url  # the court's OpenID provider
    keys: list[KeyEntry]
    officers: list[OfficerEntry]
    liaison: list[LiaisonEntry] = []
    contracts: list[Count] = msgspec.field(default_factory=lambda: [1])  # numbers of the public schema it serves
    wire: list[Count] = msgspec.field(default_factory=lambda: [1])  # versions of the wire it speaks


class AgreementEntry(Entry, frozen=True, kw_only=True):
    """协作协议 of an ordered pair: what `asked` answers to `asking`. No agreement, no answer."""

    asking: Court
    asked: CourtOrAny
    sections: list[Token]
    purposes: list[Token]
    matters: list[Token]
    looks_per_hour: Count
    valid_from: date
    valid_until: date  # the last day, inclusive, in China


class DirectoryDocument(Entry, frozen=True, kw_only=True):
    """One version of the directory."""

    format: Literal["xiezhi/directory/1"] = FORMAT
    zone: ZoneEntry
    version: Count
    issued_at: Instant
    expires_at: Instant
    gateway: GatewayEntry
    courts: list[CourtEntry]
    agreements: list[AgreementEntry]


_NEEDS: Final[dict[CourtState, tuple[KeyUse, ...]]] = {"ACTIVE": ("sign", "box")}


def contradiction(document: DirectoryDocument) -> str | None:
    """The part of a well-formed document that contradicts itself, or None."""
    members = {court.code for court in document.courts}
    sound = {
        "expires_at": document.issued_at < document.expires_at,
        "courts": len(members) == len(document.courts) and GATEWAY not in members,
        "keys": _keys_are_sound(document.gateway.keys, needs=("sign",))
        and all(_keys_are_sound(court.keys, needs=_NEEDS.get(court.state, ())) for court in document.courts),
        "officers": all(_officers_are_sound(court) for court in document.courts),
        "agreements": all({entry.asking, entry.asked} <= members | {ANY_COURT} for entry in document.agreements),
    }
    return next((part for part, holds in sound.items() if not holds), None)


def _officers_are_sound(court: CourtEntry) -> bool:
    """Ids are unique, and liaison officers are officers of the court."""
    ids = {officer.id for officer in court.officers}
    return len(ids) == len(court.officers) and all(entry.officer in ids for entry in court.liaison)


def _keys_are_sound(keys: list[KeyEntry], *, needs: tuple[KeyUse, ...]) -> bool:
    """Ids are unique, a retirement has its instant, and of each use in `needs` one is active; of "box" never two."""
    active = [key.use for key in keys if key.state == "ACTIVE"]
    return (
        len({key.id for key in keys}) == len(keys)
        and all(_is_key(key.public) for key in keys)
        and all((key.state == "ACTIVE") == (key.retired_at is None) for key in keys)
        and all(use in active for use in needs)
        and active.count("box") <= 1
    )


def _is_key(text: str) -> bool:
    try:
        return bool(public_bytes(text))
    except MalformedKey:
        return False
