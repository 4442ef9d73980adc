"""The gateway serves the directory and its changes; nodes hold a request there. Over real HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import anyio
import anyio.lowlevel
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api import directory_endpoints
from api.directory_endpoints import directory_routes, held_requests
from api.held_connections import HeldConnections
from db.clock import SetClock
from db.pool import Pool
from federation.directory import bundle
from federation.directory import fetch as fetching
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.directory.fetch import NotFetched, Source, fetch_from, follow
from federation.wire.errors import BadSignature, DirectoryForked
from federation.wire.signing import generate_signing, public_text
from tests.enforcement.lookup_zone import listener, serving
from tests.federation.directory.crafted import changed, crafted, witnesses
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
TREE = (KAIHUA, CHANGSHAN, SHEXIAN)


@dataclass
class Feed:
    """A gateway that serves, and one node that reads."""

    zone: Zone
    clock: SetClock
    gateway: Directory
    source: Source
    pool: Pool
    waiting: HeldConnections

    @property
    def node(self) -> Directory:
        return self.source.directory

    async def publish(self, version: int, *, contracts: int = 1, days: int = 30) -> None:
        """婺源's neighbour 歙县 says which contracts it serves; nothing else changes."""
        courts = [self.zone.court(code, contracts=[contracts if code == SHEXIAN else 1]) for code in TREE]
        raw = self.zone.signed(version, courts=courts, expires_at=ISSUED + timedelta(days=days))
        async with self.pool.acquire() as conn:
            await self.gateway.accept(conn, raw, self.clock.now())

    async def get(self, query: str = "", **headers: str) -> tuple[int, bytes, dict[str, str]]:
        url = self.source.gateway_url + fetching.PATH + query
        async with self.source.session.get(url, headers=headers) as answer:
            return answer.status, await answer.read(), {name.lower(): value for name, value in answer.headers.items()}


@asynccontextmanager
async def reading(routes: list[BaseRoute], pool: Pool, zone: Zone, clock: SetClock) -> AsyncIterator[Source]:
    async with AsyncExitStack() as stack:
        sock = stack.enter_context(listener())
        await stack.enter_async_context(serving(routes, sock))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        yield Source(url, session, Directory(zone.root, clock), pool, clock)


async def held_there(feed: Feed) -> None:
    """A request waits at the gateway."""
    with anyio.fail_after(10):
        while not len(feed.waiting):  # noqa: ASYNC110 - another end of a socket has no event
            await anyio.sleep(0.01)


@pytest.fixture
async def feed(node_pool: Pool, gateway_pool: Pool, clock: SetClock) -> AsyncIterator[Feed]:
    zone = Zone()
    gateway = Directory(zone.root, clock)
    waiting = held_requests()
    async with reading([*directory_routes(gateway, waiting, clock)], node_pool, zone, clock) as source:
        made = Feed(zone, clock, gateway, source, gateway_pool, waiting)
        await made.publish(1)
        await source.take()
        yield made


async def test_who_says_what_it_has_is_given_what_changed(feed: Feed) -> None:
    """One court's document of ten, without the listing; whole for who says nothing, or something never heard of."""
    await feed.publish(2, contracts=2)

    _, changed, headers = await feed.get("?since=1")
    _, whole, _ = await feed.get()

    assert [each.document.contracts for each in bundle.parse(changed).documents] == [[2]]
    assert bundle.parse(changed).listing == b""
    assert len(bundle.parse(whole).documents) == len(feed.gateway.held.documents)  # type: ignore[union-attr]
    assert headers["etag"].startswith('"2-')
    for unknown in ("?since=7", "?since=x", "?since=", "?since=-1", "?since=0"):
        assert (await feed.get(unknown))[1] == whole
    await feed.source.take()
    assert feed.node.current().court(SHEXIAN).contracts == [2]


