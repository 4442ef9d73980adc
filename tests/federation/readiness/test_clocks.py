"""Times that were heard go on running beside our clock, and are forgotten after a while."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from federation.readiness.clocks import KEPT, HeardClocks
from federation.readiness.dates import ask_all, hear_date

pytestmark = pytest.mark.anyio

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Clocks:
    """A wall clock and a monotonic one that go together until the first is set."""

    wall: datetime = START
    elapsed_s: float = 1000.0
    heard: HeardClocks = field(init=False)

    def __post_init__(self) -> None:
        self.heard = HeardClocks(lambda: self.wall, lambda: self.elapsed_s)

    def go(self, span: timedelta) -> None:
        self.wall += span
        self.elapsed_s += span.total_seconds()


def test_the_lead_is_told_by_source() -> None:
    clocks = Clocks()

    clocks.heard.hear("database", START)
    clocks.heard.hear("gateway", START - MINUTE)
    clocks.go(MINUTE)

    assert clocks.heard.leads() == {"database": timedelta(), "gateway": MINUTE}


def test_the_newest_time_of_a_source_counts() -> None:
    clocks = Clocks()
    clocks.heard.hear("gateway", START - MINUTE)

    clocks.heard.hear("gateway", START + MINUTE)

    assert clocks.heard.leads() == {"gateway": -MINUTE}


@pytest.mark.parametrize("step", [6 * MINUTE, -6 * MINUTE])
def test_setting_our_clock_shows_at_once(step: timedelta) -> None:
    clocks = Clocks()
    for source in ("gateway", "database"):
        clocks.heard.hear(source, START)
    clocks.go(MINUTE)

    clocks.wall += step
    assert clocks.heard.leads() == {"gateway": step, "database": step}

    clocks.wall -= step
    assert clocks.heard.leads() == {"gateway": timedelta(), "database": timedelta()}


def test_old_times_are_forgotten() -> None:
    clocks = Clocks()
    clocks.heard.hear("gateway", START)

    clocks.go(KEPT)
    assert list(clocks.heard.leads()) == ["gateway"]

    clocks.go(timedelta(seconds=1))
    assert clocks.heard.leads() == {}


@pytest.mark.parametrize(
    "date", [None, "", "soon", "Thu, 32 Jan 2026 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "0", "9" * 5000]
)
def test_what_is_no_time_is_not_heard(date: str | None) -> None:
    clocks = Clocks()

    hear_date(clocks.heard, "gateway", date)

    assert clocks.heard.leads() == {}


@pytest.mark.parametrize(
    "date",
    ["Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 08:00:00 +0800", "Thu, 01 Jan 2026 00:00:00 -0000"],
)
def test_a_date_is_an_instant(date: str) -> None:
    clocks = Clocks()

    hear_date(clocks.heard, "gateway", date)

    assert clocks.heard.leads() == {"gateway": timedelta()}


async def test_who_answers_is_heard() -> None:
    async def live(_: web.Request) -> web.Response:
        return web.Response(headers={"Date": "Thu, 01 Jan 2026 00:10:00 GMT"})

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("/livez", headers={"Date": "no"})

    clocks, app = Clocks(), web.Application()
    app.router.add_get("/livez", live)
    app.router.add_get("/moved/livez", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async with aiohttp.ClientSession() as session:
        await ask_all(
            session, clocks.heard, {"gateway": url + "/", "浙0822": url + "/moved", "皖1021": "http://127.0.0.1:9"}
        )
    await runner.cleanup()

    assert clocks.heard.leads() == {"gateway": -10 * MINUTE}
