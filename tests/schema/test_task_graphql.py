"""Delegated tasks through GraphQL: every act by its office, masked by office, problems as values."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import anyio
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import watching
from schema.context import NodeContext
from schema.node.task_lists import TaskBatchMutation, TaskListQuery
from schema.node.tasks import TaskMutation, TaskQuery, TaskSubscription
from schema.positions import cursor_of
from schema.scalars import SCALARS
from tests.enforcement.registry_zone import DEBTOR_NO, NUMBER
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    DIGEST,
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

pytestmark = pytest.mark.anyio


@strawberry.type
class Query(TaskQuery, TaskListQuery):
    """What a desk reads."""


@strawberry.type
class Mutation(TaskMutation, TaskBatchMutation):
    """What a desk does."""


SCHEMA = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=TaskSubscription,
    config=StrawberryConfig(scalar_map=dict(SCALARS)),
)
TASK = "... on DelegatedTask { id version status holder nextStep nextStepBy direction }"
PROBLEM = "... on Problem { __typename code message }"
PAPERS = ["DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE"]


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def ask(court: CourtNode, caller: Caller | None, document: str, **variables: Any) -> Any:
    context = NodeContext(court=court, caller=caller, language="en")
    result = await SCHEMA.execute(document, variable_values=variables, context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    return next(iter(result.data.values()))


async def act(court: CourtNode, caller: Caller, name: str, input_type: str, /, **given: Any) -> Any:
    document = f"mutation M($input: {input_type}!) {{ {name}(input: $input) {{ {TASK} {PROBLEM} }} }}"
    return await ask(court, caller, document, input=given)


def new(**changes: Any) -> dict[str, Any]:
    given = {
        "caseNumber": NUMBER,
        "entrustedCourt": SHEXIAN,
        "matter": "INVESTIGATE_ASSETS",
        "kinds": ["VEHICLE"],
        "documents": [{"kind": kind, "sha256": DIGEST} for kind in PAPERS],
        "idempotencyKey": "k-1",
    }
    return given | changes


def at(task: Any) -> dict[str, Any]:
    return {"id": task["id"], "version": task["version"]}


async def read(court: CourtNode, caller: Caller, task: Any, fields: str) -> Any:
    document = f"query Q($id: UUID!) {{ delegatedTask(id: $id) {{ ... on DelegatedTask {{ {fields} }} {PROBLEM} }} }}"
    return await ask(court, caller, document, id=task["id"])


async def dispatched(courts: Pair) -> Any:
    ours = courts.ours.node
    task = await act(ours, HANDLER, "createDelegatedTask", "CreateDelegatedTaskInput", **new())
    task = await act(ours, HANDLER, "submitDelegatedTask", "TaskVersionInput", **at(task))
    task = await act(ours, CHIEF, "approveDelegatedTask", "TaskOpinionInput", **at(task), opinion="同意")
    return await act(ours, CENTRE, "dispatchDelegatedTask", "TaskVersionInput", **at(task))


async def test_whole_life_by_mutations(courts: Pair, clock: SetClock) -> None:
    ours, theirs = courts.ours.node, courts.theirs.node
    task = await dispatched(courts)
    assert (task["status"], task["holder"], task["nextStep"]) == ("DISPATCHED", SHEXIAN, "RECEIVE")
    await courts.road.run()

    theirs_task = await read(theirs, THEIR_CENTRE, task, "id version status direction")
    assert (theirs_task["status"], theirs_task["direction"]) == ("RECEIVED", "INBOUND")
    theirs_task = await act(theirs, THEIR_CENTRE, "signForDelegatedTask", "TaskVersionInput", **at(theirs_task))
    theirs_task = await act(
        theirs,
        THEIR_CHIEF,
        "assignDelegatedTask",
        "AssignDelegatedTaskInput",
        **at(theirs_task),
        officerId="o-341021-02",
    )
    step = {"kind": "SEARCHED", "at": clock.now().isoformat(), "officers": ["o-341021-02"], "note": "查车"}
    theirs_task = await act(
        theirs, THEIR_OFFICER, "recordHandlingStep", "RecordHandlingStepInput", **at(theirs_task), **step
    )
    theirs_task = await act(
        theirs, THEIR_OFFICER, "submitFeedback", "SubmitFeedbackInput", **at(theirs_task), result="NOT_FOUND_ASSET"
    )
    assert theirs_task["nextStepBy"] == KAIHUA
    await courts.road.run()

    task = await read(ours, HANDLER, task, "id version status timeline { seq type author digest step { note } }")
    assert [event["type"] for event in task["timeline"]] == [
        "DISPATCHED",
        "RECEIVED",
        "SIGNED_FOR",
        "STARTED",
        "STEP_RECORDED",
        "FED_BACK",
    ]
    assert task["timeline"][4]["step"] == {"note": "查车"}
    done = await act(ours, HANDLER, "confirmDelegatedTask", "TaskVersionInput", **at(task))
    assert (done["status"], done["holder"], done["nextStep"]) == ("COMPLETED", None, None)


async def test_timeline_is_equal_at_both_courts(courts: Pair) -> None:
    task = await dispatched(courts)
    await courts.road.run()

    fields = "timeline { seq type author at status dueOn digest }"
    assert await read(courts.ours.node, HANDLER, task, fields) == await read(
        courts.theirs.node, THEIR_CENTRE, task, fields
    )


async def test_offices_without_identities_see_masked(courts: Pair) -> None:
    task = await dispatched(courts)
    fields = "content { caseNumber debtor { name identifier } remark }"

    whole = await read(courts.ours.node, HANDLER, task, fields)
    masked = await read(courts.ours.node, CENTRE, task, fields)

    assert whole["content"]["debtor"] == {"name": "李样甲", "identifier": DEBTOR_NO}
    assert masked["content"]["debtor"]["name"] == "李某"
    assert DEBTOR_NO not in masked["content"]["debtor"]["identifier"]


@pytest.mark.parametrize("beside", [(), (Role.LIAISON_OFFICER,), (Role.DEVELOPER,)])
async def test_handler_sees_own_tasks_only(courts: Pair, beside: tuple[Role, ...]) -> None:
    task = await dispatched(courts)
    other = who(KAIHUA, 2, Role.HANDLER, *beside)

    seen = await read(courts.ours.node, other, task, "id")

    assert seen["code"] == "NOT_FOUND"
    listed = "{ delegatedTasks { ... on DelegatedTaskConnection { edges { node { id } } } } }"
    assert await ask(courts.ours.node, other, listed) == {"edges": []}
    assert len((await ask(courts.ours.node, CENTRE, listed))["edges"]) == 1


async def test_pages_walk_every_task_once(courts: Pair) -> None:
    ours = courts.ours.node
    for kind in ("VEHICLE", "REAL_ESTATE", "EQUITY", "BANK_DEPOSIT", "MOVABLE"):
        await act(
            ours, HANDLER, "createDelegatedTask", "CreateDelegatedTaskInput", **new(kinds=[kind], idempotencyKey=kind)
        )

    document = """query Q($after: String) {
        delegatedTasks(first: 2, after: $after, direction: OUTBOUND, status: [DRAFT]) {
            ... on DelegatedTaskConnection { edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""
    seen, after, more = [], None, True
    while more:
        page = await ask(ours, CENTRE, document, after=after)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("caller", "changes", "code"),
    [
        (CENTRE, {}, "FORBIDDEN"),
        (who(KAIHUA, 2, Role.HANDLER), {}, "NOT_ASSIGNED"),
        (HANDLER, {"caseNumber": "（2025）浙0824执366"}, "INVALID_CASE_NUMBER"),
        (HANDLER, {"caseNumber": "（2025）浙0824执999号"}, "NOT_FOUND"),
        (HANDLER, {"entrustedCourt": "赣1181"}, "UNKNOWN_COURT"),
        (HANDLER, {"entrustedCourt": KAIHUA}, "UNKNOWN_COURT"),
        (HANDLER, {"kinds": []}, "INVALID_KINDS"),
        (HANDLER, {"documents": []}, "LEGAL_DOCUMENT_MISSING"),
        (HANDLER, {"debtor": {"residentId": "330824198607049968"}}, "NOT_JUDGMENT_DEBTOR"),
        (HANDLER, {"debtor": {"residentId": "330824198607049967"}}, "INVALID_ID_NUMBER"),
        (HANDLER, {"debtor": {}}, "INVALID_IDENTITY"),
        (HANDLER, {"matter": "SEIZE_VEHICLE"}, "LEGAL_DOCUMENT_MISSING"),
        (HANDLER, {"documents": [{"kind": kind, "sha256": "AB"} for kind in PAPERS]}, "INVALID_DOCUMENT"),
    ],
)
async def test_refused_draft_writes_nothing(courts: Pair, caller: Caller, changes: dict[str, Any], code: str) -> None:
    told = await act(courts.ours.node, caller, "createDelegatedTask", "CreateDelegatedTaskInput", **new(**changes))

    assert told["code"] == code
    for table in ("tasks", "task_history", "idempotency", "events", "outbox"):
        assert await courts.ours.count(table) == 0


async def test_same_thing_twice_names_the_first(courts: Pair) -> None:
    ours = courts.ours.node
    first = await act(ours, HANDLER, "createDelegatedTask", "CreateDelegatedTaskInput", **new())

    document = f"""mutation M($input: CreateDelegatedTaskInput!) {{ createDelegatedTask(input: $input) {{
        {TASK} ... on DuplicateOf {{ code same: id }} }} }}"""
    again = await ask(ours, HANDLER, document, input=new(idempotencyKey="k-2"))

    assert again == {"code": "DUPLICATE_OF", "same": first["id"]}
    assert await courts.ours.count("tasks") == 1


async def test_missing_papers_are_named(courts: Pair) -> None:
    document = """mutation M($input: CreateDelegatedTaskInput!) { createDelegatedTask(input: $input) {
        ... on LegalDocumentMissing { missing } } }"""

    told = await ask(
        courts.ours.node, HANDLER, document, input=new(documents=[{"kind": "DELEGATION_LETTER", "sha256": DIGEST}])
    )

    assert told == {"missing": ["INVESTIGATION_NOTICE", "OFFICER_CERTIFICATE"]}


async def test_subscription_tells_each_change(courts: Pair) -> None:
    task = await dispatched(courts)
    context = NodeContext(court=courts.ours.node, caller=HANDLER, language="en")
    document = "subscription S($id: UUID!) { delegatedTaskChanged(taskId: $id) { ... on DelegatedTask { status } } }"
    seen: list[str] = []

    source: Any = await SCHEMA.subscribe(document, variable_values={"id": task["id"]}, context_value=context)
    with anyio.fail_after(10):
        async for result in source:
            seen.append(result.data["delegatedTaskChanged"]["status"])
            if seen[-1] == "DISPATCHED":
                await courts.road.run()
            else:
                break
    await source.aclose()

    assert seen == ["DISPATCHED", "RECEIVED"]
    assert watching.POLL_S < 1


FOLLOW = """subscription S($id: UUID!, $after: String) { delegatedTaskChanged(taskId: $id, after: $after) {
    ... on DelegatedTask { status cursor } ... on Problem { code } } }"""


async def follow(court: CourtNode, caller: Caller, **variables: Any) -> dict[str, Any]:
    """The first thing that a subscription tells."""
    context = NodeContext(court=court, caller=caller, language="en")
    source: Any = await SCHEMA.subscribe(FOLLOW, variable_values=variables, context_value=context)
    with anyio.fail_after(10):
        result = await anext(source)
    await source.aclose()
    assert result.errors is None
    told: dict[str, Any] = result.data["delegatedTaskChanged"]
    return told


async def test_subscription_resumes_behind_its_cursor(courts: Pair) -> None:
    task = await dispatched(courts)
    first = await follow(courts.ours.node, HANDLER, id=task["id"])
    await courts.road.run()

    second = await follow(courts.ours.node, HANDLER, id=task["id"], after=first["cursor"])
    refused = [
        await follow(courts.ours.node, HANDLER, id=task["id"], after=after)
        for after in ("nonsense", cursor_of(str(uuid4()), 1))
    ]

    assert (first["status"], second["status"]) == ("DISPATCHED", "RECEIVED")
    assert refused == [{"code": "INVALID_CURSOR"}] * 2


async def test_every_field_is_described_in_both_languages() -> None:
    told = await SCHEMA.execute(
        """{ __schema { types { name description kind fields { name description args { name description } }
             inputFields { name description } enumValues { name description } } } }"""
    )
    assert told.data is not None
    for kind in told.data["__schema"]["types"]:
        if kind["name"].startswith("__") or kind["kind"] == "SCALAR" or kind["name"] in ROOTS:
            continue
        parts = [kind, *(kind["fields"] or []), *(kind["inputFields"] or []), *(kind["enumValues"] or [])]
        for part in parts:
            text = part["description"] or ""
            assert any("一" <= letter <= "鿿" for letter in text), f"{kind['name']}.{part['name']}"


ROOTS = {"Query", "Mutation", "TaskSubscription"}
