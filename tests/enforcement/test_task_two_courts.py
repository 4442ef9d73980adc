"""A task's whole life between two courts."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest

from db.clock import SetClock
from db.records.assets import AssetKind
from enforcement.payloads import (
    AssistanceReceiptPayload,
    FeedbackPayload,
    FindingPayload,
    HandlingStep,
    InventoryItem,
    SeizureInventory,
)
from enforcement.rules.matter import DelegatedMatterType
from enforcement.tasks import concluding, drafting, handling
from tests.enforcement.task_zone import (
    HANDLER,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    papers,
    ruled,
    search,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


def step(clock: SetClock, kind: str = "SEARCHED", officers: int = 1) -> HandlingStep:
    ids = [f"o-341021-{n:02}" for n in range(2, 2 + officers)]
    return HandlingStep(kind=kind, at=clock.now(), officers=ids, note="车管所查询")


def finding(clock: SetClock) -> FindingPayload:
    return FindingPayload(
        id=uuid4(),
        kind=AssetKind.VEHICLE,
        identity={"plate": "皖JX0365", "vin": "LFAKE0A1XR0000001"},
        division="341021",
        description="小型轿车",
        unit_id="u-341021-vehicle",
        unit_name="车辆管理所",
        source="PROVINCIAL_NETWORK",
        as_of=clock.now(),
    )


async def test_search_runs_from_draft_to_completion(courts: Pair, clock: SetClock) -> None:
    ours, theirs = courts.ours.node, courts.theirs.node
    task = await courts.in_progress()
    task = await handling.record_step(theirs, THEIR_OFFICER, task.id, task.version, step(clock))
    feedback = FeedbackPayload(result="DONE_FULL", findings=[finding(clock)])
    task = await handling.submit_feedback(theirs, THEIR_OFFICER, task.id, task.version, feedback)
    await courts.road.run()

    own = await courts.task(KAIHUA, task.id)
    assert (own.status, own.holder) == ("FED_BACK", KAIHUA)
    done = await concluding.confirm(ours, HANDLER, own.id, own.version)
    await courts.road.run()

    own, other = await courts.both(done.id)
    assert (own.status, other.status) == ("COMPLETED", "COMPLETED")
    assert own.holder is None
    assert other.holder is None
    assert await courts.log(KAIHUA, task.id) == await courts.log(SHEXIAN, task.id)
    assert own.head_seq == 7
    assert await courts.ours.count("findings") == 1
    assert courts.road.refusals == []


async def test_dispatch_is_answered_with_received(courts: Pair) -> None:
    task = await courts.dispatched()
    assert (task.status, task.holder, task.head_seq) == ("DISPATCHED", SHEXIAN, 1)

    await courts.road.run()

    own, other = await courts.both(task.id)
    assert (own.status, other.status) == ("RECEIVED", "RECEIVED")
    assert own.head_digest == other.head_digest
    assert own.due_on == other.due_on == date(2025, 7, 15)
    assert own.due_at == other.due_at
    assert other.direction == "INBOUND"
    assert other.case_id is None


async def test_due_dates_are_equal_at_both_courts(courts: Pair) -> None:
    task = await courts.in_progress()

    own, other = await courts.both(task.id)

    assert own.due_on == other.due_on == own.answer_due_on == other.answer_due_on == date(2025, 7, 24)
    assert (own.due_at, own.received_at) == (other.due_at, other.received_at)


async def test_assignment_stays_internal(courts: Pair) -> None:
    task = await courts.in_progress()

    own, other = await courts.both(task.id)

    assert own.officer == HANDLER.officer_id
    assert other.officer == THEIR_OFFICER.officer_id
    async with courts.ours.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT statement FROM task_events")
    assert not any(THEIR_OFFICER.officer_id.encode() in row["statement"] for row in rows)


async def test_seizure_needs_proof_and_binds_the_measure(courts: Pair, clock: SetClock) -> None:
    measure_id = await ruled(courts)
    seize = DelegatedMatterType.SEIZE_VEHICLE
    task = await courts.in_progress(matter=seize, documents=papers(seize), kinds=(), measure_id=measure_id)
    inventory = SeizureInventory(
        started_at=clock.now(),
        finished_at=clock.now(),
        place="歙县",
        items=[InventoryItem(name="小型轿车", quantity=1)],
        custodian="歙县人民法院",
        debtor_present=True,
        signatures=["o-341021-02", "o-341021-03"],
    )
    seized = HandlingStep(kind="SEIZED", at=clock.now(), officers=["o-341021-02", "o-341021-03"], inventory=inventory)
    task = await handling.record_step(courts.theirs.node, THEIR_OFFICER, task.id, task.version, seized)
    receipt = AssistanceReceiptPayload(
        id=uuid4(),
        notice_id=uuid4(),
        measure_id=measure_id,
        unit_id="u-341021-vehicle",
        unit_name="车辆管理所",
        result="REGISTERED",
        receipt_no="歙车管第1号",
        rank=1,
        registered_at=clock.now(),
        ruling_no="（2025）浙0824执365号之一",
    )
    got = HandlingStep(kind="RECEIPT_RECEIVED", at=clock.now(), officers=["o-341021-02"], receipt=receipt)
    task = await handling.record_step(courts.theirs.node, THEIR_OFFICER, task.id, task.version, got)
    feedback = FeedbackPayload(result="DONE_FULL")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    await courts.road.run()

    async with courts.ours.node.pool.acquire() as conn:
        measure = await conn.fetchrow("SELECT * FROM measures WHERE id = $1", measure_id)
    assert measure is not None
    assert (measure["status"], measure["executing_court"]) == ("EFFECTIVE", SHEXIAN)
    assert (measure["ordering_court"], measure["task_id"]) == (KAIHUA, task.id)


async def test_rejected_feedback_gives_the_task_back_once(courts: Pair) -> None:
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    await courts.road.run()
    own = await courts.task(KAIHUA, task.id)

    await concluding.reject_feedback(courts.ours.node, HANDLER, own.id, own.version, reason="未查房产")
    await courts.road.run()

    own, other = await courts.both(task.id)
    assert (own.status, own.holder) == ("IN_PROGRESS", SHEXIAN)
    assert (other.status, other.holder) == ("IN_PROGRESS", SHEXIAN)
    assert own.answer_due_on == other.answer_due_on


async def test_task_never_enters_the_other_direction(courts: Pair) -> None:
    """The same zone lets 歙县 delegate too; rows of both directions live in one table."""
    task = await courts.received()

    assert (task.own_court, task.other_court) == (SHEXIAN, KAIHUA)
    own = await courts.task(KAIHUA, task.id)
    assert (own.own_court, own.other_court) == (KAIHUA, SHEXIAN)


async def test_same_key_makes_one_draft(courts: Pair) -> None:
    node = courts.ours.node

    first = await drafting.create(node, HANDLER, search(), idempotency_key="k-1")
    again = await drafting.create(node, HANDLER, search(), idempotency_key="k-1")

    assert again.id == first.id
    assert await courts.ours.count("tasks") == 1


async def test_follow_up_names_its_origin_at_both_courts(courts: Pair) -> None:
    first = await courts.received()
    second = await courts.received(follow_up_of=first.id, kinds=(AssetKind.REAL_ESTATE,))

    own, other = await courts.both(second.id)

    assert own.follow_up_of == other.follow_up_of == first.id


async def test_internal_history_is_anchored_in_the_dispatch(courts: Pair) -> None:
    task = await courts.received()

    async with courts.ours.node.pool.acquire() as conn:
        acts = await conn.fetch("SELECT act, digest FROM task_history ORDER BY no")
        statement = await conn.fetchval("SELECT statement FROM task_events WHERE seq = 1")
    assert [row["act"] for row in acts] == ["CREATED", "SUBMITTED", "APPROVED", "DISPATCHED"]
    assert acts[-1]["digest"].encode() in statement
    assert task.history_no == 0  # the other court keeps its own


async def test_chief_reassigns_without_telling(courts: Pair) -> None:
    task = await courts.in_progress()
    queued = await courts.theirs.count("outbox")

    again = await handling.assign(courts.theirs.node, THEIR_CHIEF, task.id, task.version, "o-341021-03")

    assert again.officer == "o-341021-03"
    assert again.head_seq == task.head_seq
    assert await courts.theirs.count("outbox") == queued
