"""A watcher of what is carried resumes behind the last envelope it was told, in any process: none is lost or twice."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import anyio
import pytest

from db import carried_traffic
from db.carried_traffic import NotedEnvelope
from db.clock import SetClock
from db.pool import Conn, Pool, open_pool
from db.records.tracks import CarriedEnvelope
from enforcement.desk import traffic
from enforcement.desk.gateway import Deadlines, GatewayDesk
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Caller
from tests.enforcement.desk_zone import ADMIN, centre, open_desk
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
Desks = tuple[GatewayDesk, GatewayDesk]


@pytest.fixture
async def desks(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Desks]:
    """Two processes over one database; a lost notification is made up for within a tenth of a second."""
    dsn = await new_database("gateway")
    one, two = await open_pool(dsn), await open_pool(dsn)
    zone = Zone()
    async with open_desk(one, clock, zone) as first, open_desk(two, clock, zone, version=2) as second:
        quick = Deadlines(look_again_s=0.1)
        yield replace(first, deadlines=quick), replace(second, deadlines=quick)
    await one.close()
    await two.close()


def carried(clock: SetClock, number: int, to: str = SHEXIAN) -> CarriedEnvelope:
    """An envelope that can be told from others by its size."""
    return CarriedEnvelope(clock.now(), "ask", KAIHUA, to, 17_000 + number, "CARRIED")


def place(noted: NotedEnvelope) -> tuple[datetime, int]:
    return noted.envelope.at, noted.id


async def told(
    desk: GatewayDesk, after: tuple[datetime, int], many: int, caller: Caller = ADMIN
) -> list[NotedEnvelope]:
    """The first `many` envelopes behind `after`."""
    with anyio.fail_after(10):
        async with aclosing(traffic.watch(desk, caller, after=after)) as watched:
            return [await anext(watched) for _ in range(many)]


async def first_row(desk: GatewayDesk, clock: SetClock) -> tuple[datetime, int]:
    await carried_traffic.note_all(desk.pool, [carried(clock, 0)])
    async with desk.pool.acquire() as conn:
        return clock.now(), await carried_traffic.last_id(conn)


async def test_what_came_in_between_is_told_first_by_another_process(desks: Desks, clock: SetClock) -> None:
    one, two = desks
    start = await first_row(one, clock)
    await carried_traffic.note_all(one.pool, [carried(clock, 1)])
    (seen,) = await told(one, start, 1)
    await carried_traffic.note_all(two.pool, [carried(clock, n) for n in range(2, 250)])

    rest = await told(two, place(seen), 248)

    assert [noted.envelope.size_bytes - 17_000 for noted in (seen, *rest)] == list(range(1, 250))


async def test_a_centre_resumes_among_its_own(desks: Desks, clock: SetClock) -> None:
    one, two = desks
    start = await first_row(one, clock)
    await carried_traffic.note_all(
        one.pool, [carried(clock, n, CHANGSHAN if n % 90 == 0 else SHEXIAN) for n in range(1, 271)]
    )

    own = await told(two, start, 3, centre(CHANGSHAN))

    assert [noted.envelope.size_bytes - 17_000 for noted in own] == [90, 180, 270]


async def test_the_last_place_repeats_nothing(desks: Desks, clock: SetClock) -> None:
    start, heard = await first_row(desks[0], clock), []

    with anyio.move_on_after(0.3):
        async with aclosing(traffic.watch(desks[1], ADMIN, after=start)) as watched:
            heard = [noted async for noted in watched]

    assert heard == []


async def test_a_place_that_is_not_kept_is_refused(desks: Desks, clock: SetClock) -> None:
    """Gone, never there, or lost in a crash and numbered again: what came behind it cannot be told."""
    (at, row_id), pool = await first_row(desks[0], clock), desks[0].pool
    await carried_traffic.note_all(pool, [carried(clock, 1)] * 5)

    for wrong in ((at, row_id + 99), (at, 2**63 - 1), (at + timedelta(microseconds=1), row_id)):
        with pytest.raises(Malformed):
            await told(desks[0], wrong, 1)
    async with pool.acquire() as conn:
        await carried_traffic.prune(conn, keep=2)
    with pytest.raises(Malformed):
        await told(desks[0], (at, row_id), 1)


async def test_a_watcher_behind_what_is_kept_is_told_no_more(
    desks: Desks, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried_traffic, "KEEP", 150)
    start = await first_row(desks[0], clock)
    await carried_traffic.note_all(desks[0].pool, [carried(clock, n) for n in range(1, 121)])
    heard = []

    with anyio.fail_after(10):
        async with aclosing(traffic.watch(desks[0], ADMIN, after=start)) as watched:
            async for noted in watched:
                heard.append(noted.envelope.size_bytes - 17_000)
                if len(heard) == 100:
                    await carried_traffic.note_all(desks[0].pool, [carried(clock, 999)] * 200)

    assert heard == list(range(1, 101))


class Slow:
    """A pool whose work takes a while before it is committed."""

    def __init__(self, pool: Pool, chance: random.Random) -> None:
        self._pool, self._chance = pool, chance

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Conn]:
        async with self._pool.acquire() as conn, conn.transaction():
            yield conn
            await anyio.sleep(self._chance.random() / 30)


async def test_no_seam_shows_while_two_processes_note_and_the_watcher_comes_and_goes(
    desks: Desks, clock: SetClock
) -> None:
    start, chance = await first_row(desks[0], clock), random.Random(7)
    seen: list[NotedEnvelope] = []

    async def note(desk: GatewayDesk, first: int) -> None:
        for number in range(first, first + 120, 4):
            slow = cast("Pool", Slow(desk.pool, chance))
            await carried_traffic.note_all(slow, [carried(clock, n) for n in range(number, number + 4)])

    async def watch() -> None:
        here = start
        while len(seen) < 240:
            here = place(seen[-1]) if seen else here
            seen.extend(await told(chance.choice(desks), here, min(chance.randint(1, 20), 240 - len(seen))))

    async with anyio.create_task_group() as group:
        group.start_soon(note, desks[0], 1)
        group.start_soon(note, desks[1], 121)
        group.start_soon(watch)

    sizes = [noted.envelope.size_bytes - 17_000 for noted in seen]
    assert sorted(sizes) == list(range(1, 241))
    assert [noted.id for noted in seen] == sorted(noted.id for noted in seen)


async def test_a_thousand_resumptions_leave_nothing_behind(desks: Desks, clock: SetClock) -> None:
    start = await first_row(desks[0], clock)
    await carried_traffic.note_all(desks[0].pool, [carried(clock, n) for n in range(1, 1001)])
    seen: list[NotedEnvelope] = []

    for turn in range(1000):
        seen.extend(await told(desks[turn % 2], place(seen[-1]) if seen else start, 1))

    assert [noted.envelope.size_bytes - 17_000 for noted in seen] == list(range(1, 1001))
    assert [desk.feed._watchers[carried_traffic.CHANNEL] for desk in desks] == [set(), set()]
    assert [desk.pool.get_idle_size() == desk.pool.get_size() - 1 for desk in desks] == [True, True]  # one listens
