"""Every refusal of membership through the gateway's GraphQL: its code, and nothing written, queued or published."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.membership import applying, drafts
from enforcement.desk.membership.conformance import Difference
from enforcement.desk.membership.drafts import Claim
from enforcement.rules import membership_refusals
from enforcement.rules.membership import ProposalKind
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.rights import Role
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import tell_story
from tests.enforcement.membership.membership_zone import (
    EIGHT,
    NINTH,
    CourtKeys,
    agreement,
    court_document,
    head,
    text,
)
from tests.schema.membership_door import (
    ACCEPT,
    ADMIT,
    AGREE,
    APPROVE,
    CHANGE,
    CONFIRM,
    FINISH,
    FIRST,
    NOW,
    REINSTATE,
    SIGN,
    START,
    SUSPEND,
    WITHDRAW,
    Door,
    approved,
    everything,
    examined,
    open_door,
)

pytestmark = pytest.mark.anyio
A, B = EIGHT[0], EIGHT[1]
HEAD = head(A)

Ask = Callable[[], Awaitable[Any]]
Case = Callable[[Door], Awaitable[Ask]]
"""Prepares what stands; what it gives then asks for what is refused."""


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock) as made:
        yield made


async def suspension(door: Door, court: str = A) -> Any:
    given = {"court": court, "effectiveAt": NOW, "ground": "OWN_REQUEST", "version": await door.version()}
    return await door.act(FIRST, CONFIRM, **given)


async def suspended(door: Door, *courts: str) -> None:
    for court in courts:
        made = await door.act(FIRST, SUSPEND, court=court, ground="NODE_FAULTY", version=await door.version())
        assert made["status"] == "SUSPENDED"


def proposing_agreement(door: Door, asked: str, by: str = A, version: int = 0, **terms: Any) -> Ask:
    raw = text(door.zone.agreed(agreement(A, asked, **terms), by))
    return lambda: door.act(None, AGREE, agreement=raw, version=version)


def ahead(door: Door, days: int) -> str:
    return (door.clock.now() + timedelta(days=days)).isoformat()


async def self_approval(door: Door) -> Ask:
    version = await examined(door)
    made = await door.act(FIRST, APPROVE, court=NINTH, version=version)
    return lambda: door.act(FIRST, APPROVE, court=NINTH, version=made["version"])


async def key_unproven(door: Door) -> Ask:
    keys = door.zone.keys[NINTH]
    return lambda: door.apply(signers=[keys.governance, keys.signing])


async def wrong_zone(door: Door) -> Ask:
    return lambda: door.apply(root="e" * 64)


async def member_already(door: Door) -> Ask:
    return lambda: door.apply(code=A)


async def another_identity(door: Door) -> Ask:
    await door.apply()
    door.zone.keys[NINTH] = CourtKeys()
    return door.apply


async def too_many_changes(door: Door) -> Ask:
    for second in range(applying.MOST_CHANGES):
        await door.apply(second, made_at=REFERENCE + timedelta(seconds=second))
    return lambda: door.apply(applying.MOST_CHANGES, made_at=REFERENCE + timedelta(seconds=99))


async def stale_application(door: Door) -> Ask:
    await door.apply()
    return lambda: door.apply(0, made_at=REFERENCE + timedelta(seconds=1))


async def red_run(door: Door) -> Ask:
    version = await examined(door, Difference("CONTRACT", "SERVED", "MISSING", "Query.debtorPresence"))
    return lambda: door.act(FIRST, APPROVE, court=NINTH, version=version)


async def green_run_too_old(door: Door) -> Ask:
    made = await approved(door)
    door.clock.advance(timedelta(days=8))
    given = {"court": NINTH, "effectiveAt": ahead(door, 0), "version": made["version"]}
    return lambda: door.act(FIRST, ADMIT, **given)


async def run_not_finished(door: Door) -> Ask:
    made = await door.apply()
    made = await door.act(FIRST, START, court=NINTH, version=made["version"])
    return lambda: door.act(FIRST, START, court=NINTH, version=made["version"])


async def admitted_before_approval(door: Door) -> Ask:
    version = await examined(door)
    return lambda: door.act(FIRST, ADMIT, court=NINTH, effectiveAt=NOW, version=version)


async def no_vote(door: Door) -> Ask:
    made = await suspension(door)
    return lambda: door.sign(made, NINTH)


async def anothers_signature(door: Door) -> Ask:
    made = await suspension(door)
    door.zone.keys[B] = CourtKeys()
    return lambda: door.sign(made, B)


async def signed_before(door: Door) -> Ask:
    made = await door.sign(await suspension(door), B)
    return lambda: door.sign(made, B)


async def signed_as_read_before(door: Door) -> Ask:
    made = await suspension(door)
    return lambda: door.sign(made | {"version": made["version"] + 1}, B)


async def decided(door: Door) -> Ask:
    made = await door.decide(await suspension(door), EIGHT[1:])
    return lambda: door.sign(made, EIGHT[7])


async def other_instant(door: Door) -> Ask:
    await suspension(door)
    given = {"court": A, "effectiveAt": ahead(door, 1), "ground": "OWN_REQUEST", "version": await door.version()}
    return lambda: door.act(FIRST, CONFIRM, **given)


async def too_far_ahead(door: Door) -> Ask:
    given = {"court": A, "effectiveAt": ahead(door, 91), "ground": "OWN_REQUEST", "version": await door.version()}
    return lambda: door.act(FIRST, CONFIRM, **given)


async def more_than_a_third(door: Door) -> Ask:
    await suspended(door, A, B)
    version = await door.version()
    return lambda: door.act(FIRST, SUSPEND, court=EIGHT[2], ground="NODE_FAULTY", version=version)


async def suspended_by_stale(door: Door) -> Ask:
    version = await door.version()
    await suspended(door, B)
    return lambda: door.act(FIRST, SUSPEND, court=A, ground="NODE_FAULTY", version=version)


async def lifted_by_stale(door: Door) -> Ask:
    await suspended(door, A)
    version = await door.version() - 1
    return lambda: door.act(FIRST, REINSTATE, court=A, effectiveAt=NOW, version=version)


async def lifted_by_a_court(door: Door) -> Ask:
    await suspended(door, A)
    version = await door.version()
    return lambda: door.act(head(B, Role.PRESIDENT), REINSTATE, court=A, effectiveAt=NOW, version=version)


async def nothing_to_lift(door: Door) -> Ask:
    version = await door.version()
    return lambda: door.act(FIRST, REINSTATE, court=A, effectiveAt=NOW, version=version)


async def not_a_member(door: Door) -> Ask:
    version = await door.version()
    return lambda: door.act(FIRST, SUSPEND, court=NINTH, ground="NODE_FAULTY", version=version)


async def open_tasks(door: Door) -> Ask:
    await tell_story(door.desk.pool, REFERENCE, upto=4)
    (proposal,) = (await leaving(door))["proposals"]
    await door.decide(proposal, EIGHT[1:])
    given = {"court": A, "effectiveAt": NOW, "version": await door.version()}
    return lambda: door.act(FIRST, FINISH, **given)


async def leaving(door: Door, version: int | None = None, by: str = A) -> Any:
    claim = Claim(ProposalKind.WITHDRAW, A, REFERENCE, REFERENCE)
    signatures = door.signatures(by, list(drafts.follow(door.zone.standing, claim)))
    given = {"court": A, "madeAt": NOW, "effectiveAt": NOW, "signatures": signatures}
    return await door.act(HEAD, WITHDRAW, **given, version=await door.version() if version is None else version)


async def leaves_by_stale(door: Door) -> Ask:
    return lambda: leaving(door, 99)


async def leaves_by_anothers_key(door: Door) -> Ask:
    return lambda: leaving(door, by=B)


async def leaves_twice(door: Door) -> Ask:
    (proposal,) = (await leaving(door))["proposals"]
    await door.decide(proposal, EIGHT[1:])
    return lambda: leaving(door)


async def agreed_by_a_third(door: Door) -> Ask:
    return proposing_agreement(door, B, by=EIGHT[2])


async def agreed_with_suspended(door: Door) -> Ask:
    await suspended(door, B)
    return proposing_agreement(door, B)


async def agreed_beyond(door: Door) -> Ask:
    return proposing_agreement(door, B, looks_per_hour=101)


async def agreed_by_stale(door: Door) -> Ask:
    return proposing_agreement(door, B, version=1)


async def agreed_otherwise(door: Door) -> Ask:
    await proposing_agreement(door, B)()
    return proposing_agreement(door, B, looks_per_hour=1)


async def accepted_what_is_none(door: Door) -> Ask:
    made = await suspension(door)
    return lambda: door.sign(made, B, ACCEPT)


async def changed_by_stale(door: Door) -> Ask:
    moved = court_document(A, door.zone.keys[A], version=2, url="https://moved.example")
    raw = text(door.zone.agreed(cast("Any", moved), A))
    return lambda: door.act(None, CHANGE, document=raw, version=7)


async def signed_for_another(door: Door) -> Ask:
    made = await suspension(door)
    return lambda: door.sign(made, B, SIGN, head(EIGHT[2]))


CASES: list[tuple[Case, str]] = [
    (self_approval, "SELF_APPROVAL_FORBIDDEN"),
    (key_unproven, "KEY_PROOF_FAILED"),
    (wrong_zone, "WRONG_ZONE"),
    (member_already, "ALREADY_MEMBER"),
    (another_identity, "APPLICATION_PENDING"),
    (too_many_changes, "TOO_MANY_APPLICATIONS"),
    (stale_application, "STALE_VERSION"),
    (red_run, "CONFORMANCE_REQUIRED"),
    (green_run_too_old, "CONFORMANCE_REQUIRED"),
    (run_not_finished, "CONFORMANCE_RUNNING"),
    (admitted_before_approval, "TRANSITION_NOT_ALLOWED"),
    (no_vote, "NOT_A_VOTER"),
    (anothers_signature, "SIGNATURE_REJECTED"),
    (signed_before, "ALREADY_SIGNED"),
    (signed_as_read_before, "STALE_VERSION"),
    (decided, "PROPOSAL_CLOSED"),
    (other_instant, "PROPOSAL_OPEN"),
    (too_far_ahead, "INVALID_PERIOD"),
    (more_than_a_third, "TOO_MANY_SUSPENDED"),
    (suspended_by_stale, "STALE_VERSION"),
    (lifted_by_stale, "STALE_VERSION"),
    (lifted_by_a_court, "FORBIDDEN"),
    (nothing_to_lift, "TRANSITION_NOT_ALLOWED"),
    (not_a_member, "NOT_FOUND"),
    (open_tasks, "OPEN_TASKS_REMAIN"),
    (leaves_by_stale, "STALE_VERSION"),
    (leaves_by_anothers_key, "SIGNATURE_REJECTED"),
    (leaves_twice, "TRANSITION_NOT_ALLOWED"),
    (agreed_by_a_third, "NOT_A_VOTER"),
    (agreed_with_suspended, "MEMBERSHIP_SUSPENDED"),
    (agreed_beyond, "AGREEMENT_BEYOND_FRAMEWORK"),
    (agreed_by_stale, "STALE_VERSION"),
    (agreed_otherwise, "PROPOSAL_OPEN"),
    (accepted_what_is_none, "NOT_FOUND"),
    (changed_by_stale, "STALE_VERSION"),
    (signed_for_another, "FORBIDDEN"),
]


@pytest.mark.parametrize(("case", "code"), CASES, ids=[case.__name__ for case, _ in CASES])
async def test_what_is_refused_changes_nothing(door: Door, case: Case, code: str) -> None:
    ask = await case(door)
    before = await everything(door)

    refused = await ask()

    assert refused.get("code") == code, refused
    assert await everything(door) == before


def test_every_refusal_of_membership_is_tried() -> None:
    kinds = [each for each in vars(membership_refusals).values() if isinstance(each, type)]

    codes = {each.code for each in kinds if issubclass(each, RuleBroken) and each is not RuleBroken}

    assert codes <= {code for _, code in CASES}
    assert len(codes) > 10
