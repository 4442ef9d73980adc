"""What comes back of a call, over real sockets, whichever client makes it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from federation.http_client.client import MAX_REFUSAL, HttpClient, Implementation, NoAnswer, Unread
from tests.federation.http_client.clients import opened
from tests.federation.http_client.peers import CHUNKED, GOOD, OK, Script, forever, peer, resets, says

pytestmark = pytest.mark.anyio


@pytest.fixture(params=Implementation)
async def client(request: pytest.FixtureRequest) -> AsyncIterator[HttpClient]:
    async with opened(request.param) as made:
        yield made


async def called(client: HttpClient, script: Script, *, limit: int = 10, within_s: float = 2.0) -> tuple[int, bytes]:
    async with peer(script) as at, asyncio.timeout(within_s + 1):
        return await client.post(at.url, b"asked", limit_bytes=limit, within_s=within_s)


async def test_request_is_one_plain_post(client: HttpClient) -> None:
    async with peer(says(GOOD)) as at:
        assert await client.post(at.url, b"asked\0\xff", limit_bytes=10, within_s=1.5) == (200, b"ab")

    ((head, body),) = [tuple(raw.split(b"\r\n\r\n", 1)) for raw in at.requests]
    line, *headers = head.split(b"\r\n")
    told = dict(header.lower().split(b": ", 1) for header in headers)
    assert (line, body) == (b"POST /at HTTP/1.1", b"asked\0\xff")
    assert 0 < int(told.pop(b"xiezhi-budget-ms")) <= 1500
    assert told == {
        b"host": at.url.split("/")[2].encode(),
        b"content-type": b"application/octet-stream",
        b"content-length": b"7",
    }


@pytest.mark.parametrize(
    "script",
    [
        says(GOOD),
        says(b"HTTP/1.1 200 \r\ncontent-LENGTH:2\r\n\r\nab"),
        says(CHUNKED + b"2\r\nab\r\n0\r\n\r\n"),
        says(CHUNKED + b"1;of=it\r\na\r\n001\r\nb\r\n0\r\nX: y\r\n\r\n"),
        says(*(bytes([byte]) for byte in GOOD)),
        says(*(bytes([byte]) for byte in CHUNKED + b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n")),
        says(b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + GOOD),
        says(GOOD + GOOD),
        says(GOOD, hang_up=True),
        says(OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nab", hang_up=True),
    ],
)
async def test_whole_answer_is_heard(client: HttpClient, script: Script) -> None:
    assert await called(client, script) == (200, b"ab")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}", (403, b"{}")),
        (b"HTTP/1.1 400 \r\nContent-Length: 0\r\n\r\n", (400, b"")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", (304, b"")),
        (b"HTTP/1.1 307 There\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", (307, b"")),
        (b"HTTP/1.1 500 Fault\r\nContent-Length: 99\r\n\r\nnot waited for", (500, b"")),
        (b"HTTP/1.1 503 \r\nContent-Length: 99999999\r\n\r\n", (503, b"")),
    ],
)
async def test_other_statuses_say_what_they_may(client: HttpClient, said: bytes, heard: tuple[int, bytes]) -> None:
    async with peer(says(said)) as at:
        assert await client.post(at.url, b"", limit_bytes=10, within_s=2) == heard
        assert await client.post(at.url, b"", limit_bytes=10, within_s=2) == heard

    assert len(at.requests) == 2  # nothing was followed


@pytest.mark.parametrize(
    ("head", "limit"), [(OK, 100_000), (b"HTTP/1.1 410 Gone\r\n", MAX_REFUSAL)], ids=["answer", "refusal"]
)
@pytest.mark.parametrize("chunked", [False, True])
async def test_limit_is_met_to_the_byte(client: HttpClient, head: bytes, limit: int, chunked: bool) -> None:
    def said(size: int) -> Script:
        body = b"x" * size
        if chunked:
            return says(head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (size, body))
        return says(head + b"Content-Length: %d\r\n\r\n%b" % (size, body))

    _, heard = await called(client, said(limit), limit=100_000)
    with pytest.raises(Unread):
        await called(client, said(limit + 1), limit=100_000)

    assert heard == b"x" * limit


NO_WHOLE_ANSWER: dict[str, Script] = {
    "nothing": says(hang_up=True),
    "half a head": says(OK[:-2], hang_up=True),
    "no body": says(OK + b"Content-Length: 2\r\n\r\n", hang_up=True),
    "half a body": says(OK + b"Content-Length: 2\r\n\r\na", hang_up=True),
    "half a chunk": says(CHUNKED + b"4\r\nab", hang_up=True),
    "no last chunk": says(CHUNKED + b"2\r\nab\r\n", hang_up=True),
    "no end of the trailers": says(CHUNKED + b"2\r\nab\r\n0\r\nX: y\r\n", hang_up=True),
    "reset at once": resets(b""),
    "reset in the head": resets(OK),
    "reset in the body": resets(OK + b"Content-Length: 2\r\n\r\na"),
    "only interim": says(b"HTTP/1.1 100 Continue\r\n\r\n", hang_up=True),
}


@pytest.mark.parametrize("kind", NO_WHOLE_ANSWER)
async def test_half_an_answer_is_none(client: HttpClient, kind: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        await called(client, NO_WHOLE_ANSWER[kind])

    assert str(caught.value) == ""


DAWDLING: dict[str, Script] = {
    "says nothing": says(),
    "half a head": says(OK),
    "slow head": forever(OK, b"X: y\r\n", pause_s=0.05),
    "half a body": says(OK + b"Content-Length: 2\r\n\r\na"),
    "body byte by byte": forever(OK + b"Content-Length: 9000\r\n\r\n", b"a", pause_s=0.02),
    "chunk by chunk": forever(CHUNKED, b"1\r\na\r\n", pause_s=0.02),
    "slow extension": forever(CHUNKED + b"1;", b"x", pause_s=0.02),
    "slow trailers": forever(CHUNKED + b"0\r\n", b"X: y\r\n", pause_s=0.02),
    "slow refusal": forever(b"HTTP/1.1 400 \r\nContent-Length: 900\r\n\r\n", b"a", pause_s=0.02),
}


@pytest.mark.parametrize("kind", DAWDLING)
async def test_deadline_ends_the_call_wherever_it_is(client: HttpClient, kind: str) -> None:
    loop = asyncio.get_running_loop()
    async with peer(DAWDLING[kind]) as at:
        began_s = loop.time()
        with pytest.raises(TimeoutError):
            await client.post(at.url, b"", limit_bytes=10_000, within_s=0.3)

        assert 0.28 <= loop.time() - began_s < 1.0
        await at.left()  # the peer is rid of the connection, too


async def test_cancelling_ends_the_exchange(client: HttpClient) -> None:
    async with peer(says()) as at:
        call = asyncio.ensure_future(client.post(at.url, b"", limit_bytes=10, within_s=30))
        await at.asked()

        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        await at.left()


async def test_encoded_answer_is_not_decoded(client: HttpClient) -> None:
    with pytest.raises(Unread):
        await called(client, says(OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab"))


@pytest.mark.parametrize("url", ["http://[::1", "http://", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "at"])
async def test_what_is_no_address_is_not_called(client: HttpClient, url: str) -> None:
    with pytest.raises(NoAnswer):
        await client.post(url, b"", limit_bytes=10, within_s=1)


async def test_nobody_listens(client: HttpClient) -> None:
    async with peer(says()) as at:
        url = at.url
    with pytest.raises(NoAnswer) as caught:
        await client.post(url, b"", limit_bytes=10, within_s=1)

    assert str(caught.value) == ""


async def test_loopback_over_ipv6(client: HttpClient) -> None:
    async with peer(says(GOOD), host="::1") as at:
        assert await client.post(at.url, b"", limit_bytes=10, within_s=1) == (200, b"ab")


async def test_cookies_are_not_kept(client: HttpClient) -> None:
    async with peer(says(OK + b"Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")) as at:
        for _ in range(2):
            await client.post(at.url.replace("127.0.0.1", "localhost"), b"", limit_bytes=10, within_s=1)

    assert not any(b"cookie" in raw.lower() for raw in at.requests)
