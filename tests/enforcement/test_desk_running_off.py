"""Who serves at a court that is suspended or withdraws follows its open tasks at the desk, and does nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import anyio
import pytest

from db.clock import SetClock
from db.pool import Pool
from db.records.framework import FrameworkKind
from enforcement.desk import framework, health, maintenance, route, scattering, tracked_tasks, traffic, urging, watching
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Act
from enforcement.rules.task_refusals import MembershipSuspended
from tests.enforcement.desk_zone import STORY, TASK, centre, header, open_desk, tell, tell_story, when_watched
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio

WHO = replace(centre(KAIHUA), is_running_off=True)


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        yield opened


async def test_open_tasks_are_followed_and_ended_ones_not(desk: GatewayDesk, clock: SetClock) -> None:
    ended = uuid4()
    await tell_story(desk.pool, clock.now(), upto=3)
    await tell_story(desk.pool, clock.now(), upto=len(STORY), task=ended)

    page = await tracked_tasks.tracked_tasks(desk, WHO, status=None, first=20, after=None)
    several = await tracked_tasks.several(desk, WHO, [TASK, ended])
    whole = await tracked_tasks.tracked_tasks(desk, centre(KAIHUA), status=None, first=20, after=None)

    assert (await tracked_tasks.tracked_task(desk, WHO, TASK)).track.status == "SIGNED_FOR"
    assert [task.track.id for task in page.tasks] == [TASK]
    assert [task.track.id for task in several] == [TASK]
    assert {task.track.id for task in whole.tasks} == {TASK, ended}
    with pytest.raises(NotFound):
        await tracked_tasks.tracked_task(desk, WHO, ended)


async def test_the_end_of_an_open_task_is_told(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=len(STORY) - 1)

    async with aclosing(watching.changes(desk, WHO, TASK)) as changes, anyio.create_task_group() as group:
        end = header(len(STORY), clock.now())
        group.start_soon(when_watched, desk, lambda: tell(desk.pool, end, clock.now()))
        with anyio.fail_after(10):
            change = await anext(changes)

    assert change.task.track.status == "COMPLETED"


async def route_of(desk: GatewayDesk) -> None:
    await route.find(desk, WHO, asking=KAIHUA, matter=DelegatedMatterType.INVESTIGATE_ASSETS, division="341021")


async def urge(desk: GatewayDesk) -> None:
    await urging.urge_task(desk, WHO, TASK, idempotency_key="k-1")


async def announce(desk: GatewayDesk) -> None:
    now = desk.clock.now()
    begins, ends = now + timedelta(hours=1), now + timedelta(hours=2)
    await maintenance.announce(desk, WHO, from_at=begins, to_at=ends, idempotency_key="k-1")


async def watch_traffic(desk: GatewayDesk) -> None:
    await traffic.summary(desk, WHO, since=desk.clock.now() - timedelta(hours=1))


async def read_health(desk: GatewayDesk) -> None:
    await health.federation_health(desk, WHO)


async def offer(desk: GatewayDesk) -> None:
    framework.hand(desk, WHO, Act.LEND_RESOURCES, FrameworkKind.RESOURCE_OFFER)


async def read_records(desk: GatewayDesk) -> None:
    framework.reads(desk, WHO)


async def read_zone(_desk: GatewayDesk) -> None:
    scattering.check_reads(WHO, Act.READ_ZONE)


async def read_public_list(_desk: GatewayDesk) -> None:
    scattering.check_reads(WHO, None)


OTHER_ACTS = [route_of, urge, announce, watch_traffic, read_health, offer, read_records, read_zone, read_public_list]


@pytest.mark.parametrize("act", OTHER_ACTS)
async def test_everything_else_is_refused(
    desk: GatewayDesk, clock: SetClock, act: Callable[[GatewayDesk], Awaitable[None]]
) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)

    with pytest.raises(MembershipSuspended):
        await act(desk)

    async with desk.pool.acquire() as conn:
        for table in ("urges", "maintenance_windows"):
            assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0
