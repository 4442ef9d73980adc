"""The documents with which a zone begins: a function of the plan and of the courts' entries. Pure.

Invariant: every founding court writes the same bytes from the same folder, so nobody need be believed about them.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from api.founding.entries import FoundingCourt
from api.founding.plan import Plan
from db.clock import civil_date
from federation.directory.documents import (
    ROOT,
    AgreementDocument,
    GatewayDocument,
    MemberEntry,
    MembersDocument,
    RootDocument,
    VoterEntry,
    name_of,
)
from federation.rules.quorum import threshold

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Founding:
    """What the founding courts sign, by name; the root's fingerprint is where all trust in the zone starts."""

    root: RootDocument = field(repr=False)
    bodies: Mapping[str, bytes] = field(repr=False)
    documents: Mapping[str, msgspec.Struct] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.bodies[ROOT]).hexdigest()


def founding(plan: Plan, courts: Collection[FoundingCourt]) -> Founding:
    """Root, members and framework agreement, unsigned."""
    root = _root(plan, courts)
    documents = {name_of(each): each for each in (root, _members(plan, courts), _agreement(plan))}
    bodies = {name: msgspec.json.encode(document) for name, document in documents.items()}
    return Founding(root, bodies, documents)


def gateway(plan: Plan) -> GatewayDocument:
    """What the gateway says of itself, and signs alone."""
    own = plan.gateway
    return GatewayDocument(
        version=VERSION, url=own.url, issuer=own.issuer, admins=own.admins, suspensions=[], examiner=own.examiner
    )


def _root(plan: Plan, courts: Collection[FoundingCourt]) -> RootDocument:
    voters = [VoterEntry(court=each.code, key=each.member.governance) for each in courts if each.has_node]
    return RootDocument(
        version=VERSION,
        expires_at=plan.decided_until,
        zone=plan.zone,
        gateway_keys=plan.gateway.keys,
        voters=voters,
        threshold=threshold(len(voters)),
    )


def _members(plan: Plan, courts: Collection[FoundingCourt]) -> MembersDocument:
    return MembersDocument(
        version=VERSION, expires_at=plan.decided_until, members=[_member(plan, each.member) for each in courts]
    )


def _member(plan: Plan, entry: MemberEntry) -> MemberEntry:
    return msgspec.structs.replace(entry, since=civil_date(plan.effective_at), effective_at=plan.effective_at)


def _agreement(plan: Plan) -> AgreementDocument:
    own = plan.agreement
    return AgreementDocument(
        version=VERSION,
        asking=None,
        asked=None,
        sections=own.sections,
        purposes=own.purposes,
        matters=own.matters,
        looks_per_hour=own.looks_per_hour,
        valid_from=own.valid_from,
        valid_until=own.valid_until,
    )
