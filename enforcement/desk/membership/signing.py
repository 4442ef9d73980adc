"""签署: a court signs every document of a proposal; with the last signature that was missing it is a decision.

    each document signed by the court's governance key, unlocked by its liaison for this one act
      -> stored; the gateway adds nothing and holds no such key
      -> enough of the old voters, and of the new: the documents go out for publication, in the same transaction
      -> whatever else was proposed on the version before is superseded

Invariant: no signature is taken from who does not vote, for other bytes, or twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from db import applications, proposals
from db.records.membership import (
    ApplicationRecord,
    ApplicationState,
    ProposalDocumentRecord,
    ProposalRecord,
    ProposalSignatureRecord,
    ProposalState,
)
from enforcement.desk.membership import history, own_suspensions, tally
from enforcement.desk.membership.drafts import Draft
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.desk.membership.standing import Standing, keys_of
from enforcement.rules.membership import (
    DECISIONS,
    MOVES,
    ZONE,
    CeremonyAct,
    MembershipState,
    ProposalKind,
    after,
    check_speaks,
)
from enforcement.rules.membership_refusals import AlreadySigned, NotAVoter, ProposalClosed, SignatureRejected
from enforcement.rules.refusals import NotFound, StaleVersion
from enforcement.rules.rights import Caller
from federation.directory import signed
from federation.directory.documents import (
    MEMBERS,
    ROOT,
    ZONE_AGREEMENT,
    AgreementDocument,
    MembersDocument,
    RootDocument,
    VoterEntry,
)
from federation.directory.signed import Signature

_KINDS: Final[dict[str, type[msgspec.Struct]]] = {ROOT: RootDocument, MEMBERS: MembersDocument}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A proposal with its documents and who signed them."""

    proposal: ProposalRecord
    drafts: tuple[Draft, ...] = field(repr=False)
    signatures: tuple[ProposalSignatureRecord, ...] = field(repr=False)

    @property
    def signers(self) -> frozenset[str]:
        return frozenset(each.court for each in self.signatures)


@dataclass(frozen=True, slots=True)
class Vote:
    """A court's signatures by the documents' names, for a proposal of which it read `version`."""

    proposal_id: UUID
    version: int
    court: str
    signatures: Mapping[str, Signature] = field(repr=False)
    kinds: frozenset[ProposalKind] = frozenset(ProposalKind)  # what the court thinks that it signs


async def sign(office: MembershipOffice, caller: Caller | None, vote: Vote) -> ProposalRecord:
    """The proposal after the court's signatures, one for each of its documents; PUBLISHED with the last one needed.

    The key proves whose they are, without a token: nobody here knows an applicant's officers, or lets in a suspended
    court's.

    Raises:
        Forbidden: who brings a token does not speak for that court.
        NotFound: no such proposal, or of another kind.
        ProposalClosed, AlreadySigned, NotAVoter, SignatureRejected.
        StaleVersion: another decision came first; the proposal is superseded.
    """
    with history.refusals_logged(CeremonyAct.SIGN):
        async with office.act() as sitting:
            ballot = await read(sitting, vote.proposal_id)
            check_speaks(caller, vote.court)
            if ballot.proposal.kind not in vote.kinds:
                raise NotFound
            made = await _take(office, sitting, ballot, caller, vote)
        if made.state is ProposalState.SUPERSEDED:
            raise StaleVersion(made.version)
        return made


async def read(sitting: Sitting, proposal_id: UUID) -> Ballot:
    """The proposal, locked.

    Raises:
        NotFound.
    """
    found = await proposals.lock(sitting.conn, proposal_id)
    if found is None:
        raise NotFound
    (ballot,) = await ballots(sitting, [found])
    return ballot


async def ballots(sitting: Sitting, found: Sequence[ProposalRecord]) -> list[Ballot]:
    """Proposals with their documents and signatures, in their order."""
    ids = [proposal.id for proposal in found]
    documents = await proposals.documents(sitting.conn, ids)
    signatures = await proposals.signatures(sitting.conn, ids)
    return [Ballot(each, tuple(map(_draft, documents[each.id])), tuple(signatures[each.id])) for each in found]


def _draft(row: ProposalDocumentRecord) -> Draft:
    kind = _KINDS.get(row.name, AgreementDocument)
    return Draft(row.name, row.version, msgspec.json.decode(row.body, type=kind), row.body)


async def _take(
    office: MembershipOffice,
    sitting: Sitting,
    ballot: Ballot,
    caller: Caller | None,
    vote: Vote,
) -> ProposalRecord:
    if vote.court in ballot.signers:
        raise AlreadySigned
    if ballot.proposal.state is not ProposalState.OPEN:
        raise ProposalClosed
    if ballot.proposal.version != vote.version:
        raise StaleVersion(ballot.proposal.version)
    if not follows(sitting.standing, ballot.drafts):
        return await supersede(sitting, ballot.proposal)
    await store(sitting, ballot, vote.court, vote.signatures)
    await history.note(
        sitting.conn,
        CeremonyAct.SIGN,
        ballot.proposal.court or ZONE,
        caller,
        now=sitting.now,
        before=None,
        after=None,
        code=ballot.proposal.kind,
    )
    return await settle(office, sitting, await read(sitting, ballot.proposal.id))


