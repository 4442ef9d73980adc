"""Half-open sockets of every kind come to an end, on real sockets, and nobody else waits for them."""

import asyncio
import json
import logging
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import pytest
import trustme
from anyio.abc import SocketStream
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn import Server

from api.application import application
from api.bounded_socket import BoundedSocket
from api.graphql.over_http import graphql_routes
from api.graphql.over_websocket import PROTOCOL
from api.settings import ServerSettings
from api.transport import server
from db.clock import monotonic_s
from tests.api.graphql.server import SmallContext, authenticate, schema
from tests.listening import listening

pytestmark = pytest.mark.anyio

_SHORT: dict[str, Any] = {"port": 0, "head_s": 0.4, "body_s": 0.6, "read_s": 0.6}
_HANDLER = {"authorization": "Bearer handler"}
_HEAD = b"POST %b HTTP/1.1\r\nhost: x\r\nauthorization: Bearer handler\r\ncontent-type: application/json\r\n"
_QUERY = b'{"query":"{ zone }"}'
_UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n"
)
_HUGE = 32 * 1024 * 1024


async def _echo(request: Request) -> Response:
    return Response(str(len(await request.body())))


async def _early(_: Request) -> Response:
    return Response("early")


async def _never(request: Request) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response("too late")


async def _huge(_: Request) -> Response:
    return Response(bytes(_HUGE))


async def _headers(request: Request) -> Response:
    await request.body()
    return Response(",".join(request.headers))


@asynccontextmanager
async def running(**changes: Any) -> AsyncIterator[tuple[Server, int]]:
    """The server of the programs, with short times; and its port."""
    doors = graphql_routes(schema, authenticate, SmallContext)
    own = {"/echo": _echo, "/early": _early, "/never": _never, "/huge": _huge, "/headers": _headers}
    routes = [Route(path, take, methods=["GET", "POST"]) for path, take in own.items()]
    program = server(application([*routes, *doors], []), ServerSettings(**(_SHORT | changes)))
    async with listening(program):
        yield program, program.servers[0].sockets[0].getsockname()[1]


@pytest.fixture(scope="module")
async def port(anyio_backend: str) -> AsyncIterator[int]:
    async with running() as (_, found):
        yield found


async def trickled(peer: SocketStream, text: bytes) -> None:
    """Send `text` a byte at a time until the other end has had enough."""
    try:
        for byte in text:
            await peer.send(bytes([byte]))
            await anyio.sleep(0.02)
    except anyio.BrokenResourceError:
        pass


async def until_closed(peer: SocketStream, limit_s: float = 3) -> bytes:
    """What came before the other end closed."""
    came = b""
    with anyio.fail_after(limit_s):
        try:
            while True:
                came += await peer.receive()
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return came


