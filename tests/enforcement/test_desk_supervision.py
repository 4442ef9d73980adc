"""Supervision over the gateway's door: raised by a superior court, answered by its court, closed; late ones seen."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.rules.rights import Caller, Role
from tests.enforcement.desk_zone import TASK, tell_story
from tests.enforcement.framework_desk import ADMIN, HUANGSHAN, QUZHOU, ZHEJIANG, Door, officer, open_door
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
ABOVE_SHEXIAN = officer(HUANGSHAN, Role.SUPERVISOR)
ABOVE_KAIHUA = officer(QUZHOU, Role.SUPERVISOR)
SHOWN = """... on SupervisionRecord { id trackId ground raisedBy court { code } otherCourt { code } respondBy status
    overdue answer answerDigest answeredOn outcome closedOn version history { version step court officerId } }"""
LIST = """query ($trackId: UUID, $open: Boolean, $overdue: Boolean! = false) {
  supervisions(trackId: $trackId, open: $open, overdue: $overdue) {
    ... on SupervisionRecordConnection { nodes { id overdue } } ... on Problem { code } } }"""


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock, zone) as opened:
        await tell_story(gateway_pool, clock.now(), upto=3)
        yield opened


async def supervise(door: Door, caller: Caller | None = ABOVE_SHEXIAN, /, **changes: Any) -> Any:
    given = {"trackId": str(TASK), "ground": "NOT_BEGUN", "respondBy": "2025-07-20"}
    return await door.do(caller, "superviseTask", SHOWN, **(given | changes))


async def listed(door: Door, caller: Caller, **only: Any) -> list[str]:
    return [node["id"] for node in (await door.ask(caller, LIST, **only))["nodes"]]


async def test_whole_life_is_in_the_history(door: Door) -> None:
    made = await supervise(door)
    which = {"id": made["id"]}

    answered = await door.do(
        officer(SHEXIAN), "answerSupervision", SHOWN, answer="IN_HAND", digest="ab" * 32, version=1, **which
    )
    again = await door.do(officer(SHEXIAN), "answerSupervision", SHOWN, answer="DONE", version=2, **which)
    closed = await door.do(ABOVE_SHEXIAN, "closeSupervision", SHOWN, outcome="SETTLED", version=2, **which)
    late = await door.do(ABOVE_SHEXIAN, "closeSupervision", SHOWN, outcome="UNFOUNDED", version=3, **which)

    assert (made["court"], made["otherCourt"], made["raisedBy"], made["status"]) == (
        {"code": SHEXIAN},
        {"code": KAIHUA},
        HUANGSHAN,
        "OPEN",
    )
    assert (answered["status"], answered["answer"], answered["answeredOn"]) == ("ANSWERED", "IN_HAND", "2025-07-14")
    assert (closed["status"], closed["outcome"], closed["closedOn"]) == ("CLOSED", "SETTLED", "2025-07-14")
    assert (again["code"], late["code"]) == ("ALREADY_ANSWERED", "RECORD_CLOSED")
    assert [(act["step"], act["court"]) for act in closed["history"]] == [
        ("RAISED", HUANGSHAN),
        ("ANSWERED", SHEXIAN),
        ("CLOSED", HUANGSHAN),
    ]


async def test_who_must_act_next_answers_if_it_is_below(door: Door) -> None:
    """歙县 holds the task: its own superior supervises it, that of 开化 supervises 开化, however high it stands."""
    theirs, ours, high = [
        await supervise(door, who) for who in (ABOVE_SHEXIAN, ABOVE_KAIHUA, officer(ZHEJIANG, Role.SUPERVISOR))
    ]

    assert [each["court"]["code"] for each in (theirs, ours, high)] == [SHEXIAN, KAIHUA, KAIHUA]


async def test_overdue_ones_are_seen_until_they_are_answered(door: Door, clock: SetClock) -> None:
    made = await supervise(door)

    clock.set(datetime(2025, 7, 20, 15, 59, tzinfo=UTC))  # a minute before midnight in China
    assert await listed(door, officer(SHEXIAN), overdue=True) == []
    clock.set(datetime(2025, 7, 20, 16, 0, tzinfo=UTC))
    assert (await door.ask(officer(SHEXIAN), LIST, overdue=True))["nodes"] == [{"id": made["id"], "overdue": True}]
    await door.do(officer(SHEXIAN), "answerSupervision", SHOWN, id=made["id"], answer="DONE", version=1)
    assert await listed(door, officer(SHEXIAN), overdue=True) == []
    assert await listed(door, officer(SHEXIAN), open=True, trackId=str(TASK)) == [made["id"]]
    assert await listed(door, officer(SHEXIAN), open=False) == []


async def test_supervisor_sees_its_courts_alone(door: Door) -> None:
    made = await supervise(door)

    for caller in (ABOVE_SHEXIAN, officer(SHEXIAN), officer(KAIHUA), officer("皖", Role.SUPERVISOR), ADMIN):
        assert await listed(door, caller) == [made["id"]]
    for caller in (officer(CHANGSHAN), officer("赣11", Role.SUPERVISOR)):
        assert await listed(door, caller) == []
        assert await door.ask(caller, "query ($id: ID!) { node(id: $id) { id } }", id=made["id"]) is None


REFUSED: dict[str, tuple[Caller | None, dict[str, Any], str, str | None]] = {
    "nobody": (None, {}, "NOT_SIGNED_IN", "superviseTask"),
    "a command centre": (officer(HUANGSHAN), {}, "FORBIDDEN", None),
    "an admin": (ADMIN, {}, "FORBIDDEN", None),
    "a superior of neither": (officer("赣11", Role.SUPERVISOR), {}, "NOT_FOUND", None),
    "one of the two courts": (officer(SHEXIAN, Role.SUPERVISOR), {}, "NOT_FOUND", None),
    "no such task": (ABOVE_SHEXIAN, {"trackId": str(uuid4())}, "NOT_FOUND", None),
    "a day that is past": (ABOVE_SHEXIAN, {"respondBy": "2025-07-13"}, "INVALID_PERIOD", "respondBy"),
    "a day too far": (ABOVE_SHEXIAN, {"respondBy": "2025-10-13"}, "INVALID_PERIOD", "respondBy"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_refused_supervision_writes_nothing(door: Door, why: str) -> None:
    caller, changes, code, part = REFUSED[why]

    refused = await supervise(door, caller, **changes)

    assert (refused["code"], refused["part"]) == (code, part)
    assert set((await door.rows()).values()) == {0}


async def test_task_that_ended_is_not_supervised(door: Door, gateway_pool: Pool, clock: SetClock) -> None:
    await tell_story(gateway_pool, clock.now(), upto=7)

    assert (await supervise(door))["code"] == "TASK_ENDED"
    assert (await door.rows())["supervisions"] == 0


async def test_two_at_once_are_one(door: Door) -> None:
    made = await asyncio.gather(*(supervise(door) for _ in range(3)))

    assert sorted(each.get("code", "MADE") for each in made) == ["ALREADY_SUPERVISED", "ALREADY_SUPERVISED", "MADE"]
    assert (await door.rows())["supervisions"] == 1


async def test_same_key_raises_once(door: Door) -> None:
    first = await supervise(door, ABOVE_SHEXIAN, idempotencyKey="k")

    assert await supervise(door, ABOVE_SHEXIAN, idempotencyKey="k") == first
    other = await supervise(door, ABOVE_SHEXIAN, idempotencyKey="k", respondBy="2025-07-21")
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await door.rows())["framework_acts"] == 1


async def test_changes_of_others_and_of_old_versions_are_refused(door: Door) -> None:
    made = await supervise(door)
    before, answer, close = await door.rows(), {"answer": "DONE"}, {"outcome": "SETTLED"}

    for caller, mutation, given, code in (
        (officer(KAIHUA), "answerSupervision", answer, "NOT_FOUND"),
        (officer(SHEXIAN, Role.HANDLER), "answerSupervision", answer, "FORBIDDEN"),
        (officer(SHEXIAN), "answerSupervision", answer | {"version": 2}, "STALE_VERSION"),
        (officer(SHEXIAN), "answerSupervision", answer | {"digest": "x"}, "INVALID_DOCUMENT"),
        (ABOVE_KAIHUA, "closeSupervision", close, "NOT_FOUND"),
        (officer(SHEXIAN), "closeSupervision", close, "FORBIDDEN"),
        (ABOVE_SHEXIAN, "closeSupervision", close | {"version": 2}, "STALE_VERSION"),
    ):
        which = {"id": made["id"], "version": 1} | given
        assert (await door.do(caller, mutation, SHOWN, **which))["code"] == code, (mutation, given)

    assert await door.rows() == before


async def test_supervision_outlives_the_gateway(door: Door, gateway_pool: Pool, clock: SetClock, zone: Zone) -> None:
    made = await supervise(door)

    async with open_door(gateway_pool, clock, zone) as restarted:
        assert await listed(restarted, officer(SHEXIAN)) == [made["id"]]
