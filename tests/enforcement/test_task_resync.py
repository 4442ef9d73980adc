"""A court's database is restored from a backup that does not know a task, or not all of it."""

from collections.abc import AsyncIterator

import pytest

from db import lives, task_events, tasks
from db.clock import SetClock
from db.pool import transaction
from db.records.delivery import OutboxRecord
from db.records.tasks import TaskRecord
from enforcement.payloads import FeedbackPayload
from enforcement.rules.task_refusals import Resyncing
from enforcement.tasks import handling, receiving, requests, resyncing
from federation.delivery.node import NotYet, Refused
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
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
TABLES = ("task_statements", "task_overlays", "task_requests", "task_history", "task_events", "tasks")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def sent(courts: Pair, code: str) -> list[OutboxRecord]:
    """Everything that the court ever sent, oldest first."""
    async with courts.road.courts[code].pool.acquire() as conn:
        found = await conn.fetch("SELECT * FROM outbox ORDER BY number")
    fields = OutboxRecord.__dataclass_fields__
    return [OutboxRecord(**{name: row[name] for name in fields}) for row in found]


async def forget(courts: Pair, code: str, peer: str) -> None:
    """The database as before the task, in a new life that `peer` has not confirmed."""
    async with transaction(courts.road.courts[code].pool) as conn:
        for table in TABLES:
            await conn.execute(f"DELETE FROM {table}")
        now = courts.road.courts[code].clock.now()
        await lives.begin(conn, 2, now=now, since=now, resynced_at=None)
        await lives.expect(conn, 2, [peer])


async def give_back(courts: Pair, code: str, peer: str, theirs: list[OutboxRecord], own: list[OutboxRecord]) -> None:
    """What the peer gives back: its messages again, and ours; own ones first, so that they have to wait."""
    court, other = courts.road.courts[code], courts.road.courts[peer]
    left = [("own", row) for row in own] + [("theirs", row) for row in theirs]
    while left:
        later = []
        for kind, row in left:
            sender = court if kind == "own" else other
            header, plain = header_of(sender, row), content_of(row, sender.at_rest)[1:]
            try:
                async with transaction(court.pool) as conn:
                    if kind == "own":
                        await resyncing.take_back(court, conn, header, plain)
                    else:
                        await receiving.accept_message(court, conn, header, plain)
            except NotYet:
                later.append((kind, row))
        assert len(later) < len(left)
        left = later


async def confirm(courts: Pair, code: str, peer: str) -> None:
    court, other = courts.road.courts[code], courts.road.courts[peer]
    async with other.pool.acquire() as conn:
        heads = await resyncing.heads(conn, code)
    async with transaction(court.pool) as conn:
        await resyncing.confirm_heads(court, conn, peer, heads)
        await conn.execute("UPDATE resyncs SET done_at = $1", court.clock.now())


@pytest.mark.parametrize(("code", "peer"), [(KAIHUA, SHEXIAN), (SHEXIAN, KAIHUA)])
async def test_log_grows_back(courts: Pair, code: str, peer: str) -> None:
    task = await courts.in_progress()
    before = await courts.log(code, task.id)
    theirs, own = await sent(courts, peer), await sent(courts, code)
    await forget(courts, code, peer)

    await give_back(courts, code, peer, theirs, own)

    assert await courts.log(code, task.id) == before == await courts.log(peer, task.id)
    back = await courts.task(code, task.id)
    there = await courts.task(peer, task.id)
    assert (back.status, back.holder, back.due_on) == (there.status, there.holder, there.due_on)
    assert len(await sent(courts, code)) == len(own)
    await confirm(courts, code, peer)
    assert len(await sent(courts, code)) == len(own)


async def test_nothing_is_appended_before_the_peer_confirmed(courts: Pair) -> None:
    task = await courts.in_progress()
    theirs, own = await sent(courts, KAIHUA), await sent(courts, SHEXIAN)
    await forget(courts, SHEXIAN, KAIHUA)
    await give_back(courts, SHEXIAN, KAIHUA, theirs, own)
    back = await courts.task(SHEXIAN, task.id)
    back = await handling.assign(courts.theirs.node, THEIR_CHIEF, back.id, back.version, THEIR_OFFICER.officer_id)
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")

    with pytest.raises(Resyncing):
        await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, back.id, back.version, feedback)

    await confirm(courts, SHEXIAN, KAIHUA)
    done = await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, back.id, back.version, feedback)
    await courts.road.run()
    assert (await courts.task(KAIHUA, task.id)).head_digest == done.head_digest


async def test_forgotten_dispatch_is_received_once(courts: Pair) -> None:
    """The life that was lost may have received the task already: only the peer knows."""
    task = await courts.dispatched()
    (row,) = await sent(courts, KAIHUA)
    await forget(courts, SHEXIAN, KAIHUA)
    await give_back(courts, SHEXIAN, KAIHUA, [row], [])
    assert (await courts.task(SHEXIAN, task.id)).status == "DISPATCHED"

    await confirm(courts, SHEXIAN, KAIHUA)

    received = await courts.task(SHEXIAN, task.id)
    assert (received.status, received.head_seq) == ("RECEIVED", 2)


