"""A watcher resumes behind the last change it was told, in any process: nothing is left out and nothing comes twice."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import anyio
import pytest

from db import track_changes
from db.clock import SetClock
from db.pool import Pool, open_pool, transaction
from enforcement.desk import tracked_tasks, urging, watching
from enforcement.desk.gateway import Deadlines, GatewayDesk
from enforcement.desk.tracks import record_event
from enforcement.desk.watching import TaskChange
from enforcement.rules.refusals import Malformed
from tests.enforcement.desk_zone import (
    STORY,
    TASK,
    centre,
    header,
    open_desk,
    tell,
    tell_story,
    when_listening,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desks(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[tuple[GatewayDesk, GatewayDesk]]:
    """Two processes over one database; a lost notification is made up for within a tenth of a second."""
    dsn = await new_database("gateway")
    one, two = await open_pool(dsn), await open_pool(dsn)
    zone = Zone()
    async with open_desk(one, clock, zone) as first, open_desk(two, clock, zone, version=2) as second:
        quick = Deadlines(look_again_s=0.1)
        yield replace(first, deadlines=quick), replace(second, deadlines=quick)
    await one.close()
    await two.close()


async def told(desk: GatewayDesk, after: int, many: int, track: UUID | None = None) -> list[TaskChange]:
    """The first `many` changes behind `after`."""
    with anyio.fail_after(5):
        async with aclosing(watching.changes(desk, centre(KAIHUA), track, after=after)) as watched:
            return [await anext(watched) for _ in range(many)]


async def last(pool: Pool, court: str = KAIHUA) -> int:
    async with pool.acquire() as conn:
        return await track_changes.last(conn, court)


async def test_what_came_in_between_is_told_first_by_another_process(
    desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock
) -> None:
    one, two = desks
    await tell_story(one.pool, clock.now(), upto=1)
    async with anyio.create_task_group() as group:
        start = await last(one.pool)
        group.start_soon(tell, one.pool, header(2, clock.now()), clock.now())
        (first,) = await told(one, start, 1)
    other = uuid4()
    await tell_story(one.pool, clock.now(), upto=1, task=other)
    await tell(one.pool, header(3, clock.now()), clock.now())
    await urging.urge_task(one, centre(KAIHUA), other, idempotency_key="k-1")

    signed, urged = await told(two, first.position, 2)

    assert first.task.track.status == "RECEIVED"
    assert (signed.task.track.id, signed.task.track.status) == (TASK, "SIGNED_FOR")
    assert (urged.task.track.id, len(urged.task.urges)) == (other, 1)
    assert first.position < signed.position < urged.position == await last(two.pool)


async def test_the_last_cursor_repeats_nothing(desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock) -> None:
    one, two = desks
    await tell_story(one.pool, clock.now(), upto=2)
    heard = []

    with anyio.move_on_after(0.5):
        async with aclosing(watching.changes(two, centre(KAIHUA), after=await last(one.pool))) as watched:
            heard = [change async for change in watched]

    assert heard == []


async def test_one_task_resumes_too(desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock) -> None:
    one, two = desks
    await tell_story(one.pool, clock.now(), upto=1)
    start = await last(one.pool)
    for _ in range(3):
        await tell_story(one.pool, clock.now(), upto=2, task=uuid4())
    await tell(one.pool, header(2, clock.now()), clock.now())

    (change,) = await told(two, start, 1, TASK)

    assert (change.task.track.id, change.task.track.version) == (TASK, 2)


async def test_a_long_absence_is_made_up_for(desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock) -> None:
    one, two = desks
    tasks = [uuid4() for _ in range(120)]
    for task in tasks:
        await tell_story(one.pool, clock.now(), upto=1, task=task)

    changes = await told(two, 0, 120)

    assert [change.task.track.id for change in changes] == tasks
    assert [change.position for change in changes] == list(range(1, 121))


@pytest.mark.parametrize("after", [-1, 2])
async def test_positions_of_another_life_are_refused(
    desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock, after: int
) -> None:
    await tell_story(desks[0].pool, clock.now(), upto=1)

    with pytest.raises(Malformed):
        await told(desks[0], after, 1)


async def test_a_third_court_has_no_feed_of_it(desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock) -> None:
    await tell_story(desks[0].pool, clock.now(), upto=2)

    assert await last(desks[0].pool) == await last(desks[0].pool, SHEXIAN) == 2
    assert await last(desks[0].pool, CHANGSHAN) == 0


async def test_no_seam_shows_while_many_write_and_the_watcher_comes_and_goes(
    desks: tuple[GatewayDesk, GatewayDesk], clock: SetClock
) -> None:
    tasks = [uuid4() for _ in range(8)]
    seen: dict[UUID, list[int]] = {task: [] for task in tasks}
    chance = random.Random(7)

    async def write(task: UUID) -> None:
        for number in range(1, len(STORY) + 1):
            async with transaction(desks[0].pool) as conn:
                await record_event(conn, header(number, clock.now(), task=task), clock.now())
                await anyio.sleep(chance.random() / 50)

    async def watch() -> None:
        position = 0
        while any(versions[-1:] != [len(STORY)] for versions in seen.values()):
            desk = chance.choice(desks)
            async with aclosing(watching.changes(desk, centre(KAIHUA), after=position)) as watched:
                for _ in range(chance.randint(1, 4)):
                    with anyio.move_on_after(0.3) as waited:
                        change = await anext(watched)
                    if waited.cancelled_caught:
                        break
                    assert change.position > position
                    position = change.position
                    seen[change.task.track.id].append(change.task.track.version)

    await when_listening(desks[0])
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            for task in tasks:
                group.start_soon(write, task)

    for task in tasks:
        assert seen[task] == sorted(set(seen[task]))
        found = await tracked_tasks.tracked_task(desks[0], centre(KAIHUA), task)
        assert seen[task][-1] == found.track.version == len(STORY)
