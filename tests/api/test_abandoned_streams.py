"""Who leaves a subscription, however abruptly, leaves nothing behind: no execution, connection, slot, task or socket.

Event streams and sockets alike, behind the programs' own server, each execution holding a database connection.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import asyncpg
import pytest
import strawberry
from uvicorn import Server

from api.application import application
from api.graphql.over_http import graphql_routes
from api.held_connections import ConnectionLimits, HeldConnections
from api.settings import ServerSettings
from api.transport import server
from db.pool import Pool
from tests.api.graphql.server import SmallContext, authenticate
from tests.listening import listening

pytestmark = pytest.mark.anyio

_AT_ONCE = 20
_CONNECTIONS = 40
_LIMITS = ConnectionLimits(per_caller=_AT_ONCE, send_timeout_s=0.4, keep_alive_s=0.5)
_INIT = {"type": "connection_init", "payload": {"authorization": "Bearer handler"}}


@dataclass
class Running:
    """The door, and what it holds."""

    program: Server
    port: int
    held: HeldConnections
    pool: Pool
    executions: list[str] = field(default_factory=list)
    begun: int = 0

    async def is_empty(self) -> None:
        """Wait until nothing of any caller is left."""
        with anyio.fail_after(10):
            while self.executions or len(self.held) or self.program.server_state.connections:  # noqa: ASYNC110
                await anyio.sleep(0.02)
            while self.pool.get_idle_size() < self.pool.get_size():  # noqa: ASYNC110
                await anyio.sleep(0.02)
            while self.program.server_state.tasks:  # noqa: ASYNC110
                await anyio.sleep(0.02)


def _schema(running: Callable[[], Running]) -> strawberry.Schema:
    @strawberry.type
    class Query:
        zone: str = "zone"

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def quiet(self) -> AsyncGenerator[int, None]:
            async for size in _told(0):
                yield size
                await asyncio.sleep(3600)

        @strawberry.subscription
        async def flood(self) -> AsyncGenerator[str, None]:
            async for size in _told(50_000):
                yield "x" * size

        @strawberry.subscription
        async def late(self) -> AsyncGenerator[int, None]:
            async for size in _told(0):
                await asyncio.sleep(3600)
                yield size

    async def _told(size: int) -> AsyncGenerator[int, None]:
        door = running()
        async with door.pool.acquire() as conn:
            door.begun += 1
            door.executions.append("begun")
            try:
                while True:
                    await conn.fetchval("SELECT 1")
                    yield size
            finally:
                door.executions.pop()

    return strawberry.Schema(query=Query, subscription=Subscription)


@asynccontextmanager
async def _running(pool: Pool) -> AsyncIterator[Running]:
    found: list[Running] = []
    held = HeldConnections(_LIMITS)
    routes = graphql_routes(_schema(lambda: found[0]), authenticate, SmallContext, held=held)
    program = server(application(routes, []), ServerSettings(port=0, read_s=0.6))
    async with listening(program):
        found.append(Running(program, program.servers[0].sockets[0].getsockname()[1], held, pool))
        yield found[0]


@pytest.fixture
async def door(new_database: Callable[..., Any]) -> AsyncIterator[Running]:
    dsn = await new_database("node")
    async with (
        asyncpg.create_pool(dsn, min_size=1, max_size=_CONNECTIONS) as pool,
        _running(pool) as running,
    ):
        yield running


def _by_events(document: str) -> list[bytes]:
    body = json.dumps({"query": document}).encode()
    return [
        b"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: Bearer handler\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    ]


def _frame(message: dict[str, Any]) -> bytes:
    text = json.dumps(message).encode()
    return struct.pack("!BBH", 0x81, 0x80 | 126, len(text)) + bytes(4) + text


_UPGRADE_HEAD = (
    "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


def _by_socket(document: str) -> list[bytes]:
    return [
        _UPGRADE_HEAD.encode(),
        _frame(_INIT),
        _frame({"id": "1", "type": "subscribe", "payload": {"query": document}}),
    ]


CARRIERS = {"events": _by_events, "socket": _by_socket}


def _reset(peer: socket.socket) -> None:
    """Leave without a word of farewell."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


LEAVING: dict[str, Callable[[socket.socket], None]] = {
    "closes": socket.socket.close,
    "resets": _reset,
    "sends no more": lambda peer: peer.shutdown(socket.SHUT_WR),
}


async def _open(door: Running, request: list[bytes], *, reads: bool) -> socket.socket:
    """A peer that has sent all of `request`, each part after the answer to the one before; `reads` the last one's."""
    loop = asyncio.get_running_loop()
    peer = socket.socket()
    peer.setblocking(False)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await loop.sock_connect(peer, ("127.0.0.1", door.port))
    for part in request:
        await loop.sock_sendall(peer, part)
        if reads or part is not request[-1]:
            assert await loop.sock_recv(peer, 1000)
    return peer


async def _all_begun(door: Running, number: int) -> None:
    with anyio.fail_after(10):
        while door.begun < number:  # noqa: ASYNC110
            await anyio.sleep(0.01)


@pytest.mark.parametrize("leaving", LEAVING)
@pytest.mark.parametrize("subscription", ["quiet", "late", "flood"])
@pytest.mark.parametrize("carrier", CARRIERS)
async def test_who_leaves_ends_the_execution(door: Running, carrier: str, subscription: str, leaving: str) -> None:
    request = CARRIERS[carrier](f"subscription {{ {subscription} }}")
    peers = [await _open(door, request, reads=subscription == "quiet") for _ in range(_AT_ONCE)]
    await _all_begun(door, _AT_ONCE)
    assert len(door.held) == _AT_ONCE

    for peer in peers:
        LEAVING[leaving](peer)

    await door.is_empty()
    for peer in peers:
        peer.close()


@pytest.mark.parametrize("next_request", ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", _UPGRADE_HEAD], ids=["get", "upgrade"])
@pytest.mark.parametrize("leaving", ["closes", "resets"])
async def test_who_leaves_with_a_request_waiting_ends_the_one_before(
    door: Running, leaving: str, next_request: str
) -> None:
    """The server reads no further meanwhile, and finds out when it writes."""
    peer = await _open(door, _by_events("subscription { quiet }"), reads=True)
    await asyncio.get_running_loop().sock_sendall(peer, next_request.encode())
    await _all_begun(door, 1)

    LEAVING[leaving](peer)

    await door.is_empty()


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_thousand_left_streams_leave_nothing(door: Running, carrier: str) -> None:
    request = CARRIERS[carrier]("subscription { quiet }")
    ways = [socket.socket.close, _reset]
    for number in range(1000 // _AT_ONCE):
        peers = [await _open(door, request, reads=number % 2 == 0) for _ in range(_AT_ONCE)]
        await _all_begun(door, (number + 1) * _AT_ONCE)
        for peer in peers:
            ways[number // 2 % 2](peer)
        await door.is_empty()

    assert door.begun == 1000


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_who_does_not_read_is_cut(door: Running, carrier: str) -> None:
    """It keeps its end open: the server gives up, after a bounded buffer and time."""
    request = CARRIERS[carrier]("subscription { flood }")
    peers = [await _open(door, request, reads=False) for _ in range(_AT_ONCE)]
    await _all_begun(door, _AT_ONCE)

    buffered = [each.transport.get_write_buffer_size() for each in door.program.server_state.connections]
    await door.is_empty()

    assert max(buffered) < 512 * 1024
    for peer in peers:
        peer.close()
