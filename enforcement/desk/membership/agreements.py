"""协作协议: what a court answers to another, as one of them writes it and both sign; or what all answer to all.

    one court writes and signs agreement/<a>-<b>, the next version   ->  a proposal with its signature
    the other signs the same bytes (signing.py)                      ->  published
    agreement/zone is written likewise and signed by the quorum

An agreement is ended by a version with an earlier last day. Invariant: the gateway writes no word of an agreement; none
of a pair allows what the zone's framework agreement does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from db import proposals
from db.clock import civil_date
from db.records.membership import ProposalRecord, ProposalState
from enforcement.desk.membership import bundles, drafts, history, proposing, signing
from enforcement.desk.membership.drafts import Claim, Draft
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.rules.agreement import Terms, check_ends, check_known, check_within
from enforcement.rules.membership import CeremonyAct, MembershipState, ProposalKind, check_speaks
from enforcement.rules.membership_refusals import NotAVoter, ProposalOpen
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import MembershipSuspended
from federation.directory.documents import AgreementDocument, agreement_name
from federation.directory.signed import Signature, Signed

Check = Callable[[Sitting, AgreementDocument], None]


@dataclass(frozen=True, slots=True)
class _Offer:
    """An agreement as a court handed it in: who wrote it, its bytes, its own signature."""

    by: str
    draft: Draft
    document: AgreementDocument = field(repr=False)
    signature: Signature = field(repr=False)

    @property
    def is_zone(self) -> bool:
        return self.document.asking is None


async def propose(office: MembershipOffice, caller: Caller | None, raw: bytes, version: int) -> ProposalRecord:
    """The proposal with the writing court's signature, to replace `version`; the same bytes again give it again.

    Raises:
        Malformed: SIGNED_DOCUMENT, TERMS, PERIOD. BeyondFramework.
        MembershipSuspended: one of the two is not active. NotFound: one of the two is no member.
        Forbidden, NotAVoter, SignatureRejected, StaleVersion, ProposalOpen.
    """
    return await _bring(office, caller, raw, version, _check_new)


async def end(office: MembershipOffice, caller: Caller | None, raw: bytes, version: int) -> ProposalRecord:
    """The same for a version that only ends earlier; whatever state the two courts are in.

    Raises:
        NotFound: there is no such agreement. Malformed: SIGNED_DOCUMENT, TERMS (`terms`), PERIOD (`validUntil`).
        Forbidden, NotAVoter, SignatureRejected, StaleVersion, ProposalOpen.
    """
    return await _bring(office, caller, raw, version, _check_ending)


async def _bring(
    office: MembershipOffice, caller: Caller | None, raw: bytes, version: int, check: Check
) -> ProposalRecord:
    with history.refusals_logged(CeremonyAct.PROPOSE):
        offer = _offer(bundles.read(raw, AgreementDocument, "agreement"))
        check_speaks(caller, offer.by)
        async with office.act() as sitting:
            if (found := await _open_like(sitting, offer)) is not None:
                return found
            before = sitting.standing.agreements.get(offer.draft.name)
            current = 0 if before is None else before.version
            if version != current or offer.document.version != current + 1:
                raise StaleVersion(current)
            check(sitting, offer.document)
            return await _open(office, sitting, offer, caller)


def _offer(read: Signed[AgreementDocument]) -> _Offer:
    """Raises Malformed if not exactly one court signed, or the pair is none."""
    document = read.document
    pair = (document.asking, document.asked)
    if len(read.signatures) != 1 or (None in pair) != (pair == (None, None)) or (pair[0] == pair[1] is not None):
        raise Malformed("SIGNED_DOCUMENT", "agreement")
    (signature,) = read.signatures
    if None not in pair and signature.by not in pair:
        raise NotAVoter
    return _Offer(signature.by, drafts.agreed(document, read.body), document, signature)


async def _open_like(sitting: Sitting, offer: _Offer) -> ProposalRecord | None:
    """The open proposal of that agreement, if it says the same; raises ProposalOpen if that court has another one."""
    name = offer.draft.name
    found = await signing.ballots(sitting, await proposals.listed(sitting.conn, ProposalState.OPEN))
    alike = [
        ballot
        for ballot in found
        if [draft.name for draft in ballot.drafts] == [name] and signing.follows(sitting.standing, ballot.drafts)
    ]
    for ballot in alike:
        if ballot.drafts[0].body == offer.draft.body:
            return ballot.proposal
    if any(ballot.proposal.made_by_court == offer.by for ballot in alike):
        raise ProposalOpen
    return None


def _check_new(sitting: Sitting, document: AgreementDocument) -> None:
    check_known(terms_of(document))
    if document.asking is None:
        return
    for code in (document.asking, document.asked or ""):
        if sitting.standing.member(code) is None:
            raise NotFound
        if sitting.standing.state(code, sitting.now) is not MembershipState.ACTIVE:
            raise MembershipSuspended
    framework = sitting.standing.framework
    check_within(terms_of(document), None if framework is None else terms_of(framework))


def _check_ending(sitting: Sitting, document: AgreementDocument) -> None:
    before = sitting.standing.agreements.get(agreement_name(document.asking, document.asked))
    if before is None:
        raise NotFound
    check_ends(terms_of(before), terms_of(document), civil_date(sitting.now))


async def _open(office: MembershipOffice, sitting: Sitting, offer: _Offer, caller: Caller | None) -> ProposalRecord:
    kind = ProposalKind.ZONE_AGREEMENT if offer.is_zone else ProposalKind.PAIR_AGREEMENT
    claim = Claim(kind, offer.document.asking, sitting.now, sitting.now, agreement=offer.document)
    made = proposing.record(claim, offer.by, None if caller is None else caller.officer_id)
    await proposing.add(sitting, made, [offer.draft], caller)
    ballot = await signing.read(sitting, made.id)
    await signing.store(sitting, ballot, offer.by, {offer.draft.name: offer.signature})
    return await signing.settle(office, sitting, await signing.read(sitting, made.id))


def terms_of(document: AgreementDocument) -> Terms:
    """What the agreement says, beside who made it."""
    return Terms(
        sections=document.sections,
        purposes=document.purposes,
        matters=document.matters,
        looks_per_hour=document.looks_per_hour,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )
