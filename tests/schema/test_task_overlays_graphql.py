"""Evaluations, complaints and objections through GraphQL: shown at both courts, masked by office, refused by code."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.task_overlays import TaskOverlayMutation, WorkloadQuery
from schema.node.tasks import TaskQuery
from schema.scalars import SCALARS
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    HANDLER,
    PRESIDENT,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    who,
)
from tests.enforcement.test_complaints import completed
from tests.enforcement.test_objections import seizing
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio


@strawberry.type
class Query(TaskQuery, WorkloadQuery):
    """What the tests read."""


SCHEMA = strawberry.Schema(query=Query, mutation=TaskOverlayMutation, config=StrawberryConfig(scalar_map=dict(SCALARS)))
STATEMENTS = """status overlays { kind code clearedAt } statements { id kind refers deliveredAt
    evaluation { score text officer } complaint { ground reason answerBy }
    complaintReply { text } objection { kind dueOn decidedBy objector reason assetIdentity { part value } }
    objectionDecision { outcome servedOn rulingNo } }"""
SIXTEENTH = datetime(2025, 7, 30, 1, tzinfo=UTC)
CLERK = who(KAIHUA, 4, Role.CLERK)


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


async def act(court: CourtNode, caller: Caller | None, name: str, /, **given: Any) -> Any:
    """The task that the mutation gives, or the code of the problem."""
    kind = name[0].upper() + name[1:] + "Input"
    document = f"""mutation M($input: {kind}!) {{ {name}(input: $input) {{
        ... on DelegatedTask {{ id status }} ... on Problem {{ code message }} }} }}"""
    found = await ask(court, caller, document, input={"idempotencyKey": uuid4().hex} | given)
    return found.get("code", found)


async def read(court: CourtNode, caller: Caller, task_id: object) -> Any:
    document = f"query Q($id: UUID!) {{ delegatedTask(id: $id) {{ ... on DelegatedTask {{ {STATEMENTS} }} }} }}"
    return await ask(court, caller, document, id=str(task_id))


async def last(court: CourtNode, caller: Caller, task_id: object) -> Any:
    return (await read(court, caller, task_id))["statements"][-1]


async def test_complaint_is_answered_at_the_other_court(courts: Pair, clock: SetClock) -> None:
    ours, theirs = courts.ours.node, courts.theirs.node
    task = await courts.received()
    clock.set(SIXTEENTH)
    made = await act(ours, CHIEF, "complainDelegatedTask", id=str(task.id), ground="NOT_BEGUN", reason="逾期未办")
    await courts.road.run()
    seen = await last(theirs, THEIR_CHIEF, task.id)
    clock.advance(timedelta(hours=1))
    answered = await act(
        theirs, THEIR_CENTRE, "answerComplaint", id=str(task.id), complaintId=seen["id"], text="今日开始办理"
    )
    await courts.road.run()
    at_ours = await read(ours, CHIEF, task.id)

    assert (made["status"], answered["status"]) == ("RECEIVED", "RECEIVED")
    assert seen["complaint"] == {"ground": "NOT_BEGUN", "reason": "逾期未办", "answerBy": "2025-08-06"}
    assert at_ours["statements"][-1]["complaintReply"] == {"text": "今日开始办理"}
    assert at_ours["statements"][0]["deliveredAt"] is not None
    assert [(mark["kind"], mark["code"], mark["clearedAt"] is None) for mark in at_ours["overlays"]] == [
        ("COMPLAINED", "NOT_BEGUN", False)
    ]
    closed = await act(ours, PRESIDENT, "closeComplaint", id=str(task.id), complaintId=seen["id"])
    assert closed["status"] == "RECEIVED"


async def test_objection_and_its_decision_are_read_at_both_courts(courts: Pair, clock: SetClock) -> None:
    ours, theirs = courts.ours.node, courts.theirs.node
    task = await seizing(courts)
    given = {
        "kind": "THIRD_PARTY",
        "filedOn": "2025-07-14",
        "decidedBy": KAIHUA,
        "objector": "案外人样某",
        "reason": "车辆系本人所有",
    }
    await act(theirs, THEIR_OFFICER, "forwardObjection", id=str(task.id), **given)
    await courts.road.run()
    seen = await last(ours, HANDLER, task.id)
    masked = await last(ours, CLERK, task.id)
    clock.advance(timedelta(hours=1))
    await act(
        ours, PRESIDENT, "decideObjection", id=str(task.id), objectionId=seen["id"], outcome="DISMISSED",
        decidedOn="2025-07-14", servedOn="2025-07-14", rulingNo="（2025）浙0824执异7号",
    )  # fmt: skip
    await courts.road.run()
    decided = await last(theirs, THEIR_OFFICER, task.id)

    assert seen["objection"]["dueOn"] == "2025-07-29"
    assert (seen["objection"]["decidedBy"], seen["objection"]["objector"]) == (KAIHUA, "案外人样某")
    assert {part["part"] for part in seen["objection"]["assetIdentity"]} >= {"plate"}
    assert (masked["objection"]["objector"], masked["objection"]["reason"]) == ("", "")
    assert masked["objection"]["assetIdentity"] != seen["objection"]["assetIdentity"]
    assert decided["refers"] == seen["id"]
    assert decided["objectionDecision"] == {
        "outcome": "DISMISSED",
        "servedOn": "2025-07-14",
        "rulingNo": "（2025）浙0824执异7号",
    }


async def test_evaluation_and_workload_are_read(courts: Pair, clock: SetClock) -> None:
    task = await completed(courts)
    await act(courts.ours.node, HANDLER, "evaluateDelegatedTask", id=str(task.id), score=5, text="很好")
    await courts.road.run()
    theirs = await last(courts.theirs.node, THEIR_CHIEF, task.id)
    document = """query ($period: PeriodInput!) { workload(period: $period) { ... on Workload {
        tasks numerator denominator credits { officer matter tasks numerator denominator } }
        ... on Problem { code } } }"""
    day = clock.now().date().isoformat()
    counted = await ask(courts.theirs.node, THEIR_OFFICER, document, period={"from": day, "to": day})
    nobody = await ask(courts.theirs.node, None, document, period={"from": day, "to": day})
    reversed_ = await ask(courts.theirs.node, THEIR_CHIEF, document, period={"from": day, "to": "2025-07-01"})

    assert theirs["evaluation"] == {"score": 5, "text": "很好", "officer": HANDLER.officer_id}
    credit = {"matter": "INVESTIGATE_ASSETS", "tasks": 1, "numerator": 1, "denominator": 10}
    assert counted == {
        "tasks": 1,
        "numerator": 1,
        "denominator": 10,
        "credits": [{"officer": THEIR_OFFICER.officer_id} | credit],
    }
    assert (nobody, reversed_) == ({"code": "FORBIDDEN"}, {"code": "INVALID_PERIOD"})


TABLES = ("task_statements", "task_overlays", "objections", "outbox", "idempotency")


async def counts(courts: Pair) -> list[int]:
    return [await court.count(table) for court in (courts.ours, courts.theirs) for table in TABLES]


def objection(**changes: Any) -> dict[str, Any]:
    given = {
        "kind": "CONDUCT",
        "filedOn": "2025-07-14",
        "decidedBy": KAIHUA,
        "objector": "异议人样某",
        "reason": "不服",
    }
    return given | changes


async def refused(courts: Pair, court: CourtNode, caller: Caller | None, name: str, /, **given: Any) -> Any:
    """The code; nothing may be written or queued at either court."""
    before = await counts(courts)
    found = await act(court, caller, name, **given)
    assert await counts(courts) == before
    return found


async def test_refused_complaints(courts: Pair, clock: SetClock) -> None:
    ours, theirs, name = courts.ours.node, courts.theirs.node, "complainDelegatedTask"
    task = await courts.in_progress()
    at = {"id": str(task.id)}
    given = {**at, "ground": "NOT_ANSWERED", "reason": "逾期"}
    found = [
        await refused(courts, ours, None, name, **given),
        await refused(courts, ours, HANDLER, name, **given),
        await refused(courts, ours, CHIEF, name, **given),
        await refused(courts, ours, CHIEF, name, **(given | {"ground": "NOT_SIGNED_FOR"})),
        await refused(courts, ours, CHIEF, name, **(given | {"reason": " "})),
        await refused(courts, ours, CHIEF, name, **(given | {"id": str(uuid4())})),
    ]
    clock.advance(timedelta(days=20))
    await act(ours, CENTRE, name, **given)
    found.append(await refused(courts, ours, CHIEF, name, **given))
    await courts.road.run()
    filed = {**at, "complaintId": (await last(theirs, THEIR_CHIEF, task.id))["id"], "text": "在办"}
    found.append(await refused(courts, theirs, THEIR_CHIEF, "answerComplaint", **(filed | {"text": ""})))
    await act(theirs, THEIR_CHIEF, "answerComplaint", **filed)
    found.append(await refused(courts, theirs, THEIR_CHIEF, "answerComplaint", **filed))

    assert found == [
        "FORBIDDEN",
        "FORBIDDEN",
        "COMPLAINT_TOO_EARLY",
        "TRANSITION_NOT_ALLOWED",
        "RETURN_REASON_REQUIRED",
        "NOT_FOUND",
        "COMPLAINT_OPEN",
        "RETURN_REASON_REQUIRED",
        "COMPLAINT_ANSWERED",
    ]


async def test_refused_objections(courts: Pair) -> None:
    theirs, name = courts.theirs.node, "forwardObjection"
    task = await seizing(courts)
    at = {"id": str(task.id)}
    unnamed = {"kind": "VEHICLE", "identity": [], "division": "341021"}
    no_plate = unnamed | {"identity": [{"part": "plate", "value": "没有"}]}
    found = [
        await refused(courts, theirs, THEIR_OFFICER, name, **at, **objection(decidedBy="浙0822")),
        await refused(courts, theirs, THEIR_OFFICER, name, **at, **objection(filedOn="2025-07-15")),
        await refused(courts, theirs, THEIR_OFFICER, name, **at, **objection(asset=unnamed)),
        await refused(courts, theirs, THEIR_OFFICER, name, **at, **objection(asset=no_plate)),
        await refused(courts, theirs, THEIR_OFFICER, name, **at, **objection(reason="")),
    ]
    await act(theirs, THEIR_OFFICER, name, **at, **objection(), idempotencyKey="k")
    other = objection(reason="另")
    found.append(await refused(courts, theirs, THEIR_OFFICER, name, **at, **other, idempotencyKey="k"))

    assert found == [
        "INVALID_COURTS",
        "INVALID_PERIOD",
        "INVALID_IDENTITY",
        "INVALID_PLATE",
        "RETURN_REASON_REQUIRED",
        "IDEMPOTENCY_KEY_REUSED",
    ]


async def test_refused_decisions(courts: Pair) -> None:
    ours, theirs, name = courts.ours.node, courts.theirs.node, "decideObjection"
    task = await seizing(courts)
    at = {"id": str(task.id)}
    await act(theirs, THEIR_OFFICER, "forwardObjection", **at, **objection())
    await courts.road.run()
    which = {**at, "objectionId": (await last(ours, CHIEF, task.id))["id"], "decidedOn": "2025-07-14"}
    both = who(KAIHUA, 1, Role.HANDLER, Role.PRESIDENT)
    found = [
        await refused(courts, ours, CHIEF, name, **which, outcome="FOUNDED"),
        await refused(courts, theirs, THEIR_CHIEF, name, **which, outcome="WITHDRAWN"),
        await refused(courts, ours, both, name, **which, outcome="WITHDRAWN"),
        await refused(courts, ours, CHIEF, name, **which, outcome="SUED"),
    ]
    await act(ours, CHIEF, name, **which, outcome="WITHDRAWN")
    found.append(await refused(courts, ours, CHIEF, name, **which, outcome="WITHDRAWN"))

    assert found == [
        "RETURN_REASON_REQUIRED",
        "NOT_FOUND",
        "HANDLER_MAY_NOT_DECIDE",
        "OBJECTION_DECIDED",
        "OBJECTION_DECIDED",
    ]


async def test_refused_evaluations(courts: Pair, clock: SetClock) -> None:
    ours, name = courts.ours.node, "evaluateDelegatedTask"
    other = await seizing(courts)
    task = await completed(courts)
    at = {"id": str(task.id)}
    found = [
        await refused(courts, ours, HANDLER, name, **at, score=0),
        await refused(courts, ours, HANDLER, name, id=str(other.id), score=5),
    ]
    clock.advance(timedelta(days=31))
    found.append(await refused(courts, ours, CHIEF, name, **at, score=3))
    clock.advance(timedelta(days=-31))
    await act(ours, HANDLER, name, **at, score=3)
    found.append(await refused(courts, ours, HANDLER, name, **at, score=3))

    assert found == ["INVALID_SCORE", "TRANSITION_NOT_ALLOWED", "EVALUATION_TOO_LATE", "ALREADY_EVALUATED"]
