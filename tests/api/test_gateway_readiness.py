"""The whole gateway over HTTP turns red for each cause, by name, and green again when it is over."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from api import gateway
from api.settings import GatewaySettings
from db.clock import SetClock
from federation.wire import gateway_keyfile
from federation.wire.signing import generate_signing
from tests.api.watched import Around, Database, Faults, Program, around, database, program
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

SIX_MINUTES = timedelta(minutes=6)


@pytest.fixture(scope="module")
def own_database() -> Iterator[Database]:
    with database("gateway") as made:
        yield made


@dataclass(frozen=True)
class Desk:
    """What a gateway starts from, and the nodes that it probes."""

    zone: Zone
    settings: GatewaySettings
    nodes: list[Around]


@pytest.fixture
async def desk(own_database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    await own_database.empty()
    zone = Zone()
    async with around() as one, around() as two, around() as three:
        nodes = [one, two, three]
        urls = dict(zip((KAIHUA, CHANGSHAN, SHEXIAN), (node.url for node in nodes), strict=True))
        gateway_keyfile.write(tmp_path / "gateway.keys", zone.gateway)
        signed = zone.signed(1, courts=[zone.court(code, url=url) for code, url in urls.items()])
        (tmp_path / "directory.signed").write_bytes(signed)
        (tmp_path / "state").mkdir()
        settings = GatewaySettings(
            port=1,
            dsn=own_database.dsn,
            key_file=tmp_path / "gateway.keys",
            state_dir=tmp_path / "state",
            directory_file=tmp_path / "directory.signed",
            directory_root=zone.root,
            issuer="http://127.0.0.1:9",
        )
        yield Desk(zone, settings, nodes)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def running(desk: Desk, faults: Faults, clock: SetClock) -> AsyncIterator[Program]:
    async with gateway.running(desk.settings, clock, faults.watch()) as app, program(app) as found:
        await found.until_green()
        yield found


async def test_a_stopped_database_is_red(running: Program, own_database: Database) -> None:
    own_database.stop()
    try:
        status, body = await running.until(database="not reachable")
        assert (status, body["status"]) == (503, "not ready")
        assert {name for name, phrase in body["checks"].items() if phrase != "ok"} == {"database"}
    finally:
        own_database.start()

    await running.until_green()


async def test_a_locked_key_is_red(running: Program, desk: Desk) -> None:
    away = desk.settings.key_file.with_suffix(".away")
    desk.settings.key_file.rename(away)
    assert (await running.until(key="locked"))[0] == 503

    away.rename(desk.settings.key_file)
    await running.until_green()


async def test_a_key_that_is_not_listed_is_red(desk: Desk, faults: Faults, clock: SetClock) -> None:
    desk.settings.key_file.unlink()
    gateway_keyfile.write(desk.settings.key_file, generate_signing())

    async with gateway.running(desk.settings, clock, faults.watch()) as app, program(app) as found:
        assert (await found.until(key="not the directory's"))[0] == 503


async def test_a_stale_directory_is_red(running: Program, clock: SetClock) -> None:
    clock.advance(timedelta(days=30))
    assert (await running.until(directory="expired"))[0] == 503

    clock.advance(-timedelta(days=29))
    await running.until_green()


async def test_a_wrong_clock_is_red(running: Program, desk: Desk, faults: Faults) -> None:
    while not all(node.asked for node in desk.nodes):
        await running.looks_again(1)

    faults.clock_wrong_by = SIX_MINUTES
    assert (await running.until(clock="ahead"))[0] == 503

    faults.clock_wrong_by = timedelta()
    await running.until_green()


async def test_most_nodes_outvote_its_clock(desk: Desk, faults: Faults, clock: SetClock) -> None:
    for node in desk.nodes:
        node.wrong_by = SIX_MINUTES

    async with gateway.running(desk.settings, clock, faults.watch()) as app, program(app) as found:
        assert (await found.until(clock="behind"))[0] == 503


async def test_one_nodes_wrong_clock_turns_nothing(desk: Desk, faults: Faults, clock: SetClock) -> None:
    desk.nodes[0].wrong_by = -timedelta(hours=1)

    async with gateway.running(desk.settings, clock, faults.watch()) as app, program(app) as found:
        await found.until_green()
        while not all(node.asked for node in desk.nodes):
            await found.looks_again(1)
        await found.looks_again()
        assert (await found.readyz())[1]["checks"]["clock"] == "ok"


async def test_a_full_disk_is_red(running: Program, faults: Faults) -> None:
    faults.free_share = 0.049
    assert (await running.until(disk="nearly full"))[0] == 503

    faults.free_share = 0.05
    await running.until_green()
