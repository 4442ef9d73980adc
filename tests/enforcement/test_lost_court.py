"""The courts of the zone declare a court lost: its tasks are taken back, and what it wrote since is void."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from db import lives, task_events, task_requests, tasks
from db.clock import SetClock
from db.pool import transaction
from db.records.tasks import TaskRecord
from enforcement import timers
from enforcement.payloads import FeedbackPayload
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import CourtLost, MembershipSuspended
from enforcement.tasks import concluding, contents, drafting, handling, messages, receiving, requests, resyncing, taking
from enforcement.tasks.contents import Communication, PenTakenPayload, SupplementRequestPayload
from federation.delivery.node import Refused
from federation.delivery.outbox import content_of
from tests.enforcement.task_zone import (
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    header_of,
    pair,
    take_in,
)
from tests.enforcement.test_task_messages import forged
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
FEEDBACK = FeedbackPayload(result="NOT_FOUND_ASSET")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def declare_lost(courts: Pair, code: str, *, at: datetime | None = None, only: str | None = None) -> None:
    """A new directory in which `code` is lost from now on, at both courts or at one."""
    zone, now = courts.zone, courts.ours.node.clock.now()
    lost = {"state": "WITHDRAWING", "lost_at": at or now}
    entries = [zone.court(each, **(lost if each == code else {})) for each in zone.keys]
    for court in courts.road.courts.values():
        if only in {None, court.code}:
            async with court.pool.acquire() as conn:
                await court.directory.accept(conn, zone.signed(2, courts=entries), now)


async def standings(courts: Pair, code: str, task_id: UUID) -> list[tuple[int, str, str]]:
    async with courts.road.courts[code].pool.acquire() as conn:
        events = await task_events.of_tasks(conn, [task_id])
    return sorted((each.seq, each.type, each.standing) for each in events if each.seq >= 4)


async def warned(courts: Pair) -> list[str]:
    rows = await courts.ours.node.pool.fetch("SELECT kind FROM warnings WHERE kind = 'TASK_TAKEN_BACK'")
    return [row["kind"] for row in rows]


async def asked(courts: Pair) -> TaskRecord:
    task, now = await courts.in_progress(), courts.ours.node.clock.now()
    wanted = SupplementRequestPayload(papers=["RULING"], communication=Communication(at=now, channel="PHONE"))
    await handling.request_supplement(courts.theirs.node, THEIR_CENTRE, task.id, task.version, wanted)
    await courts.road.run()
    return await courts.task(KAIHUA, task.id)


async def signed(courts: Pair) -> TaskRecord:
    task = await courts.received()
    await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    await courts.road.run()
    return await courts.task(KAIHUA, task.id)


HELD: dict[str, Callable[[Pair], Awaitable[TaskRecord]]] = {
    "DISPATCHED": Pair.dispatched,
    "RECEIVED": Pair.received,
    "SIGNED_FOR": signed,
    "IN_PROGRESS": Pair.in_progress,
    "SUPPLEMENT_REQUESTED": asked,
}


@pytest.mark.parametrize("state", HELD)
async def test_open_task_is_taken_back_from_the_head_held_here(courts: Pair, state: str) -> None:
    task = await HELD[state](courts)
    before = await courts.task(KAIHUA, task.id)
    assert before.status == state

    assert await taking.sweep(courts.ours.node) == 0  # nothing by itself
    await declare_lost(courts, SHEXIAN, only=KAIHUA)
    assert await taking.sweep(courts.ours.node) == 1

    after = await courts.task(KAIHUA, task.id)
    assert (after.status, after.holder, after.head_seq) == ("RETURNED", None, before.head_seq + 1)
    assert await taking.sweep(courts.ours.node) == 0
    assert await warned(courts) == ["TASK_TAKEN_BACK"]


async def test_event_names_the_directory_that_declares_the_court_lost(courts: Pair) -> None:
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN)

    await timers.sweep(courts.ours.node)

    court = courts.ours.node
    async with court.pool.acquire() as conn:
        head = await task_events.at(conn, task.id, (await courts.task(KAIHUA, task.id)).head_seq)
    assert head is not None
    said = contents.read(court.at_rest.decrypt(head.payload, context=task_events.CONTEXT), PenTakenPayload)
    assert (head.type, said.reason, said.directory) == ("PEN_TAKEN", "COURT_LOST", 2)
    assert said.lost_at == court.clock.now()


async def test_no_silence_takes_a_task_back(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN, at=clock.now() + timedelta(days=365), only=KAIHUA)
    clock.advance(timedelta(hours=20))

    await timers.sweep(courts.ours.node)

    assert (await courts.task(KAIHUA, task.id)).holder == SHEXIAN


async def test_lost_court_comes_back_and_finds_its_log_gone(courts: Pair) -> None:
    """What it wrote meanwhile is kept at both courts, void; nothing of it takes effect."""
    task = await courts.in_progress()
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, FEEDBACK)
    await declare_lost(courts, SHEXIAN, only=KAIHUA)
    await taking.sweep(courts.ours.node)
    await declare_lost(courts, SHEXIAN, only=SHEXIAN)

    await courts.road.run()

    ours, theirs = await courts.both(task.id)
    assert [(row.status, row.holder, row.is_disputed) for row in (ours, theirs)] == [("RETURNED", None, False)] * 2
    assert await courts.log(KAIHUA, task.id) == await courts.log(SHEXIAN, task.id)
    assert "PEN_TAKEN" in courts.road.refusals
    seq = ours.head_seq
    assert (seq, "FED_BACK", "VOID") in await standings(courts, KAIHUA, task.id)
    own = {standing for number, kind, standing in await standings(courts, SHEXIAN, task.id) if kind == "FED_BACK"}
    assert own <= {"VOID", "REFUSED"}
    assert own


async def test_all_that_was_written_since_is_void(courts: Pair) -> None:
    """PEN_TAKEN arrives before anything that it makes void was heard of."""
    task = await courts.received()
    task = await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    await handling.assign(courts.theirs.node, THEIR_CHIEF, task.id, task.version, THEIR_OFFICER.officer_id)
    await declare_lost(courts, SHEXIAN)
    await taking.sweep(courts.ours.node)
    (taken,) = await courts.road.queued(KAIHUA)

    assert await courts.road.deliver(KAIHUA, taken) == "ACCEPTED"

    found = dict.fromkeys(kind for _, kind, standing in await _all(courts, task.id) if standing == "VOID")
    assert list(found) == ["SIGNED_FOR", "STARTED"]
    assert (await courts.task(SHEXIAN, task.id)).status == "RETURNED"
    await courts.road.run()
    assert [standing for _, kind, standing in await _ours(courts, task.id) if kind in found] == ["VOID", "VOID"]


async def test_evidence_of_a_state_that_no_task_has_is_none(courts: Pair) -> None:
    """Nobody could show it: it is refused with a code, and the log reads as before."""
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN)
    await taking.sweep(courts.ours.node)
    message, header = await forged(courts, task, EventType.STARTED, "NOWHERE", SHEXIAN)

    with pytest.raises(Refused) as caught:
        await take_in(courts.ours.node, header, messages.encode(message))

    assert caught.value.code == "EDGE_MISSING"
    assert "VOID" not in {standing for _, _, standing in await _ours(courts, task.id)}


async def test_a_lost_court_does_not_fill_the_books(courts: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_VOID", 2)
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN)
    await taking.sweep(courts.ours.node)

    for _ in range(3):
        message, header = await forged(courts, task, EventType.STARTED, "IN_PROGRESS", SHEXIAN)
        with pytest.raises(Refused) as caught:
            await take_in(courts.ours.node, header, messages.encode(message))
        assert caught.value.code == "PEN_TAKEN"

    assert [standing for _, _, standing in await _ours(courts, task.id)].count("VOID") == 2


async def _all(courts: Pair, task_id: UUID) -> list[tuple[int, str, str]]:
    async with courts.theirs.node.pool.acquire() as conn:
        return sorted((e.seq, e.type, e.standing) for e in await task_events.of_tasks(conn, [task_id]))


async def _ours(courts: Pair, task_id: UUID) -> list[tuple[int, str, str]]:
    async with courts.ours.node.pool.acquire() as conn:
        return sorted((e.seq, e.type, e.standing) for e in await task_events.of_tasks(conn, [task_id]))


async def test_court_that_reads_that_it_is_lost_appends_nothing(courts: Pair) -> None:
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN)

    with pytest.raises(CourtLost):
        await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, FEEDBACK)

    assert (await courts.task(SHEXIAN, task.id)).head_seq == task.head_seq


async def test_court_that_is_not_lost_keeps_its_log(courts: Pair) -> None:
    """A version that it does not hold is waited for; one that does not declare it lost takes nothing from it."""
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN, only=KAIHUA)
    await taking.sweep(courts.ours.node)
    (taken,) = await courts.road.queued(KAIHUA)
    assert await courts.road.deliver(KAIHUA, taken) == "NOT_YET"
    async with courts.theirs.node.pool.acquire() as conn:
        await courts.theirs.node.directory.accept(conn, courts.zone.signed(2), courts.ours.node.clock.now())

    await courts.road.run()

    assert courts.road.refusals == ["COURT_NOT_LOST"]
    ours, theirs = await courts.both(task.id)
    assert (theirs.status, theirs.holder) == ("IN_PROGRESS", SHEXIAN)
    assert ours.status == "RETURNED"  # what the lost court refuses changes nothing


async def test_pending_requests_end_with_the_log(courts: Pair) -> None:
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason="已履行")
    await declare_lost(courts, SHEXIAN)

    await taking.sweep(courts.ours.node)
    await courts.road.run()

    for court in courts.road.courts.values():
        async with court.pool.acquire() as conn:
            (request,) = await task_requests.of_tasks(conn, [task.id])
        assert request.answer == "GRANTED"


async def test_nothing_passes_to_a_lost_court(courts: Pair) -> None:
    """Fed back in time: the delegating court confirms, and cannot send it back."""
    task = await courts.in_progress()
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, FEEDBACK)
    await courts.road.run()
    await declare_lost(courts, SHEXIAN)
    own = await courts.task(KAIHUA, task.id)

    assert await taking.sweep(courts.ours.node) == 0
    with pytest.raises(CourtLost):
        await concluding.reject_feedback(courts.ours.node, HANDLER, own.id, own.version, reason="缺回执")

    done = await concluding.confirm(courts.ours.node, HANDLER, own.id, own.version)
    assert done.status == "COMPLETED"


async def test_task_is_cloned_for_another_court(courts: Pair) -> None:
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN)
    await taking.sweep(courts.ours.node)
    own = await courts.task(KAIHUA, task.id)
    other = next(code for code in courts.zone.keys if code not in {KAIHUA, SHEXIAN})

    with pytest.raises(MembershipSuspended):
        await drafting.clone(courts.ours.node, HANDLER, own.id, own.version, idempotency_key=uuid4().hex)
    made = await drafting.clone(
        courts.ours.node, HANDLER, own.id, own.version, idempotency_key="k", entrusted_court=other
    )

    again = await drafting.clone(
        courts.ours.node, HANDLER, own.id, own.version, idempotency_key="k", entrusted_court=other
    )
    assert (made.status, made.entrusted_court, again.id) == ("DRAFT", other, made.id)


async def test_tasks_of_a_lost_court_stay_with_the_entrusted_one(courts: Pair) -> None:
    """It goes on, feeds back and keeps what it did; the delegating court still may confirm, should it come back."""
    task = await courts.in_progress()
    await declare_lost(courts, KAIHUA)

    assert await taking.sweep(courts.theirs.node) == 0
    done = await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, FEEDBACK)

    assert (done.status, done.holder) == ("FED_BACK", KAIHUA)
    await courts.road.run()
    assert (await courts.task(KAIHUA, task.id)).status == "FED_BACK"


async def test_restored_court_does_not_wait_for_a_lost_one(courts: Pair) -> None:
    task = await courts.in_progress()
    court = courts.ours.node
    async with transaction(court.pool) as conn:
        now = court.clock.now()
        await lives.begin(conn, 2, now=now, since=now, resynced_at=None)
        await lives.expect(conn, 2, [SHEXIAN])
    await declare_lost(courts, SHEXIAN)

    assert await taking.sweep(court) == 1

    assert (await courts.task(KAIHUA, task.id)).status == "RETURNED"
    async with court.pool.acquire() as conn:
        life = await lives.current(conn)
        assert not await lives.is_pending(conn, SHEXIAN)
    assert life is not None
    assert life.resynced_at is not None


async def test_taken_task_grows_back_after_a_restore(courts: Pair) -> None:
    """The lost court accepted PEN_TAKEN, and gives it back to the court that forgot it."""
    task = await courts.in_progress()
    await declare_lost(courts, SHEXIAN)
    await taking.sweep(courts.ours.node)
    (row,) = await courts.road.queued(KAIHUA)
    await courts.road.run()
    head = (await courts.task(KAIHUA, task.id)).head_seq
    async with transaction(courts.ours.node.pool) as conn:
        await conn.execute("DELETE FROM task_events WHERE seq = $1", head)
        there = await task_events.at(conn, task.id, head - 1)
        assert there is not None
        known = await tasks.lock(conn, task.id)
        assert known is not None
        await conn.execute(
            "UPDATE tasks SET status = 'IN_PROGRESS', holder = $2, head_seq = $3, head_digest = $4 WHERE id = $1",
            task.id,
            SHEXIAN,
            head - 1,
            there.digest,
        )
    async with transaction(courts.ours.node.pool) as conn:
        plain = content_of(row, courts.ours.node.at_rest)[1:]
        await resyncing.take_back(courts.ours.node, conn, header_of(courts.ours.node, row), plain)

    assert await courts.log(KAIHUA, task.id) == await courts.log(SHEXIAN, task.id)
    assert (await courts.task(KAIHUA, task.id)).status == "RETURNED"
