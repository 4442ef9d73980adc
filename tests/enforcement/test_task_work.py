"""What an entrusted court may put on record of its work, asked by both courts; refused, it is nowhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from db.clock import SetClock
from db.records.tasks import TaskRecord
from enforcement.payloads import (
    AssistanceReceiptPayload,
    FeedbackPayload,
    HandlingStep,
    InventoryItem,
    Payload,
    SeizureInventory,
)
from enforcement.rules.feedback import ReturnReason
from enforcement.rules.handling import CLOCKS
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import Malformed, RuleBroken
from enforcement.rules.task_refusals import EvidenceRequired, TwoOfficersRequired
from enforcement.tasks import checking, conversation, handling
from enforcement.tasks.contents import Communication, SupplementRequestPayload
from tests.enforcement.task_zone import THEIR_CHIEF, THEIR_OFFICER, NewDatabase, Pair, pair, papers, ruled
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
OFFICERS = ["o-341021-02", "o-341021-03"]
LATER = datetime(2035, 1, 1, tzinfo=UTC)
EARLIER = datetime(1950, 1, 1, tzinfo=UTC)
TABLES = ("tasks", "task_events", "task_history", "events", "outbox")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


def inventory(at: datetime, **changes: Any) -> SeizureInventory:
    sound = SeizureInventory(
        started_at=at,
        finished_at=at,
        place="歙县",
        items=[InventoryItem(name="小型轿车", quantity=1)],
        custodian="歙县人民法院",
        debtor_present=False,
        signatures=[*OFFICERS, "见证人"],
    )
    return msgspec.structs.replace(sound, **changes)


def receipt(result: str = "REGISTERED") -> AssistanceReceiptPayload:
    return AssistanceReceiptPayload(
        id=uuid4(),
        notice_id=uuid4(),
        measure_id=None,
        unit_id="u-341021-vehicle",
        unit_name="车辆管理所",
        result=result,
        receipt_no="1",
        rank=1 if result == "REGISTERED" else None,
        registered_at=None,
        ruling_no="",
    )


def step(at: datetime, **changes: Any) -> HandlingStep:
    sound = HandlingStep(kind="SEIZED", at=at, officers=OFFICERS, inventory=inventory(at))
    return msgspec.structs.replace(sound, **changes)


def with_list(**changes: Any) -> Callable[[datetime], HandlingStep]:
    return lambda now: step(now, inventory=inventory(now, **changes))


def search(**changes: Any) -> Callable[[datetime], HandlingStep]:
    return lambda now: msgspec.structs.replace(step(now, kind="SEARCHED", inventory=None), **changes)


IMPOSSIBLE: dict[str, tuple[Callable[[datetime], HandlingStep], type[RuleBroken], str | None]] = {
    "ahead": (search(at=LATER), Malformed, "at"),
    "before the task": (search(at=EARLIER), Malformed, "at"),
    "by nobody": (search(officers=[]), Malformed, "officers"),
    "on site by one": (lambda now: step(now, officers=OFFICERS[:1]), TwoOfficersRequired, None),
    "one officer twice": (lambda now: step(now, officers=OFFICERS[:1] * 2), TwoOfficersRequired, None),
    "a receipt of nobody": (search(kind="RECEIPT_RECEIVED"), EvidenceRequired, None),
    "a receipt in passing": (search(receipt=receipt()), EvidenceRequired, None),
    "a seizure without list": (lambda now: step(now, inventory=None), EvidenceRequired, None),
    "a list made at the desk": (lambda now: step(now, kind="OTHER"), Malformed, "kind"),
    "nothing taken": (with_list(items=[]), Malformed, "items"),
    "a thing without name": (with_list(items=[InventoryItem(name=" ", quantity=1)]), Malformed, "items"),
    "fewer than none": (with_list(items=[InventoryItem(name="车", quantity=-5)]), Malformed, "quantity"),
    "none": (with_list(items=[InventoryItem(name="车", quantity=0)]), Malformed, "quantity"),
    "no place": (with_list(place=""), Malformed, "place"),
    "no custodian": (with_list(custodian=" "), Malformed, "custodian"),
    "signed by a stranger": (with_list(signatures=["nobody"]), Malformed, "signatures"),
    "signed by one officer": (with_list(signatures=[OFFICERS[0], "见证人"]), Malformed, "signatures"),
    "begun ahead": (with_list(started_at=LATER, finished_at=LATER), Malformed, "startedAt"),
    "begun before the task": (with_list(started_at=EARLIER), Malformed, "startedAt"),
    "ended ahead": (with_list(finished_at=LATER), Malformed, "finishedAt"),
    "ended before it began": (
        lambda now: step(now, inventory=inventory(now, finished_at=now - timedelta(seconds=1))),
        Malformed,
        "finishedAt",
    ),
}


async def state(courts: Pair) -> list[int]:
    return [await court.count(table) for court in (courts.ours, courts.theirs) for table in TABLES]


async def recorded(courts: Pair, task: TaskRecord, work: HandlingStep) -> TaskRecord:
    return await handling.record_step(courts.theirs.node, THEIR_OFFICER, task.id, task.version, work)


async def seizure(courts: Pair) -> TaskRecord:
    seize = DelegatedMatterType.SEIZE_VEHICLE
    return await courts.in_progress(matter=seize, documents=papers(seize), kinds=(), measure_id=await ruled(courts))


def part_of(error: RuleBroken) -> str | None:
    return error.part if isinstance(error, Malformed) else None


@pytest.mark.parametrize("case", IMPOSSIBLE)
async def test_impossible_step_is_not_signed(courts: Pair, clock: SetClock, case: str) -> None:
    make, refusal, part = IMPOSSIBLE[case]
    task = await courts.in_progress()
    before = await state(courts)

    with pytest.raises(refusal) as caught:
        await recorded(courts, task, make(clock.now()))

    assert part_of(caught.value) == part
    assert await state(courts) == before


async def test_genuine_seizure_is_on_both_logs(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()

    await recorded(courts, task, step(clock.now()))
    await courts.road.run()

    assert courts.road.refusals == []
    assert await courts.log(KAIHUA, task.id) == await courts.log(SHEXIAN, task.id)


@pytest.mark.parametrize(("offset", "is_taken"), [(CLOCKS, True), (-CLOCKS, True), (2 * CLOCKS, False)])
async def test_clocks_may_be_minutes_apart(courts: Pair, clock: SetClock, offset: timedelta, *, is_taken: bool) -> None:
    task = await courts.in_progress()
    work = HandlingStep(kind="OTHER", at=clock.now() + offset, officers=OFFICERS[:1])

    if is_taken:
        assert (await recorded(courts, task, work)).head_seq == task.head_seq + 1
    else:
        with pytest.raises(Malformed):
            await recorded(courts, task, work)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda now: FeedbackPayload(result="DONE_FULL"), EvidenceRequired),
        (lambda now: FeedbackPayload(result="DONE_FULL", receipts=[receipt("REFUSED")]), EvidenceRequired),
        (lambda now: FeedbackPayload(result="DONE_FULL", inventory=inventory(now, items=[])), Malformed),
        (lambda now: FeedbackPayload(result="DONE_FULL", inventory=inventory(now, signatures=["甲", "乙"])), Malformed),
        (lambda now: FeedbackPayload(result="NOT_FOUND_ASSET", inventory=inventory(LATER)), Malformed),
    ],
)
async def test_act_without_genuine_proof_is_not_fed_back(
    courts: Pair, clock: SetClock, make: Callable[[datetime], FeedbackPayload], refusal: type[RuleBroken]
) -> None:
    task = await seizure(courts)
    before = await state(courts)

    with pytest.raises(refusal):
        await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, make(clock.now()))

    assert await state(courts) == before


@pytest.mark.parametrize("proof", ["receipt", "inventory"])
async def test_act_with_proof_is_fed_back(courts: Pair, clock: SetClock, proof: str) -> None:
    task = await seizure(courts)
    done = FeedbackPayload(
        result="DONE_FULL",
        receipts=[receipt()] if proof == "receipt" else [],
        inventory=inventory(clock.now()) if proof == "inventory" else None,
    )

    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, done)
    await courts.road.run()

    assert courts.road.refusals == []
    assert (await courts.task(KAIHUA, task.id)).status == "FED_BACK"


@pytest.mark.parametrize("at", [LATER, EARLIER])
async def test_courts_spoke_while_they_had_the_task(courts: Pair, at: datetime) -> None:
    node, task = courts.theirs.node, await courts.in_progress()
    spoke = Communication(at=at, channel="PHONE")
    wanted = SupplementRequestPayload(papers=["RULING"], communication=spoke)
    before = await state(courts)

    with pytest.raises(Malformed) as asked:
        await handling.request_supplement(node, THEIR_OFFICER, task.id, task.version, wanted)
    with pytest.raises(Malformed) as returned:
        await handling.return_task(
            node, THEIR_CHIEF, task.id, task.version, reason=ReturnReason.OUT_OF_SCOPE, communication=spoke
        )

    assert [part_of(asked.value), part_of(returned.value)] == ["communication"] * 2
    assert await state(courts) == before


def lenient(*_: object) -> None:
    """The check of a court that has none."""


async def step_of(courts: Pair, task: TaskRecord, work: Any) -> None:
    await recorded(courts, task, work)


async def feedback_of(courts: Pair, task: TaskRecord, work: Any) -> None:
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, work)


async def question_of(courts: Pair, task: TaskRecord, work: Any) -> None:
    await handling.request_supplement(courts.theirs.node, THEIR_OFFICER, task.id, task.version, work)


@pytest.mark.parametrize(
    ("act", "work"),
    [
        (step_of, HandlingStep(kind="OTHER", at=LATER, officers=OFFICERS)),
        (step_of, HandlingStep(kind="OTHER", at=EARLIER, officers=OFFICERS)),
        (feedback_of, FeedbackPayload(result="NOT_FOUND_ASSET", inventory=inventory(LATER))),
        (
            question_of,
            SupplementRequestPayload(papers=["RULING"], communication=Communication(at=EARLIER, channel="PHONE")),
        ),
    ],
)
async def test_other_court_refuses_the_same(
    courts: Pair, monkeypatch: pytest.MonkeyPatch, act: Callable[..., Awaitable[None]], work: Payload
) -> None:
    task = await courts.in_progress()
    before = await courts.log(KAIHUA, task.id)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "check_work", lenient)
        patched.setattr(conversation, "check_instant", lenient)
        await act(courts, task, work)
        row = (await courts.road.queued(SHEXIAN))[-1]

    assert await courts.road.deliver(SHEXIAN, row) == "REFUSED"

    assert courts.road.refusals == ["WORK_NOT_ACCEPTED"]
    assert await courts.log(KAIHUA, task.id) == before == await courts.log(SHEXIAN, task.id)
