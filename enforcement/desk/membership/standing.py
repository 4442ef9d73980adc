"""How things stand (现状): the directory's documents that a decision about membership is held against.

Invariant: what stands here was verified up to the root by who read it; nothing of it is the gateway's own word but its
own document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.rules.membership import MembershipState
from federation.directory.documents import (
    ZONE_AGREEMENT,
    AgreementDocument,
    CourtDocument,
    GatewayDocument,
    MemberEntry,
    MembersDocument,
    RootDocument,
    SuspensionEntry,
    VoterEntry,
)
from federation.rules.quorum import LAPSES_AFTER
from federation.wire.signing import public_from_text

_NONE: Final[Mapping[str, AgreementDocument]] = MappingProxyType({})
SUPERVISING: Final = "SUPERVISING"


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest decided documents. `roots` are the digests of the roots that lead to the newest, itself included."""

    roots: frozenset[str]
    root: RootDocument = field(repr=False)
    members: MembersDocument = field(repr=False)
    gateway: GatewayDocument = field(repr=False)
    courts: Mapping[str, CourtDocument] = field(repr=False)
    agreements: Mapping[str, AgreementDocument] = field(repr=False, default_factory=lambda: _NONE)  # by name

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
        found = [each for each in self.gateway.suspensions if each.court == code and now - each.at < LAPSES_AFTER]
        entry = self.member(code)
        return found[-1] if found and entry is not None and _decided(entry, now) == "ACTIVE" else None

    def state(self, code: str, now: datetime) -> MembershipState | None:
        """The member's state at `now`; None for a court that is no member, or only supervises."""
        entry = self.member(code)
        decided = None if entry is None else _decided(entry, now)
        if decided is None or decided == SUPERVISING:
            return None
        if decided == "ACTIVE" and self.suspension(code, now) is not None:
            return MembershipState.SUSPENDED
        return MembershipState(decided)


def _decided(entry: MemberEntry, now: datetime) -> str | None:
    return entry.state if now >= entry.effective_at else entry.before


def keys_of(voters: list[VoterEntry]) -> dict[tuple[str, str], Ed25519PublicKey]:
    """The keys by which they vote, by court and key id.

    Raises:
        MalformedKey: one of them is no key; a verified root has none.
    """
    return {(voter.court, voter.key.id): public_from_text(voter.key.public) for voter in voters}
