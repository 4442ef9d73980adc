"""Our own client's connections: kept, bounded, and let go of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from federation.http_client.client import HttpAnswer, HttpClient, Implementation, NoAnswer
from tests.federation.http_client.clients import opened
from tests.federation.http_client.peers import GOOD, OK, Peer, Script, peer, resets, says

pytestmark = pytest.mark.anyio


@pytest.fixture
async def own() -> AsyncIterator[HttpClient]:
    async with opened(Implementation.OWN) as made:
        yield made


async def call(client: HttpClient, at: Peer, within_s: float = 3.0) -> HttpAnswer:
    return await client.post(at.url, b"asked", limit_bytes=10, within_s=within_s)


def in_turn(*scripts: Script) -> Script:
    """Each request gets the next; further ones the last."""
    left = list(scripts)

    async def script(writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(writer)

    return script


def slow(most: list[int]) -> Script:
    """Answers after a while; `most` has what is under way now, and the most there ever was, over all peers."""

    async def script(writer: asyncio.StreamWriter) -> None:
        most[0] += 1
        most[1] = max(most)
        await asyncio.sleep(0.02)
        most[0] -= 1
        writer.write(GOOD)

    return script


async def test_one_connection_serves_call_after_call(own: HttpClient) -> None:
    async with peer(says(GOOD)) as at:
        await call(own, at)
        before = _descriptors()
        for _ in range(1000):
            assert await call(own, at) == (200, b"ab")

        assert _descriptors() == before
        assert (at.connections, len(at.requests)) == (1, 1001)


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_paths_of_one_origin_share_its_connections(own: HttpClient) -> None:
    async with peer(says(GOOD)) as at:
        await own.post(at.url, b"", limit_bytes=10, within_s=1)
        await own.post(at.url + "/other?a=%20", b"", limit_bytes=10, within_s=1)

        assert at.connections == 1
        assert at.requests[1].startswith(b"POST /at/other?a=%20 HTTP/1.1\r\n")


async def test_caps_hold_for_each_origin_and_in_all() -> None:
    under_way = [0, 0]
    async with AsyncExitStack() as stack:
        own = await stack.enter_async_context(opened(Implementation.OWN, connections=6, per_origin=4))
        peers = [await stack.enter_async_context(peer(slow(under_way))) for _ in range(3)]

        answers = await asyncio.gather(*(call(own, at, 10) for at in peers * 40))

        assert set(answers) == {(200, b"ab")}
        assert [at.most <= 4 for at in peers] == [True] * 3
        assert under_way == [0, 6]


async def test_longest_idle_makes_room() -> None:
    async with AsyncExitStack() as stack:
        own = await stack.enter_async_context(opened(Implementation.OWN, connections=2))
        dead = await stack.enter_async_context(peer(says(GOOD, hang_up=True)))
        await call(own, dead)
        await dead.left()
        first, second, third = [await stack.enter_async_context(peer(says(GOOD))) for _ in range(3)]
        for at in (first, second, third):
            await call(own, at)

        await first.left()
        assert (second.opened, third.opened) == (1, 1)


async def test_a_hung_origin_keeps_no_other_waiting() -> None:
    async with (
        opened(Implementation.OWN, connections=3, per_origin=2) as own,
        peer(says()) as hung,
        peer(says(GOOD)) as healthy,
    ):
        waiting = [asyncio.ensure_future(call(own, hung, 0.4)) for _ in range(20)]
        await hung.asked(2)

        assert await call(own, healthy, 0.3) == (200, b"ab")

        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {TimeoutError}
        assert len(hung.requests) == 2  # the others waited for a place until their deadline
        await hung.left()


async def test_cancelled_calls_give_their_places_back() -> None:
    async with opened(Implementation.OWN, connections=2, per_origin=2) as own, peer(in_turn(says(), says())) as at:
        calls = [asyncio.ensure_future(call(own, at, 30)) for _ in range(10)]
        await at.asked(2)
        for each in calls:
            each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await at.left()

        at.script = says(GOOD)
        assert set(await asyncio.gather(call(own, at), call(own, at))) == {(200, b"ab")}


async def test_waiting_shortens_what_the_peer_is_told() -> None:
    async with opened(Implementation.OWN, per_origin=1) as own, peer(slow([0, 0])) as at:
        await asyncio.gather(*(call(own, at, 2) for _ in range(5)))

    told = [int(raw.split(b"Budget-Ms: ")[1].split(b"\r\n")[0]) for raw in at.requests]
    assert told == sorted(told, reverse=True)
    assert told[-1] <= 2000 - 4 * 20 < told[0] <= 2000


async def test_idle_connection_is_closed_after_a_while() -> None:
    async with opened(Implementation.OWN, idle_s=0.1) as own, peer(says(GOOD)) as at, peer(says(GOOD)) as later:
        await call(own, at)
        await asyncio.sleep(0.06)
        await call(own, later)
        await at.left()
        assert later.opened == 1

        await later.left()

        assert await call(own, at) == (200, b"ab")


@pytest.mark.parametrize("then", [says(GOOD, hang_up=True), resets(GOOD)])
async def test_dead_idle_connection_is_noticed(own: HttpClient, then: Script) -> None:
    async with peer(in_turn(then, says(GOOD))) as at:
        await call(own, at)
        await at.left()
        await asyncio.sleep(0.02)

        assert await call(own, at) == (200, b"ab")
        assert (at.connections, len(at.requests)) == (2, 2)


async def test_request_into_a_closing_connection_is_sent_again(own: HttpClient) -> None:
    """The peer let go of it as we took it: not a byte came."""
    async with peer(in_turn(says(GOOD), says(hang_up=True), says(GOOD))) as at:
        await call(own, at)

        assert await call(own, at) == (200, b"ab")

    assert (at.connections, len(at.requests)) == (2, 3)
    assert len({raw.split(b"\r\n\r\n", 1)[1] for raw in at.requests}) == 1


@pytest.mark.parametrize(
    ("scripts", "requests"),
    [
        ([says(hang_up=True)], 1),  # a new connection
        ([says(GOOD), says(b"H", hang_up=True)], 2),  # it had begun to answer
        ([says(GOOD), resets(OK)], 2),
        ([says(GOOD), says(hang_up=True)], 3),  # the new connection broke, too
    ],
)
async def test_nothing_else_is_sent_again(own: HttpClient, scripts: list[Script], requests: int) -> None:
    async with peer(in_turn(*scripts)) as at:
        for _ in scripts[1:]:
            await call(own, at)
        with pytest.raises(NoAnswer):
            await call(own, at)

    assert len(at.requests) == requests


@pytest.mark.parametrize("at_once", [True, False])
async def test_peer_that_hangs_up_when_it_is_called(own: HttpClient, at_once: bool) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if at_once:
            writer.transport.abort()
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        for _ in range(100):
            with pytest.raises(NoAnswer):
                await own.post(
                    f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", b"", limit_bytes=1, within_s=3
                )


async def test_closing_leaves_no_connection() -> None:
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(peer(slow([0, 0])))
        async with opened(Implementation.OWN) as own:
            await asyncio.gather(*(call(own, at) for _ in range(5)))
            assert at.opened == 5

        await at.left()
