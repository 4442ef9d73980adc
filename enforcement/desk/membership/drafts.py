"""The documents that follow from a decision: a function of how things stand and of what is claimed. Pure.

    how things stand + a claim (kind, court, instants, application or agreement)  ->  the next documents, unsigned

The gateway writes what it proposes with it, and whoever is asked to sign writes the same again from the directory that
they trust: so the gateway can propose nothing else than what it says. Invariant: the same inputs give the same bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from db.clock import civil_date
from enforcement.desk.membership.standing import Standing
from enforcement.rules.membership import ProposalKind
from federation.directory.documents import (
    MEMBERS,
    ROOT,
    AgreementDocument,
    ApplicationDocument,
    MemberEntry,
    MembersDocument,
    MemberState,
    RootDocument,
    VoterEntry,
    agreement_name,
)
from federation.rules.quorum import threshold

VALID_FOR: Final = timedelta(days=365)
"""How long root and members are good for, from when they were proposed."""


class CannotFollow(ValueError):
    """The claim contradicts how things stand."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a proposal says of itself. `application` belongs to ADMIT, `agreement` to the two kinds of agreements."""

    kind: ProposalKind
    court: str | None
    made_at: datetime
    effective_at: datetime
    application: ApplicationDocument | None = field(default=None, repr=False)
    agreement: AgreementDocument | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """One document, unsigned: `body` is what is signed."""

    name: str
    version: int
    document: msgspec.Struct = field(repr=False)
    body: bytes = field(repr=False)


def follow(standing: Standing, claim: Claim) -> tuple[Draft, ...]:
    """The documents that the claim asks the courts to sign, in the order of their names.

    Raises:
        CannotFollow: there is no such court, or nothing to decide.
    """
    if claim.agreement is not None:
        return (agreed(claim.agreement, msgspec.json.encode(claim.agreement)),)
    members = MembersDocument(
        version=standing.members.version + 1,
        expires_at=claim.made_at + VALID_FOR,
        members=_after(standing.members.members, claim),
    )
    root = _root(standing.root, members, claim)
    return (*_framework(standing, root), Draft(MEMBERS, members.version, members, msgspec.json.encode(members)), root)


def _framework(standing: Standing, root: Draft) -> tuple[Draft, ...]:
    """The framework agreement as it is, to be signed by the new circle of voters; or nothing, if it is the old one."""
    document, body = standing.framework, standing.framework_body
    is_same = isinstance(root.document, RootDocument) and root.document.voters == standing.root.voters
    return () if is_same or document is None or body is None else (agreed(document, body),)


def agreed(document: AgreementDocument, body: bytes) -> Draft:
    """An agreement as a court wrote it: its bytes are the court's own."""
    return Draft(agreement_name(document.asking, document.asked), document.version, document, body)


def _root(old: RootDocument, members: MembersDocument, claim: Claim) -> Draft:
    voters = [
        VoterEntry(court=entry.code, key=entry.governance) for entry in members.members if entry.state == "ACTIVE"
    ]
    if not voters:
        raise CannotFollow("nobody would be left to decide")
    root = msgspec.structs.replace(
        old,
        version=old.version + 1,
        expires_at=claim.made_at + VALID_FOR,
        voters=voters,
        threshold=threshold(len(voters)),
    )
    return Draft(ROOT, root.version, root, msgspec.json.encode(root))


def _after(entries: list[MemberEntry], claim: Claim) -> list[MemberEntry]:
    if claim.kind is ProposalKind.RENEW:
        return entries
    if claim.kind is ProposalKind.ADMIT:
        if claim.application is None or any(entry.code == claim.court for entry in entries):
            raise CannotFollow("no application, or a member already")
        return [*entries, admitted(claim.application.member, claim.effective_at)]
    if claim.kind not in _CHANGES or all(entry.code != claim.court for entry in entries):
        raise CannotFollow("no such member")
    return [_CHANGES[claim.kind](entry, claim) if entry.code == claim.court else entry for entry in entries]


def admitted(member: MemberEntry, effective_at: datetime) -> MemberEntry:
    """The applicant's entry as the members will list it."""
    return _moved(member, "ACTIVE", effective_at, before=None)


def _moved(entry: MemberEntry, state: MemberState, at: datetime, *, before: MemberState | None) -> MemberEntry:
    return msgspec.structs.replace(entry, state=state, before=before, effective_at=at, since=civil_date(at))


def _to(state: MemberState) -> Callable[[MemberEntry, Claim], MemberEntry]:
    return lambda entry, claim: _moved(entry, state, claim.effective_at, before=entry.state)


def _lost(entry: MemberEntry, claim: Claim) -> MemberEntry:
    """Who is lost leaves; the instant says from when what it holds may be taken over."""
    leaving = entry if entry.state == "WITHDRAWING" else _to("WITHDRAWING")(entry, claim)
    return msgspec.structs.replace(leaving, lost_at=claim.effective_at)


_CHANGES: Final[Mapping[ProposalKind, Callable[[MemberEntry, Claim], MemberEntry]]] = {
    ProposalKind.CONFIRM_SUSPENSION: _to("SUSPENDED"),
    ProposalKind.REINSTATE: _to("ACTIVE"),
    ProposalKind.WITHDRAW: _to("WITHDRAWING"),
    ProposalKind.FINISH_WITHDRAWAL: _to("WITHDRAWN"),
    ProposalKind.DECLARE_LOST: _lost,
}
