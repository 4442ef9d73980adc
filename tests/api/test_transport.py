"""Plain HTTP stays on the machine; SIGTERM lets what runs end, and closes what would not."""

import os
import signal
import socket
import sys
import textwrap
import time
from pathlib import Path

import aiohttp
import anyio
import pytest
from starlette.applications import Starlette

from api.graphql.over_websocket import PROTOCOL
from api.peers import UnsafeTransport, check_peer, check_transport
from api.settings import ServerSettings
from api.transport import server

pytestmark = pytest.mark.anyio

_PROGRAM = textwrap.dedent("""
    import asyncio, sys
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    from api.settings import ServerSettings
    from api.transport import server
    from tests.api.graphql.server import SmallContext, authenticate, schema
    from api.graphql.over_http import graphql_routes
    from api.held_connections import HeldConnections

    async def slow(_request):
        await asyncio.sleep(1)
        return PlainTextResponse("done")

    async def main():
        held = HeldConnections()
        routes = graphql_routes(schema, authenticate, SmallContext, held=held)
        running = server(Starlette(routes=[Route("/slow", slow), *routes]), ServerSettings(port=0), on_drain=held.end)
        task = asyncio.ensure_future(running.serve())
        while not running.started:
            await asyncio.sleep(0.01)
        print(running.servers[0].sockets[0].getsockname()[1], flush=True)
        await task

    asyncio.run(main())
""")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost", "127.8.0.1"])
def test_plain_http_on_loopback_is_allowed(host: str) -> None:
    check_transport(host, None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "court.example", "127.0.0.1.example"])
def test_plain_http_elsewhere_is_not(host: str) -> None:
    with pytest.raises(UnsafeTransport):
        check_transport(host, None)
    check_transport(host, Path("/cert.pem"))


@pytest.mark.parametrize("url", ["http://10.0.0.1", "http://127.0.0.1@evil.example", "ftp://127.0.0.1", "nonsense"])
def test_peers_elsewhere_need_https(url: str) -> None:
    with pytest.raises(UnsafeTransport):
        check_peer(url)


async def test_sigterm_drains(anyio_backend: str) -> None:
    environment = {**os.environ, "PYTHONPATH": "."}
    async with await anyio.open_process([sys.executable, "-c", _PROGRAM], env=environment, stderr=None) as process:
        assert process.stdout is not None
        port = int(await process.stdout.receive())
        async with aiohttp.ClientSession() as session:
            peer = await session.ws_connect(f"http://127.0.0.1:{port}/graphql", protocols=(PROTOCOL,))
            await peer.send_json({"type": "connection_init", "payload": {"authorization": "Bearer handler"}})
            await peer.send_json({"id": "1", "type": "subscribe", "payload": {"query": "subscription { forever }"}})
            assert [(await peer.receive_json())["type"] for _ in range(2)] == ["connection_ack", "next"]
            async with anyio.create_task_group() as group:
                answers: list[str] = []

                async def ask() -> None:
                    async with session.get(f"http://127.0.0.1:{port}/slow") as answer:
                        answers.append(await answer.text())

                group.start_soon(ask)
                await anyio.sleep(0.3)
                started_s = time.monotonic()
                process.send_signal(signal.SIGTERM)
            message = await peer.receive()
            await peer.close()
        code = await process.wait()

    assert answers == ["done"]
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1012)
    assert time.monotonic() - started_s < 10
    assert code in {0, -signal.SIGTERM}


async def test_sigterm_ends_event_streams(anyio_backend: str) -> None:
    environment = {**os.environ, "PYTHONPATH": "."}
    headers = {"authorization": "Bearer handler", "accept": "text/event-stream"}
    async with await anyio.open_process([sys.executable, "-c", _PROGRAM], env=environment, stderr=None) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(await process.stdout.receive())}/graphql"
        body = {"query": "subscription { forever }"}
        async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
            first = await answer.content.readuntil(b"\n\n")
            started_s = time.monotonic()
            process.send_signal(signal.SIGTERM)
            rest = await answer.content.read()
        await process.wait()

    assert (first, rest) == (b'event: next\ndata: {"data":{"forever":0}}\n\n', b"")
    assert time.monotonic() - started_s < 5


async def test_dead_peers_are_noticed_by_the_kernel() -> None:
    async with anyio.create_task_group() as group:
        running = server(Starlette(), ServerSettings(port=0))
        group.start_soon(running.serve)
        with anyio.fail_after(10):
            while not running.started:  # noqa: ASYNC110  # uvicorn has no event for it
                await anyio.sleep(0.01)
        listening = running.servers[0].sockets[0]
        kept_alive = listening.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        given_up_ms = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        running.should_exit = True

    assert (bool(kept_alive), given_up_ms) == (True, 30_000)
