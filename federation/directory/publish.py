"""Makes documents and bundles: from what the directory shall say, and the keys of those who sign it. Pure.

The gateway joins what courts signed (`publishing.py`). A demo, a test and a founding act have every key at hand.

Invariant: a document whose content is the one before keeps its version, and versions grow by one otherwise.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Self

import msgspec

from federation.directory import bundle, signed
from federation.directory.bundle import require_sound
from federation.directory.document import AgreementEntry, CourtEntry, GatewayEntry, ZoneEntry
from federation.directory.documents import (
    AgreementDocument,
    CourtDocument,
    FreshDocument,
    GatewayDocument,
    MemberEntry,
    MembersDocument,
    PublicKeyEntry,
    RootDocument,
    SuspensionEntry,
    VoterEntry,
    name_of,
)
from federation.directory.held import listing_of
from federation.directory.signed import D, Signed
from federation.rules import quorum
from federation.wire.header import GATEWAY
from federation.wire.signing import SigningKey, public_text

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CourtSigner:
    """What a court signs with: acts of governance, and what its node says; its identity key stays off-line."""

    identity: PublicKeyEntry
    governance: SigningKey
    signing: SigningKey | None = None  # None for a court without a node


@dataclass(frozen=True, slots=True)
class ZoneSigners:
    """Every key that signs the directory."""

    gateway: SigningKey = field(repr=False)
    courts: Mapping[str, CourtSigner] = field(repr=False)

    def voters(self, courts: Iterable[str]) -> list[tuple[str, SigningKey]]:
        """The governance keys of these courts, as far as they are at hand."""
        return [(code, self.courts[code].governance) for code in courts if code in self.courts]

    def witnesses(self, courts: Iterable[CourtEntry]) -> Iterator[tuple[str, SigningKey]]:
        """Those of these courts whose node's key is at hand and listed."""
        for entry in courts:
            key = self.courts[entry.code].signing
            if key is not None and any(each.id == key.id and each.state == "ACTIVE" for each in entry.keys):
                yield entry.code, key


class DirectoryContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a version of the directory shall say."""

    zone: ZoneEntry
    version: int
    issued_at: datetime
    expires_at: datetime  # of fresh
    decided_until: datetime  # root and members expire then
    gateway: GatewayEntry
    courts: list[CourtEntry]
    agreements: list[AgreementEntry]
    members: dict[str, dict[str, Any]] = {}  # by court, further fields of its entry in the members document
    suspensions: list[SuspensionEntry] = []


@dataclass(frozen=True, slots=True)
class Published:
    """What was published before: the chain of roots, and the other documents by name."""

    roots: tuple[Signed[RootDocument], ...] = ()
    documents: Mapping[str, Signed[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """The documents of a whole bundle.

        Raises:
            MalformedDirectory: it is none.
        """
        offered = bundle.parse(raw)
        return cls(offered.roots, {name_of(each.document): each for each in offered.documents})


def publish(content: DirectoryContent, signers: ZoneSigners, before: Published | None = None) -> bytes:
    """The whole bundle in which the directory says `content`, signed by everybody who has to.

    Raises:
        MalformedDirectory: a document would contradict itself.
    """
    before = before or Published()
    roots = _roots(content, signers, before.roots)
    voters = [voter.court for voter in roots[-1].document.voters]
    documents: list[Signed[Any]] = [
        _next(before.documents, members_of(content, signers), signers.voters(voters)),
        _next(before.documents, gateway_of(content), [(GATEWAY, signers.gateway)]),
        *(_next(before.documents, court_of(entry), signers.voters([entry.code])) for entry in content.courts),
    ]
    for entry in content.agreements:
        parties = voters if entry.asking is None or entry.asked is None else [entry.asking, entry.asked]
        documents.append(_next(before.documents, agreement_of(entry), signers.voters(parties)))
    documents.sort(key=lambda each: name_of(each.document))
    listing = listing_of(roots[-1], documents)
    fresh = fresh_of(listing, content.version, content.issued_at, content.expires_at)
    require_sound(fresh)
    voting = set(voters)
    able = signers.witnesses(entry for entry in content.courts if entry.code in voting)
    raw = signed.write(fresh, [(GATEWAY, signers.gateway), *islice(able, quorum.witnesses(len(voters)))])
    return bundle.write(listing, raw, [each.raw for each in (*roots, *documents)])


def root_of(content: DirectoryContent, signers: ZoneSigners) -> RootDocument:
    """Who decides when `content` holds: its active courts. Version 1; whoever publishes it counts."""
    active = [entry.code for entry in content.courts if _decided(content, entry) == "ACTIVE"]
    return RootDocument(
        version=1,
        expires_at=content.decided_until,
        zone=content.zone,
        gateway_keys=content.gateway.keys,
        voters=[VoterEntry(court=code, key=public_entry(signers.courts[code].governance)) for code in active],
        threshold=quorum.threshold(len(active)) if active else 1,
    )


def members_of(content: DirectoryContent, signers: ZoneSigners) -> MembersDocument:
    """The courts of `content`, each in its state since ever unless `content.members` says otherwise."""
    return MembersDocument(
        version=1,
        expires_at=content.decided_until,
        members=[_member(content, entry, signers.courts[entry.code]) for entry in content.courts],
    )


def gateway_of(content: DirectoryContent) -> GatewayDocument:
    """The gateway as `content` says it."""
    own = content.gateway
    return GatewayDocument(
        version=1,
        url=own.url,
        issuer=own.issuer,
        admins=own.admins,
        suspensions=content.suspensions,
        examiner=own.examiner,
    )


def court_of(entry: CourtEntry) -> CourtDocument:
    """What the court says of itself."""
    return CourtDocument(
        version=1,
        court=entry.code,
        url=entry.url,
        issuer=entry.issuer,
        keys=entry.keys,
        officers=entry.officers,
        liaison=entry.liaison,
        contracts=entry.contracts,
        wire=entry.wire,
    )


def agreement_of(entry: AgreementEntry) -> AgreementDocument:
    """The agreement as a document."""
    return AgreementDocument(
        version=1,
        asking=entry.asking,
        asked=entry.asked,
        sections=entry.sections,
        purposes=entry.purposes,
        matters=entry.matters,
        looks_per_hour=entry.looks_per_hour,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
    )


def fresh_of(listing: bytes, version: int, issued_at: datetime, expires_at: datetime) -> FreshDocument:
    """That `listing` is the newest."""
    digest = hashlib.sha256(listing).hexdigest()
    return FreshDocument(version=version, issued_at=issued_at, expires_at=expires_at, listing=digest)


def public_entry(key: SigningKey) -> PublicKeyEntry:
    """The public half, as documents list it."""
    return PublicKeyEntry(id=key.id, public=public_text(key.public))


def _member(content: DirectoryContent, entry: CourtEntry, signer: CourtSigner) -> MemberEntry:
    member = MemberEntry(
        code=entry.code,
        division=entry.division,
        name_zh=entry.name_zh,
        name_en=entry.name_en,
        level=entry.level,
        county_zh=entry.county_zh,
        county_en=entry.county_en,
        province=entry.province,
        parent=entry.parent,
        state=entry.state,
        since=entry.since,
        effective_at=_EVER,
        identity=signer.identity,
        governance=public_entry(signer.governance),
        lost_at=entry.lost_at,
    )
    return msgspec.structs.replace(member, **content.members.get(entry.code, {}))


def _decided(content: DirectoryContent, entry: CourtEntry) -> str:
    return str(content.members.get(entry.code, {}).get("state", entry.state))


def _roots(
    content: DirectoryContent, signers: ZoneSigners, before: tuple[Signed[RootDocument], ...]
) -> tuple[Signed[RootDocument], ...]:
    """The chain, longer by one when who decides has changed."""
    root = root_of(content, signers)
    last = before[-1] if before else None
    deciding = [voter.court for voter in root.voters]
    if last is not None:
        deciding += [voter.court for voter in last.document.voters]
    new = _next({} if last is None else {name_of(last.document): last}, root, signers.voters(deciding))
    return before if last is new else (*before, new)


def _next(before: Mapping[str, Signed[Any]], document: D, by: Sequence[tuple[str, SigningKey]]) -> Signed[D]:
    """The document in its next version, or the one before when it says the same and the same have to sign it."""
    old = before.get(name_of(document))
    if old is not None:
        same = msgspec.structs.replace(document, version=old.document.version)
        if same == old.document and {(code, key.id) for code, key in by} <= {(s.by, s.key) for s in old.signatures}:
            return old
        document = same if same == old.document else msgspec.structs.replace(same, version=old.document.version + 1)
    return bundle.read_as(signed.write(document, by), type(document))
