"""The ceremony: the courts sign the documents themselves; enough of them decide; the gateway adds nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from db import membership_acts, proposals
from db.clock import SetClock
from db.pool import Pool
from db.records.membership import ProposalRecord, ProposalState
from enforcement.desk.membership import applying, examining, proposing, signing, suspending
from enforcement.desk.membership.drafts import Claim, follow
from enforcement.desk.membership.office import MembershipOffice
from enforcement.desk.membership.proposing import Wish
from enforcement.desk.membership.signing import Vote
from enforcement.rules.membership import GATEWAY, MembershipState, ProposalKind, RejectionReason, SuspensionGround
from enforcement.rules.membership_refusals import (
    AlreadySigned,
    ConformanceRequired,
    NotAVoter,
    ProposalClosed,
    ProposalOpen,
    SignatureRejected,
)
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from federation.directory.documents import AgreementDocument, CourtDocument, MembersDocument, RootDocument
from tests.conftest import REFERENCE
from tests.enforcement.membership.membership_zone import (
    ADMINS,
    EIGHT,
    NINTH,
    MembershipZone,
    admitted,
    approved,
    court_document,
    decided,
    drafts_of,
    head,
    read,
    sign_by,
)

pytestmark = pytest.mark.anyio
ADMIT, CONFIRM = ProposalKind.ADMIT, ProposalKind.CONFIRM_SUSPENSION


@pytest.fixture
def zone() -> MembershipZone:
    return MembershipZone()


@pytest.fixture
def office(zone: MembershipZone, gateway_pool: Pool, clock: SetClock) -> MembershipOffice:
    return zone.office(gateway_pool, clock)


async def proposed(zone: MembershipZone, office: MembershipOffice, **changes: Any) -> ProposalRecord:
    application = await approved(zone, office)
    wish = Wish(ADMIT, NINTH, **({"effective_at": office.clock.now()} | changes))
    return await proposing.propose(office, ADMINS[0], wish, application.version)


async def suspension(zone: MembershipZone, office: MembershipOffice, court: str = EIGHT[0]) -> ProposalRecord:
    wish = Wish(CONFIRM, court, office.clock.now(), SuspensionGround.SECURITY_INCIDENT)
    return await proposing.propose(office, ADMINS[0], wish, zone.standing.version)


async def state_of(office: MembershipOffice, proposal: ProposalRecord) -> str:
    async with office.pool.acquire() as conn:
        found = await proposals.find(conn, proposal.id)
    assert found is not None
    return found.state


async def acts(office: MembershipOffice, court: str) -> list[str]:
    async with office.pool.acquire() as conn:
        return [act.act for act in reversed((await membership_acts.of_courts(conn, [court]))[court])]


async def test_enough_signatures_admit_the_court(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await proposed(zone, office)

    made = await sign_by(zone, office, made, EIGHT[:6])
    assert (made.state, zone.published) == (ProposalState.OPEN, [])  # the next root's threshold is 7 of 9
    made = await sign_by(zone, office, made, [NINTH])

    assert made.state is ProposalState.PUBLISHED
    assert zone.standing.state(NINTH, office.clock.now()) is MembershipState.ACTIVE
    kinds = [type(read(raw).document) for raw in zone.published[0]]
    assert kinds == [AgreementDocument, MembersDocument, RootDocument, CourtDocument]
    root = zone.standing.root
    assert (root.version, root.threshold, [voter.court for voter in root.voters]) == (2, 7, [*EIGHT, NINTH])
    assert (await acts(office, NINTH))[-1] == "ADMIT"


async def test_one_court_off_for_ten_days_blocks_no_admission(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    made = await proposed(zone, office)
    documents = await drafts_of(office, made)

    for day, court in enumerate(EIGHT[:7]):
        clock.set(REFERENCE + timedelta(days=day))
        made = await signing.sign(office, head(court), Vote(made.id, 1, court, zone.signatures(court, documents)))
    clock.set(REFERENCE + timedelta(days=10))

    assert made.state is ProposalState.PUBLISHED
    assert zone.standing.state(NINTH, clock.now()) is MembershipState.ACTIVE


async def test_a_decision_takes_effect_at_the_instant_written(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    at = REFERENCE + timedelta(days=3)
    await sign_by(zone, office, await proposed(zone, office, effective_at=at), EIGHT[:7])

    assert zone.standing.state(NINTH, at - timedelta(microseconds=1)) is None
    assert zone.standing.state(NINTH, at) is MembershipState.ACTIVE
    entry = zone.standing.member(NINTH)
    assert entry is not None
    assert (entry.effective_at, entry.since.isoformat()) == (at, "2025-07-17")


async def test_five_of_eight_decide_nothing(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await sign_by(zone, office, await suspension(zone, office), EIGHT[1:6])

    assert (made.state, zone.published) == (ProposalState.OPEN, [])
    made = await sign_by(zone, office, made, EIGHT[6:7])
    assert made.state is ProposalState.PUBLISHED
    assert zone.standing.state(EIGHT[0], office.clock.now()) is MembershipState.SUSPENDED
    assert EIGHT[0] not in {voter.court for voter in zone.standing.root.voters}


async def test_what_is_proposed_follows_from_what_everybody_trusts(
    zone: MembershipZone, office: MembershipOffice
) -> None:
    made = await suspension(zone, office)
    claim = Claim(CONFIRM, EIGHT[0], made.made_at, made.effective_at)

    assert [d.body for d in follow(zone.standing, claim)] == [d.body for d in await drafts_of(office, made)]
    later = replace(zone.standing, members=msgspec.structs.replace(zone.standing.members, version=2))
    assert follow(later, claim) != follow(zone.standing, claim)


async def test_signatures_that_count_nothing_are_refused(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await suspension(zone, office)
    documents = await drafts_of(office, made)
    good = zone.signatures(EIGHT[1], documents)
    (first, *_) = good
    bad = [
        zone.signatures(EIGHT[1], documents, zone.keys[EIGHT[2]].governance),
        zone.signatures(EIGHT[1], documents, zone.keys[EIGHT[1]].identity),
        zone.signatures(EIGHT[2], documents),
        {name: msgspec.structs.replace(each, by=EIGHT[2]) for name, each in good.items()},
        {first: good[first]},
        good | {"court/浙0824": good[first]},
        good | {first: zone.signatures(EIGHT[1], documents)[next(n for n in good if n != first)]},
        {},
    ]

    for signatures in bad:
        with pytest.raises(SignatureRejected):
            await signing.sign(office, head(EIGHT[1]), Vote(made.id, 1, EIGHT[1], signatures))

    async with office.pool.acquire() as conn:
        assert (await proposals.signatures(conn, [made.id]))[made.id] == []
    assert (await sign_by(zone, office, made, [EIGHT[1]])).state is ProposalState.OPEN


async def test_a_court_signs_once(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await sign_by(zone, office, await suspension(zone, office), [EIGHT[1]])

    with pytest.raises(AlreadySigned):
        await sign_by(zone, office, made, [EIGHT[1]])


async def test_who_has_no_vote_does_not_sign(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await suspension(zone, office)

    with pytest.raises(NotAVoter):
        await sign_by(zone, office, made, [NINTH])


async def test_a_suspended_court_signs_no_other_proposal(zone: MembershipZone, office: MembershipOffice) -> None:
    await decided(zone, office, CONFIRM, EIGHT[0])
    wish = Wish(ProposalKind.DECLARE_LOST, EIGHT[0], office.clock.now())
    made = await proposing.propose(office, ADMINS[0], wish, zone.standing.version)

    with pytest.raises(NotAVoter):
        await sign_by(zone, office, made, [EIGHT[0]])
    async with office.pool.acquire() as conn:
        assert (await proposals.signatures(conn, [made.id]))[made.id] == []


async def test_who_brings_a_token_speaks_for_the_court(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await suspension(zone, office)
    signatures = zone.signatures(EIGHT[1], await drafts_of(office, made))

    for caller in (head(EIGHT[2]), head(EIGHT[1], Role.HANDLER), ADMINS[0]):
        with pytest.raises(Forbidden):
            await signing.sign(office, caller, Vote(made.id, 1, EIGHT[1], signatures))
    await signing.sign(office, None, Vote(made.id, 1, EIGHT[1], signatures))
    theirs = zone.signatures(EIGHT[2], await drafts_of(office, made))
    await signing.sign(office, head(EIGHT[2], Role.PRESIDENT), Vote(made.id, 1, EIGHT[2], theirs))
    async with office.pool.acquire() as conn:
        signed_by = {each.court for each in (await proposals.signatures(conn, [made.id]))[made.id]}
    assert signed_by == {EIGHT[1], EIGHT[2]}


async def test_another_decision_supersedes_what_was_open(zone: MembershipZone, office: MembershipOffice) -> None:
    slow = await sign_by(zone, office, await suspension(zone, office, EIGHT[0]), [EIGHT[2]])
    quick = await suspension(zone, office, EIGHT[1])
    await sign_by(zone, office, quick, EIGHT[2:])

    assert await state_of(office, slow) == "SUPERSEDED"
    with pytest.raises(ProposalClosed):
        await sign_by(zone, office, slow, [EIGHT[3]])
    assert "SUPERSEDE" in await acts(office, EIGHT[0])


async def test_what_is_based_on_an_older_version_is_stale(zone: MembershipZone, office: MembershipOffice) -> None:
    """The directory went on by another road than this gateway's."""
    made = await suspension(zone, office)
    zone.standing = replace(zone.standing, members=msgspec.structs.replace(zone.standing.members, version=2))

    with pytest.raises(StaleVersion):
        await sign_by(zone, office, made, [EIGHT[1]])

    assert await state_of(office, made) == "SUPERSEDED"
    assert zone.published == []


