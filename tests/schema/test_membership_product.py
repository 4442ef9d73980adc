"""Membership through the gateway's GraphQL: every state, every act, every role, against the table written by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import product
from typing import Any, cast

import pytest

from db import applications
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.membership import drafts
from enforcement.desk.membership.drafts import Claim
from enforcement.rules.membership import ProposalKind
from enforcement.rules.rights import Caller
from tests.conftest import REFERENCE
from tests.enforcement.membership.membership_zone import EIGHT, NINTH, court_document, text
from tests.enforcement.rules.test_membership import EXPECTED, callers, expected_beginner
from tests.schema.membership_door import (
    ADMIT,
    APPLY,
    APPROVE,
    CHANGE,
    CONFIRM,
    FINISH,
    FIRST,
    HISTORY,
    LOSE,
    NOW,
    REINSTATE,
    REJECT,
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


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock) as made:
        yield made


# how the ninth court came where it stands


async def applied(door: Door) -> None:
    await door.apply()


async def rejected(door: Door) -> None:
    await door.apply()
    await door.act(FIRST, REJECT, **await given(door, REJECT))


async def admitted(door: Door) -> None:
    await approved(door)
    await decided(door, ADMIT)


async def suspended(door: Door) -> None:
    await admitted(door)
    await door.act(FIRST, SUSPEND, **await given(door, SUSPEND))


async def suspended_by_courts(door: Door) -> None:
    await admitted(door)
    await decided(door, CONFIRM)


async def withdrawing(door: Door) -> None:
    await admitted(door)
    leaving = await door.act(Caller("o-1", NINTH, _heads()), WITHDRAW, **await given(door, WITHDRAW))
    (proposal,) = (each for each in leaving["proposals"] if each["state"] == "OPEN")
    await door.decide(proposal, EIGHT)


async def withdrawn(door: Door) -> None:
    await withdrawing(door)
    await decided(door, FINISH)


async def nothing(_door: Door) -> None:
    """It never applied."""


def _heads() -> frozenset[Any]:
    return frozenset().union(*(c.roles for c in callers() if c is not None and expected_beginner(["any"], c)))


async def decided(door: Door, act: str) -> None:
    made = await door.decide(await door.act(FIRST, act, **await given(door, act)), EIGHT)
    assert made["state"] == "PUBLISHED"


async def status(door: Door) -> str:
    found = await door.ask(FIRST, HISTORY, court=NINTH)
    return "NONE" if found is None else str(found["status"])


STATES: dict[Callable[[Door], Awaitable[Any]], str] = {
    nothing: "NONE",
    applied: "APPLIED",
    examined: "PENDING_CONFORMANCE",
    approved: "APPROVED",
    rejected: "REJECTED",
    admitted: "ACTIVE",
    suspended: "SUSPENDED",
    suspended_by_courts: "SUSPENDED",
    withdrawing: "WITHDRAWING",
    withdrawn: "WITHDRAWN",
}
ACTS = {
    APPLY: "APPLY",
    START: "START_CONFORMANCE",
    APPROVE: "APPROVE",
    REJECT: "REJECT",
    ADMIT: "ADMIT",
    SUSPEND: "SUSPEND",
    REINSTATE: "REINSTATE",
    CONFIRM: "CONFIRM_SUSPENSION",
    WITHDRAW: "WITHDRAW",
    FINISH: "FINISH_WITHDRAWAL",
    LOSE: "DECLARE_LOST",
    CHANGE: "CHANGE_DOCUMENT",
}
"""The act of the table behind each mutation."""
OF_APPLICATIONS = {APPLY, START, APPROVE, REJECT, ADMIT}
NOT_FROM_THERE = {"TRANSITION_NOT_ALLOWED", "NOT_FOUND", "ALREADY_MEMBER"}
"""What is said where the table has no edge: also that there is no open application, or no such member."""


async def given(door: Door, act: str) -> dict[str, Any]:
    """What the mutation is given, about the ninth court as it stands."""
    async with door.desk.pool.acquire() as conn:
        newest = await applications.newest(conn, NINTH)
    read = 0 if newest is None else newest.version
    version = read if act in OF_APPLICATIONS else await door.version()
    if act == APPLY:
        bundle = door.zone.application(made_at=REFERENCE + timedelta(seconds=9))
        is_new = newest is None or newest.state == "REJECTED"
        return {
            "application": text(bundle.application),
            "court": text(bundle.court),
            "version": 0 if is_new else version,
        }
    if act == CHANGE:
        return _document(door)
    more: dict[str, dict[str, Any]] = {
        REJECT: {"reason": "NOT_INVITED"},
        SUSPEND: {"ground": "NODE_FAULTY"},
        CONFIRM: {"ground": "NODE_FAULTY", "effectiveAt": NOW},
        WITHDRAW: {"madeAt": NOW, "effectiveAt": NOW, "signatures": _signatures(door)},
    }
    at = {"effectiveAt": NOW} if act in {ADMIT, REINSTATE, FINISH, LOSE} else {}
    return {"court": NINTH, "version": version} | at | more.get(act, {})


def _document(door: Door) -> dict[str, Any]:
    known = door.zone.standing.courts.get(NINTH)
    version = 0 if known is None else known.version
    moved = court_document(NINTH, door.zone.keys[NINTH], version=version + 1, url="https://moved.example")
    return {"document": text(door.zone.agreed(cast("Any", moved), NINTH)), "version": version}


def _signatures(door: Door) -> list[dict[str, str]]:
    if door.zone.standing.member(NINTH) is None:
        return []
    claim = Claim(ProposalKind.WITHDRAW, NINTH, REFERENCE, REFERENCE)
    return door.signatures(NINTH, list(drafts.follow(door.zone.standing, claim)))


def edge(act: str, come: Callable[[Door], Awaitable[Any]]) -> tuple[list[str], bool]:
    """Who begins the act from there, and whether the table has it; whoever applies again changes the application."""
    name, state = ACTS[act], STATES[come]
    if name == "APPLY" and state not in EXPECTED["APPLY"][1]:
        name = "AMEND"
    if name == "REINSTATE" and come is suspended:
        name = "LIFT"  # what the gateway alone decided, it lifts
    who, edges = EXPECTED[name]
    return who, state in edges


@pytest.mark.parametrize("come", STATES, ids=lambda come: come.__name__)
async def test_nothing_is_done_beside_the_table(door: Door, come: Callable[[Door], Awaitable[Any]]) -> None:
    await come(door)
    assert await status(door) == STATES[come]
    before = await everything(door)

    for act, caller in product(ACTS, callers()):
        who, leads_on = edge(act, come)
        begins = expected_beginner(who, caller)
        if begins and leads_on:
            continue
        refused = await door.act(caller, act, **await given(door, act))
        expected = NOT_FROM_THERE if begins else {"NOT_SIGNED_IN" if caller is None else "FORBIDDEN"}
        assert refused.get("code") in expected, (ACTS[act], caller, refused)

    assert await everything(door) == before


EDGES = [(come, act) for come, act in product(STATES, ACTS) if edge(act, come)[1]]


@pytest.mark.parametrize(("come", "act"), EDGES, ids=[f"{come.__name__}-{ACTS[act]}" for come, act in EDGES])
async def test_what_the_table_has_is_done(door: Door, come: Callable[[Door], Awaitable[Any]], act: str) -> None:
    await come(door)
    before = await everything(door)
    who, _ = edge(act, come)
    caller = next(each for each in callers() if each is not None and expected_beginner(who, each))

    made = await door.act(caller, act, **await given(door, act))

    assert "code" not in made, made
    assert await everything(door) != before
