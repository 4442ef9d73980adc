"""How things stand (现状): the directory's documents that a decision about membership is held against.

They are the newest that were handed over for publication, published or not: what is decided next follows from them.

Invariant: what stands here was verified up to the root by who read it; nothing of it is the gateway's own word but its
own document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from db import pending_documents
from db.pool import Conn
from enforcement.rules.membership import MembershipState
from federation.directory import bundle
from federation.directory.directory import Directory
from federation.directory.documents import (
    GATEWAY_DOCUMENT,
    MEMBERS,
    ZONE_AGREEMENT,
    AgreementDocument,
    CourtDocument,
    GatewayDocument,
    MemberEntry,
    MembersDocument,
    RootDocument,
    SuspensionEntry,
    VoterEntry,
    name_of,
)
from federation.directory.signed import Signed
from federation.directory.standing import is_suspended, state_at
from federation.wire.errors import UnknownVersion
from federation.wire.signing import public_from_text

_NONE: Final[Mapping[str, AgreementDocument]] = MappingProxyType({})
SUPERVISING: Final = "SUPERVISING"
_MOST_WAITING: Final = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest decided documents. `roots` are the digests of the roots that lead to the newest, itself included."""

    roots: frozenset[str]
    root: RootDocument = field(repr=False)
    members: MembersDocument = field(repr=False)
    gateway: GatewayDocument = field(repr=False)
    courts: Mapping[str, CourtDocument] = field(repr=False)
    agreements: Mapping[str, AgreementDocument] = field(repr=False, default_factory=lambda: _NONE)  # by name
    framework_body: bytes | None = field(repr=False, default=None)  # the framework's own bytes

    @property
    def version(self) -> int:
        """Grows with every change of who takes part: what acts upon members carry as their `version`."""
        return self.members.version + self.gateway.version

    @property
    def framework(self) -> AgreementDocument | None:
        """框架协议: the zone's agreement."""
        return self.agreements.get(ZONE_AGREEMENT)

    def member(self, code: str) -> MemberEntry | None:
        """The court as the courts decided it, whatever its state."""
        return next((entry for entry in self.members.members if entry.code == code), None)

    def suspension(self, code: str, now: datetime) -> SuspensionEntry | None:
        """The gateway's own suspension of the court that still holds; None once the courts decided otherwise."""
        entry = self.member(code)
        return None if entry is None else self.suspension_of(entry, now)

    def suspension_of(self, entry: MemberEntry, now: datetime) -> SuspensionEntry | None:
        """The same, of a member at hand."""
        found = next((each for each in self.gateway.suspensions if each.court == entry.code), None)
        is_alone = state_at(entry, None, now) == MembershipState.ACTIVE and is_suspended(found, now)
        return found if is_alone else None

    def state(self, code: str, now: datetime) -> MembershipState | None:
        """The member's state at `now`; None for a court that is no member, or only supervises."""
        entry = self.member(code)
        return None if entry is None else self.state_of(entry, now)

    def state_of(self, entry: MemberEntry, now: datetime) -> MembershipState | None:
        """The same, of a member at hand."""
        found = state_at(entry, self.suspension_of(entry, now), now)
        return None if found is None or found == SUPERVISING else MembershipState(found)


def keys_of(voters: list[VoterEntry]) -> dict[tuple[str, str], Ed25519PublicKey]:
    """The keys by which they vote, by court and key id.

    Raises:
        MalformedKey: one of them is no key; a verified root has none.
    """
    return {(voter.court, voter.key.id): public_from_text(voter.key.public) for voter in voters}


async def standing_in(directory: Directory, conn: Conn) -> Standing:
    """How things stand by the directory that this process holds, and by what waits to be published.

    Raises:
        UnknownVersion: (0) no directory was accepted yet.
    """
    await directory.load(conn)
    held = directory.held
    if held is None:
        raise UnknownVersion(0)
    roots, documents = list(held.roots), dict(held.documents)
    for act in await pending_documents.waiting(conn, _MOST_WAITING):
        for each in map(bundle.read, act.documents):
            if isinstance(each.document, RootDocument):
                roots.append(each)
            else:
                documents[name_of(each.document)] = each
    return standing_of(roots, documents)


def standing_of(roots: Sequence[Signed[RootDocument]], documents: Mapping[str, Signed[Any]]) -> Standing:
    """How things stand by these roots, the newest last, and the other documents by name."""
    framework = documents.get(ZONE_AGREEMENT)
    return Standing(
        roots=frozenset(root.fingerprint for root in roots),
        root=roots[-1].document,
        members=documents[MEMBERS].document,
        gateway=documents[GATEWAY_DOCUMENT].document,
        courts={each.document.court: each.document for each in documents.values() if _is_court(each)},
        agreements={name: each.document for name, each in documents.items() if _is_agreement(each)},
        framework_body=None if framework is None else framework.body,
    )


def _is_court(each: Signed[Any]) -> bool:
    return isinstance(each.document, CourtDocument)


def _is_agreement(each: Signed[Any]) -> bool:
    return isinstance(each.document, AgreementDocument)