async def test_a_waiting_request_is_answered_by_the_change(feed: Feed) -> None:
    """And by nothing else: it had the newest until then."""
    tag = feed.gateway.held.tag  # type: ignore[union-attr]
    answers: list[tuple[int, bytes, dict[str, str]]] = []

    async def wait() -> None:
        answers.append(await feed.get("?since=1", **{"If-None-Match": tag, "Prefer": "respond-async, wait=25"}))

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await held_there(feed)
        assert answers == []
        await feed.publish(2, contracts=2)
    (status, raw, headers) = answers[0]

    assert (status, headers["preference-applied"]) == (200, "wait=25")
    assert bundle.parse(raw).fresh.document.version == 2


async def test_without_a_change_the_wait_ends_with_304(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_endpoints, "_MOST_WAIT_S", 0.05)
    tag = feed.gateway.held.tag  # type: ignore[union-attr]

    with anyio.fail_after(10):
        status, raw, headers = await feed.get("?since=1", **{"If-None-Match": tag, "Prefer": "wait=1000000"})

    assert (status, raw) == (304, b"")
    assert headers["preference-applied"] == "wait=0.05"


async def test_only_so_many_of_one_address_wait(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are told so at once; what does not wait is always answered."""
    monkeypatch.setattr(directory_endpoints, "WAITING_PER_ADDRESS", 2)
    zone, clock = feed.zone, feed.clock
    waiting = held_requests()
    async with reading([*directory_routes(feed.gateway, waiting, clock)], feed.pool, zone, clock) as source:
        own = Feed(zone, clock, feed.gateway, source, feed.pool, waiting)
        statuses: list[int] = []

        async def wait() -> None:
            tag = feed.gateway.held.tag  # type: ignore[union-attr]
            statuses.append((await own.get(**{"If-None-Match": tag, "Prefer": "wait=25"}))[0])

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(wait)
            while not statuses:  # noqa: ASYNC110 - another end of a socket has no event
                await anyio.sleep(0.01)
            assert statuses == [429]
            assert (await own.get())[0] == 200
            await feed.publish(2, contracts=2)

    assert sorted(statuses) == [200, 200, 429]


async def test_a_change_reaches_a_node_that_waits(feed: Feed) -> None:
    """Version after version, as each is published; and an issue that is no new version too."""
    stop = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(follow, feed.source, lambda: 0.5, stop)
        for version in (2, 3, 4):
            changed = feed.node.changed
            await feed.publish(version, contracts=version)
            with anyio.fail_after(5):
                await changed.wait()
            assert feed.node.current().court(SHEXIAN).contracts == [version]
        stop.set()
        group.cancel_scope.cancel()


async def test_what_an_operator_imports_is_taken_over_while_the_gateway_is_away(feed: Feed, clock: SetClock) -> None:
    """Out of the database, which both share."""
    away = Source("http://127.0.0.1:1", feed.source.session, feed.node, feed.source.pool, clock)
    stop = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(follow, away, lambda: 0.0, stop)
        changed = feed.node.changed
        await feed.publish(2, contracts=2)
        async with feed.source.pool.acquire() as conn:
            await Directory(feed.zone.root, clock).accept(conn, feed.gateway.bundle(), clock.now())
        with anyio.fail_after(10):
            await changed.wait()
        group.cancel_scope.cancel()

    assert feed.node.current().version == 2


async def test_another_directory_of_that_version_is_fetched_whole(
    feed: Feed, new_database: Callable[..., Awaitable[str]], clock: SetClock
) -> None:
    """A node that fetched nothing but holds the first version of a file that differs in what this one left alone."""
    courts = [feed.zone.court(code, contracts=[2]) for code in TREE]
    twin = Zone(feed.zone.gateway, feed.zone.keys, feed.zone.governance)
    other = Directory(feed.zone.root, clock)
    async with feed.source.pool.acquire() as conn:
        await conn.execute("TRUNCATE directory_versions, directory_documents")
        await other.accept(conn, twin.signed(1, courts=courts), clock.now())
    await feed.publish(2, contracts=2)

    source = Source(feed.source.gateway_url, feed.source.session, other, feed.source.pool, clock)
    with pytest.raises(DirectoryForked):
        await source.take()

    assert other.current().version == 1


async def test_who_holds_a_thiefs_version_is_given_all_of_the_right_one(feed: Feed) -> None:
    """The gateway counted on beside the thief; the root that replaced its key came in a version of the same number."""
    first = feed.zone.signed(1, expires_at=ISSUED + timedelta(days=30))
    old, new = feed.zone.gateway, generate_signing()
    thiefs = crafted(feed.zone, first, 2, changed(first, "gateway", [("gateway", old)]))
    keys = [
        KeyEntry(id=old.id, use="sign", public=public_text(old.public), state="REVOKED", retired_at=ISSUED),
        KeyEntry(id=new.id, use="sign", public=public_text(new.public)),
    ]
    root = changed(first, "root", feed.zone.signers.voters(TREE), gateway_keys=keys)
    gateway = changed(first, "gateway", [("gateway", new)])
    right = crafted(feed.zone, first, 2, root, gateway, by=[("gateway", new), *witnesses(feed.zone)[1:]])
    async with feed.source.pool.acquire() as node, feed.pool.acquire() as gateways:
        await feed.node.accept(node, thiefs, feed.clock.now())
        await feed.gateway.accept(gateways, right, feed.clock.now())

    await feed.source.take()

    assert feed.node.held is not None
    assert feed.node.held.listing == feed.gateway.held.listing  # type: ignore[union-attr]


async def test_an_expired_directory_is_fetched_with_patience(feed: Feed) -> None:
    """The gateway issues it anew while the node waits."""
    feed.clock.set(feed.node.current().expires_at)
    fetch = fetch_from(feed.source)

    async def run() -> None:
        await fetch()

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        await held_there(feed)
        await feed.publish(2, contracts=2, days=60)

    assert feed.node.fresh(feed.clock.now()).version == 2


async def test_endless_data_is_not_read(node_pool: Pool, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """TUF's endless data attack: no more is held than the largest directory."""
    monkeypatch.setattr(fetching, "MAX_BUNDLE_BYTES", 100_000)

    async def endless(_request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            while True:
                yield bytes(10_000)
                await anyio.lowlevel.checkpoint()

        return StreamingResponse(pieces())

    async with reading([Route(fetching.PATH, endless)], node_pool, Zone(), clock) as source:
        with anyio.fail_after(10), pytest.raises(NotFetched, match="TOO_LARGE"):
            await source.take()


@pytest.mark.parametrize("pause_s", [0.05, 60.0])
async def test_slow_retrieval_ends(
    node_pool: Pool, clock: SetClock, monkeypatch: pytest.MonkeyPatch, pause_s: float
) -> None:
    """TUF's slow retrieval attack: a byte now and then, or none at all."""
    monkeypatch.setattr(fetching, "_WHOLE_WITHIN_S", 0.5)
    monkeypatch.setattr(fetching, "_WITHIN_S", 0.3)

    async def slow(_request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(1000):
                yield b"\0"
                await anyio.sleep(pause_s)

        return StreamingResponse(pieces())

    async with reading([Route(fetching.PATH, slow)], node_pool, Zone(), clock) as source:
        with anyio.fail_after(10), pytest.raises(NotFetched, match="Timeout"):
            await source.take()


async def test_what_is_served_by_another_is_not_believed(feed: Feed) -> None:
    """A mirror that serves another zone's directory changes nothing, and the next one is asked again."""
    stranger = Source(
        feed.source.gateway_url, feed.source.session, Directory(Zone().root, feed.clock), feed.source.pool, feed.clock
    )
    async with feed.source.pool.acquire() as conn:
        await conn.execute("TRUNCATE directory_versions, directory_documents")

    with pytest.raises(BadSignature):
        await stranger.take()
    await fetch_from(stranger)()

    assert stranger.directory.held is None


async def test_a_gateway_without_a_directory_is_said_to_have_none(node_pool: Pool, clock: SetClock) -> None:
    zone = Zone()
    routes = directory_routes(Directory(zone.root, clock), held_requests(), clock)

    async with reading([*routes], node_pool, zone, clock) as source:
        with pytest.raises(NotFetched, match="HTTP_503"):
            await source.take()