def follows(standing: Standing, documents: Collection[Draft]) -> bool:
    """Whether each document is the next version of its name; or the framework as it is, beside a new circle's root."""
    newest = newest_versions(standing)
    return all(
        draft.version == newest.get(draft.name, 0) + 1
        or (len(documents) > 1 and draft.name == ZONE_AGREEMENT and draft.body == standing.framework_body)
        for draft in documents
    )


def newest_versions(standing: Standing) -> dict[str, int]:
    """The version of each document that the courts sign."""
    agreed = {name: document.version for name, document in standing.agreements.items()}
    return {ROOT: standing.root.version, MEMBERS: standing.members.version, **agreed}


async def store(sitting: Sitting, ballot: Ballot, court: str, signatures: Mapping[str, Signature]) -> None:
    """Take the court's signatures by the documents' names, if they are its own over every one.

    Raises:
        NotAVoter, SignatureRejected.
    """
    keys = tally.keys(tally.benches(sitting.standing, ballot.drafts), court)
    if ballot.proposal.court == court:
        keys |= _own_key(sitting.standing, ballot.proposal)
    if not keys:
        raise NotAVoter
    if signatures.keys() != {draft.name for draft in ballot.drafts}:
        raise SignatureRejected
    rows = []
    for draft in ballot.drafts:
        signature = signatures[draft.name]
        key = keys.get((court, signature.key))
        if signature.by != court or key is None or not tally.has_signed(draft, signature, key):
            raise SignatureRejected
        rows.append(
            ProposalSignatureRecord(
                ballot.proposal.id, draft.name, court, signature.key, signature.signature, sitting.now
            )
        )
    await proposals.sign(sitting.conn, rows)


def _own_key(standing: Standing, proposal: ProposalRecord) -> dict[tuple[str, str], Ed25519PublicKey]:
    """A suspended court that leaves signs that it does; its signature is no vote."""
    leaving = standing.member(proposal.court or "") if proposal.kind == ProposalKind.WITHDRAW else None
    return {} if leaving is None else keys_of([VoterEntry(court=leaving.code, key=leaving.governance)])


async def settle(office: MembershipOffice, sitting: Sitting, ballot: Ballot) -> ProposalRecord:
    """The proposal; published, if no signature is missing."""
    if tally.missing(tally.benches(sitting.standing, ballot.drafts), ballot.signers):
        return ballot.proposal
    application = await _admitted(sitting, ballot.proposal)
    documents = [signed.join(draft.body, _signatures_of(ballot, draft)) for draft in ballot.drafts]
    if application is not None:
        documents.append(application.court_document)
    decided = ballot.proposal.court if ballot.proposal.kind in DECISIONS else None
    roots = [draft.document for draft in ballot.drafts if isinstance(draft.document, RootDocument)]
    documents += await own_suspensions.left(office, sitting, decided, (*roots, sitting.standing.root)[0])
    await office.submit(sitting.conn, documents, sitting.now)
    made = await proposals.close(sitting.conn, ballot.proposal.id, ProposalState.PUBLISHED, sitting.now)
    assert made is not None  # it is locked, and open
    await _note_decision(sitting, made)
    await _supersede_others(sitting, ballot.drafts)
    return made


def _signatures_of(ballot: Ballot, draft: Draft) -> list[Signature]:
    return [
        Signature(by=each.court, key=each.key_id, signature=each.signature)
        for each in ballot.signatures
        if each.name == draft.name
    ]


async def _admitted(sitting: Sitting, proposal: ProposalRecord) -> ApplicationRecord | None:
    if proposal.application_id is None:
        return None
    found = await applications.lock(sitting.conn, proposal.application_id)
    assert found is not None  # the proposal refers to it
    after(DECISIONS[ProposalKind.ADMIT], MembershipState(found.state))
    return await applications.move(sitting.conn, found, ApplicationState.ADMITTED, sitting.now)


async def _note_decision(sitting: Sitting, made: ProposalRecord) -> None:
    kind = ProposalKind(made.kind)
    if kind not in DECISIONS or made.court is None:
        return
    act = DECISIONS[kind]
    is_new = kind is ProposalKind.ADMIT
    before = MembershipState.APPROVED if is_new else sitting.standing.state(made.court, sitting.now)
    await history.note(
        sitting.conn,
        act,
        made.court,
        None,
        now=sitting.now,
        before=before,
        after=before if before is None else MOVES[act].get(before, before),
        code=made.ground,
    )


async def _supersede_others(sitting: Sitting, published: Collection[Draft]) -> None:
    for each in await proposals.outdated(sitting.conn, {draft.name: draft.version for draft in published}):
        await supersede(sitting, each)


async def supersede(sitting: Sitting, proposal: ProposalRecord) -> ProposalRecord:
    """The proposal, closed because another decision came first."""
    made = await proposals.close(sitting.conn, proposal.id, ProposalState.SUPERSEDED, sitting.now)
    assert made is not None  # nobody else acts meanwhile
    await history.note(
        sitting.conn,
        CeremonyAct.SUPERSEDE,
        made.court or ZONE,
        None,
        now=sitting.now,
        before=None,
        after=None,
        code=made.kind,
    )
    return made
