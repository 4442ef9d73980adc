"""Probes against a real HTTP server: up, not ready, down, suspended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import anyio
import pytest
from aiohttp import web

from db.clock import SetClock
from db.pool import Pool
from enforcement.desk import health
from enforcement.desk.gateway import Deadlines, GatewayDesk
from enforcement.desk.refusals import NotSignedIn
from enforcement.rules.rights import Role
from tests.enforcement.desk_zone import ADMIN, accept, officer, open_desk
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


class Node:
    """A node's /readyz on a port of its own."""

    def __init__(self) -> None:
        self.status = 200
        self.asked = 0
        self.url = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/readyz", self._readyz)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _readyz(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=self.status, text="anything")


@pytest.fixture
async def node(anyio_backend: str) -> AsyncIterator[Node]:
    made = Node()
    runner = await made.start()
    yield made
    await runner.cleanup()


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock, zone: Zone, node: Node) -> AsyncIterator[GatewayDesk]:
    courts = {KAIHUA: {"url": node.url}, SHEXIAN: {"url": "http://127.0.0.1:9"}, CHANGSHAN: {"state": "SUSPENDED"}}
    async with open_desk(gateway_pool, clock, zone, **courts) as opened:
        yield opened


async def _states(desk: GatewayDesk) -> dict[str, tuple[str, object]]:
    found = await health.federation_health(desk, ADMIN)
    return {h.court.code: (h.last.state, h.last.since) if h.last else ("NOT_CHECKED", None) for h in found}


async def test_nobody_is_judged_before_a_probe(desk: GatewayDesk) -> None:
    assert {state for state, _ in (await _states(desk)).values()} == {"NOT_CHECKED"}


async def test_probes_tell_who_answers(desk: GatewayDesk, clock: SetClock) -> None:
    now = clock.now()

    await health.probe_all(desk)

    states = await _states(desk)
    assert states == {KAIHUA: ("REACHABLE", now), SHEXIAN: ("UNREACHABLE", now), CHANGSHAN: ("SUSPENDED", now)}


async def test_since_moves_only_with_the_state(desk: GatewayDesk, clock: SetClock, node: Node) -> None:
    first = clock.now()
    await health.probe_all(desk)
    clock.advance(timedelta(minutes=1))
    await health.probe_all(desk)
    before = (await _states(desk))[KAIHUA]

    node.status = 503
    await health.probe_all(desk)

    after = (await _states(desk))[KAIHUA]
    assert before == ("REACHABLE", first)
    assert after == ("UNREACHABLE", clock.now())


async def test_suspended_courts_are_not_asked(
    desk: GatewayDesk, gateway_pool: Pool, clock: SetClock, zone: Zone, node: Node
) -> None:
    await accept(
        desk.directory, gateway_pool, zone, clock.now(), 2, **{KAIHUA: {"url": node.url, "state": "SUSPENDED"}}
    )

    await health.probe_all(desk)

    assert node.asked == 0
    assert (await _states(desk))[KAIHUA][0] == "SUSPENDED"


async def test_probes_repeat_until_stopped(gateway_pool: Pool, desk: GatewayDesk, clock: SetClock, node: Node) -> None:
    quick = replace(desk, deadlines=Deadlines(probe_every_s=0.01, probe_timeout_s=0.5))
    stop = anyio.Event()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(health.run_probes, quick, stop)
            while node.asked < 3:  # noqa: ASYNC110  # the node counts, nobody tells
                await anyio.sleep(0.01)
            stop.set()

    assert node.asked >= 3


async def test_any_signed_in_officer_reads_health(desk: GatewayDesk) -> None:
    with pytest.raises(NotSignedIn):
        await health.federation_health(desk, None)
    assert len(await health.federation_health(desk, officer(KAIHUA, Role.HANDLER))) == 3
