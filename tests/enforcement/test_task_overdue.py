"""What time does to a task, and what it does not: reminders, marks, warnings and evidence of silence at both courts."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db import lives, task_clocks, task_statements
from db.clock import SetClock
from db.pool import transaction
from db.records.tasks import StatementRecord, TaskRecord
from enforcement.payloads import FeedbackPayload, HandlingStep
from enforcement.rules.matter import DelegatedMatterType as Matter
from enforcement.tasks import contents, handling, overdue, requests
from enforcement.tasks.contents import Communication, SupplementPayload, SupplementRequestPayload
from enforcement.tasks.statement_contents import SilencePayload
from tests.db.test_audit_tables import plan
from tests.enforcement.registry_zone import Court
from tests.enforcement.task_zone import (
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    papers,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
START = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in China


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    clock.set(START)
    async with pair(new_database, clock) as both:
        yield both


async def sweep(courts: Pair, *, deliver: bool = True) -> None:
    for court in (courts.ours, courts.theirs):
        await overdue.sweep(court.node)
    if deliver:
        await courts.road.run()


async def marks(court: Court, *, only_open: bool = True) -> list[tuple[str, str | None]]:
    sql = "SELECT kind, code FROM task_overlays WHERE NOT $1 OR cleared_at IS NULL ORDER BY at, kind"
    async with court.node.pool.acquire() as conn:
        return [tuple(row) for row in await conn.fetch(sql, only_open)]


async def warned(court: Court) -> list[tuple[str, str, str | None]]:
    sql = "SELECT kind, level, officer FROM warnings ORDER BY at, id"
    async with court.node.pool.acquire() as conn:
        return [tuple(row) for row in await conn.fetch(sql)]


async def silences(courts: Pair, code: str, task_id: UUID) -> list[StatementRecord]:
    async with courts.road.courts[code].pool.acquire() as conn:
        return [one for one in await task_statements.newest(conn, [task_id], limit=100) if one.kind == "SILENCE"]


async def said(courts: Pair, code: str, record: StatementRecord) -> SilencePayload:
    at_rest = courts.road.courts[code].at_rest
    return contents.read(at_rest.decrypt(record.payload, context=task_statements.CONTEXT), SilencePayload)


def both(courts: Pair) -> tuple[Court, Court]:
    return courts.ours, courts.theirs


async def test_missed_term_is_marked_warned_of_and_on_record(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    before = await courts.both(task.id)
    clock.set(datetime(2025, 7, 15, 15, 59, tzinfo=UTC))  # the last minute of the day to sign for it
    await sweep(courts)
    assert await marks(courts.ours) == await marks(courts.theirs) == []

    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        await sweep(courts)

    for court in both(courts):
        assert await marks(court) == [("OVERDUE", "SIGN_FOR")]
    assert (await warned(courts.ours))[-1] == ("TASK_OVERDUE", "URGENT", HANDLER.officer_id)
    assert (await warned(courts.theirs))[-1] == ("TASK_OVERDUE", "URGENT", None)
    ours, theirs = await silences(courts, KAIHUA, task.id), await silences(courts, SHEXIAN, task.id)
    assert [one.digest for one in ours] == [one.digest for one in theirs]
    (record,) = theirs
    assert (record.author, record.head_seq, record.head_digest) == (KAIHUA, 2, before[0].head_digest)
    told = await said(courts, SHEXIAN, record)
    assert (told.term, told.due_on, told.missed_at) == ("SIGN_FOR", date(2025, 7, 15), clock.now())
    assert [(proof.event, proof.seq, proof.state) for proof in told.messages] == [("DISPATCHED", 1, "DELIVERED")]
    assert await courts.both(task.id) == before  # nothing moved


async def test_mark_goes_when_the_act_comes(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    clock.advance(timedelta(days=3))
    await sweep(courts)

    await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    await courts.road.run()
    await sweep(courts)

    for court in both(courts):
        assert await marks(court) == []
        assert await marks(court, only_open=False) == [("OVERDUE", "SIGN_FOR")]
    assert len(await silences(courts, KAIHUA, task.id)) == 1


@pytest.mark.parametrize("is_begun", [False, True])
async def test_first_act_on_an_urgent_task_counts_to_the_minute(courts: Pair, clock: SetClock, is_begun: bool) -> None:
    """SC-31."""
    task = await courts.received(urgent=True)
    task = await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    await courts.road.run()
    clock.advance(timedelta(hours=1))
    if is_begun:
        officer = THEIR_OFFICER.officer_id
        task = await handling.assign(courts.theirs.node, THEIR_CHIEF, task.id, task.version, officer)
        await courts.road.run()
    clock.set(START + timedelta(hours=23, minutes=59))
    await sweep(courts)
    assert await marks(courts.ours) == await marks(courts.theirs) == []

    clock.advance(timedelta(minutes=1))
    await sweep(courts)

    for court in both(courts):
        assert await marks(court) == [("OVERDUE", "FIRST_ACT")]
        assert (await warned(court))[-1][:2] == ("FIRST_ACT_OVERDUE", "URGENT")
    assert len(await silences(courts, SHEXIAN, task.id)) == 1


async def test_first_act_in_time_warns_nobody(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress(urgent=True)
    clock.advance(timedelta(hours=23, minutes=59))
    await stepped(courts, task, clock)
    clock.advance(timedelta(minutes=5))

    await sweep(courts)

    assert await marks(courts.ours) == await marks(courts.theirs) == []
    assert [kind for court in both(courts) for kind, *_ in await warned(court) if "OVERDUE" in kind] == []


async def stepped(courts: Pair, task: TaskRecord, clock: SetClock) -> TaskRecord:
    step = HandlingStep(kind="OTHER", at=clock.now(), officers=[THEIR_OFFICER.officer_id])
    done = await handling.record_step(courts.theirs.node, THEIR_OFFICER, task.id, task.version, step)
    await courts.road.run()
    return done


async def test_step_is_no_answer(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    clock.advance(timedelta(days=11))
    await sweep(courts)

    await stepped(courts, task, clock)
    await sweep(courts)

    assert await marks(courts.ours) == await marks(courts.theirs) == [("OVERDUE", "ANSWER")]
    assert len(await silences(courts, KAIHUA, task.id)) == 1


async def test_urgent_answer_is_late_by_its_own_day(courts: Pair, clock: SetClock) -> None:
    await courts.in_progress(urgent=True)
    clock.advance(timedelta(days=11))

    for _ in range(2):
        await sweep(courts)

    for court in both(courts):
        assert await marks(court) == [("OVERDUE", "FIRST_ACT"), ("OVERDUE", "ANSWER")]


async def test_nothing_is_confirmed_by_itself(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await handling.submit_feedback(
        courts.theirs.node, THEIR_OFFICER, task.id, task.version, FeedbackPayload(result="NOT_FOUND_ASSET")
    )
    await courts.road.run()
    clock.set(datetime(2025, 7, 17, 16, 0, tzinfo=UTC))  # three working days are over

    await sweep(courts)

    own, other = await courts.both(task.id)
    assert (own.status, other.status) == ("FED_BACK", "FED_BACK")
    assert await marks(courts.ours) == await marks(courts.theirs) == [("OVERDUE", "CONFIRM")]
    (record,) = await silences(courts, KAIHUA, task.id)
    assert record.author == SHEXIAN


async def asked(courts: Pair, task: TaskRecord, clock: SetClock) -> TaskRecord:
    spoke = Communication(at=clock.now(), channel="PHONE")
    wanted = SupplementRequestPayload(papers=["RULING"], communication=spoke)
    done = await handling.request_supplement(courts.theirs.node, THEIR_CENTRE, task.id, task.version, wanted)
    await courts.road.run()
    return done


async def supplemented(courts: Pair, task: TaskRecord) -> None:
    own = await courts.task(KAIHUA, task.id)
    more = SupplementPayload(documents=list(papers(Matter.INVESTIGATE_ASSETS)))
    await requests.supplement(courts.ours.node, HANDLER, own.id, own.version, more)


async def test_late_papers_are_noticed_and_still_taken(courts: Pair, clock: SetClock) -> None:
    task = await asked(courts, await courts.received(), clock)
    clock.set(datetime(2025, 7, 17, 16, 0, tzinfo=UTC))

    await supplemented(courts, task)
    assert await marks(courts.ours) == [("OVERDUE", "SUPPLEMENT_DEADLINE_PASSED")]  # at once, before any sweep
    await courts.road.run()

    own, other = await courts.both(task.id)
    assert (own.status, other.status) == ("RECEIVED", "RECEIVED")
    assert await marks(courts.ours) == await marks(courts.theirs) == []


async def test_papers_that_do_not_come_are_on_the_entrusted_courts_record(courts: Pair, clock: SetClock) -> None:
    task = await asked(courts, await courts.received(), clock)
    clock.advance(timedelta(days=4))

    await sweep(courts)

    assert await marks(courts.ours) == await marks(courts.theirs) == [("OVERDUE", "SUPPLEMENT_DEADLINE_PASSED")]
    (record,) = await silences(courts, KAIHUA, task.id)
    assert record.author == SHEXIAN


async def test_not_begun_on_the_sixteenth_day(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    task = await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    await courts.road.run()
    clock.set(datetime(2025, 7, 29, 15, 59, tzinfo=UTC))  # the fifteenth day ends
    await sweep(courts)
    assert ("NOT_BEGUN", "BEGIN") not in await marks(courts.ours)

    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        await sweep(courts)

    for court in both(courts):
        assert await marks(court) == [("OVERDUE", "ANSWER"), ("NOT_BEGUN", "BEGIN")]
    terms = [(await said(courts, SHEXIAN, one)).term for one in await silences(courts, SHEXIAN, task.id)]
    assert sorted(terms) == ["ANSWER", "BEGIN"]
    await handling.assign(courts.theirs.node, THEIR_CHIEF, task.id, task.version, THEIR_OFFICER.officer_id)
    await courts.road.run()
    assert await marks(courts.ours) == await marks(courts.theirs) == [("OVERDUE", "ANSWER")]


async def test_bound_to_begin_moves_with_a_pause(courts: Pair, clock: SetClock) -> None:
    task = await asked(courts, await courts.received(), clock)
    clock.advance(timedelta(days=3))
    await supplemented(courts, task)
    await courts.road.run()
    clock.set(datetime(2025, 7, 30, 1, 0, tzinfo=UTC))  # the sixteenth day, three of which do not count

    await sweep(courts)
    assert "NOT_BEGUN" not in [kind for kind, _ in await marks(courts.ours)]
    clock.set(datetime(2025, 8, 1, 16, 0, tzinfo=UTC))
    await sweep(courts)

    for court in both(courts):
        assert "NOT_BEGUN" in [kind for kind, _ in await marks(court)]


async def test_who_acts_is_reminded_before_and_on_the_last_day(courts: Pair, clock: SetClock) -> None:
    await courts.in_progress()
    reminders: list[tuple[Any, ...]] = []
    for day in (22, 23, 24):
        clock.set(datetime(2025, 7, day, 1, 0, tzinfo=UTC))
        for _ in range(2):
            await sweep(courts)
        reminders.append(tuple(await warned(courts.theirs)))

    officer = THEIR_OFFICER.officer_id
    before, last = ("TASK_DUE", "NOTICE", officer), ("TASK_DUE", "WARNING", officer)
    assert reminders == [(), (before,), (before, last)]
    assert await warned(courts.ours) == []  # who waits is not reminded


async def test_message_that_nobody_takes_is_shown(courts: Pair, clock: SetClock) -> None:
    task = await courts.dispatched()
    clock.advance(timedelta(minutes=59))
    await overdue.sweep(courts.ours.node)
    assert await marks(courts.ours) == []

    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        await overdue.sweep(courts.ours.node)
    assert await marks(courts.ours) == [("NODE_UNREACHABLE", None)]
    await courts.road.run()

    assert await marks(courts.ours) == []
    assert (await courts.task(KAIHUA, task.id)).status == "RECEIVED"


async def test_message_that_waits_at_its_destination_is_not(courts: Pair, clock: SetClock) -> None:
    await courts.dispatched()
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("UPDATE outbox SET last_error = 'EARLIER_EVENT_MISSING'")
    clock.advance(timedelta(hours=2))

    await overdue.sweep(courts.ours.node)

    assert await marks(courts.ours) == []


async def test_restored_court_waits_until_its_log_is_confirmed(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    async with transaction(courts.ours.node.pool) as conn:
        now = clock.now()
        await lives.begin(conn, 2, now=now, since=now, resynced_at=None)
        await lives.expect(conn, 2, [SHEXIAN])
    clock.advance(timedelta(days=3))
    await overdue.sweep(courts.ours.node)
    assert await marks(courts.ours) == []
    assert await courts.ours.count("task_statements") == 0

    async with transaction(courts.ours.node.pool) as conn:
        await conn.execute("UPDATE resyncs SET done_at = $1", clock.now())
    await overdue.sweep(courts.ours.node)

    assert await marks(courts.ours) == [("OVERDUE", "SIGN_FOR")]
    assert len(await silences(courts, KAIHUA, task.id)) == 1


async def test_loaded_task_is_marked_but_proves_nothing(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("UPDATE task_events SET type = 'LOADED' WHERE seq = 2")
    clock.advance(timedelta(days=3))

    await overdue.sweep(courts.ours.node)

    assert await marks(courts.ours) == [("OVERDUE", "SIGN_FOR")]
    assert await silences(courts, KAIHUA, task.id) == []


@pytest.mark.parametrize("change", ["status = 'COMPLETED'", "is_disputed = true"])
async def test_what_is_over_or_disputed_is_not_late(courts: Pair, clock: SetClock, change: str) -> None:
    await courts.received()
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute(f"UPDATE tasks SET {change}")
    clock.advance(timedelta(days=30))

    await overdue.sweep(courts.ours.node)

    assert await marks(courts.ours) == []
    assert await warned(courts.ours) == []


@pytest.mark.parametrize(
    ("statement", "given", "index"),
    [
        (task_clocks._MISSED, (START, START, UUID(int=1), 10), "tasks_by_due"),
        (task_clocks._DUE_BETWEEN, (START, START, START, UUID(int=1), 10), "tasks_by_due"),
        (task_clocks._SENT, (UUID(int=1), 10), "outbox_task"),
        (task_clocks._WAITING, (START, ["CUSTODY"], UUID(int=1), 10), "outbox"),
        (task_clocks._NOT_BEGUN, (START, START, UUID(int=1), 10), "tasks_by_"),
        (task_clocks._UNANSWERED, (START.date(), START.date(), UUID(int=1), 10), "tasks_by_"),
    ],
)
async def test_sweep_walks_an_index(courts: Pair, statement: str, given: tuple[Any, ...], index: str) -> None:
    assert index in await plan(courts.ours.node.pool, statement, *given)
