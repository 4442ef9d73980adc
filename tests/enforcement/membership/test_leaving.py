"""Suspension by the gateway alone, and leaving: bounded, logged, and never faster than the open tasks."""

from datetime import timedelta
from uuid import UUID

import pytest

from db import membership_acts, proposals
from db.clock import SetClock
from db.pool import Pool
from db.records.membership import ProposalRecord, ProposalState
from enforcement.desk.membership import drafts, proposing, suspending, withdrawing
from enforcement.desk.membership.drafts import Claim
from enforcement.desk.membership.office import MembershipOffice
from enforcement.desk.membership.proposing import Wish
from enforcement.desk.membership.withdrawing import Withdrawal
from enforcement.desk.refusals import NotSignedIn
from enforcement.rules.membership import MembershipState, ProposalKind, SuspensionGround
from enforcement.rules.membership_refusals import OpenTasksRemain, SignatureRejected, TooManySuspended
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, RuleBroken, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import TASK, tell_story
from tests.enforcement.membership.membership_zone import (
    ADMINS,
    EIGHT,
    NINTH,
    MembershipZone,
    admitted,
    decided,
    head,
    sign_by,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
ADMIN = ADMINS[0]
GROUND = SuspensionGround.KEY_COMPROMISED


@pytest.fixture
def zone() -> MembershipZone:
    return MembershipZone()


@pytest.fixture
def office(zone: MembershipZone, gateway_pool: Pool, clock: SetClock) -> MembershipOffice:
    return zone.office(gateway_pool, clock)


async def suspend(zone: MembershipZone, office: MembershipOffice, court: str, caller: Caller | None = ADMIN) -> None:
    await suspending.suspend(office, caller, court, GROUND, zone.standing.version)


def withdrawal(
    zone: MembershipZone, court: str, *, delay: timedelta = timedelta(), made: timedelta = timedelta()
) -> Withdrawal:
    """What the court signs by itself, from the directory that it trusts."""
    made_at = REFERENCE + made
    claim = Claim(ProposalKind.WITHDRAW, court, made_at, made_at + delay)
    signatures = zone.signatures(court, drafts.follow(zone.standing, claim))
    return Withdrawal(court, claim.made_at, claim.effective_at, signatures)


async def leave(
    zone: MembershipZone, office: MembershipOffice, court: str, caller: Caller | None = None
) -> ProposalRecord:
    return await withdrawing.withdraw(office, caller, withdrawal(zone, court), zone.standing.version)


def state(zone: MembershipZone, office: MembershipOffice, court: str) -> MembershipState | None:
    return zone.standing.state(court, office.clock.now())


async def acts(office: MembershipOffice, court: str) -> list[tuple[str, str | None, str | None, str | None]]:
    async with office.pool.acquire() as conn:
        found = (await membership_acts.of_courts(conn, [court]))[court]
    return [(act.act, act.from_state, act.to_state, act.code) for act in reversed(found)]


async def test_the_gateways_suspension_lapses(zone: MembershipZone, office: MembershipOffice, clock: SetClock) -> None:
    await suspend(zone, office, EIGHT[0])

    clock.set(REFERENCE + timedelta(hours=72) - timedelta(seconds=1))
    assert (state(zone, office, EIGHT[0]), await suspending.lapse(office)) == (MembershipState.SUSPENDED, 0)
    clock.advance(timedelta(seconds=1))
    assert state(zone, office, EIGHT[0]) is MembershipState.ACTIVE
    assert (await suspending.lapse(office), await suspending.lapse(office)) == (1, 0)

    assert zone.standing.gateway.suspensions == []
    assert await acts(office, EIGHT[0]) == [
        ("SUSPEND", "ACTIVE", "SUSPENDED", GROUND),
        ("LAPSE", "SUSPENDED", "ACTIVE", GROUND),
    ]


async def test_the_gateway_lifts_what_it_alone_decided(zone: MembershipZone, office: MembershipOffice) -> None:
    await suspend(zone, office, EIGHT[0])

    made = await suspending.reinstate(office, ADMIN, EIGHT[0], REFERENCE, zone.standing.version)

    assert made is None
    assert state(zone, office, EIGHT[0]) is MembershipState.ACTIVE
    assert (await acts(office, EIGHT[0]))[-1] == ("LIFT", "SUSPENDED", "ACTIVE", None)


async def test_what_the_courts_decided_the_courts_undo(zone: MembershipZone, office: MembershipOffice) -> None:
    await suspend(zone, office, EIGHT[0])
    await decided(zone, office, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0])

    made = await suspending.reinstate(office, ADMIN, EIGHT[0], REFERENCE, zone.standing.version)

    assert made is not None
    assert (made.kind, made.state) == (ProposalKind.REINSTATE, ProposalState.OPEN)
    assert state(zone, office, EIGHT[0]) is MembershipState.SUSPENDED


async def test_the_gateway_suspends_a_third_at_most(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    for court in EIGHT[:2]:
        await suspend(zone, office, court)
    published = len(zone.published)

    with pytest.raises(TooManySuspended):
        await suspend(zone, office, EIGHT[2])

    assert len(zone.published) == published
    clock.advance(timedelta(hours=72))
    await suspend(zone, office, EIGHT[2])
    assert [entry.court for entry in zone.standing.gateway.suspensions] == [EIGHT[2]]


async def test_of_fewer_courts_a_third_is_fewer(zone: MembershipZone, office: MembershipOffice) -> None:
    """Else no directory would follow from the decision, and the gateway could keep a court from leaving."""
    await admitted(zone, office)
    for court in EIGHT[1:4]:
        await suspend(zone, office, court)

    await decided(zone, office, ProposalKind.DECLARE_LOST, EIGHT[0])

    assert len(zone.standing.root.voters) == 8
    assert [entry.court for entry in zone.standing.gateway.suspensions] == list(EIGHT[2:4])
    assert ("LAPSE", "SUSPENDED", "ACTIVE", GROUND) in await acts(office, EIGHT[1])


@pytest.mark.parametrize(
    ("caller", "court", "refusal"),
    [
        (None, EIGHT[0], NotSignedIn),
        (head(EIGHT[0], Role.PRESIDENT), EIGHT[1], Forbidden),
        (Caller("g-auditor-01", "gateway", frozenset({Role.AUDITOR})), EIGHT[0], Forbidden),
        (ADMIN, NINTH, NotFound),
    ],
)
async def test_refused_suspensions_publish_nothing(
    zone: MembershipZone, office: MembershipOffice, caller: Caller | None, court: str, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        await suspend(zone, office, court, caller)
    assert (zone.published, await acts(office, court)) == ([], [])


async def test_who_is_suspended_is_not_suspended_again(zone: MembershipZone, office: MembershipOffice) -> None:
    await suspend(zone, office, EIGHT[0])

    with pytest.raises(TransitionNotAllowed):
        await suspend(zone, office, EIGHT[0])
    with pytest.raises(StaleVersion):
        await suspending.suspend(office, ADMIN, EIGHT[1], GROUND, zone.standing.version - 1)


async def test_a_court_leaves_with_the_others_signatures(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await leave(zone, office, EIGHT[0], head(EIGHT[0], Role.PRESIDENT))
    assert (made.state, made.made_by_court) == (ProposalState.OPEN, EIGHT[0])

    await sign_by(zone, office, made, EIGHT[1:6])

    assert state(zone, office, EIGHT[0]) is MembershipState.WITHDRAWING
    assert EIGHT[0] not in {voter.court for voter in zone.standing.root.voters}
    assert await leave(zone, office, EIGHT[1]) is not None


async def test_the_same_withdrawal_twice_is_one(zone: MembershipZone, office: MembershipOffice) -> None:
    first = await leave(zone, office, EIGHT[0])

    assert await leave(zone, office, EIGHT[0]) == first


async def test_open_tasks_run_off_first(zone: MembershipZone, office: MembershipOffice) -> None:
    other = UUID("7f1e1a52-6d8f-4a53-9d1c-0d4f7a1b2c3d")
    await tell_story(office.pool, REFERENCE, upto=4)
    await tell_story(office.pool, REFERENCE, upto=6, task=other)
    await sign_by(zone, office, await leave(zone, office, KAIHUA), EIGHT[1:6])
    finish = Wish(ProposalKind.FINISH_WITHDRAWAL, KAIHUA, REFERENCE)

    assert {track.id for track in await withdrawing.open_tasks(office, KAIHUA)} == {TASK, other}
    with pytest.raises(OpenTasksRemain):
        await proposing.propose(office, ADMIN, finish, zone.standing.version)

    for task in (TASK, other):
        await tell_story(office.pool, REFERENCE, upto=7, task=task)
    assert await withdrawing.open_tasks(office, KAIHUA) == []
    made = await proposing.propose(office, ADMIN, finish, zone.standing.version)
    await sign_by(zone, office, made, EIGHT[1:6])  # five of the seven who are left

    assert state(zone, office, KAIHUA) is MembershipState.WITHDRAWN
    assert [act[:3] for act in await acts(office, KAIHUA) if act[2]] == [
        ("WITHDRAW", "ACTIVE", "WITHDRAWING"),
        ("FINISH_WITHDRAWAL", "WITHDRAWING", "WITHDRAWN"),
    ]


async def test_who_is_lost_need_not_run_off(zone: MembershipZone, office: MembershipOffice) -> None:
    await tell_story(office.pool, REFERENCE, upto=4)
    await decided(zone, office, ProposalKind.DECLARE_LOST, KAIHUA)

    made = await proposing.propose(
        office, ADMIN, Wish(ProposalKind.FINISH_WITHDRAWAL, KAIHUA, REFERENCE), zone.standing.version
    )

    assert made.state is ProposalState.OPEN
    assert await withdrawing.open_tasks(office, SHEXIAN) != []


async def test_a_suspended_court_may_leave(zone: MembershipZone, office: MembershipOffice) -> None:
    """It has no vote any more, and no token is taken of it; its key says that it leaves."""
    await decided(zone, office, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0])

    made = await leave(zone, office, EIGHT[0])
    assert made.state is ProposalState.OPEN
    await sign_by(zone, office, made, EIGHT[1:6])

    assert state(zone, office, EIGHT[0]) is MembershipState.WITHDRAWING


async def test_nobody_else_makes_a_court_leave(zone: MembershipZone, office: MembershipOffice) -> None:
    own = withdrawal(zone, EIGHT[0])
    false = Withdrawal(EIGHT[0], own.made_at, own.effective_at, withdrawal(zone, EIGHT[1]).signatures)
    version = zone.standing.version
    cases: list[tuple[Caller | None, Withdrawal, int, type[RuleBroken]]] = [
        (None, false, version, SignatureRejected),
        (head(EIGHT[1]), own, version, Forbidden),
        (ADMIN, own, version, Forbidden),
        (head(EIGHT[0], Role.HANDLER), own, version, Forbidden),
        (None, own, version + 1, StaleVersion),
        (None, withdrawal(zone, EIGHT[0], made=-timedelta(days=1, seconds=1)), version, Malformed),
        (None, withdrawal(zone, EIGHT[0], delay=timedelta(days=91)), version, Malformed),
    ]

    for caller, wish, read_version, refusal in cases:
        with pytest.raises(refusal):
            await withdrawing.withdraw(office, caller, wish, read_version)
    async with office.pool.acquire() as conn:
        assert await proposals.listed(conn) == []