async def test_a_published_proposal_is_closed(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await sign_by(zone, office, await suspension(zone, office), EIGHT[1:7])

    with pytest.raises(ProposalClosed):
        await sign_by(zone, office, made, [EIGHT[7]])
    assert len(zone.published) == 1


async def test_the_same_proposal_is_made_once(zone: MembershipZone, office: MembershipOffice) -> None:
    first = await suspension(zone, office)

    assert await suspension(zone, office) == first
    ground, at = SuspensionGround.SECURITY_INCIDENT, office.clock.now()
    for other in (
        Wish(CONFIRM, EIGHT[0], at + timedelta(days=1), ground),
        Wish(CONFIRM, EIGHT[0], at, SuspensionGround.OWN_REQUEST),
    ):
        with pytest.raises(ProposalOpen):
            await proposing.propose(office, ADMINS[0], other, zone.standing.version)
    async with office.pool.acquire() as conn:
        assert await proposals.listed(conn) == [first]


async def test_one_courts_proposal_keeps_nobody_elses_back(zone: MembershipZone, office: MembershipOffice) -> None:
    """Else a court could propose its own suspension for a day far off, and not be suspended before."""
    far = Wish(CONFIRM, EIGHT[0], office.clock.now() + timedelta(days=90))
    await proposing.propose(office, head(EIGHT[0]), far, zone.standing.version)

    await sign_by(zone, office, await suspension(zone, office), EIGHT[1:7])

    assert zone.standing.state(EIGHT[0], office.clock.now()) is MembershipState.SUSPENDED


async def test_a_changed_application_is_not_admitted_as_it_was(zone: MembershipZone, office: MembershipOffice) -> None:
    """Else the old keys would be signed, and the new document published."""
    made = await sign_by(zone, office, await proposed(zone, office), EIGHT[:6])
    moved = court_document(NINTH, zone.keys[NINTH], url="https://other.example")
    bundle = zone.application(court=moved, made_at=REFERENCE + timedelta(seconds=1))

    application = await applying.apply(office, bundle.application, bundle.court, 4)

    assert application.state == "PENDING_CONFORMANCE"
    assert await state_of(office, made) == "SUPERSEDED"
    with pytest.raises(ProposalClosed):
        await sign_by(zone, office, made, [EIGHT[6]])
    assert zone.published == []


async def test_a_rejected_application_is_no_longer_proposed(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await proposed(zone, office)

    await examining.reject(office, ADMINS[0], NINTH, 4, RejectionReason.NOT_INVITED)

    assert await state_of(office, made) == "SUPERSEDED"


async def test_a_court_can_bring_what_the_courts_decide(zone: MembershipZone, office: MembershipOffice) -> None:
    wish = Wish(CONFIRM, EIGHT[0], office.clock.now())

    made = await proposing.propose(office, head(EIGHT[3]), wish, zone.standing.version)

    assert (made.made_by_court, made.state) == (EIGHT[3], ProposalState.OPEN)
    for kind, caller in ((ADMIT, head(EIGHT[3])), (CONFIRM, head(EIGHT[3], Role.HANDLER))):
        with pytest.raises(Forbidden):
            await proposing.propose(office, caller, Wish(kind, NINTH, office.clock.now()), 1)


async def test_refused_proposals_are_not_written(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    application = await approved(zone, office)
    now, version = clock.now(), zone.standing.version
    cases: list[tuple[Wish, int, type[Exception]]] = [
        (Wish(ADMIT, NINTH, now - timedelta(minutes=6)), application.version, Malformed),
        (Wish(ADMIT, NINTH, now + timedelta(days=91)), application.version, Malformed),
        (Wish(ADMIT, NINTH, now), application.version - 1, StaleVersion),
        (Wish(ADMIT, "浙0882", now), 1, NotFound),
        (Wish(CONFIRM, NINTH, now), version, NotFound),
        (Wish(CONFIRM, EIGHT[0], now), version + 1, StaleVersion),
        (Wish(ProposalKind.FINISH_WITHDRAWAL, EIGHT[0], now), version, TransitionNotAllowed),
        (Wish(ProposalKind.REINSTATE, EIGHT[0], now), version, TransitionNotAllowed),
    ]

    for wish, read_version, refusal in cases:
        with pytest.raises(refusal):
            await proposing.propose(office, ADMINS[0], wish, read_version)
    clock.advance(timedelta(days=8))
    with pytest.raises(ConformanceRequired):
        await proposing.propose(office, ADMINS[0], Wish(ADMIT, NINTH, clock.now()), application.version)
    async with office.pool.acquire() as conn:
        assert await proposals.listed(conn) == []


async def test_renewal_changes_the_dates_alone(zone: MembershipZone, office: MembershipOffice, clock: SetClock) -> None:
    clock.advance(timedelta(days=200))
    before = zone.standing
    wish = Wish(ProposalKind.RENEW, None, clock.now())

    made = await proposing.propose(office, head(EIGHT[0]), wish, before.version)
    await sign_by(zone, office, made, EIGHT[2:])

    assert zone.standing.members.members == before.members.members
    assert zone.standing.members.expires_at == clock.now() + timedelta(days=365)
    assert zone.standing.root.expires_at == clock.now() + timedelta(days=365)
    assert zone.standing.root.voters == before.root.voters


@pytest.mark.parametrize(
    "caller",
    [
        head(EIGHT[0], Role.HANDLER),
        Caller("g-auditor-01", GATEWAY, frozenset({Role.AUDITOR})),
        Caller("g-1", GATEWAY, frozenset({Role.PRESIDENT})),
        Caller("o-1", EIGHT[0], frozenset({Role.GATEWAY_ADMIN})),
    ],
)
async def test_heads_and_admins_alone_begin_a_renewal(
    zone: MembershipZone, office: MembershipOffice, caller: Caller
) -> None:
    with pytest.raises(Forbidden):
        await proposing.propose(
            office, caller, Wish(ProposalKind.RENEW, None, office.clock.now()), zone.standing.version
        )
    async with office.pool.acquire() as conn:
        assert await proposals.listed(conn) == []


async def test_a_declared_loss_leads_out(zone: MembershipZone, office: MembershipOffice) -> None:
    await decided(zone, office, ProposalKind.DECLARE_LOST, EIGHT[0])

    entry = zone.standing.member(EIGHT[0])
    assert entry is not None
    assert (entry.state, entry.before, entry.lost_at) == ("WITHDRAWING", "ACTIVE", REFERENCE)
    await decided(zone, office, ProposalKind.FINISH_WITHDRAWAL, EIGHT[0])
    assert zone.standing.state(EIGHT[0], office.clock.now()) is MembershipState.WITHDRAWN


async def test_a_decision_takes_the_gateways_own_suspension_along(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    await suspending.suspend(office, ADMINS[0], EIGHT[0], SuspensionGround.KEY_COMPROMISED, zone.standing.version)
    await decided(zone, office, CONFIRM, EIGHT[0])

    assert zone.standing.gateway.suspensions == []
    clock.advance(timedelta(hours=73))
    assert zone.standing.state(EIGHT[0], clock.now()) is MembershipState.SUSPENDED
    await decided(zone, office, ProposalKind.REINSTATE, EIGHT[0])
    assert zone.standing.state(EIGHT[0], clock.now()) is MembershipState.ACTIVE


async def test_an_admitted_court_votes(zone: MembershipZone, office: MembershipOffice) -> None:
    await admitted(zone, office)

    made = await suspension(zone, office)
    made = await sign_by(zone, office, made, [*EIGHT[1:7], NINTH])

    assert made.state is ProposalState.PUBLISHED
