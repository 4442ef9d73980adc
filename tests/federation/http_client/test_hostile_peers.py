"""What no court would say is no answer, over real sockets; our own client is stricter than the library, never laxer."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from federation.http_client.client import HttpClient, Implementation, NoAnswer, Unread
from tests.federation.http_client.clients import opened
from tests.federation.http_client.peers import CHUNKED, GOOD, OK, Script, forever, peer, says

pytestmark = pytest.mark.anyio

ENDLESS = b"x" * 8192
LENGTH = b"Content-Length: 2\r\n"
LAST = b"\r\n0\r\n\r\n"

NOBODY_TAKES: dict[str, tuple[Script, type[Exception]]] = {
    "head over its cap": (says(OK + b"X: " + b"y" * 20_000 + b"\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "endless line": (forever(b"HTTP/1.1 200 ", ENDLESS), NoAnswer),
    "endless header": (forever(OK + b"X: ", ENDLESS), NoAnswer),
    "endless headers": (forever(OK, b"X: y\r\n" * 100), NoAnswer),
    "both framings": (says(OK + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab" + LAST), NoAnswer),
    "both, other order": (
        says(OK + b"Transfer-Encoding: chunked\r\n" + LENGTH + b"\r\n2\r\nab" + LAST),
        NoAnswer,
    ),
    "two lengths": (says(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"), NoAnswer),
    "the same length twice": (says(OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "a list of lengths": (says(OK + b"Content-Length: 2, 2\r\n\r\nab"), NoAnswer),
    "negative length": (says(OK + b"Content-Length: -2\r\n\r\nab"), NoAnswer),
    "length with a sign": (says(OK + b"Content-Length: +2\r\n\r\nab"), NoAnswer),
    "length beyond 64 bits": (says(OK + b"Content-Length: 99999999999999999999999\r\n\r\nab"), NoAnswer),
    "negative chunk": (says(CHUNKED + b"-2\r\nab" + LAST), NoAnswer),
    "chunk beyond 64 bits": (says(CHUNKED + b"FFFFFFFFFFFFFFFFFF\r\nab" + LAST), NoAnswer),
    "chunk in C": (says(CHUNKED + b"0x2\r\nab" + LAST), NoAnswer),
    "chunk longer than said": (says(CHUNKED + b"2\r\nabc" + LAST), NoAnswer),
    "bare line feeds in chunks": (says(CHUNKED + b"2\nab\n0\n\n"), NoAnswer),
    "huge chunk": (forever(CHUNKED + b"FFFFFFFFFFFFFF\r\n", ENDLESS), Unread),
    "endless body": (forever(OK + b"Content-Length: 99999999999\r\n\r\n", ENDLESS), Unread),
    "endless chunks": (forever(CHUNKED, b"1\r\nx\r\n" * 1000), Unread),
    "over-long refusal": (forever(b"HTTP/1.1 400 \r\nContent-Length: 5000\r\n\r\n", ENDLESS), Unread),
    "HTTP/0.9": (says(b"<html>ab</html>", hang_up=True), NoAnswer),
    "HTTP/2": (says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NoAnswer),
    "HTTP/2 settings": (says(b"\0\0\0\x04\0\0\0\0\0", hang_up=True), NoAnswer),
    "NUL in a value": (says(OK + b"X: a\0b\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "NUL in a name": (says(OK + b"X\0: ab\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "two-digit status": (says(b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "four-digit status": (says(b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
}

OURS_DOES_NOT_TAKE: dict[str, tuple[Script, type[Exception]]] = {
    "space before the colon": (says(OK + b"Content-Length : 2\r\n\r\nab"), NoAnswer),
    "switched protocols": (says(b"HTTP/1.1 101 \r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n" + GOOD), NoAnswer),
    "folded header": (says(OK + b"X: a\r\n b\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "bare line feeds": (says(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nab"), NoAnswer),
    "endless interim heads": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), NoAnswer),
    "endless extension": (forever(CHUNKED + b"1;", ENDLESS), Unread),
    "endless trailers": (forever(CHUNKED + b"0\r\n", b"X: y\r\n" * 100), NoAnswer),
    "body until the end": (says(OK + b"\r\nab", hang_up=True), NoAnswer),
    "another encoding": (says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nab" + LAST), Unread),
    "encoding after the chunks": (says(OK + b"Transfer-Encoding: chunked, gzip\r\n\r\n2\r\nab" + LAST), Unread),
    "HTTP/0.9 with a head": (says(b"HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "HTTP/1.0": (says(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "HTTP/2 as text": (says(b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
    "RTSP": (says(b"RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab"), NoAnswer),
}


@pytest.fixture
async def own() -> AsyncIterator[HttpClient]:
    async with opened(Implementation.OWN) as made:
        yield made


@pytest.mark.parametrize("kind", NOBODY_TAKES)
async def test_no_client_takes_it(kind: str) -> None:
    script, _ = NOBODY_TAKES[kind]
    async with opened(Implementation.AIOHTTP) as library, peer(script) as at:
        with pytest.raises((NoAnswer, Unread, TimeoutError)):
            await library.post(at.url, b"", limit_bytes=2000, within_s=0.5)


@pytest.mark.parametrize("kind", NOBODY_TAKES | OURS_DOES_NOT_TAKE)
async def test_ours_ends_it_at_once(own: HttpClient, kind: str) -> None:
    script, error = (NOBODY_TAKES | OURS_DOES_NOT_TAKE)[kind]
    async with peer(script) as at:
        async with asyncio.timeout(3):
            with pytest.raises(error) as caught:
                await own.post(at.url, b"", limit_bytes=2000, within_s=30)

        assert str(caught.value) == ""
        await at.left()


@pytest.mark.parametrize(
    "said",
    [
        GOOD + GOOD,
        GOOD + b"HT",
        GOOD + b"\0",
        b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD,
        OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nab",
        OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nabcd",
        b"HTTP/1.1 204 \r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 304 \r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 500 \r\nContent-Length: 2\r\n\r\nab",
    ],
)
async def test_connection_is_not_used_after(own: HttpClient, said: bytes) -> None:
    async with peer(says(said)) as at:
        first = await own.post(at.url, b"", limit_bytes=10, within_s=2)
        await at.left()

        assert await own.post(at.url, b"", limit_bytes=10, within_s=2) == first
        assert at.connections == 2


async def test_what_comes_unasked_ends_the_connection(own: HttpClient) -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD)
        await writer.drain()
        await asyncio.sleep(0.05)
        if not writer.is_closing():
            writer.write(OK + b"Content-Length: 2\r\n\r\nxx")  # the answer to what nobody has asked yet

    async with peer(script) as at:
        assert await own.post(at.url, b"", limit_bytes=10, within_s=2) == (200, b"ab")
        await at.left()

        assert await own.post(at.url, b"", limit_bytes=10, within_s=2) == (200, b"ab")


async def test_answer_before_the_whole_request_is_its_last(own: HttpClient) -> None:
    """What the peer would still read of this request must not be the beginning of the next."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 \r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        ended.set_result(await _drained(reader))
        writer.close()

    ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    async with await asyncio.start_server(serve, "127.0.0.1", 0, limit=1024) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        answer = await own.post(url, bytes(30_000_000), limit_bytes=10, within_s=5)

        assert answer == (413, b"")
        assert await asyncio.wait_for(ended, 3)


async def test_half_closed_peer_that_reads_nothing_holds_nobody(own: HttpClient) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write_eof()
        await over.wait()
        writer.close()

    over = asyncio.Event()
    async with await asyncio.start_server(serve, "127.0.0.1", 0, limit=1024) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with asyncio.timeout(3):
            with pytest.raises(NoAnswer):
                await own.post(url, bytes(30_000_000), limit_bytes=10, within_s=30)
        over.set()


async def _drained(reader: asyncio.StreamReader) -> bool:
    """Whether the other side let go of the connection."""
    try:
        while await reader.read(65536):
            pass
    except OSError:
        return True
    return reader.at_eof()


async def test_endless_body_weighs_no_more_than_its_limit(own: HttpClient) -> None:
    script = forever(OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 65536)
    async with peer(script) as at:
        await _endless(own, at.url)
        tracemalloc.start()
        for _ in range(20):
            await _endless(own, at.url)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert most < 4_000_000  # the peer's own buffers are among it


async def _endless(own: HttpClient, url: str) -> None:
    with pytest.raises(Unread):
        await own.post(url, b"", limit_bytes=262_144, within_s=5)
