"""A desk's lists of tasks through GraphQL: filters, orders, counts, and acts on several at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db.clock import SetClock
from db.records.assets import AssetKind
from enforcement.rules.rights import Caller, Role
from tests.enforcement.registry_zone import NUMBER
from tests.enforcement.task_zone import (
    CENTRE,
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    who,
)
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.test_task_graphql import ask

pytestmark = pytest.mark.anyio

LIST = """query L($filter: DelegatedTaskFilter, $order: TaskOrder! = YOUNGEST, $first: Int! = 20, $after: String) {
  delegatedTasks(filter: $filter, order: $order, first: $first, after: $after) {
    ... on DelegatedTaskConnection { nodes { id status urgent } pageInfo { hasNextPage endCursor } }
    ... on Problem { code } } }"""
COUNTS = """query C($direction: Direction, $filter: DelegatedTaskFilter) {
  delegatedTaskCounts(direction: $direction, filter: $filter) {
    ... on DelegatedTaskCounts { asOf counts { direction status tasks overdue heldHere } }
    ... on Problem { code } } }"""
BATCH = """mutation B($input: %s!) { %s(input: $input) {
  ... on DelegatedTaskBatch { results { ... on DelegatedTask { id status version officer } ... on Problem { code } } }
  ... on Problem { code } } }"""
SIGN = BATCH % ("SignForDelegatedTasksInput", "signForDelegatedTasks")
ASSIGN = BATCH % ("AssignDelegatedTasksInput", "assignDelegatedTasks")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


@pytest.fixture
async def three(courts: Pair, clock: SetClock) -> list[str]:
    """Received at the entrusted court, in the order in which they were made: the second is urgent."""
    kinds = (AssetKind.VEHICLE, AssetKind.REAL_ESTATE, AssetKind.EQUITY)
    made = []
    for number, kind in enumerate(kinds):
        task = await courts.received(kinds=(kind,), urgent=number == 1)
        clock.advance(timedelta(minutes=1))
        made.append(str(task.id))
    return made


async def listed(courts: Pair, caller: Caller = THEIR_CENTRE, **given: Any) -> list[str]:
    court = courts.theirs.node if caller.court == SHEXIAN else courts.ours.node
    return [task["id"] for task in (await ask(court, caller, LIST, **given))["nodes"]]


async def test_the_first_due_comes_first(courts: Pair, three: list[str]) -> None:
    first, urgent, third = three

    assert await listed(courts, order="DUE") == [urgent, *sorted([first, third])]  # the others are due the same day
    assert await listed(courts) == [third, urgent, first]


async def test_pages_by_due_day_meet_each_task_once(courts: Pair, three: list[str]) -> None:
    seen: list[str] = []
    after = None
    for _ in three:
        page = await ask(courts.theirs.node, THEIR_CENTRE, LIST, order="DUE", first=1, after=after)
        seen += [task["id"] for task in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert not page["pageInfo"]["hasNextPage"]
    assert sorted(seen) == sorted(three)


async def test_drafts_without_a_day_come_last(courts: Pair, three: list[str]) -> None:
    draft = await courts.created(kinds=(AssetKind.EQUITY, AssetKind.SHIP))

    page = await ask(courts.ours.node, CENTRE, LIST, order="DUE", first=3)
    rest = await listed(courts, CENTRE, order="DUE", after=page["pageInfo"]["endCursor"])

    assert rest == [str(draft.id)]


async def test_the_last_changed_comes_first(courts: Pair, three: list[str]) -> None:
    task = await courts.task(SHEXIAN, UUID(three[0]))
    await ask(courts.theirs.node, THEIR_CENTRE, SIGN, input={"tasks": [{"id": three[0], "version": task.version}]})

    assert (await listed(courts, order="CHANGED"))[0] == three[0]


async def test_a_cursor_of_another_order_is_refused(courts: Pair, three: list[str]) -> None:
    page = await ask(courts.theirs.node, THEIR_CENTRE, LIST, order="DUE", first=1)

    refused = await ask(courts.theirs.node, THEIR_CENTRE, LIST, after=page["pageInfo"]["endCursor"])

    assert refused == {"code": "INVALID_CURSOR"}


async def test_each_filter_narrows(courts: Pair, three: list[str], clock: SetClock) -> None:
    assert await listed(courts, filter={"isUrgent": True}) == [three[1]]
    assert await listed(courts, filter={"matters": ["SEAL"]}) == []
    assert len(await listed(courts, filter={"matters": ["INVESTIGATE_ASSETS"], "otherCourt": KAIHUA})) == 3
    assert await listed(courts, filter={"otherCourt": SHEXIAN}) == []
    assert len(await listed(courts, filter={"isHeldHere": True})) == 3
    assert await listed(courts, CENTRE, filter={"isHeldHere": True}) == []
    assert len(await listed(courts, CENTRE, filter={"caseNumber": NUMBER})) == 3
    assert await listed(courts, CENTRE, filter={"caseNumber": "（2025）浙0824执9999号"}) == []
    assert await listed(courts, filter={"caseNumber": NUMBER}) == []  # the case is the other court's
    today = clock.now().date()
    assert await listed(courts, filter={"dueBy": str(today)}) == [three[1]]
    assert await listed(courts, filter={"isOverdue": True}) == []
    clock.advance(timedelta(hours=3))
    assert await listed(courts, filter={"isOverdue": True}) == [three[1]]


async def test_counts_say_what_is_overdue_and_who_moves(courts: Pair, three: list[str], clock: SetClock) -> None:
    await courts.created(kinds=(AssetKind.SHIP,))
    clock.advance(timedelta(hours=3))

    ours = await ask(courts.ours.node, CENTRE, COUNTS)
    theirs = await ask(courts.theirs.node, THEIR_CENTRE, COUNTS, direction="INBOUND")
    urgent = await ask(courts.theirs.node, THEIR_CENTRE, COUNTS, filter={"isUrgent": True})

    assert ours["counts"] == [
        {"direction": "OUTBOUND", "status": "DRAFT", "tasks": 1, "overdue": 0, "heldHere": 1},
        {"direction": "OUTBOUND", "status": "RECEIVED", "tasks": 3, "overdue": 1, "heldHere": 0},
    ]
    assert theirs["counts"] == [{"direction": "INBOUND", "status": "RECEIVED", "tasks": 3, "overdue": 1, "heldHere": 3}]
    assert urgent["counts"][0]["tasks"] == 1


async def test_a_handler_counts_and_lists_what_is_in_their_hands(courts: Pair, three: list[str]) -> None:
    other = who(KAIHUA, 3, Role.HANDLER)

    assert (await ask(courts.ours.node, HANDLER, COUNTS))["counts"][0]["tasks"] == 3
    assert (await ask(courts.ours.node, other, COUNTS))["counts"] == []
    assert await listed(courts, other, order="DUE") == []
    nobody = who(KAIHUA, 9, Role.DEVELOPER)
    assert (await ask(courts.ours.node, nobody, COUNTS))["code"] == "FORBIDDEN"


async def test_several_are_signed_for_and_assigned_at_once(courts: Pair, three: list[str]) -> None:
    theirs = courts.theirs.node
    versions = [(await courts.task(SHEXIAN, UUID(one))).version for one in three]
    versions[1] += 1
    wanted = [{"id": one, "version": version} for one, version in zip(three, versions, strict=True)]

    signed = (await ask(theirs, THEIR_CENTRE, SIGN, input={"tasks": wanted}))["results"]

    assert [one.get("status") or one["code"] for one in signed] == ["SIGNED_FOR", "STALE_VERSION", "SIGNED_FOR"]
    again = [{"id": one["id"], "version": one["version"]} for one in (signed[0], signed[2])]
    given = {"tasks": again, "officerId": THEIR_OFFICER.officer_id}
    assigned = (await ask(theirs, THEIR_CHIEF, ASSIGN, input=given))["results"]
    assert [(one["status"], one["officer"]) for one in assigned] == [("IN_PROGRESS", THEIR_OFFICER.officer_id)] * 2
    assert (await courts.task(SHEXIAN, UUID(three[1]))).status == "RECEIVED"


async def test_a_batch_that_is_none_does_nothing(courts: Pair, three: list[str]) -> None:
    theirs = courts.theirs.node
    one = {"id": three[0], "version": (await courts.task(SHEXIAN, UUID(three[0]))).version}

    for tasks in ([], [one, one], [one | {"id": f"00000000-0000-4000-8000-{n:012}"} for n in range(101)]):
        assert await ask(theirs, THEIR_CENTRE, SIGN, input={"tasks": tasks}) == {"code": "INVALID_BATCH"}
        given = {"tasks": tasks, "officerId": THEIR_OFFICER.officer_id}
        assert await ask(theirs, THEIR_CHIEF, ASSIGN, input=given) == {"code": "INVALID_BATCH"}

    assert (await courts.task(SHEXIAN, UUID(three[0]))).version == one["version"]


async def test_who_may_not_sign_for_one_may_not_for_several(courts: Pair, three: list[str]) -> None:
    one = {"id": three[0], "version": (await courts.task(SHEXIAN, UUID(three[0]))).version}

    signed = await ask(courts.theirs.node, THEIR_OFFICER, SIGN, input={"tasks": [one]})

    assert signed == {"code": "FORBIDDEN"}
