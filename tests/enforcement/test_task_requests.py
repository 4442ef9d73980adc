"""Requests of the court that may not append: granted or refused by the one that may, in the receiving transaction."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import msgspec
import pytest

from db import task_requests
from db.clock import SetClock
from db.records.tasks import RequestRecord, TaskRecord
from enforcement.basis import content_of
from enforcement.payloads import DocumentRef, FeedbackPayload
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_refusals import NotAssigned, RequestPending, ReturnReasonRequired
from enforcement.tasks import drafting, handling, requests
from enforcement.tasks.contents import Communication, SupplementPayload, SupplementRequestPayload
from federation.delivery.node import Refused
from federation.delivery.outbox import content_of as content_of_row
from tests.enforcement.task_zone import (
    CHIEF,
    DIGEST,
    HANDLER,
    THEIR_CENTRE,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    header_of,
    pair,
    take_in,
    who,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
MORE = SupplementPayload(documents=[DocumentRef(kind="RULING", number="之一", sha256=DIGEST)])


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def only_request(courts: Pair, code: str) -> RequestRecord:
    async with courts.road.courts[code].pool.acquire() as conn:
        tasks = [row["id"] for row in await conn.fetch("SELECT id FROM tasks")]
        (request,) = await task_requests.of_tasks(conn, tasks)
    return request


async def withdraw(courts: Pair, task: TaskRecord) -> TaskRecord:
    own = await courts.task(KAIHUA, task.id)
    return await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason="已履行")


@pytest.mark.parametrize("status", ["DRAFT", "PENDING_APPROVAL", "APPROVED"])
async def test_internal_task_is_withdrawn_at_once(courts: Pair, status: str) -> None:
    task = await (courts.approved if status == "APPROVED" else courts.created)()
    if status == "PENDING_APPROVAL":
        task = await drafting.submit(courts.ours.node, HANDLER, task.id, task.version)
    assert task.status == status

    done = await withdraw(courts, task)

    assert (done.status, done.holder, done.head_seq) == ("WITHDRAWN", None, 0)
    assert await courts.ours.count("outbox") == 0


@pytest.mark.parametrize("status", ["DISPATCHED", "RECEIVED", "IN_PROGRESS", "SUPPLEMENT_REQUESTED"])
async def test_withdrawal_is_granted_before_feedback(courts: Pair, clock: SetClock, status: str) -> None:
    task = await {"DISPATCHED": courts.dispatched, "RECEIVED": courts.received}.get(status, courts.in_progress)()
    if status == "SUPPLEMENT_REQUESTED":
        await wanted(courts, task, clock)

    pending = await withdraw(courts, task)
    assert pending.status == status
    assert (await only_request(courts, KAIHUA)).answer is None
    await courts.road.run()

    own, other = await courts.both(task.id)
    assert (own.status, other.status) == ("WITHDRAWN", "WITHDRAWN")
    assert own.head_digest == other.head_digest
    assert (await only_request(courts, KAIHUA)).answer == "GRANTED"
    assert (await only_request(courts, SHEXIAN)).answer == "GRANTED"


async def test_withdrawal_crossing_a_feedback_is_refused(courts: Pair) -> None:
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)

    await withdraw(courts, task)
    await courts.road.run()

    own, other = await courts.both(task.id)
    assert (own.status, other.status) == ("FED_BACK", "FED_BACK")
    request = await only_request(courts, KAIHUA)
    assert (request.answer, request.head_seq, request.head_digest) == ("REFUSED", other.head_seq, other.head_digest)
    assert request.answer_statement is not None


async def test_withdrawal_after_feedback_is_not_sent(courts: Pair) -> None:
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    await courts.road.run()

    with pytest.raises(TransitionNotAllowed):
        await withdraw(courts, task)

    assert await courts.ours.count("task_requests") == 0


async def test_one_request_of_a_kind_at_a_time(courts: Pair) -> None:
    task = await courts.received()
    await withdraw(courts, task)
    queued = await courts.ours.count("outbox")

    with pytest.raises(RequestPending):
        await withdraw(courts, task)

    assert await courts.ours.count("outbox") == queued


async def test_withdrawal_has_a_reason_and_an_owner(courts: Pair) -> None:
    task = await courts.received()
    own = await courts.task(KAIHUA, task.id)

    with pytest.raises(ReturnReasonRequired):
        await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason=" ")
    stranger = who(KAIHUA, 2, *HANDLER.roles)
    with pytest.raises(NotAssigned):
        await requests.withdraw(courts.ours.node, stranger, own.id, own.version, reason="已履行")
    assert await courts.ours.count("task_requests") == 0

    await requests.withdraw(courts.ours.node, CHIEF, own.id, own.version, reason="已履行")
    assert await courts.ours.count("task_requests") == 1


async def wanted(courts: Pair, task: TaskRecord, clock: SetClock) -> TaskRecord:
    asked = SupplementRequestPayload(papers=["RULING"], communication=Communication(at=clock.now(), channel="PHONE"))
    asked_for = await handling.request_supplement(courts.theirs.node, THEIR_CENTRE, task.id, task.version, asked)
    await courts.road.run()
    return asked_for


@pytest.mark.parametrize("status", ["RECEIVED", "IN_PROGRESS"])
async def test_supplement_leads_back_and_the_clock_stood(courts: Pair, clock: SetClock, status: str) -> None:
    task = await (courts.received if status == "RECEIVED" else courts.in_progress)()
    assert task.answer_due_on == date(2025, 7, 24)
    await wanted(courts, task, clock)
    clock.advance(timedelta(days=2))
    own = await courts.task(KAIHUA, task.id)
    assert (own.status, own.holder) == ("SUPPLEMENT_REQUESTED", SHEXIAN)

    await requests.supplement(courts.ours.node, HANDLER, own.id, own.version, MORE)
    await courts.road.run()

    own, other = await courts.both(task.id)
    assert (own.status, other.status) == (status, status)
    assert own.due_on == other.due_on
    assert own.answer_due_on == other.answer_due_on
    assert own.answer_due_on == date(2025, 7, 28)  # two days later it were a Saturday
    for court, row in ((courts.ours.node, own), (courts.theirs.node, other)):
        assert "之一" in [document.number for document in content_of(court, row).documents]


async def test_late_supplement_is_still_taken(courts: Pair, clock: SetClock) -> None:
    task = await wanted(courts, await courts.received(), clock)
    clock.advance(timedelta(days=10))
    own = await courts.task(KAIHUA, task.id)

    await requests.supplement(courts.ours.node, HANDLER, own.id, own.version, MORE)
    await courts.road.run()

    assert (await courts.task(SHEXIAN, task.id)).status == "RECEIVED"


async def test_supplement_is_only_sent_when_asked_for(courts: Pair) -> None:
    task = await courts.received()
    own = await courts.task(KAIHUA, task.id)

    with pytest.raises(TransitionNotAllowed):
        await requests.supplement(courts.ours.node, HANDLER, own.id, own.version, MORE)

    assert await courts.ours.count("task_requests") == 0


@pytest.mark.parametrize("event", ["COMPLETED", "WITHDRAWN", "WITHDRAW_REFUSED"])
async def test_zone_is_told_of_a_request_by_its_own_word_only(courts: Pair, event: str) -> None:
    """Else the delegating court could end the task for the gateway, and the entrusted court would confirm it."""
    task = await courts.in_progress()
    await withdraw(courts, task)
    (row,) = await courts.road.queued(KAIHUA)
    header = header_of(courts.ours.node, row)
    assert header.track is not None
    lying = msgspec.structs.replace(header, track=msgspec.structs.replace(header.track, event=event, seq=99))

    with pytest.raises(Refused, match="TRACK_MISMATCH"):
        await take_in(courts.theirs.node, lying, content_of_row(row, courts.ours.node.at_rest)[1:])

    assert await courts.theirs.count("task_requests") == 0


async def test_zone_is_told_of_a_refusal_by_its_own_word_only(courts: Pair) -> None:
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    await withdraw(courts, task)
    (asked,) = await courts.road.queued(KAIHUA)
    await courts.road.deliver(KAIHUA, asked)
    row = (await courts.road.queued(SHEXIAN))[-1]
    header = header_of(courts.theirs.node, row)
    assert header.track is not None
    lying = msgspec.structs.replace(header, track=msgspec.structs.replace(header.track, event="RETURNED"))

    with pytest.raises(Refused, match="TRACK_MISMATCH"):
        await take_in(courts.ours.node, lying, content_of_row(row, courts.theirs.node.at_rest)[1:])

    assert (await only_request(courts, KAIHUA)).answer is None
