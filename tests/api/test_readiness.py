"""What is wrong is told at once, by a fixed phrase; what hangs, fails or stops looking is red in time."""

import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import anyio
import pytest
from starlette.applications import Starlette

from api.health import health_routes
from api.readiness import Check, Findings, Pace, Readiness, Report
from tests.api.graphql.server import served

pytestmark = pytest.mark.anyio

QUICK = Pace(every_s=0.01, timeout_s=0.05, stale_s=0.5)


async def failing() -> Findings:
    raise OSError("postgresql://user:hunter2@db")


async def hanging() -> Findings:
    await anyio.sleep(3600)
    return {}


async def finding(**found: str) -> Findings:
    return found


async def until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(5):
        while not holds():  # noqa: ASYNC110  (the schedule tells nobody)
            await anyio.sleep(0.01)


def look(**checks: Callable[[], Awaitable[Findings]]) -> Readiness:
    return Readiness([Check(name, check) for name, check in checks.items()], QUICK)


async def test_all_good_is_ready() -> None:
    readiness = look(database=finding, disk=partial(finding, disk="ok"))

    await readiness.look()

    report = readiness.report()
    assert (report.status, report.is_ready) == ("ok", True)
    assert report.checks == {"database": "ok", "disk": "ok"}
    assert report.checked_at is not None


async def test_a_warning_leaves_it_ready() -> None:
    readiness = look(database=finding, clock=partial(finding, clock="warning: others disagree"))

    await readiness.look()

    report = readiness.report()
    assert (report.status, report.is_ready) == ("warning", True)


@pytest.mark.parametrize("order", [("red", "key"), ("key", "red")])
async def test_the_worse_of_two_findings_is_told(order: tuple[str, str]) -> None:
    checks = {"key": partial(finding, key="warning: file changed"), "red": partial(finding, key="not the directory's")}
    readiness = look(**{name: checks[name] for name in order})

    await readiness.look()

    assert readiness.report().checks == {"key": "not the directory's", "red": "ok"}


async def test_failing_and_hanging_checks_are_red() -> None:
    readiness = look(database=failing, directory=hanging, key=finding)

    await readiness.look()

    assert readiness.report().checks == {"database": "failed", "directory": "timed out", "key": "ok"}


async def test_nobody_is_ready_before_the_first_look() -> None:
    report = look(database=finding).report()

    assert (report.checks, report.checked_at, report.is_ready) == ({"schedule": "not checked"}, None, False)


async def test_it_looks_again_and_again() -> None:
    said = ["ok"]
    readiness, stop = look(disk=lambda: finding(disk=said[0])), anyio.Event()

    async with anyio.create_task_group() as group:
        group.start_soon(readiness.run, stop)
        await until(lambda: readiness.report().is_ready)
        said[0] = "nearly full"
        await until(lambda: not readiness.report().is_ready)
        said[0] = "ok"
        await until(lambda: readiness.report().is_ready)
        stop.set()

    assert readiness.report().checks == {"disk": "ok"}


async def test_a_dead_schedule_is_red() -> None:
    readiness = look(database=finding)
    await readiness.look()
    assert readiness.report().is_ready

    await until(lambda: not readiness.report().is_ready)

    assert readiness.report().checks == {"database": "ok", "schedule": "stopped"}


async def test_a_look_that_cannot_be_cancelled_is_red() -> None:
    async def deaf() -> Findings:
        with anyio.CancelScope(shield=True):
            await release.wait()
        return {}

    release, stop, readiness = anyio.Event(), anyio.Event(), look(database=deaf)
    async with anyio.create_task_group() as group:
        group.start_soon(readiness.run, stop)
        await until(lambda: readiness.report().checks.get("schedule") == "stopped")
        release.set()
        await until(lambda: readiness.report().is_ready)
        stop.set()

    assert readiness.report().checks == {"database": "ok"}


def test_whatever_breaks_is_red_within_ten_seconds() -> None:
    pace = Pace()

    assert pace.every_s + pace.timeout_s < pace.stale_s < 10


async def test_changes_alone_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    said = ["ok"]
    readiness = look(disk=lambda: finding(disk=said[0]))

    with caplog.at_level(logging.INFO, logger="api.readiness"):
        for said[0] in ("ok", "nearly full", "nearly full", "ok"):
            await readiness.look()

    told = [(record.levelname, record.check, record.found) for record in caplog.records]  # type: ignore[attr-defined]
    assert told == [("ERROR", "disk", "nearly full"), ("INFO", "disk", "ok")]


async def test_a_red_program_is_alive_and_says_why() -> None:
    readiness = look(database=failing, key=finding)
    await readiness.look()

    async with (
        served(Starlette(routes=health_routes(readiness.report))) as address,
        aiohttp.ClientSession() as session,
    ):
        ready = await session.get(f"http://{address}/readyz")
        body = json.loads(await ready.read())
        alive = await session.get(f"http://{address}/livez")

    assert (alive.status, ready.status) == (200, 503)
    assert body["checked_at"].startswith("20")
    assert (body["status"], body["checks"]) == ("not ready", {"database": "failed", "key": "ok"})


async def test_an_empty_report_is_not_ready() -> None:
    assert Report({}).is_ready is False
