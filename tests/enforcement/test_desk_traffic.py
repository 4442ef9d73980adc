"""Envelopes as the gateway sees them."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import anyio.lowlevel
import pytest

from db import carried_traffic
from db.clock import SetClock
from db.pool import Pool
from db.records.tracks import CarriedEnvelope, TrafficCount
from enforcement.desk import traffic
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.refusals import NotSignedIn
from enforcement.desk.traffic_log import TrafficLog
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import Caller, Role
from tests.enforcement.desk_zone import ADMIN, centre, officer, open_desk, when_listening, when_watched
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        yield opened


def _ask(clock: SetClock, to: str, size: int = 17_158) -> CarriedEnvelope:
    return CarriedEnvelope(clock.now(), "ask", KAIHUA, to, size, "CARRIED")


async def test_summary_counts_by_padded_size(desk: GatewayDesk, clock: SetClock) -> None:
    old = CarriedEnvelope(clock.now() - timedelta(hours=1), "ask", KAIHUA, SHEXIAN, 17_000, "CARRIED")
    await carried_traffic.note_all(desk.pool, [old, _ask(clock, SHEXIAN), _ask(clock, CHANGSHAN, 17_201)])
    await carried_traffic.note(
        desk.pool, at=clock.now(), sender=SHEXIAN, to=KAIHUA, kind="answer", size_bytes=263_000, outcome="CARRIED"
    )

    everything = await traffic.summary(desk, ADMIN, clock.now())
    own = await traffic.summary(desk, centre(CHANGSHAN), clock.now())

    assert everything == [TrafficCount("answer", 256, "CARRIED", 1), TrafficCount("ask", 16, "CARRIED", 2)]
    assert own == [TrafficCount("ask", 16, "CARRIED", 1)]


@pytest.mark.parametrize(
    ("caller", "why"),
    [
        (None, NotSignedIn),
        (officer(KAIHUA, Role.HANDLER), Forbidden),
        (officer(KAIHUA, Role.LIAISON_OFFICER), Forbidden),
        (Caller("o-330824-07", KAIHUA, frozenset({Role.GATEWAY_ADMIN})), Forbidden),
    ],
)
async def test_traffic_is_for_admins_and_centres(
    desk: GatewayDesk, caller: Caller | None, why: type[Exception]
) -> None:
    with pytest.raises(why):
        await traffic.summary(desk, caller, desk.clock.now())
    with pytest.raises(why):
        await anext(traffic.watch(desk, caller))


async def _seen(desk: GatewayDesk, caller: Caller, carried: list[CarriedEnvelope], count: int) -> list[CarriedEnvelope]:
    seen: list[CarriedEnvelope] = []

    async def carry() -> None:
        for envelope in carried:
            await carried_traffic.note_all(desk.pool, [envelope])

    await when_listening(desk)
    async with aclosing(traffic.watch(desk, caller)) as watched, anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, carry)
        with anyio.fail_after(5):
            while len(seen) < count:
                seen.append((await anext(watched)).envelope)
    return seen


async def test_watchers_see_each_envelope(desk: GatewayDesk, clock: SetClock) -> None:
    carried = [_ask(clock, SHEXIAN), _ask(clock, CHANGSHAN)]

    assert await _seen(desk, ADMIN, carried, 2) == carried
    assert await _seen(desk, centre(CHANGSHAN), carried, 1) == [carried[1]]


async def test_only_the_newest_rows_stay(gateway_pool: Pool, clock: SetClock) -> None:
    await carried_traffic.note_all(gateway_pool, [_ask(clock, SHEXIAN)] * 30)

    async with gateway_pool.acquire() as conn:
        await carried_traffic.prune(conn, keep=10)
        left = await conn.fetchval("SELECT count(*) FROM carried_traffic")

    assert left == 10


async def test_a_thousand_notes_prune_by_themselves(
    gateway_pool: Pool, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried_traffic, "KEEP", 50)

    await carried_traffic.note_all(gateway_pool, [_ask(clock, SHEXIAN)] * 1000)

    async with gateway_pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM carried_traffic") == 50


async def _written(pool: Pool) -> int:
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM carried_traffic"))


async def _note(log: TrafficLog, clock: SetClock) -> None:
    await log.note(at=clock.now(), sender=KAIHUA, to=SHEXIAN, kind="ask", size_bytes=17_158, outcome="CARRIED")


async def test_notes_are_written_before_the_end(gateway_pool: Pool, clock: SetClock) -> None:
    log, stop = TrafficLog(gateway_pool), anyio.Event()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(log.run, stop)
        await anyio.lowlevel.checkpoint()
        for _ in range(25):
            await _note(log, clock)
        stop.set()

    assert await _written(gateway_pool) == 25


async def test_notes_without_a_runner_are_written_at_once(gateway_pool: Pool, clock: SetClock) -> None:
    await _note(TrafficLog(gateway_pool), clock)

    assert await _written(gateway_pool) == 1


async def test_notes_outlive_a_lost_connection(
    gateway_pool: Pool, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, stop = TrafficLog(gateway_pool), anyio.Event()
    write, failed = carried_traffic.note_all, anyio.Event()

    async def lose_once(pool: Pool, envelopes: list[CarriedEnvelope]) -> None:
        if not failed.is_set():
            failed.set()
            raise ConnectionResetError
        await write(pool, envelopes)

    monkeypatch.setattr(carried_traffic, "note_all", lose_once)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(log.run, stop)
        await anyio.lowlevel.checkpoint()
        await _note(log, clock)
        with anyio.fail_after(5):
            await failed.wait()
        stop.set()

    assert await _written(gateway_pool) == 1


async def test_a_cancelled_log_still_writes(gateway_pool: Pool, clock: SetClock) -> None:
    log = TrafficLog(gateway_pool)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(log.run, anyio.Event())
        await anyio.lowlevel.checkpoint()
        await _note(log, clock)
        tasks.cancel_scope.cancel()

    assert await _written(gateway_pool) == 1
