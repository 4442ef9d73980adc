"""A whole node over HTTP turns red for each cause, by name, and green again when it is over."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from api import node
from api.node_readiness import chosen
from api.settings import NodeSettings
from db.clock import SetClock
from db.ids import new_id
from federation.wire import encryption, keyfile
from federation.wire.header import Header
from federation.wire.keyfile import NodeKeys
from tests.api.watched import Around, Database, Faults, Program, around, database, program
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone, key_entries

pytestmark = pytest.mark.anyio

SIX_MINUTES = timedelta(minutes=6)


@pytest.fixture(scope="module")
def own_database() -> Iterator[Database]:
    with database("node") as made:
        yield made


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def others(anyio_backend: str) -> AsyncIterator[tuple[Around, Around, Around]]:
    """The gateway and two courts."""
    async with around() as gateway, around() as one, around() as two:
        yield gateway, one, two


@pytest.fixture
def faults() -> Faults:
    return Faults()


class House:
    """What a node starts from, and how it is started."""

    def __init__(
        self, zone: Zone, others: tuple[Around, Around, Around], own: Database, clock: SetClock, folder: Path
    ) -> None:
        self.zone, self.clock, self.database = zone, clock, own
        self.gateway, self.one, self.two = others
        self.key_file = folder / "node.keys"
        keyfile.write(self.key_file, zone.keys[KAIHUA])
        (folder / "directory.signed").write_bytes(self.directory(1))
        (folder / "state").mkdir()
        self.settings = NodeSettings(
            port=1,
            dsn=own.dsn,
            key_file=self.key_file,
            state_dir=folder / "state",
            directory_file=folder / "directory.signed",
            directory_root=zone.root,
            issuer="http://127.0.0.1:9",
            court=KAIHUA,
            division="330824",
            gateway_url=self.gateway.url,
        )

    def directory(self, version: int, *, keys: NodeKeys | None = None, days: int = 30) -> bytes:
        courts = [
            self.zone.court(KAIHUA, keys=key_entries(keys or self.zone.keys[KAIHUA])),
            self.zone.court(CHANGSHAN, url=self.one.url),
            self.zone.court(SHEXIAN, url=self.two.url),
        ]
        return self.zone.signed(version, courts=courts, expires_at=ISSUED + timedelta(days=days))

    def message(self, directory_version: int) -> bytes:
        """A court's message that names this version of the directory."""
        keys, now = self.zone.keys[CHANGSHAN], self.clock.now()
        box = self.zone.keys[KAIHUA].box
        head = Header(
            kind="message",
            id=new_id(now),
            epoch=1,
            sender=CHANGSHAN,
            to=KAIHUA,
            seq=1,
            issued=now,
            expires=now + timedelta(days=14),
            directory=directory_version,
            signing_key=keys.signing.id,
            box_key=box.id,
        )
        return encryption.write(head, b"?", recipient=box.public, signer=keys.signing)

    @asynccontextmanager
    async def node(self, faults: Faults) -> AsyncIterator[Program]:
        async with node.running(self.settings, self.clock, faults.watch()) as app, program(app) as found:
            yield found


@pytest.fixture
async def house(
    zone: Zone,
    others: tuple[Around, Around, Around],
    own_database: Database,
    clock: SetClock,
    tmp_path: Path,
) -> House:
    await own_database.empty()
    return House(zone, others, own_database, clock, tmp_path)


@pytest.fixture
async def running(house: House, faults: Faults) -> AsyncIterator[Program]:
    async with house.node(faults) as found:
        await found.until_green()
        yield found


async def test_a_sound_node_is_green(running: Program, faults: Faults, house: House) -> None:
    status, body = await running.readyz()

    assert (status, body["status"]) == (200, "ok")
    assert body["checks"] == dict.fromkeys(("database", "key", "directory", "clock", "disk"), "ok")
    assert {folder.name for folder in faults.watched} == {"state", "data"}  # its own, and the embedded database's


async def test_a_stopped_database_is_red(running: Program, house: House) -> None:
    house.database.stop()
    try:
        status, body = await running.until(database="not reachable")
        assert (status, body["status"]) == (503, "not ready")
        assert {name for name, phrase in body["checks"].items() if phrase != "ok"} == {"database"}
    finally:
        house.database.start()

    await running.until_green()


async def test_a_hanging_database_is_red(running: Program, house: House) -> None:
    async with house.database.locked():
        status, _ = await running.until(database="timed out")
        assert status == 503

    await running.until_green()


async def test_a_locked_key_is_red(running: Program, house: House) -> None:
    away = house.key_file.with_suffix(".away")
    house.key_file.rename(away)
    status, body = await running.until(key="locked")
    assert status == 503
    assert {name for name, phrase in body["checks"].items() if phrase != "ok"} == {"key"}

    away.rename(house.key_file)
    await running.until_green()


async def test_a_wiped_or_exposed_key_is_red(running: Program, house: House) -> None:
    whole = house.key_file.read_bytes()
    house.key_file.write_bytes(bytes(len(whole)))
    assert (await running.until(key="locked"))[0] == 503

    house.key_file.write_bytes(whole)
    await running.until_green()

    house.key_file.chmod(0o640)
    assert (await running.until(key="exposed"))[0] == 503

    house.key_file.chmod(0o600)
    await running.until_green()


async def test_other_keys_in_the_file_are_a_warning(running: Program, house: House) -> None:
    whole = house.key_file.read_bytes()
    house.key_file.unlink()
    keyfile.write(house.key_file, keyfile.generate(KAIHUA))

    status, body = await running.until(key="warning: file changed")
    assert (status, body["status"]) == (200, "warning")

    house.key_file.write_bytes(whole)
    await running.until_green()


