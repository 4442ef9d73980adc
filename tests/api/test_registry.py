"""The registry process over real HTTP: idempotent by request id, ranked by arrival, faults on demand."""

import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import anyio
import msgspec
import pytest
import uvicorn

from api.peers import UnsafeTransport
from api.registry import Registry, RegistryData, open_registry, registry_app
from api.registry_channel import HttpSearchChannel
from api.registry_records import OwnedHolding, PriorMeasure, RegistryUnit
from api.registry_store import RegistryStore
from db.clock import SetClock
from db.records.assets import AssetKind
from enforcement.channels import NoAnswer, NoticeAnswer, NoticeRequest, SearchRequest, Subject
from enforcement.rules.asset_facts import facts_of
from tests.listening import listening

pytestmark = pytest.mark.anyio

OWNER = "341021197903159972"
CARS, BANK = "u-341021-vehicle", "u-341021-bank-1"


def units() -> list[RegistryUnit]:
    car = OwnedHolding(
        owner=OWNER, kind="VEHICLE", identity={"plate": "皖JX0365", "vin": "LFAKE0A1XR0000001"}, description="小型轿车"
    )
    sealed = OwnedHolding(
        owner=OWNER,
        kind="VEHICLE",
        identity={"plate": "皖JX0366"},
        description="小型轿车",
        estimated_value=Decimal("58000.00"),
        prior=[PriorMeasure("浙0127", datetime(2025, 1, 2, tzinfo=UTC))],
    )
    return [
        RegistryUnit(id=CARS, kind="VEHICLE_OFFICE", name="歙县车辆管理所", division="341021", holdings=[car, sealed]),
        RegistryUnit(id=BANK, kind="BANK", name="样例银行歙县支行", division="341021"),
    ]


def search(owner: str = OWNER, request_id: UUID | None = None) -> SearchRequest:
    return SearchRequest(
        id=request_id or uuid4(),
        court="皖1021",
        case_number="（2025）浙0824执365号",
        subject=Subject(kind="NATURAL", name="李样甲", identifier_kind="ID_NUMBER", identifier=owner),
        kinds=["VEHICLE"],
    )


def notice(plate: str = "皖JX0365", request_id: UUID | None = None, court: str = "浙0824") -> NoticeRequest:
    return NoticeRequest(
        id=request_id or uuid4(),
        court=court,
        served_by="皖1021",
        case_number="（2025）浙0824执365号",
        ruling_no="（2025）浙0824执365号之一",
        measure_kind="SEIZE",
        asset_kind="VEHICLE",
        identity={"plate": plate},
        term_years=2,
    )


