"""A refused act stands in the audit trail: who tried what on which object, and the code; nothing else of the input."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SetClock
from enforcement.audit_proof import prove
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.audit_desk import events
from tests.enforcement.registry_zone import NUMBER
from tests.enforcement.task_zone import CHIEF, HANDLER, THEIR_CENTRE, THEIR_OFFICER, NewDatabase, Pair, pair
from tests.schema.test_task_graphql import new

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def act(court: CourtNode, caller: Caller | None, name: str, kind: str, given: dict[str, Any]) -> Any:
    document = f"mutation M($input: {kind}!) {{ {name}(input: $input) {{ __typename ... on Problem {{ code }} }} }}"
    answer = await SCHEMA.execute(document, {"input": given}, NodeContext(court, caller, "en"))
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return answer.data[name]


async def refused(court: CourtNode) -> list[tuple[Any, ...]]:
    found = await events(court, "REFUSED_ACT")
    return [(event["officerId"], event["sections"], event["outcome"]) for event in found]


async def test_a_refused_act_is_chained_with_its_code(courts: Pair) -> None:
    ours, task = courts.ours.node, await courts.created()
    stale = {"id": str(task.id), "version": 7}

    await act(ours, HANDLER, "submitDelegatedTask", "TaskVersionInput", stale)
    await act(ours, CHIEF, "createDelegatedTask", "CreateDelegatedTaskInput", new())

    found = await events(ours, "REFUSED_ACT")
    assert await refused(ours) == [
        (HANDLER.officer_id, ["submitDelegatedTask"], "STALE_VERSION"),
        (CHIEF.officer_id, ["createDelegatedTask"], "FORBIDDEN"),
    ]
    assert [event["roles"] for event in found] == [["HANDLER"], ["BUREAU_CHIEF"]]
    sql = "SELECT object_id FROM audit_events WHERE action = 'REFUSED_ACT' ORDER BY seq"
    assert [row["object_id"] for row in await ours.pool.fetch(sql)] == [task.id, None]
    assert (await prove(ours.pool)).is_whole


async def test_an_act_that_is_done_is_not_refused(courts: Pair) -> None:
    task = await courts.created()

    await act(
        courts.ours.node,
        HANDLER,
        "submitDelegatedTask",
        "TaskVersionInput",
        {"id": str(task.id), "version": task.version},
    )

    assert await refused(courts.ours.node) == []


async def test_each_refusal_of_a_batch_is_chained(courts: Pair) -> None:
    theirs, task = courts.theirs.node, await courts.received()
    tasks = [{"id": str(task.id), "version": task.version}, {"id": str(uuid4()), "version": 1}]

    await act(theirs, THEIR_CENTRE, "signForDelegatedTasks", "SignForDelegatedTasksInput", {"tasks": tasks})
    await act(theirs, THEIR_OFFICER, "signForDelegatedTasks", "SignForDelegatedTasksInput", {"tasks": tasks})

    assert await refused(theirs) == [
        (THEIR_CENTRE.officer_id, ["signForDelegatedTasks"], "NOT_FOUND"),
        (THEIR_OFFICER.officer_id, ["signForDelegatedTasks"], "FORBIDDEN"),
    ]


async def test_nobody_fills_the_trail_without_signing_in(courts: Pair) -> None:
    assert (await act(courts.ours.node, None, "createDelegatedTask", "CreateDelegatedTaskInput", new()))["code"]

    assert await refused(courts.ours.node) == []


async def test_refusals_are_recorded_of_every_mutation() -> None:
    acts: Any = SCHEMA._schema.mutation_type  # graphql-core's own schema

    recording = {name for name, field in acts.fields.items() if "_recording" in field.resolve.__qualname__}

    assert recording == set(acts.fields) - {"zone"}  # what is the gateway's is recorded there


async def test_what_is_made_may_have_results_of_its_own(courts: Pair) -> None:
    given = {"caseNumber": NUMBER, "kinds": ["VEHICLE"], "idempotencyKey": "s"}

    made = await act(courts.ours.node, HANDLER, "requestAssetSearch", "RequestAssetSearchInput", given)

    assert made == {"__typename": "AssetSearch"}
    assert await refused(courts.ours.node) == []