async def test_a_key_that_the_directory_drops_is_red(running: Program, house: House) -> None:
    """The directory is fetched when a message names a version that is not held here."""
    house.gateway.directory = house.directory(2, keys=keyfile.generate(KAIHUA))
    await running.session.post(f"http://{running.address}/federation/messages", data=house.message(2))
    status, body = await running.until(key="not the directory's")
    assert status == 503
    assert body["checks"]["database"] == "ok"

    house.gateway.directory = house.directory(3)
    await running.session.post(f"http://{running.address}/federation/messages", data=house.message(3))
    await running.until_green()


@pytest.mark.parametrize("other", ["storage", "index"])
async def test_another_key_at_rest_is_red(house: House, faults: Faults, other: str) -> None:
    async with house.node(faults) as first:
        await first.until_green()
    whole = house.key_file.read_bytes()
    house.key_file.unlink()
    keys = house.zone.keys[KAIHUA]
    wrong = replace(keys, storage=bytes(32)) if other == "storage" else replace(keys, index=bytes(32))
    keyfile.write(house.key_file, wrong)

    async with house.node(faults) as second:
        status, _ = await second.until(key="not the database's")
        assert status == 503
        await second.looks_again()
        assert (await second.readyz())[0] == 503

    house.key_file.write_bytes(whole)
    async with house.node(faults) as third:
        await third.until_green()


async def test_a_stale_directory_is_red(running: Program, house: House, clock: SetClock) -> None:
    clock.advance(timedelta(days=28))
    status, body = await running.until(directory="warning: not renewed")
    assert (status, body["status"]) == (200, "warning")

    clock.advance(timedelta(days=2))
    status, body = await running.until(directory="expired")
    assert status == 503
    assert {name for name, phrase in body["checks"].items() if phrase != "ok"} == {"directory"}

    house.gateway.directory = house.directory(2, days=365)
    await running.session.post(f"http://{running.address}/federation/messages", data=house.message(2))
    await running.until_green()


async def test_a_node_without_a_directory_is_red(house: House, faults: Faults, clock: SetClock) -> None:
    clock.advance(timedelta(days=30))

    async with house.node(faults) as found:
        status, body = await found.until(directory="missing")

    assert status == 503
    assert (body["checks"]["database"], body["checks"]["key"]) == ("not checked", "not checked")


@pytest.mark.parametrize(("step", "phrase"), [(SIX_MINUTES, "ahead"), (-SIX_MINUTES, "behind")])
async def test_a_wrong_clock_is_red(running: Program, faults: Faults, step: timedelta, phrase: str) -> None:
    faults.clock_wrong_by = step
    status, body = await running.until(clock=phrase)
    assert status == 503
    assert {name for name, found in body["checks"].items() if found != "ok"} == {"clock"}

    faults.clock_wrong_by = timedelta(minutes=4)
    await running.until_green()


async def test_one_wrong_clock_elsewhere_turns_nothing(house: House, faults: Faults) -> None:
    house.gateway.wrong_by = timedelta(hours=1)

    async with house.node(faults) as found:
        await found.until_green()
        while not (house.gateway.asked and house.one.asked and house.two.asked):
            await found.looks_again(1)
        await found.looks_again()
        assert (await found.readyz())[1]["checks"]["clock"] == "ok"


async def test_most_others_outvote_our_clock(house: House, faults: Faults) -> None:
    """The database's server stands on the same machine, with the same wrong clock."""
    for other in (house.gateway, house.one, house.two):
        other.wrong_by = SIX_MINUTES

    async with house.node(faults) as found:
        assert (await found.until(clock="behind"))[0] == 503


async def test_a_full_disk_is_red(running: Program, faults: Faults) -> None:
    faults.free_share = 0.049
    status, body = await running.until(disk="nearly full")
    assert status == 503
    assert {name for name, found in body["checks"].items() if found != "ok"} == {"disk"}

    faults.free_share = 0.05
    await running.until_green()

    faults.folder_is_there = False
    assert (await running.until(disk="folder missing"))[0] == 503

    faults.folder_is_there = True
    await running.until_green()


async def test_the_least_share_of_a_disk_is_a_setting(house: House, faults: Faults) -> None:
    house.settings = replace(house.settings, disk_free_percent=60.0, database_folder=house.key_file.parent)

    async with house.node(faults) as found:
        assert (await found.until(disk="nearly full"))[0] == 503

    assert faults.watched == {house.settings.state_dir, house.key_file.parent}


def test_other_courts_are_asked_in_turns(zone: Zone) -> None:
    first, *_ = zone.document().courts
    codes = [f"浙08{number:02}" for number in range(1, 10)]
    courts = [msgspec.structs.replace(first, code=code) for code in codes]
    courts[4] = msgspec.structs.replace(courts[4], state="SUSPENDED")

    rounds = [[court.code[-1] for court in chosen(courts, "浙0803", number)] for number in range(4)]

    assert rounds == [["4", "6", "7"], ["8", "9", "1"], ["2", "4", "6"], ["7", "8", "9"]]


def test_few_courts_are_asked_once_each(zone: Zone) -> None:
    courts = zone.document().courts

    assert [court.code for court in chosen(courts, KAIHUA, 5)] == [SHEXIAN, CHANGSHAN]
    assert chosen(courts[:1], KAIHUA, 0) == []
    assert {court.code for court in chosen(courts, "浙0881", 0)} == {KAIHUA, CHANGSHAN, SHEXIAN}
