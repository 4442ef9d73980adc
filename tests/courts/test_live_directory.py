"""The directory of a running zone, which nobody else uses: changes reach every court, and it never grows old."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import anyio
import msgspec
import pytest

from api.demo import fixtures
from api.demo.client import Client
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from db.clock import monotonic_s
from federation.directory import bundle, signed
from federation.directory.documents import FreshDocument
from federation.directory.fetch import PATH
from federation.directory.publish import Published
from federation.directory.publishing import submit
from tests.courts.conftest import free_block
from tests.courts.desks import Desks, connected, stopped, until
from tests.courts.test_suspended_court import CASE_OF_CHANGSHAN, CHANGSHAN, LOOK, look

pytestmark = pytest.mark.anyio
DIVISIONS = [facts.division for facts in fixtures.courts()]
_FRESH = "SELECT fresh FROM directory_versions ORDER BY version DESC LIMIT 1"


@pytest.fixture(scope="module")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone of its own: its clock is moved."""
    made = lay_out(free_block(), durable=False)
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        yield made
    finally:
        made.close()


@pytest.fixture
async def client(zone: Zone) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, token_minter(zone))


async def served(zone: Zone) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(zone.addresses.gateway + PATH) as answer:
        return await answer.read()


async def held_by(zone: Zone, division: str) -> FreshDocument:
    async with connected(zone, division) as conn:
        return signed.read(bytes(await conn.fetchval(_FRESH)), FreshDocument).document


async def act(zone: Zone, **changes: Any) -> int:
    """常山 changes its own document, signed by its governance key; the version in which that will stand."""
    raw = await served(zone)
    name, version = f"court/{CHANGSHAN}", bundle.parse(raw).fresh.document.version + 1
    old = Published.of(raw).documents[name].document
    new = msgspec.structs.replace(old, version=old.version + 1, **changes)
    by = [(CHANGSHAN, zone.governance.governance[CHANGSHAN])]
    async with connected(zone, "gateway") as conn, conn.transaction():
        await submit(conn, [signed.write(new, by)], zone.clock.now())
    return version


async def test_an_act_reaches_every_court(zone: Zone) -> None:
    """Witnessed by two of them, in force at all eight: in well under a second where nothing else runs."""
    version = await act(zone, wire=[1, 2])
    began_s = monotonic_s()

    async def everywhere() -> bool:
        return {(await held_by(zone, division)).version for division in DIVISIONS} == {version}

    await until(everywhere)

    assert monotonic_s() - began_s < 10.0
    fresh = bundle.parse(await served(zone)).fresh
    assert [each.by for each in fresh.signatures].count("gateway") == 1
    assert len({each.by for each in fresh.signatures}) == 3


async def test_after_a_jump_of_the_clock_it_is_issued_anew(zone: Zone, client: Client) -> None:
    """Over its end: the next look-up of the next second finds it in force at every court."""
    desks, before = Desks(zone, client), zone.clock.now()
    zone.clock.set(before + timedelta(days=3))

    answer = await desks.handler_of(CASE_OF_CHANGSHAN).one(LOOK, **look(CASE_OF_CHANGSHAN, CHANGSHAN))

    assert answer["coverage"]["complete"], answer

    async def everywhere() -> bool:
        issued = [(await held_by(zone, division)).issued_at for division in DIVISIONS]
        return all(each >= before + timedelta(days=3) for each in issued)

    await until(everywhere)


async def test_without_the_gateway_it_lasts_a_day(zone: Zone) -> None:
    """A court stays in force on what it holds; when the gateway is back, it is issued anew."""
    zone.clock.set(zone.clock.now() + timedelta(minutes=6))

    async def is_for_a_day() -> bool:
        held = await held_by(zone, DIVISIONS[0])
        return held.expires_at == held.issued_at + timedelta(hours=24)

    await until(is_for_a_day)
    program = zone.programs.programs["gateway"]
    await anyio.to_thread.run_sync(program.stop)
    try:
        issued = await _issue(zone)
        await anyio.sleep(0.5)
        assert await _issue(zone) == issued
    finally:
        program.start()
        async with aiohttp.ClientSession() as session:
            await program.ready(session)
    zone.clock.set(zone.clock.now() + timedelta(minutes=6))

    async def is_newer() -> bool:
        return await _issue(zone) > issued

    await until(is_newer)


async def _issue(zone: Zone) -> datetime:
    return (await held_by(zone, DIVISIONS[0])).issued_at


async def test_a_court_that_was_away_catches_up(zone: Zone) -> None:
    """What was decided meanwhile, by others' witness, it holds as soon as it is back."""
    async with stopped(zone, CHANGSHAN):
        version = await act(zone, wire=[1])

        async def is_published() -> bool:
            return bundle.parse(await served(zone)).fresh.document.version == version

        await until(is_published)

    division = next(facts.division for facts in fixtures.courts() if facts.code == CHANGSHAN)

    async def what_is_there() -> FreshDocument | None:
        found = await held_by(zone, division)
        return found if found.version == version else None

    assert (await until(what_is_there)).listing == bundle.parse(await served(zone)).fresh.document.listing
