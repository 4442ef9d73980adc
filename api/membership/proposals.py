"""Proposals as a court's own machine sees them: fetched or read from a file, and held against what it trusts.

Invariant: nothing is signed that does not follow, byte by byte, from the directory that the court trusts and from what
the proposal says of itself; the gateway's word is not taken for any of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from api.membership.calls import Gateway
from enforcement.desk.membership import bundles, drafts, proposing
from enforcement.desk.membership.drafts import CannotFollow, Claim, Draft
from enforcement.desk.membership.standing import Standing
from enforcement.rules.membership import DECISIONS, ProposalKind, after
from enforcement.rules.refusals import RuleBroken
from federation.directory import signed
from federation.directory.document import Instant
from federation.directory.documents import AgreementDocument, ApplicationDocument, agreement_name
from federation.directory.signed import Signature
from federation.wire import strict_json
from federation.wire.errors import WireError
from federation.wire.signing import SigningKey

_FETCH: Final = """
query Proposal($number: UUID!) {
  proposal(number: $number) {
    number kind court state version madeAt effectiveAt application documents { name version body }
  }
}"""
_SIGN: Final = """
mutation Sign($input: SignProposalInput!) {
  signProposal(input: $input) {
    ... on MembershipProposal { state missing }
    ... on Problem { code message }
    ... on StaleVersion { current }
  }
}"""
_MAX_BYTES: Final = 64 * 1024 * 1024
_AGREEMENTS: Final = frozenset({ProposalKind.ZONE_AGREEMENT, ProposalKind.PAIR_AGREEMENT})


class DoesNotFollow(Exception):
    """The documents are not those that follow from the trusted directory and the proposal's own words."""


class NoProposal(Exception):
    """The file is none."""


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One document to sign; `body` is base64."""

    name: str
    version: int
    body: bytes


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A proposal as the gateway's GraphQL shows it, and as it stands in a file."""

    number: str
    kind: ProposalKind
    court: str | None
    state: str
    version: int
    made_at: Instant
    effective_at: Instant
    application: bytes | None
    documents: list[Body]


_PROPOSAL: Final = msgspec.json.Decoder(Proposal)


@dataclass(frozen=True, slots=True)
class Checked:
    """A proposal whose documents follow from what is trusted."""

    proposal: Proposal
    claim: Claim
    drafts: tuple[Draft, ...] = field(repr=False)


async def fetch(gateway: Gateway, number: str) -> Proposal:
    """The proposal of that number.

    Raises:
        Refused: NOT_FOUND among others. Unreachable, NoProposal.
    """
    found = await gateway.one(_FETCH, {"number": number})
    return _read(msgspec.json.encode(found))


def read(path: Path) -> Proposal:
    """The proposal in a file that `write` made.

    Raises:
        NoProposal.
    """
    try:
        with path.open("rb") as file:
            return _read(file.read(_MAX_BYTES))
    except OSError:
        raise NoProposal from None


def write(path: Path, proposal: Proposal) -> None:
    """Keep the proposal in a file, to be carried to a machine without network."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(proposal)) + b"\n")


def _read(raw: bytes) -> Proposal:
    try:
        return strict_json.decode(raw, _PROPOSAL)[0]
    except strict_json.NotStrict:
        raise NoProposal from None


def checked(proposal: Proposal, standing: Standing, now: datetime) -> Checked:
    """The proposal, if its documents are those that this court would have written, and its instants possible.

    Raises:
        DoesNotFollow.
    """
    try:
        proposing.check_ahead(proposal.effective_at, proposal.made_at)
        _check_edge(proposal, standing, now)
        claim = _claim(proposal, standing)
        own = drafts.follow(standing, claim)
    except (CannotFollow, RuleBroken, WireError):
        raise DoesNotFollow from None
    if proposal.made_at > now + proposing.EARLY:
        raise DoesNotFollow
    if claim.agreement is not None:
        own = (drafts.agreed(claim.agreement, proposal.documents[0].body),)
    if [(each.name, each.version, each.body) for each in proposal.documents] != [
        (each.name, each.version, each.body) for each in own
    ]:
        raise DoesNotFollow
    return Checked(proposal, claim, own)


def _check_edge(proposal: Proposal, standing: Standing, now: datetime) -> None:
    """Return if the court's state may be left so. Raises TransitionNotAllowed: nobody comes back who has left."""
    if proposal.kind in DECISIONS and proposal.kind is not ProposalKind.ADMIT:
        after(DECISIONS[proposal.kind], standing.state(proposal.court or "", now))


def _claim(proposal: Proposal, standing: Standing) -> Claim:
    claim = Claim(proposal.kind, proposal.court, proposal.made_at, proposal.effective_at)
    if proposal.kind is ProposalKind.ADMIT:
        return _with_application(claim, proposal.application or b"", standing)
    if proposal.kind in _AGREEMENTS:
        return _with_agreement(claim, proposal, standing)
    return claim


def _with_application(claim: Claim, raw: bytes, standing: Standing) -> Claim:
    """The claim with the application, if it is for this zone and proven by each of its keys."""
    read_ = bundles.read(raw, ApplicationDocument, "application")
    member, court = read_.document.member, read_.document.court
    keys = [(key.id, key.public) for key in (member.identity, member.governance)]
    keys += [(key.id, key.public) for key in bundles.signing_keys(court)]
    bundles.check_signed(read_, member.code, keys)
    if read_.document.root not in standing.roots or member.code != claim.court:
        raise CannotFollow("another zone's, or another court's")
    return Claim(claim.kind, claim.court, claim.made_at, claim.effective_at, application=read_.document)


def _with_agreement(claim: Claim, proposal: Proposal, standing: Standing) -> Claim:
    """The claim with the agreement, if it is the next version, and of the kind that is claimed."""
    if len(proposal.documents) != 1:
        raise CannotFollow("an agreement stands alone")
    document = signed.read(signed.join(proposal.documents[0].body, []), AgreementDocument).document
    before = standing.agreements.get(agreement_name(document.asking, document.asked))
    is_zone = document.asking is None
    if is_zone != (claim.kind is ProposalKind.ZONE_AGREEMENT) or document.asking != claim.court:
        raise CannotFollow("another agreement")
    if document.version != (0 if before is None else before.version) + 1:
        raise CannotFollow("not the next version")
    return Claim(claim.kind, claim.court, claim.made_at, claim.effective_at, agreement=document)


def sign(found: Checked, court: str, key: SigningKey) -> list[dict[str, str]]:
    """The court's signatures over every document, as the gateway takes them."""
    made = [(draft.name, signed.signature(draft.document, draft.body, court, key)) for draft in found.drafts]
    return signatures_input(dict(made))


def signatures_input(made: Mapping[str, Signature]) -> list[dict[str, str]]:
    """Signatures by document as `DocumentSignatureInput`s."""
    return [{"document": name, "key": each.key, "signature": each.signature} for name, each in made.items()]


def signed_input(proposal: Proposal, court: str, signatures: list[dict[str, str]]) -> dict[str, Any]:
    """The input of `signProposal`; also what a machine without network writes down."""
    return {"number": proposal.number, "court": court, "version": proposal.version, "signatures": signatures}


async def send(gateway: Gateway, given: Mapping[str, Any]) -> dict[str, Any]:
    """Hand the signatures in: the proposal's state, and how many are missing.

    Raises:
        Refused, Unreachable.
    """
    return await gateway.one(_SIGN, {"input": given})
