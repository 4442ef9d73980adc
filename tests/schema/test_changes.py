"""A desk hears of its tasks, measures and warnings: each change once, resumed where it stopped, of its own alone."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import anyio
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from db import events
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import MeasureKind
from db.records.warnings_raised import About, WarningKind
from enforcement import measures, warnings_raised
from enforcement.court import CourtNode
from enforcement.measures import NewMeasure
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.changes import ChangeSubscription
from schema.node.tasks import TaskQuery
from schema.scalars import SCALARS
from tests.enforcement import registry_zone
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    HANDLER,
    THEIR_CENTRE,
    NewDatabase,
    Pair,
    pair,
    who,
)
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio

SCHEMA = strawberry.Schema(
    query=TaskQuery, subscription=ChangeSubscription, config=StrawberryConfig(scalar_map=dict(SCALARS))
)
TASKS = """subscription ($direction: Direction, $after: String) {
  delegatedTasksChanged(direction: $direction, after: $after) {
    ... on DelegatedTask { id status cursor } ... on Problem { code } } }"""
WARNINGS = """subscription ($kinds: [WarningKind!], $after: String) { warningRaised(kinds: $kinds, after: $after) {
    ... on WarningNotice { cursor warning { id kind } } ... on Problem { code } } }"""
MEASURES = """subscription ($after: String) { measureChanged(after: $after) {
    ... on MeasureChange { cursor measure { id status } } ... on Problem { code } } }"""
OTHER = who(KAIHUA, 3, Role.HANDLER)
IDLE_S = 1.0


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


@asynccontextmanager
async def heard(
    court: CourtNode, caller: Caller | None, document: str, **variables: Any
) -> AsyncGenerator[AsyncGenerator[Any, None], None]:
    """The answers of a subscription, which has begun to listen."""
    context = NodeContext(court=court, caller=caller, language="en")
    stream = await SCHEMA.subscribe(document, variable_values=variables, context_value=context)
    assert hasattr(stream, "__aiter__"), stream

    async def answers() -> AsyncGenerator[Any, None]:
        async for result in stream:
            assert result.errors is None, result.errors
            assert result.data is not None
            yield next(iter(result.data.values()))

    listening = answers()
    try:
        yield listening
    finally:
        await listening.aclose()
        await stream.aclose()


async def begun(listening: AsyncGenerator[Any, None], act: Any, wanted: int) -> list[Any]:
    """What is heard after `act`, which is done once the stream listens."""
    found: list[Any] = []

    async def listen() -> None:
        async for answer in listening:
            found.append(answer)
            if len(found) == wanted:
                return

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await anyio.sleep(0.5)
            await act()
    return found


async def first(court: CourtNode, caller: Caller | None, document: str, **variables: Any) -> Any:
    """The first answer; None when nothing is said for a while."""
    async with heard(court, caller, document, **variables) as listening:
        with anyio.move_on_after(IDLE_S):
            return await anext(listening)
    return None


async def raised(courts: Pair, kind: WarningKind, officer: str) -> UUID:
    node, once = courts.ours.node, uuid4()
    async with transaction(node.pool) as conn:
        assert await warnings_raised.raise_(node, conn, kind, About(case_id=once), once=str(once), officer=officer)
        found = await conn.fetchval("SELECT id FROM warnings WHERE once_key = $1", f"{kind} {once}")
    assert isinstance(found, UUID)
    return found


async def test_a_desk_hears_of_each_of_its_tasks(courts: Pair) -> None:
    async with heard(courts.ours.node, CENTRE, TASKS) as listening:
        told = await begun(listening, courts.created, 1)

    assert [answer["status"] for answer in told] == ["DRAFT"]


async def test_what_came_meanwhile_is_heard_after_the_cursor(courts: Pair) -> None:
    async with heard(courts.ours.node, CENTRE, TASKS) as listening:
        (before,) = await begun(listening, courts.created, 1)
    task = await courts.task(KAIHUA, UUID(before["id"]))
    async with transaction(courts.ours.node.pool) as conn:
        await events.add(conn, topic="task", ref=task.id, kind="SUBMITTED", now=courts.ours.node.clock.now())

    after = await first(courts.ours.node, CENTRE, TASKS, after=before["cursor"])

    assert (after["id"], after["cursor"] > "") == (before["id"], True)
    assert await first(courts.ours.node, CENTRE, TASKS, after=after["cursor"]) is None


async def test_a_change_that_is_committed_late_is_not_passed_over(courts: Pair) -> None:
    task = await courts.created()
    node = courts.ours.node
    async with node.pool.acquire() as conn:
        start = await events.here(conn)
    async with node.pool.acquire() as late:
        transaction_of = late.transaction()
        await transaction_of.start()
        await events.add(late, topic="task", ref=task.id, kind="SUBMITTED", now=node.clock.now())
        async with transaction(node.pool) as conn:
            await events.add(conn, topic="task", ref=task.id, kind="APPROVED", now=node.clock.now())
        async with node.pool.acquire() as conn:
            early, position = await events.behind(conn, topics=["task"], position=start)
        await transaction_of.commit()
    async with node.pool.acquire() as conn:
        rest, _ = await events.behind(conn, topics=["task"], position=position)

    assert [change.kind for change in (*early, *rest)] == ["SUBMITTED", "APPROVED"]


async def test_direction_and_hands_narrow(courts: Pair) -> None:
    await courts.received()
    ours, theirs = courts.ours.node, courts.theirs.node
    start = {"after": "MS4wIGRlbGVnYXRlZFRhc2tzQ2hhbmdlZA=="}  # the beginning of everything

    assert (await first(ours, HANDLER, TASKS, **start))["status"] == "RECEIVED"
    assert await first(ours, OTHER, TASKS, **start) is None
    assert await first(ours, CENTRE, TASKS, direction="INBOUND", **start) is None
    assert (await first(theirs, THEIR_CENTRE, TASKS, direction="INBOUND", **start))["status"] == "RECEIVED"


@pytest.mark.parametrize(
    "cursor", ["x", "MS4wIGVsc2V3aGVyZQ==", "OTIyMzM3MjAzNjg1NDc3NTgwNi4wIGRlbGVnYXRlZFRhc2tzQ2hhbmdlZA=="]
)
async def test_a_cursor_that_is_none_is_refused(courts: Pair, cursor: str) -> None:
    assert await first(courts.ours.node, CENTRE, TASKS, after=cursor) == {"code": "INVALID_CURSOR"}


async def test_nobody_hears_of_anything_without_the_right(courts: Pair) -> None:
    developer = who(KAIHUA, 9, Role.DEVELOPER)

    for document in (TASKS, WARNINGS, MEASURES):
        assert (await first(courts.ours.node, developer, document))["code"] == "FORBIDDEN"


async def test_a_handler_hears_of_warnings_about_their_own(courts: Pair) -> None:
    kinds = [WarningKind.TASK_OVERDUE, WarningKind.LOOKUP_ANOMALY, WarningKind.TASK_OVERDUE]
    officers = [OTHER.officer_id, HANDLER.officer_id, HANDLER.officer_id]
    start = {"after": "MS4wIHdhcm5pbmdSYWlzZWQ="}
    ids = [str(await raised(courts, kind, officer)) for kind, officer in zip(kinds, officers, strict=True)]

    told = await first(courts.ours.node, HANDLER, WARNINGS, **start)
    chiefs = await first(courts.ours.node, CHIEF, WARNINGS, kinds=["LOOKUP_ANOMALY"], **start)

    assert told["warning"] == {"id": ids[2], "kind": "TASK_OVERDUE"}
    assert chiefs["warning"] == {"id": ids[1], "kind": "LOOKUP_ANOMALY"}


async def test_a_measure_is_heard_of_in_its_case(courts: Pair) -> None:
    start = {"after": "MS4wIG1lYXN1cmVDaGFuZ2Vk"}
    asset_id = await registry_zone.add_asset(courts.ours)
    new = NewMeasure(registry_zone.NUMBER, asset_id, MeasureKind.SEIZE, registry_zone.RULING, term_years=2)
    measure = await measures.rule(courts.ours.node, HANDLER, new, idempotency_key="r")

    told = await first(courts.ours.node, HANDLER, MEASURES, **start)

    assert told["measure"] == {"id": str(measure.id), "status": "RULED"}
    assert await first(courts.ours.node, OTHER, MEASURES, **start) is None
