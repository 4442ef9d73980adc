"""Peers that say nothing, half of it, or far too much: each is let go, and nobody else waits for it."""

import json
from collections.abc import AsyncIterator

import aiohttp
import anyio
import pytest

from api.graphql.over_websocket import PROTOCOL
from api.held_connections import ConnectionLimits, HeldConnections
from db.clock import monotonic_s
from tests.api.graphql.server import application, served

pytestmark = pytest.mark.anyio

_LIMITS = ConnectionLimits(init_timeout_s=1.0, body_timeout_s=0.5)
_HANDLER = {"authorization": "Bearer handler"}
_HEAD = (
    b"POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer handler\r\ncontent-type: application/json\r\n"
    b"content-length: 100\r\n\r\n"
)


@pytest.fixture
async def door(anyio_backend: str) -> AsyncIterator[str]:
    async with served(application(held=HeldConnections(_LIMITS))) as address:
        yield address


async def answered(address: str) -> float:
    """How long a good caller waits for an answer."""
    started_s = monotonic_s()
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"http://{address}/graphql", json={"query": "{ zone }"}, headers=_HANDLER)
        assert answer.status == 200
        await answer.read()
    return monotonic_s() - started_s


@pytest.mark.parametrize("accept", [b"application/json", b"text/event-stream"])
async def test_a_body_that_does_not_come_is_given_up(door: str, accept: bytes) -> None:
    host, _, port = door.partition(":")
    async with await anyio.connect_tcp(host, int(port)) as peer:
        await peer.send(_HEAD.removesuffix(b"\r\n") + b"accept: " + accept + b'\r\n\r\n{"query":')
        with anyio.fail_after(5):
            head, _, body = (await peer.receive()).partition(b"\r\n\r\n")
            body = body or await peer.receive()

    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["errors"][0]["extensions"]["code"] == "BODY_TOO_SLOW"


async def test_silent_sockets_are_closed_and_nobody_waits(door: str) -> None:
    codes: list[object] = []

    async def say_nothing(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(f"http://{door}/graphql", protocols=(PROTOCOL,)) as socket:
            codes.append((await socket.receive()).data)

    connector = aiohttp.TCPConnector(limit=0)
    with anyio.fail_after(10):
        async with aiohttp.ClientSession(connector=connector) as session, anyio.create_task_group() as group:
            for _ in range(200):
                group.start_soon(say_nothing, session)
            await anyio.sleep(0.2)
            waited_s = await answered(door)

    assert codes == [4408] * 200
    assert waited_s < 1


async def test_half_bodies_hold_nobody_up(door: str) -> None:
    host, _, port = door.partition(":")
    peers = [await anyio.connect_tcp(host, int(port)) for _ in range(100)]
    for peer in peers:
        await peer.send(_HEAD)

    waited_s = await answered(door)
    for peer in peers:
        await peer.aclose()

    assert waited_s < 1


async def test_an_endless_answer_costs_others_nothing(door: str) -> None:
    """One who subscribes to a flood and reads nothing of it."""
    host, _, port = door.partition(":")
    body = json.dumps({"query": "subscription { flood }"}).encode()
    head = _HEAD.replace(b"content-length: 100", b"accept: text/event-stream\r\ncontent-length: %d" % len(body))
    async with await anyio.connect_tcp(host, int(port)) as peer:
        await peer.send(head + body)
        await anyio.sleep(0.2)
        waited_s = await answered(door)

    assert waited_s < 1