@asynccontextmanager
async def serving(registry: Registry) -> AsyncIterator[str]:
    """The registry on a port of its own, over real HTTP."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(registry_app(registry), log_level="critical", lifespan="off"))
        async with listening(server, listener) as address:
            yield f"http://{address}"


@pytest.fixture
def registry(tmp_path: Path, clock: SetClock) -> Registry:
    data = tmp_path / "registry.json"
    data.write_bytes(msgspec.json.encode(RegistryData(units())))
    return open_registry(data, clock)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def control(session: aiohttp.ClientSession, url: str, **what: object) -> int:
    async with session.post(url + "/control", json=what) as response:
        return response.status


async def test_found_carries_source_and_instant(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        answer = await HttpSearchChannel(session, {CARS: f"{url}/{CARS}"}).search(CARS, search())

    assert (answer.outcome, answer.source, answer.as_of) == ("found", "PROVINCIAL_NETWORK", registry.clock.now())
    assert [h.identity["plate"] for h in answer.holdings] == ["皖JX0365", "皖JX0366"]
    assert [h.prior_measures for h in answer.holdings] == [0, 1]
    assert [(m.court, m.rank, m.registered_at) for m in answer.holdings[1].prior] == [
        ("浙0127", 1, datetime(2025, 1, 2, tzinfo=UTC))
    ]
    assert [h.owner for h in answer.holdings] == [OWNER, OWNER]


async def test_nothing_is_said_not_implied(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"})
        answer = await channel.search(CARS, search(owner="330824197903159972"))

    assert (answer.outcome, answer.holdings) == ("nothing", [])


async def test_first_comes_first(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"})
        first, second = await channel.serve(CARS, notice()), await channel.serve(CARS, notice(court="赣1181"))
        behind = await channel.serve(CARS, notice(plate="皖JX0366"))

    assert (first.rank, second.rank, behind.rank) == (1, 2, 2)
    assert first.registered_at == registry.clock.now()
    assert len({first.receipt_no, second.receipt_no, behind.receipt_no}) == 3


async def test_same_request_same_receipt(registry: Registry, session: aiohttp.ClientSession, clock: SetClock) -> None:
    request = notice()
    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"})
        first = await channel.serve(CARS, request)
        clock.advance(timedelta(hours=5))
        again = await channel.serve(CARS, request)

    assert again == first
    assert registry.store.registrations(request.id) == 1


async def test_concurrent_twins_register_once(registry: Registry, session: aiohttp.ClientSession) -> None:
    request, answers = notice(), list[NoticeAnswer]()

    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"})

        async def serve() -> None:
            answers.append(await channel.serve(CARS, request))

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(serve)

    assert len(set(map(msgspec.json.encode, answers))) == 1
    assert registry.store.registrations(request.id) == 1


async def test_same_id_other_content_is_refused(registry: Registry, session: aiohttp.ClientSession) -> None:
    request_id = uuid4()
    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"})
        await channel.serve(CARS, notice(request_id=request_id))
        with pytest.raises(NoAnswer) as failure:
            await channel.serve(CARS, notice(plate="皖JX0366", request_id=request_id))

    assert failure.value.reason == "FAULTY"
    assert registry.store.registrations(request_id) == 1


async def test_unknown_asset_is_refused(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        answer = await HttpSearchChannel(session, {CARS: f"{url}/{CARS}"}).serve(CARS, notice(plate="皖JX0999"))

    assert (answer.result, answer.reason, answer.rank) == ("REFUSED", "NOT_ON_THE_BOOKS", None)


async def test_books_survive_a_kill(registry: Registry, tmp_path: Path, clock: SetClock) -> None:
    request = notice()
    first = registry.store.register(CARS, request, clock.now(), refuses=False)

    # Another process opens the same file, as after kill -9: nothing was closed.
    reborn = open_registry(tmp_path / "registry.json", clock)

    assert reborn.store.register(CARS, request, clock.now(), refuses=False) == first
    assert reborn.store.registrations(request.id) == 1


async def test_faults_come_on_demand(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"}, timeout_s=0.2)

        assert await control(session, url, unit_id=CARS, mode="refuse") == 200
        assert (await channel.search(CARS, search())).reason == "UNIT_OBJECTS"
        assert (await channel.serve(CARS, notice())).reason == "UNIT_OBJECTS"

        await control(session, url, unit_id=CARS, mode="down")
        with pytest.raises(NoAnswer) as failure:
            await channel.search(CARS, search())
        assert failure.value.reason == "UNREACHABLE"

        await control(session, url, unit_id=CARS, mode="slow", latency_ms=600)
        with pytest.raises(NoAnswer) as failure:
            await channel.search(CARS, search())
        assert failure.value.reason == "TIMED_OUT"

        await control(session, url, unit_id=CARS, mode="normal")
        assert (await channel.search(CARS, search())).outcome == "found"


async def test_one_kind_is_refused_and_another_answered(registry: Registry, session: aiohttp.ClientSession) -> None:
    """A unit whose books of one kind are closed answers of the other, and is asked again under another id."""
    asked = msgspec.structs.replace(search(), kinds=["VEHICLE", "SHIP"])
    async with serving(registry) as url:
        channel = HttpSearchChannel(session, {CARS: f"{url}/{CARS}"})

        await control(session, url, unit_id=CARS, mode="refuse", kinds=["SHIP"])
        one = await channel.search(CARS, asked)
        await control(session, url, unit_id=CARS, mode="down", kinds=["VEHICLE"])
        other = await channel.search(CARS, msgspec.structs.replace(asked, id=uuid4()))

    assert (one.outcome, [h.kind for h in one.holdings]) == ("found", ["VEHICLE", "VEHICLE"])
    assert [(word.kind, word.outcome, word.reason) for word in one.kinds] == [("SHIP", "refused", "UNIT_OBJECTS")]
    assert (other.outcome, other.holdings) == ("nothing", [])
    assert [(word.kind, word.outcome) for word in other.kinds] == [("VEHICLE", "no_answer")]


def test_books_say_whose_and_what(tmp_path: Path, clock: SetClock) -> None:
    facts = facts_of(AssetKind.VEHICLE, {"physical_control": True})
    lent = OwnedHolding(
        owner=OWNER,
        kind="VEHICLE",
        identity={"plate": "皖JX0367"},
        description="小型轿车",
        facts=facts,
        registered_owner="330824197903159972",
    )
    shared = OwnedHolding(owner=OWNER, kind="VEHICLE", identity={"plate": "皖JX0368"}, description="", co_owned=True)
    store = RegistryStore(tmp_path / "books.sqlite")
    store.seed([RegistryUnit(id=CARS, kind="VEHICLE_OFFICE", name="", division="341021", holdings=[lent, shared])])

    answer = store.search(CARS, search(), clock.now(), refuses=False)

    assert [(h.owner, h.facts, h.co_owned) for h in answer.holdings] == [
        ("330824197903159972", facts, False),
        (OWNER, None, True),
    ]


def test_a_store_of_an_earlier_release_is_opened(tmp_path: Path, clock: SetClock) -> None:
    old = sqlite3.connect(tmp_path / "books.sqlite", isolation_level=None)
    old.executescript(
        """
        CREATE TABLE units (id TEXT PRIMARY KEY, kind TEXT, name TEXT, division TEXT, source TEXT) STRICT;
        CREATE TABLE holdings (id INTEGER PRIMARY KEY, unit TEXT REFERENCES units(id), owner TEXT, kind TEXT,
            identity TEXT, division TEXT, description TEXT, estimated_value TEXT) STRICT;
        INSERT INTO units VALUES ('u-341021-vehicle', 'VEHICLE_OFFICE', '', '341021', 'PROVINCIAL_NETWORK');
        """
    )
    old.execute(
        "INSERT INTO holdings VALUES (1, ?, ?, 'VEHICLE', ?, '341021', '', NULL)",
        (CARS, OWNER, '{"plate": "皖JX0365"}'),
    )
    old.close()

    answer = RegistryStore(tmp_path / "books.sqlite").search(CARS, search(), clock.now(), refuses=False)

    (holding,) = answer.holdings
    assert (holding.identity, holding.facts, holding.owner, holding.co_owned) == (
        {"plate": "皖JX0365"},
        None,
        None,
        False,
    )


async def test_bad_requests_store_nothing(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        for path, body, status in [
            (f"/{CARS}/searches", b"{}", 400),
            (f"/{CARS}/notices", b"\xff", 400),
            (f"/{CARS}/searches", b"x" * 70_000, 413),
            ("/u-none/searches", msgspec.json.encode(search()), 404),
            ("/control", b'{"unit_id":"u-none","mode":"down"}', 404),
            ("/control", b'{"unit_id":"u-none","mode":"asleep"}', 400),
        ]:
            async with session.post(url + path, data=body) as response:
                assert (path, response.status) == (path, status)
                assert await response.read() == b""

    assert registry.store.counts() == {"answers": 0, "registrations": 1}


async def test_nobody_listens_is_no_answer(session: aiohttp.ClientSession) -> None:
    channel = HttpSearchChannel(session, {CARS: "http://127.0.0.1:9/u"})

    for unit in (CARS, BANK):
        with pytest.raises(NoAnswer) as failure:
            await channel.search(unit, search())
        assert failure.value.reason == "UNREACHABLE"


async def test_plain_http_stays_on_loopback(session: aiohttp.ClientSession) -> None:
    HttpSearchChannel(session, {"a": "http://127.0.0.1:8410/a", "b": "https://registry.example/b"})

    with pytest.raises(UnsafeTransport):
        HttpSearchChannel(session, {"a": "http://registry.example/a"})


async def test_the_page_lists_the_units_and_no_holding(registry: Registry, session: aiohttp.ClientSession) -> None:
    async with serving(registry) as url:
        await control(session, url, unit_id=BANK, mode="down")
        async with session.get(url + "/", headers={"accept-language": "en"}) as answer:
            page = await answer.text()

    assert "歙县车辆管理所" in page
    assert '<span lang="en">Down</span>' in page
    assert OWNER not in page
    assert "皖JX0365" not in page
