"""Signed documents as courts hand them in: read strictly, and proven by the keys that they present. Pure.

Invariant: nothing is taken from a document before every signature that it needs was verified.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec

from enforcement.desk.membership.standing import Standing
from enforcement.rules import fingerprint
from enforcement.rules.membership import GATEWAY
from enforcement.rules.membership_refusals import AlreadyMember, KeyProofFailed, WrongZone
from enforcement.rules.refusals import Malformed
from federation.directory import signed
from federation.directory.document import KeyEntry
from federation.directory.documents import ApplicationDocument, CourtDocument, MemberEntry
from federation.directory.signed import Signed
from federation.wire.errors import MalformedDirectory
from federation.wire.signing import MalformedKey, public_bytes, public_from_text

D = TypeVar("D", bound=msgspec.Struct)
MAX_BYTES: Final = 256 * 1024
"""Of one document that a single court hands in."""
_EARLY: Final = timedelta(minutes=5)
_OLD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Application:
    """An application whose keys were proven."""

    document: ApplicationDocument = field(repr=False)
    raw: bytes = field(repr=False)
    court_raw: bytes = field(repr=False)
    court_digest: str

    @property
    def court(self) -> str:
        return self.document.member.code

    @property
    def identity(self) -> str:
        return self.document.member.identity.public


def read(raw: bytes, kind: type[D], part: str) -> Signed[D]:
    """The document in `raw`; its signatures are not verified.

    Raises:
        Malformed: SIGNED_DOCUMENT, `part`.
    """
    if len(raw) > MAX_BYTES:
        raise Malformed("SIGNED_DOCUMENT", part)
    try:
        return signed.read(raw, kind)
    except MalformedDirectory:
        raise Malformed("SIGNED_DOCUMENT", part) from None


def check_signed(read_: Signed[D], by: str, keys: Iterable[tuple[str, str]]) -> None:
    """Return if `by` signed with each of `keys` (key id, public text).

    Raises:
        KeyProofFailed: otherwise.
    """
    for key_id, public in keys:
        try:
            known = {(by, key_id): public_from_text(public)}
        except (MalformedKey, ValueError):
            raise KeyProofFailed from None
        if read_.signers(known) != {by}:
            raise KeyProofFailed


def application(raw: bytes, court_raw: bytes, standing: Standing, now: datetime) -> Application:
    """The application, proven.

    Raises:
        Malformed: SIGNED_DOCUMENT (`application`, `court`, `member`, `keys`, `officers`), PERIOD (`madeAt`).
        WrongZone, AlreadyMember, KeyProofFailed.
    """
    read_, court = read(raw, ApplicationDocument, "application"), read(court_raw, CourtDocument, "court")
    document = read_.document
    if document.root not in standing.roots:
        raise WrongZone
    _check_parts(document, court.document)
    check_people(court.document, standing)
    if not now - _OLD <= document.made_at <= now + _EARLY:
        raise Malformed("PERIOD", "madeAt")
    member = document.member
    if standing.member(member.code) is not None:
        raise AlreadyMember
    if {member.identity.public, member.governance.public} & _publics(standing):
        raise Malformed("SIGNED_DOCUMENT", "keys")
    proven = [(member.identity.id, member.identity.public), (member.governance.id, member.governance.public)]
    check_signed(read_, member.code, proven + [(key.id, key.public) for key in signing_keys(document.court)])
    check_signed(court, member.code, proven[1:])
    return Application(document, raw, court_raw, court.fingerprint)


def _publics(standing: Standing) -> set[str]:
    """The members' own keys: one court's key speaks for no other."""
    return {key.public for entry in standing.members.members for key in (entry.identity, entry.governance)}


def _check_parts(document: ApplicationDocument, court: CourtDocument) -> None:
    """Return if the parts of an application agree with one another.

    Raises:
        Malformed: SIGNED_DOCUMENT; `court`, `member`, `keys`.
    """
    member = document.member
    if court != document.court or court.version != 1:
        raise Malformed("SIGNED_DOCUMENT", "court")
    if member.code == GATEWAY or member.code != court.court or (member.state, member.before) != ("ACTIVE", None):
        raise Malformed("SIGNED_DOCUMENT", "member")
    if member.lost_at is not None:
        raise Malformed("SIGNED_DOCUMENT", "member")
    check_court(court)
    own = [member.identity.public, member.governance.public, *(key.public for key in court.keys)]
    if len(set(own)) != len(own):
        raise Malformed("SIGNED_DOCUMENT", "keys")


def check_court(court: CourtDocument, *, has_node: bool = True) -> None:
    """Return if the document is that of a court with a node: an address, keys in force, officers, each once.

    A court that only supervises has neither address nor keys.

    Raises:
        Malformed: SIGNED_DOCUMENT; `court`, `keys`.
    """
    officers = {officer.id for officer in court.officers}
    if (
        (court.url is None) == has_node
        or (has_node and not (court.contracts and court.wire))
        or len(officers) != len(court.officers)
        or any(entry.officer not in officers for entry in court.liaison)
    ):
        raise Malformed("SIGNED_DOCUMENT", "court")
    if not has_node and not court.keys:
        return
    uses = [key.use for key in court.keys if key.state == "ACTIVE"]
    is_sound = (
        has_node
        and "sign" in uses
        and uses.count("box") == 1
        and len({key.id for key in court.keys}) == len(court.keys)
    )
    if not is_sound or not all(_is_key(key) for key in court.keys):
        raise Malformed("SIGNED_DOCUMENT", "keys")


def check_people(court: CourtDocument, standing: Standing) -> None:
    """Return if no other court lists one of its officers with the same provider: the token would be of both.

    Raises:
        Malformed: SIGNED_DOCUMENT (`officers`).
    """
    own = {officer.id for officer in court.officers}
    for other in standing.courts.values():
        is_same = other.court != court.court and other.issuer.rstrip("/") == court.issuer.rstrip("/")
        if is_same and any(officer.id in own for officer in other.officers):
            raise Malformed("SIGNED_DOCUMENT", "officers")


def _is_key(key: KeyEntry) -> bool:
    try:
        public_bytes(key.public)
    except MalformedKey:
        return False
    return (key.state == "ACTIVE") == (key.retired_at is None)


def signing_keys(court: CourtDocument) -> list[KeyEntry]:
    """The keys with which the court's node signs now."""
    return [key for key in court.keys if key.use == "sign" and key.state == "ACTIVE"]


def fingerprint_of(member: MemberEntry, court: CourtDocument) -> bytes:
    """The bytes of the fingerprint in words of a court's keys."""
    return fingerprint.digest(
        member.code,
        identity=member.identity.public,
        governance=member.governance.public,
        signing=[key.public for key in signing_keys(court)],
    )
