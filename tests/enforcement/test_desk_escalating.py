"""The gateway brings overdue tasks before superior courts by itself, once each, and takes back what was done."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from db import tracks
from db.clock import SetClock
from db.pool import Pool, transaction
from enforcement.desk import escalating
from enforcement.rules.rights import Role
from tests.enforcement.desk_zone import TASK, header, tell, tell_story
from tests.enforcement.framework_desk import HUANGSHAN, QUZHOU, Door, officer, open_door
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
ABOVE_SHEXIAN = officer(HUANGSHAN, Role.SUPERVISOR)
ANHUI = officer("皖", Role.SUPERVISOR)
LIST = """query { supervisions(first: 50) { ... on SupervisionRecordConnection { nodes {
    id trackId ground raisedBy court { code } origin overdueOn respondBy status outcome version
    history { step court officerId } } } ... on Problem { code } } }"""
SHOWN = "... on SupervisionRecord { status outcome version }"


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[Door]:
    """歙县 signed for a task on 14 July that is to be answered by the 24th."""
    async with open_door(gateway_pool, clock, zone) as opened:
        await tell_story(gateway_pool, clock.now(), upto=3)
        yield opened


def china(day: int, hour: int = 9) -> datetime:
    return datetime(2025, 7, day, hour - 8, tzinfo=UTC)


async def listed(door: Door, caller: Any = ANHUI) -> list[Any]:
    rows = (await door.ask(caller, LIST))["nodes"]
    return sorted(rows, key=lambda row: len(row["raisedBy"]), reverse=True)


async def test_deadline_tells_the_court_above_then_the_high_court(door: Door, clock: SetClock) -> None:
    clock.set(china(24, 23))
    await escalating.escalate(door.desk)
    on_the_day = await listed(door)
    clock.set(china(25))
    await escalating.escalate(door.desk)
    (first,) = await listed(door)
    clock.set(china(28))
    await escalating.escalate(door.desk)
    after_four_days = await listed(door)

    assert on_the_day == []
    assert (first["raisedBy"], first["court"]["code"], first["ground"], first["origin"], first["overdueOn"]) == (
        HUANGSHAN,
        SHEXIAN,
        "NOT_BEGUN",
        "DEADLINE",
        "2025-07-24",
    )
    assert first["respondBy"] == "2025-07-30"  # three working days behind a Friday
    assert first["history"] == [{"step": "RAISED", "court": "gateway", "officerId": "gateway"}]
    assert [row["raisedBy"] for row in after_four_days] == [HUANGSHAN, "皖"]


async def test_whoever_looks_how_often_raises_once(door: Door, clock: SetClock) -> None:
    clock.set(china(29))

    await asyncio.gather(*(escalating.escalate(door.desk) for _ in range(4)))
    await escalating.escalate(door.desk)

    assert [row["raisedBy"] for row in await listed(door)] == [HUANGSHAN, "皖"]


async def test_what_a_superior_closed_is_not_raised_again(door: Door, clock: SetClock) -> None:
    clock.set(china(25))
    await escalating.escalate(door.desk)
    (first,) = await listed(door)
    await door.do(ABOVE_SHEXIAN, "closeSupervision", SHOWN, id=first["id"], outcome="UNFOUNDED", version=1)

    await escalating.escalate(door.desk)

    assert len(await listed(door)) == 1


async def test_it_closes_by_itself_when_the_act_came(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    """Beginning late is not enough: the answer was due."""
    clock.set(china(28))
    await escalating.escalate(door.desk)
    await tell(gateway_pool, header(4, clock.now()), clock.now())
    await escalating.escalate(door.desk)
    begun = await listed(door)
    await tell(gateway_pool, header(6, clock.now()), clock.now())
    await escalating.escalate(door.desk)
    answered = await listed(door)

    assert [row["status"] for row in begun] == ["OPEN", "OPEN"]
    theirs = [row for row in answered if row["court"]["code"] == SHEXIAN]
    closed = [(row["status"], row["outcome"], row["history"][-1]["court"]) for row in theirs]
    assert closed == [("CLOSED", "SETTLED", "gateway")] * 2
    assert {row["ground"] for row in answered if row not in theirs} == {"NOT_CONFIRMED"}  # 开化 is late now


async def test_answered_one_stays_until_the_act_comes(door: Door, clock: SetClock) -> None:
    clock.set(china(25))
    await escalating.escalate(door.desk)
    (first,) = await listed(door)
    answered = await door.do(officer(SHEXIAN), "answerSupervision", SHOWN, id=first["id"], answer="IN_HAND", version=1)
    await escalating.escalate(door.desk)

    assert answered["status"] == "ANSWERED"
    assert [row["status"] for row in await listed(door)] == ["ANSWERED"]


async def test_supervised_already_is_not_supervised_twice(door: Door, clock: SetClock) -> None:
    clock.set(china(25))
    given = {"trackId": str(TASK), "ground": "NOT_BEGUN", "respondBy": "2025-07-30"}
    await door.do(ABOVE_SHEXIAN, "superviseTask", SHOWN, **given)

    await escalating.escalate(door.desk)

    assert [row["origin"] for row in await listed(door)] == ["OFFICER"]


async def test_passed_up_it_lies_before_the_court_above(door: Door, clock: SetClock) -> None:
    clock.set(china(25))
    await escalating.escalate(door.desk)
    (first,) = await listed(door)

    closed = await door.do(ABOVE_SHEXIAN, "closeSupervision", SHOWN, id=first["id"], outcome="PASSED_UP", version=1)
    rows = await listed(door)

    assert closed["outcome"] == "PASSED_UP"
    assert [(row["raisedBy"], row["origin"], row["status"]) for row in rows] == [
        (HUANGSHAN, "DEADLINE", "CLOSED"),
        ("皖", "PASSED_UP", "OPEN"),
    ]


async def test_dispute_across_provinces_lies_before_both_high_courts(
    door: Door, clock: SetClock, gateway_pool: Pool
) -> None:
    async with transaction(gateway_pool) as conn:
        track = await tracks.lock(conn, TASK)
        assert track is not None
        await escalating.raise_dispute(door.desk, conn, track, clock.now())

    rows = await listed(door, officer(QUZHOU, Role.SUPERVISOR))  # it stands above 开化, and reads of its courts

    assert {(row["raisedBy"], row["court"]["code"]) for row in rows} == {("皖", SHEXIAN), ("浙", KAIHUA)}
    assert {row["ground"] for row in rows} == {"DISPUTE"}


async def test_papers_that_do_not_come_are_no_matter_of_superiors(
    door: Door, clock: SetClock, gateway_pool: Pool
) -> None:
    async with gateway_pool.acquire() as conn:
        await conn.execute("UPDATE tracks SET status = 'SUPPLEMENT_REQUESTED'")
    clock.set(china(30))

    await escalating.escalate(door.desk)

    assert (await door.rows())["supervisions"] == 0