async def test_forgotten_request_is_answered_after_the_confirmation(courts: Pair) -> None:
    task = await courts.received()
    own = await courts.task(KAIHUA, task.id)
    await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason="已履行")
    theirs, mine = await sent(courts, KAIHUA), await sent(courts, SHEXIAN)
    await forget(courts, SHEXIAN, KAIHUA)
    await give_back(courts, SHEXIAN, KAIHUA, theirs, mine)
    assert (await courts.task(SHEXIAN, task.id)).status == "RECEIVED"

    await confirm(courts, SHEXIAN, KAIHUA)
    await courts.road.run()

    done: tuple[TaskRecord, TaskRecord] = await courts.both(task.id)
    assert [row.status for row in done] == ["WITHDRAWN", "WITHDRAWN"]


async def test_missing_head_is_waited_for(courts: Pair) -> None:
    await courts.in_progress()
    theirs = await sent(courts, KAIHUA)
    await forget(courts, SHEXIAN, KAIHUA)
    await give_back(courts, SHEXIAN, KAIHUA, theirs, [])

    with pytest.raises(NotYet):
        await confirm(courts, SHEXIAN, KAIHUA)


async def test_head_that_was_under_way_and_is_refused_is_settled(courts: Pair) -> None:
    """The peer told of a head that was under way; it comes, is refused, and its author takes it back."""
    task = await courts.received()
    theirs, own = await sent(courts, KAIHUA), await sent(courts, SHEXIAN)
    own_row = await courts.task(KAIHUA, task.id)
    heads = {str(task.id): "f" * 64}
    await forget(courts, SHEXIAN, KAIHUA)
    await give_back(courts, SHEXIAN, KAIHUA, theirs, own)
    court = courts.theirs.node
    with pytest.raises(NotYet):
        async with transaction(court.pool) as conn:
            await resyncing.confirm_heads(court, conn, KAIHUA, heads)

    async with transaction(court.pool) as conn:
        seq = own_row.head_seq + 1
        await task_events.refuse(conn, task.id, seq, "f" * 64, "WORK_NOT_ACCEPTED", court.clock.now())
        await resyncing.confirm_heads(court, conn, KAIHUA, heads)


async def test_event_that_was_refused_before_the_restore_is_refused_again(courts: Pair) -> None:
    """A late copy of a dispatch that this court refused: its author has ended the task and may delegate anew."""
    task = await courts.dispatched()
    (late,) = await courts.road.queued(KAIHUA)
    await courts.road.close(KAIHUA, late, "REFUSED", "DUPLICATE_OF")
    await forget(courts, SHEXIAN, KAIHUA)
    court = courts.theirs.node
    async with courts.ours.node.pool.acquire() as conn:
        refused = await resyncing.refused_by(courts.ours.node, conn, SHEXIAN)
    async with transaction(court.pool) as conn:
        await resyncing.remember_refused(court, conn, KAIHUA, refused)
    await confirm(courts, SHEXIAN, KAIHUA)

    header, plain = header_of(courts.ours.node, late), content_of(late, courts.ours.node.at_rest)[1:]
    with pytest.raises(Refused) as caught:
        async with transaction(court.pool) as conn:
            await receiving.accept_message(court, conn, header, plain)

    assert caught.value.code == "REFUSED_BEFORE"
    assert (await courts.task(KAIHUA, task.id)).status == "RETURNED"
    async with court.pool.acquire() as conn:
        assert await tasks.find(conn, task.id) is None


@pytest.mark.parametrize("told", ["no task", "0197f3a1"])
async def test_strange_refusals_are_refused(courts: Pair, told: str) -> None:
    court = courts.theirs.node

    with pytest.raises(Refused) as caught:
        async with transaction(court.pool) as conn:
            await resyncing.remember_refused(court, conn, KAIHUA, [(told, 1, "a" * 64)])

    assert caught.value.code == "MALFORMED_CONTROL"


async def test_own_event_that_was_refused_waits_for_its_refusal(courts: Pair) -> None:
    """The backup has an event that the other court refused; what was written in its place waits until it is out."""
    task = await courts.received()
    signed = await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    (refused,) = await courts.road.queued(SHEXIAN)
    court = courts.theirs.node
    async with court.pool.acquire() as conn:
        backup = await conn.fetch("SELECT digest FROM task_events WHERE seq = $1", signed.head_seq)
    await courts.road.close(SHEXIAN, refused, "REFUSED", "WORK_NOT_ACCEPTED")
    back = await courts.task(SHEXIAN, task.id)
    anew = await handling.sign_for(court, THEIR_CENTRE, back.id, back.version)
    (row,) = await courts.road.queued(SHEXIAN)
    async with transaction(court.pool) as conn:  # the backup: the first one stands, the second one is unknown
        await conn.execute("DELETE FROM task_events WHERE digest = $1", anew.head_digest)
        await conn.execute("UPDATE task_events SET standing = 'APPLIED' WHERE digest = $1", backup[0]["digest"])
        await conn.execute("UPDATE tasks SET head_digest = $1", backup[0]["digest"])
    header, plain = header_of(court, row), content_of(row, court.at_rest)[1:]

    with pytest.raises(NotYet):
        async with transaction(court.pool) as conn:
            await resyncing.take_back(court, conn, header, plain)

    await courts.road.close(SHEXIAN, refused, "REFUSED", "WORK_NOT_ACCEPTED")
    async with transaction(court.pool) as conn:
        await resyncing.take_back(court, conn, header, plain)
    assert await courts.log(SHEXIAN, task.id) == [*(await courts.log(KAIHUA, task.id)), anew.head_digest]
