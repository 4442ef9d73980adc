"""Who sees which task at the desk, what an urge does, and what a watcher is told."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from uuid import UUID, uuid4

import anyio
import pytest

from db import carried_messages
from db.clock import SetClock
from db.pool import Pool, transaction
from enforcement.desk import tracked_tasks, urging, watching
from enforcement.desk.gateway import Deadlines, GatewayDesk
from enforcement.desk.refusals import AlreadyUrged, NotSignedIn, TaskEnded
from enforcement.rules.refusals import Forbidden, NotFound, RuleBroken
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import IdempotencyKeyReused
from tests.enforcement.desk_zone import (
    ADMIN,
    LISTENERS,
    STORY,
    TASK,
    centre,
    header,
    officer,
    open_desk,
    tell,
    tell_story,
    when_listening,
    when_watched,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

STRANGERS = [
    centre(CHANGSHAN),
    officer(CHANGSHAN, Role.LIAISON_OFFICER),
    officer(KAIHUA, Role.HANDLER),
    officer(SHEXIAN, Role.BUREAU_CHIEF),
    ADMIN,
]


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        yield opened


async def _urges(desk: GatewayDesk) -> int:
    async with desk.pool.acquire() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM urges"))


@pytest.mark.parametrize("court", [KAIHUA, SHEXIAN])
@pytest.mark.parametrize("role", [Role.COMMAND_CENTRE, Role.LIAISON_OFFICER])
async def test_both_courts_follow_the_task(desk: GatewayDesk, clock: SetClock, court: str, role: Role) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)

    found = await tracked_tasks.tracked_task(desk, officer(court, role), TASK)
    page = await tracked_tasks.tracked_tasks(desk, officer(court, role), status=None, first=20, after=None)

    assert (found.track.status, found.track.holder) == ("SIGNED_FOR", SHEXIAN)
    assert [event.type for event in found.events] == ["DISPATCHED", "RECEIVED", "SIGNED_FOR"]
    assert [event.author for event in found.events] == [KAIHUA, SHEXIAN, SHEXIAN]
    assert [task.track.id for task in page.tasks] == [TASK]


@pytest.mark.parametrize("caller", STRANGERS)
async def test_strangers_see_nothing_of_it(desk: GatewayDesk, clock: SetClock, caller: Caller) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)

    page = await tracked_tasks.tracked_tasks(desk, caller, status=None, first=20, after=None)
    with pytest.raises(NotFound):
        await tracked_tasks.tracked_task(desk, caller, TASK)
    with pytest.raises(NotFound):
        await tracked_tasks.delivery_status(desk, caller, TASK)
    with pytest.raises(NotFound):
        await urging.urge_task(desk, caller, TASK, idempotency_key="k-1")

    assert not page.tasks
    assert await _urges(desk) == 0


async def test_nobody_without_a_token(desk: GatewayDesk) -> None:
    with pytest.raises(NotSignedIn):
        await tracked_tasks.tracked_task(desk, None, TASK)
    with pytest.raises(NotSignedIn):
        await tracked_tasks.tracked_tasks(desk, None, status=None, first=20, after=None)
    with pytest.raises(NotSignedIn):
        await urging.urge_task(desk, None, TASK, idempotency_key="k-1")


async def test_status_filters_the_list(desk: GatewayDesk, clock: SetClock) -> None:
    other = uuid4()
    await tell_story(desk.pool, clock.now(), upto=3)
    await tell_story(desk.pool, clock.now(), upto=1, task=other)

    page = await tracked_tasks.tracked_tasks(desk, centre(KAIHUA), status="SIGNED_FOR", first=20, after=None)

    assert [task.track.id for task in page.tasks] == [TASK]
    assert not page.has_next


async def test_tasks_fall_overdue_the_day_after(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)  # due on 24 July
    days = []
    for day in (24, 25):
        clock.set(clock.now().replace(day=day))
        days.append((await tracked_tasks.tracked_task(desk, centre(KAIHUA), TASK)).is_overdue)

    assert days == [False, True]


async def _carry(desk: GatewayDesk, clock: SetClock, message: UUID, sender: str, destination: str) -> None:
    async with transaction(desk.pool) as conn:
        await carried_messages.add(
            conn,
            sender=sender,
            message_id=message,
            destination=destination,
            header=b"{}",
            digest="0" * 64,
            raw=b"raw",
            task=TASK,
            now=clock.now(),
            expires_at=clock.now() + timedelta(days=30),
            lease=timedelta(seconds=1),
        )


async def test_delivery_is_shown_to_both_ends(desk: GatewayDesk, clock: SetClock) -> None:
    message, forged = header(1, clock.now()).id, header(2, clock.now()).id
    await tell_story(desk.pool, clock.now(), upto=1)
    await _carry(desk, clock, message, KAIHUA, SHEXIAN)
    await _carry(desk, clock, forged, CHANGSHAN, SHEXIAN)

    of_task = await tracked_tasks.delivery_status(desk, centre(KAIHUA), TASK)
    of_message = await tracked_tasks.delivery_status(desk, centre(SHEXIAN), message)
    found = await tracked_tasks.tracked_task(desk, centre(KAIHUA), TASK)

    assert [(s.id, s.state.value, s.attempts) for s in of_task] == [(message, "QUEUED", 0)]
    assert [s.id for s in of_message] == [message]
    assert found.delivery is not None
    assert found.delivery.id == message


async def test_urges_are_dated_facts(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)

    found = await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-1")
    again = await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-1")

    assert [urge.at for urge in found.urges] == [clock.now()]
    assert again.urges == found.urges
    assert again.track.version == found.track.version
    assert await _urges(desk) == 1


async def test_a_task_is_urged_once_a_day(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)
    await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-1")

    with pytest.raises(AlreadyUrged):
        await urging.urge_task(desk, officer(KAIHUA, Role.LIAISON_OFFICER), TASK, idempotency_key="k-2")
    clock.set(clock.now().replace(hour=15, minute=59))  # 23:59 in China
    with pytest.raises(AlreadyUrged):
        await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-3")
    assert await _urges(desk) == 1
    clock.advance(timedelta(minutes=1))
    await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-4")

    assert await _urges(desk) == 2


async def _refused(desk: GatewayDesk, caller: Caller, task: UUID, key: str, why: type[RuleBroken]) -> None:
    before = await _urges(desk)
    with pytest.raises(why):
        await urging.urge_task(desk, caller, task, idempotency_key=key)
    assert await _urges(desk) == before


async def test_refused_urges_write_nothing(desk: GatewayDesk, clock: SetClock) -> None:
    other, ended = uuid4(), uuid4()
    await tell_story(desk.pool, clock.now(), upto=3)
    await tell_story(desk.pool, clock.now(), upto=3, task=other)
    await tell_story(desk.pool, clock.now(), upto=len(STORY), task=ended)
    await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-1")

    await _refused(desk, centre(SHEXIAN), other, "k-2", Forbidden)
    await _refused(desk, centre(KAIHUA), other, "k-1", IdempotencyKeyReused)
    await _refused(desk, centre(KAIHUA), ended, "k-3", TaskEnded)
    await _refused(desk, centre(KAIHUA), uuid4(), "k-4", NotFound)


async def test_watchers_hear_within_a_second(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=1)
    await when_listening(desk)
    told: list[tuple[str, int]] = []

    async with aclosing(watching.changes(desk, centre(KAIHUA), TASK)) as watched, anyio.create_task_group() as tasks:

        async def act() -> None:
            await tell(desk.pool, header(2, clock.now()), clock.now())
            await tell(desk.pool, header(1, clock.now(), task=uuid4()), clock.now())
            await urging.urge_task(desk, centre(KAIHUA), TASK, idempotency_key="k-1")

        tasks.start_soon(when_watched, desk, act)
        with anyio.fail_after(2):
            async for change in watched:
                told.append((change.task.track.status, len(change.task.urges)))
                if change.task.urges:
                    break

    assert told in ([("RECEIVED", 0), ("RECEIVED", 1)], [("RECEIVED", 1)])


async def test_other_courts_hear_nothing(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=1)
    heard = []

    with pytest.raises(NotFound):
        async for _ in watching.changes(desk, centre(CHANGSHAN), TASK):
            pass
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, lambda: tell(desk.pool, header(2, clock.now()), clock.now()))
        async with aclosing(watching.changes(desk, centre(CHANGSHAN))) as watched:
            with anyio.move_on_after(0.5):
                heard = [task async for task in watched]

    assert heard == []


async def test_lost_notifications_are_made_up_for(gateway_pool: Pool, clock: SetClock) -> None:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        deaf = GatewayDesk(
            gateway_pool,
            clock,
            opened.directory,
            opened.probes,
            feed=type(opened.feed)(gateway_pool),  # never runs
            clear=opened.clear,
            cursors=opened.cursors,
            deadlines=Deadlines(look_again_s=0.1),
        )
        await tell_story(gateway_pool, clock.now(), upto=1)

        async with aclosing(watching.changes(deaf, centre(SHEXIAN))) as watched, anyio.create_task_group() as tasks:
            tasks.start_soon(when_watched, deaf, lambda: tell(gateway_pool, header(2, clock.now()), clock.now()))
            with anyio.fail_after(2):
                change = await anext(watched)

    assert change.task.track.status == "RECEIVED"


async def test_the_feed_listens_again_after_a_loss(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=1)
    await when_listening(desk)
    async with desk.pool.acquire() as conn:
        await conn.execute(LISTENERS.format("pg_terminate_backend(pid)"))

    async with aclosing(watching.changes(desk, centre(KAIHUA))) as watched, anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, lambda: tell(desk.pool, header(2, clock.now()), clock.now()))
        with anyio.fail_after(8):
            change = await anext(watched)

    assert change.task.track.status == "RECEIVED"
