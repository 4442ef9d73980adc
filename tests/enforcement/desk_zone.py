"""A desk for tests: three courts, agreements of 开化 with the others, and headers as tasks' messages bring them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp
import anyio

from db.clock import Clock
from db.ids import new_id
from db.pool import Pool, transaction
from enforcement.desk.feed import Feed
from enforcement.desk.gateway import Deadlines, GatewayDesk
from enforcement.desk.tracks import record_event
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_log import EDGES
from federation.clear.scatter import ClearGateway
from federation.directory.directory import Directory
from federation.directory.document import CourtEntry, LiaisonEntry, OfficerEntry
from federation.graph.cursor import Cursors
from federation.http_client.pool import OwnClient
from federation.relay.calls import Calls
from federation.wire.header import Header, Track
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN, Zone

MATTERS = ["INVESTIGATE_ASSETS", "SEIZE_VEHICLE"]
TASK = UUID("6f1e1a52-6d8f-4a53-9d1c-0d4f7a1b2c3d")
LISTENERS = "SELECT {} FROM pg_stat_activity WHERE query = 'SELECT 1' AND datname = current_database()"
_NAMES = {
    KAIHUA: ("开化县人民法院", "Kaihua County People's Court", "开化县", "Kaihua"),
    CHANGSHAN: ("常山县人民法院", "Changshan County People's Court", "常山县", "Changshan"),
    SHEXIAN: ("歙县人民法院", "She County People's Court", "歙县", "Shexian"),
}


def officer(court: str, role: Role) -> Caller:
    return Caller(f"o-{DIVISIONS[court]}-07", court, frozenset({role}))


def centre(court: str) -> Caller:
    return officer(court, Role.COMMAND_CENTRE)


ADMIN = Caller("g-admin-01", "gateway", frozenset({Role.GATEWAY_ADMIN}))


def court_entry(zone: Zone, code: str, **changes: Any) -> CourtEntry:
    name_zh, name_en, county_zh, county_en = _NAMES[code]
    division = DIVISIONS[code]
    values: dict[str, Any] = {
        "name_zh": name_zh,
        "name_en": name_en,
        "county_zh": county_zh,
        "county_en": county_en,
        "level": "GRASSROOTS",
        "url": f"http://court-{division}.test",
        "officers": [OfficerEntry(id=f"o-{division}-09", roles=["LIAISON_OFFICER"])],
        "liaison": [LiaisonEntry(officer=f"o-{division}-09", hours="08:30-17:30")],
    }
    return zone.court(code, **(values | changes))


async def accept(directory: Directory, pool: Pool, zone: Zone, now: datetime, version: int = 1, **changes: Any) -> None:
    """Publish a version; `changes` maps a court's code to what differs from its usual entry, or names other parts."""
    courts = [court_entry(zone, code, **changes.pop(code, {})) for code in DIVISIONS]
    values: dict[str, Any] = {
        "courts": courts,
        "agreements": [zone.agreement(KAIHUA, SHEXIAN, matters=MATTERS)],
    }
    async with pool.acquire() as conn:
        await directory.accept(conn, zone.signed(version, **(values | changes)), now)


CURSORS = Cursors(bytes(32))


@asynccontextmanager
async def open_desk(pool: Pool, clock: Clock, zone: Zone, **changes: Any) -> AsyncIterator[GatewayDesk]:
    """A desk over `pool` with its feed listening."""
    directory = Directory(zone.root, clock)
    await accept(directory, pool, zone, clock.now(), **changes)
    stop = anyio.Event()
    feed = Feed(pool)
    async with aiohttp.ClientSession() as session, aclosing(OwnClient()) as http, anyio.create_task_group() as tasks:
        tasks.start_soon(feed.run, stop)
        clear = ClearGateway(Calls(directory, http), clock, zone.gateway)
        yield GatewayDesk(pool, clock, directory, session, feed, clear, CURSORS, Deadlines(probe_timeout_s=0.5))
        stop.set()


@dataclass(frozen=True, slots=True)
class Step:
    """One accepted message of a task between 开化 (delegating) and 歙县 (entrusted)."""

    event: str
    status: str
    by: str
    holder: str
    due_on: date | None = None


STORY = (
    Step("DISPATCHED", "DISPATCHED", KAIHUA, SHEXIAN, date(2025, 7, 15)),
    Step("RECEIVED", "RECEIVED", SHEXIAN, SHEXIAN, date(2025, 7, 15)),
    Step("SIGNED_FOR", "SIGNED_FOR", SHEXIAN, SHEXIAN, date(2025, 7, 24)),
    Step("STARTED", "IN_PROGRESS", SHEXIAN, SHEXIAN, date(2025, 7, 24)),
    Step("STEP_RECORDED", "IN_PROGRESS", SHEXIAN, SHEXIAN, date(2025, 7, 24)),
    Step("FED_BACK", "FED_BACK", SHEXIAN, KAIHUA, date(2025, 7, 17)),
    Step("COMPLETED", "COMPLETED", KAIHUA, KAIHUA),
)
assert all(step.event in EDGES for step in STORY)


def header(number: int, start: datetime, *, task: UUID = TASK, **changes: Any) -> Header:
    """The header of step `number` (from 1) of the story, one minute after the one before."""
    step = STORY[number - 1]
    at = start + timedelta(minutes=number)
    values: dict[str, Any] = {
        "kind": "message",
        "id": new_id(at),
        "epoch": 1,
        "sender": step.by,
        "to": SHEXIAN if step.by == KAIHUA else KAIHUA,
        "seq": 1,
        "issued": at,
        "expires": at + timedelta(days=30),
        "directory": 1,
        "signing_key": "s-1",
        "box_key": "b-1",
        "track": Track(
            task=task,
            seq=number,
            event=step.event,
            status=step.status,
            holder=step.holder,
            due_on=step.due_on,
            urgent=False,
            matter="INVESTIGATE_ASSETS",
        ),
    }
    return Header(**(values | changes))


async def tell(pool: Pool, told: Header, now: datetime) -> None:
    """What the relay does when `told` was accepted."""
    async with transaction(pool) as conn:
        await record_event(conn, told, now)


async def tell_story(pool: Pool, now: datetime, *, upto: int, task: UUID = TASK) -> None:
    """The first `upto` steps, in their order."""
    for number in range(1, upto + 1):
        await tell(pool, header(number, now, task=task), now)


async def when_listening(desk: GatewayDesk) -> None:
    """Wait until the feed's connection listens."""
    async with desk.pool.acquire() as conn:
        while not await conn.fetchval(LISTENERS.format("count(*)")):  # noqa: ASYNC110  # PostgreSQL tells nobody
            await anyio.sleep(0.01)


async def when_watched(desk: GatewayDesk, act: Callable[[], Awaitable[None]]) -> None:
    """Run `act` as soon as somebody watches."""
    while not any(desk.feed._watchers.values()):  # noqa: ASYNC110  # nobody needs to be told but tests
        await anyio.sleep(0.01)
    await act()