def code(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/" in head
    assert b"connection: close" in head
    return int(head.split()[1]), str(json.loads(body)["errors"][0]["extensions"]["code"])


async def served(port: int) -> float:
    """How long a good caller waits for an answer, in seconds."""
    started_s = monotonic_s()
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/graphql"
        async with session.post(url, json={"query": "{ zone }"}, headers=_HANDLER) as answer:
            assert (await answer.json())["data"]["zone"].startswith("zone")
    return monotonic_s() - started_s


SLOW_HEADS = {
    "http": _HEAD % b"/graphql" + b"x-long: " + b"x" * 200,
    "events": _HEAD % b"/graphql" + b"accept: text/event-stream\r\nx-long: " + b"x" * 200,
    "socket": _UPGRADE + b"x-long: " + b"x" * 200,
    "between courts": _HEAD % b"/federation/messages" + b"x-long: " + b"x" * 200,
}


@pytest.mark.parametrize("carrier", SLOW_HEADS)
async def test_a_head_byte_by_byte_is_given_up(port: int, carrier: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "api.bounded_http")
    async with await anyio.connect_tcp("127.0.0.1", port) as peer, anyio.create_task_group() as group:
        group.start_soon(trickled, peer, SLOW_HEADS[carrier])
        answer = await until_closed(peer)

    assert code(answer) == (408, "HEAD_TOO_SLOW")
    assert [vars(record)["code"] for record in caplog.records if record.name == "api.bounded_http"] == ["HEAD_TOO_SLOW"]


async def test_who_says_nothing_is_let_go_without_a_word(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        assert await until_closed(peer) == b""


@pytest.mark.parametrize(("rest", "answer"), [(_HEAD % b"/graphql", (408, "HEAD_TOO_SLOW")), (b"\r\n" * 300, None)])
async def test_a_second_head_has_no_more_time(port: int, rest: bytes, answer: tuple[int, str] | None) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(b"GET /early HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await peer.receive()).endswith(b"early")
        async with anyio.create_task_group() as group:
            group.start_soon(trickled, peer, rest)
            last = await until_closed(peer)

    assert last == b"" if answer is None else code(last) == answer


async def test_a_connection_may_rest_between_two_requests(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        for _ in range(2):
            await peer.send(b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc")
            assert (await peer.receive()).endswith(b"3")
            await anyio.sleep(0.8)


@pytest.mark.parametrize(
    "head", [b"x: " + b"x" * 10_000_000, b"x: y\r\n" * 1_000_000], ids=["one header", "many headers"]
)
async def test_an_endless_head_is_refused(port: int, head: bytes) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        with pytest.raises(anyio.BrokenResourceError):
            await peer.send(_HEAD % b"/graphql" + head)

    assert await served(port) < 1


async def test_a_long_head_says_so(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(_HEAD % b"/graphql" + b"accept-language: en\r\nx: " + b"x" * 66_000)
        answer = await until_closed(peer)

    assert code(answer) == (431, "HEAD_TOO_LARGE")
    assert "too large" in answer.decode()


@pytest.mark.parametrize("size", [66_000, 100_000, 200_000])
async def test_a_long_head_that_ends_is_refused_too(port: int, size: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(_HEAD % b"/early" + b"x: " + b"x" * size + b"\r\ncontent-length: 3\r\n\r\nabc")
        answer = await until_closed(peer)

    assert code(answer) == (431, "HEAD_TOO_LARGE")


async def test_a_long_body_beside_a_short_head_is_read(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(_HEAD % b"/echo" + b"content-length: 200000\r\n\r\n" + b"x" * 200_000)
        with anyio.fail_after(3):
            assert (await peer.receive()).endswith(b"\r\n\r\n200000")


@pytest.mark.parametrize("length", [b"content-length: 400\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n190\r\n"])
async def test_a_body_byte_by_byte_is_given_up(port: int, length: bytes) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer, anyio.create_task_group() as group:
        await peer.send(_HEAD % b"/echo" + length)
        group.start_soon(trickled, peer, b"x" * 200)
        answer = await until_closed(peer)

    assert code(answer) == (408, "BODY_TOO_SLOW")


async def test_a_body_that_nobody_reads_ends_too(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer, anyio.create_task_group() as group:
        await peer.send(_HEAD % b"/early" + b"content-length: 400\r\n\r\n")
        group.start_soon(trickled, peer, b"x" * 200)
        answer = await until_closed(peer)

    assert answer.endswith(b"early")


@pytest.mark.parametrize("filling", [b"1;" + b"x" * 80_000, b"0\r\n" + b"x: y\r\n" * 20_000, b"1\r\nx\r\n" * 40_000])
async def test_chunks_of_nothing_are_refused(port: int, filling: bytes) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(_HEAD % b"/echo" + b"transfer-encoding: chunked\r\n\r\n")
        await anyio.sleep(0.1)  # what comes in one piece with the head is not counted
        await peer.send(filling)
        answer = await until_closed(peer)

    assert code(answer) == (400, "MALFORMED_REQUEST")


async def test_a_trailer_is_no_header(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(b"POST /headers HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n")
        await peer.send(b"0\r\nauthorization: Bearer forged\r\n\r\n")
        answer = await peer.receive()

    assert answer.endswith(b"\r\n\r\nhost,transfer-encoding")


async def test_what_is_no_http_is_answered_in_json(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
        answer = await until_closed(peer)

    assert code(answer) == (400, "MALFORMED_REQUEST")


SECOND_REQUESTS = {
    "no HTTP": b"\x16\x03\x01\r\n\r\n",
    "an endless head": b"GET / HTTP/1.1\r\nx-long: " + b"x" * 80_000,
    "chunks of nothing": _HEAD % b"/echo" + b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n;",
    "an upgrade": _UPGRADE + b"\r\n",
}


@pytest.mark.parametrize("kind", SECOND_REQUESTS)
async def test_a_refusal_never_stands_for_the_answer_before_it(port: int, kind: str) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n" + SECOND_REQUESTS[kind])
        answer = await until_closed(peer)

    assert answer == b""


async def test_a_broken_body_ends_its_request(port: int) -> None:
    async with await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(_HEAD % b"/echo" + b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n")
        await peer.send(b"no size\r\n")
        answer = await until_closed(peer)

    assert code(answer) == (400, "MALFORMED_REQUEST")


def reads_little(port: int) -> socket.socket:
    """A peer whose kernel takes next to nothing in, and which reads nothing."""
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.connect(("127.0.0.1", port))
    return peer


async def open_connections(program: Server, fewer_than: int) -> None:
    with anyio.fail_after(5):
        while len(program.server_state.connections) >= fewer_than:  # noqa: ASYNC110
            await anyio.sleep(0.02)


async def test_who_does_not_read_an_answer_is_cut() -> None:
    async with running() as (program, port):
        with reads_little(port) as peer:
            peer.sendall(b"GET /huge HTTP/1.1\r\nhost: x\r\n\r\n")
            await anyio.sleep(0.2)
            assert len(program.server_state.connections) == 1

            await open_connections(program, 1)

    assert not program.server_state.tasks


async def test_who_does_not_read_an_answer_is_cut_over_tls_too(tmp_path: Path) -> None:
    """There the server's own buffer says nothing of what it has encrypted already."""
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    async with running(tls_cert=tmp_path / "both.pem", tls_key=tmp_path / "both.pem") as (program, port):
        peer = reads_little(port)
        peer.setblocking(False)
        _, writer = await asyncio.open_connection(sock=peer, ssl=trusted, server_hostname="localhost", limit=1024)
        writer.write(b"GET /huge HTTP/1.1\r\nhost: x\r\n\r\n")
        await anyio.sleep(0.2)
        assert len(program.server_state.connections) == 1

        await open_connections(program, 1)
        writer.transport.abort()

    assert not program.server_state.tasks


async def test_who_reads_slowly_gets_a_long_answer_whole() -> None:
    """Far longer than the time in which something must be read: of that, there is enough each time."""
    loop, came, started_s, read_s = asyncio.get_running_loop(), 0, monotonic_s(), 2.0
    async with running(read_s=read_s) as (_, port):
        with reads_little(port) as peer:
            peer.setblocking(False)
            await loop.sock_sendall(peer, b"GET /huge HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            with anyio.fail_after(60):
                while piece := await loop.sock_recv(peer, _HUGE // 16):
                    came += len(piece)
                    await asyncio.sleep(3 * read_s * len(piece) / _HUGE)

    assert came > _HUGE
    assert monotonic_s() - started_s > 3 * read_s


async def test_who_reads_next_to_nothing_is_cut() -> None:
    loop = asyncio.get_running_loop()
    async with running() as (program, port):
        with reads_little(port) as peer:
            peer.setblocking(False)
            await loop.sock_sendall(peer, b"GET /huge HTTP/1.1\r\nhost: x\r\n\r\n")
            with anyio.fail_after(5):
                while await loop.sock_recv(peer, 4096) and program.server_state.connections:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

            await open_connections(program, 1)

    assert not program.server_state.tasks


def ping(payload: bytes) -> bytes:
    return struct.pack("!BB", 0x89, 0x80 | len(payload)) + bytes(4) + payload


async def test_pings_of_who_does_not_read_fill_nothing() -> None:
    flood = ping(b"x" * 125) * 2_000
    most = 0
    async with running(read_s=1.0) as (program, port):
        with reads_little(port) as peer:
            peer.sendall(_UPGRADE + b"\r\n")
            await anyio.sleep(0.2)
            (held,) = program.server_state.connections
            assert isinstance(held, BoundedSocket)
            peer.setblocking(False)
            loop = asyncio.get_running_loop()
            with anyio.move_on_after(0.8):
                while True:
                    await loop.sock_sendall(peer, flood)
                    most = max(most, held.transport.get_write_buffer_size())
            assert await served(port) < 1
            await open_connections(program, 1)

    assert most < 4 * len(flood)


async def test_above_the_cap_who_waits_longest_goes() -> None:
    async with running(head_s=30.0, connections=5) as (program, port), AsyncExitStack() as kept:
        session = await kept.enter_async_context(aiohttp.ClientSession())
        socket_held = await kept.enter_async_context(
            session.ws_connect(f"http://127.0.0.1:{port}/graphql", protocols=(PROTOCOL,))
        )
        await socket_held.send_json({"type": "connection_init", "payload": _HANDLER})
        assert (await socket_held.receive_json())["type"] == "connection_ack"
        silent = [await kept.enter_async_context(await anyio.connect_tcp("127.0.0.1", port)) for _ in range(20)]

        assert await served(port) < 1
        for peer in silent[:16]:
            assert await until_closed(peer) == b""
        assert len(program.server_state.connections) <= 5
        await socket_held.send_json({"type": "ping"})
        assert (await socket_held.receive_json())["type"] == "pong"


async def test_heads_without_their_bodies_keep_nobody_out() -> None:
    async with running(body_s=30.0, connections=5) as (program, port), AsyncExitStack() as kept:
        stalled = [await kept.enter_async_context(await anyio.connect_tcp("127.0.0.1", port)) for _ in range(5)]
        for peer in stalled:
            await peer.send(_HEAD % b"/echo" + b"content-length: 400\r\n\r\nx")
        await anyio.sleep(0.2)

        assert await served(port) < 1
        assert await until_closed(stalled[0]) == b""
        assert len(program.server_state.connections) <= 5


async def test_when_all_are_served_a_new_one_is_turned_away() -> None:
    async with running(connections=2) as (_, port), AsyncExitStack() as kept:
        for _ in range(2):
            peer = await kept.enter_async_context(await anyio.connect_tcp("127.0.0.1", port))
            body = b'{"query":"subscription { forever }"}'
            await peer.send(
                _HEAD % b"/graphql" + b"accept: text/event-stream\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
            )
            assert b"200 OK" in await peer.receive()

        async with await anyio.connect_tcp("127.0.0.1", port) as late:
            assert await until_closed(late) == b""


async def test_hundreds_of_half_open_sockets_leave_nothing() -> None:
    kinds = [*SLOW_HEADS.values(), b"", _HEAD % b"/echo" + b"content-length: 400\r\n\r\nx"]
    async with running() as (program, port), AsyncExitStack() as kept:
        for number in range(300):
            peer = await kept.enter_async_context(await anyio.connect_tcp("127.0.0.1", port))
            await peer.send(kinds[number % len(kinds)] or b"\r\n")
        assert await served(port) < 1

        await open_connections(program, 1)

    assert (program.server_state.connections, program.server_state.tasks) == (set(), set())


async def test_who_pipelines_is_served_as_long_as_the_first_request_is() -> None:
    async with running(body_s=30.0, connections=2) as (_, port), AsyncExitStack() as kept:
        peer = await kept.enter_async_context(await anyio.connect_tcp("127.0.0.1", port))
        await peer.send(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n" + _HEAD % b"/echo" + b"content-length: 400\r\n\r\nx")
        await anyio.sleep(0.1)
        for _ in range(5):
            await kept.enter_async_context(await anyio.connect_tcp("127.0.0.1", port))
        await anyio.sleep(0.1)

        with pytest.raises(TimeoutError):
            await until_closed(peer, limit_s=0.3)


async def test_who_was_answered_before_the_body_only_waits() -> None:
    async with running(body_s=30.0, connections=1) as (_, port), await anyio.connect_tcp("127.0.0.1", port) as peer:
        await peer.send(_HEAD % b"/early" + b"content-length: 4\r\n\r\nx")
        assert (await peer.receive()).endswith(b"early")
        await peer.send(b"xxx")
        await anyio.sleep(0.1)

        assert await served(port) < 1
        assert await until_closed(peer) == b""
