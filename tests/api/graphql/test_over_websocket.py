"""The WebSocket door speaks graphql-transport-ws, and every way to close has its code."""

import asyncio
import gc
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import anyio
import pytest

from api.graphql.over_websocket import PROTOCOL
from api.held_connections import ConnectionLimits, HeldConnections
from api.signin import SignInRefused
from db.clock import wall_now
from enforcement.rules.rights import Caller
from tests.api.graphql import server
from tests.api.graphql.server import HANDLER, application, served

pytestmark = pytest.mark.anyio

_INIT = {"type": "connection_init", "payload": {"authorization": "Bearer handler"}}
_LIMITS = ConnectionLimits(init_timeout_s=0.3, operations=2)


@pytest.fixture(scope="module")
async def door(anyio_backend: str) -> AsyncIterator[str]:
    async with served(application(held=HeldConnections(_LIMITS), allowed_origins=["http://desk.example"])) as address:
        yield f"ws://{address}/graphql"


@asynccontextmanager
async def connected(url: str, *first: dict[str, Any], **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    options.setdefault("protocols", (PROTOCOL,))
    async with aiohttp.ClientSession() as session, session.ws_connect(url, **options) as socket:
        for message in first:
            await socket.send_json(message)
        if first == (_INIT,):
            assert await socket.receive_json() == {"type": "connection_ack"}
        yield socket


def subscribe(document: str, name: str = "1", **payload: Any) -> dict[str, Any]:
    return {"id": name, "type": "subscribe", "payload": {"query": document, **payload}}


async def closed_with(socket: aiohttp.ClientWebSocketResponse) -> object:
    """The code with which the door closed."""
    with anyio.fail_after(5):
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return message.data if message.type is aiohttp.WSMsgType.CLOSE else socket.close_code


async def test_a_subscription_counts_and_completes(door: str) -> None:
    async with connected(door, _INIT) as socket:
        await socket.send_json(subscribe("subscription ($to: Int!) { count(to: $to) }", variables={"to": 2}))

        assert await socket.receive_json() == {"id": "1", "type": "next", "payload": {"data": {"count": 0}}}
        assert await socket.receive_json() == {"id": "1", "type": "next", "payload": {"data": {"count": 1}}}
        assert await socket.receive_json() == {"id": "1", "type": "complete"}


async def test_a_query_runs_over_the_socket(door: str) -> None:
    async with connected(door, _INIT) as socket:
        await socket.send_json(subscribe("{ zone }"))

        assert (await socket.receive_json())["payload"]["data"] == {"zone": "zone zh"}
        assert (await socket.receive_json())["type"] == "complete"


async def test_a_ping_is_answered_at_any_time(door: str) -> None:
    async with connected(door, {"type": "ping"}) as socket:
        assert await socket.receive_json() == {"type": "pong"}


@pytest.mark.parametrize("payload", [None, {}, {"at": [1, "x"]}])
async def test_a_ping_may_carry_something(door: str, payload: dict[str, Any] | None) -> None:
    async with connected(door, _INIT) as socket:
        await socket.send_json({"type": "ping", "payload": payload})
        assert await socket.receive_json() == {"type": "pong"}


async def test_a_peer_that_leaves_is_no_fault(door: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is being sent to it when it goes."""
    with caplog.at_level(logging.INFO):
        for _ in range(20):
            async with connected(door, _INIT) as socket:
                await socket.send_json(subscribe("subscription { count(to: 100000) }"))
                await socket.send_json(subscribe("subscription { count(to: 100000) }", "2"))
                await socket.receive_json()
                assert socket._response.connection is not None
                transport = socket._response.connection.transport
                assert transport is not None
                transport.abort()
        await anyio.sleep(0.1)

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_invalid_document_is_an_error_message(door: str) -> None:
    async with connected(door, _INIT) as socket:
        await socket.send_json(subscribe("subscription { nothing }"))
        answer = await socket.receive_json()
        await socket.send_json({"type": "ping"})

        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "DOCUMENT_INVALID")
        assert await socket.receive_json() == {"type": "pong"}


async def test_a_failing_source_is_masked(door: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with connected(door, _INIT) as socket:
            await socket.send_json(subscribe("subscription { failing }"))
            await socket.receive_json()
            answer = await socket.receive_json()

    assert answer["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "330824197903159972" not in json.dumps(answer) + "".join(str(vars(record)) for record in caplog.records)


async def test_completing_stops_an_operation(door: str) -> None:
    async with connected(door, _INIT) as socket:
        for _ in range(5):
            await socket.send_json(subscribe("subscription { forever }"))
            assert (await socket.receive_json())["type"] == "next"
            await socket.send_json({"id": "1", "type": "complete"})


async def test_operations_per_connection_are_capped(door: str) -> None:
    async with connected(door, _INIT) as socket:
        for name in "123":
            await socket.send_json(subscribe("subscription { forever }", name))
        answers = [await socket.receive_json() for _ in range(3)]

    (refused,) = [answer for answer in answers if answer["type"] == "error"]
    assert refused["id"] == "3"
    assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([], 4408),
        ([subscribe("{ zone }")], 4401),
        ([{"type": "connection_init"}], 4403),
        ([{"type": "connection_init", "payload": {"authorization": "Bearer forged"}}], 4403),
        ([{"type": "connection_init", "payload": {"authorization": 7}}], 4400),
        ([_INIT, _INIT], 4429),
        ([_INIT, {"type": "nonsense"}], 4400),
        ([_INIT, subscribe("subscription { forever }"), subscribe("{ zone }")], 4409),
        ([_INIT, subscribe("#" * 220_000)], 4400),
    ],
)
async def test_misuse_closes_with_its_code(door: str, messages: list[dict[str, Any]], code: int) -> None:
    async with connected(door) as socket:
        for message in messages:
            await socket.send_json(message)

        assert await closed_with(socket) == code


async def test_another_subprotocol_is_refused(door: str) -> None:
    async with connected(door, protocols=("graphql-ws",)) as socket:
        assert await closed_with(socket) == 4406


async def test_the_socket_closes_when_the_token_expires(door: str) -> None:
    expiry = wall_now().timestamp() + 0.4
    init = {"type": "connection_init", "payload": {"authorization": f"Bearer until-{expiry}"}}

    async with connected(door, init, subscribe("subscription { forever }")) as socket:
        assert (await socket.receive_json())["type"] == "connection_ack"
        assert (await socket.receive_json())["type"] == "next"
        assert await closed_with(socket) == 4403


async def test_the_socket_closes_when_its_officer_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is good for hours; the office that it opened may be gone within a minute."""
    serving = {"Bearer handler": HANDLER}

    async def authenticate(header: str | None) -> Caller | None:
        if (found := serving.get(header or "")) is None:
            raise SignInRefused("TOKEN_REJECTED")
        return found

    monkeypatch.setattr(server, "authenticate", authenticate)
    limits = replace(_LIMITS, look_again_s=0.1)
    async with (
        served(application(held=HeldConnections(limits))) as address,
        connected(f"ws://{address}/graphql", _INIT) as socket,
    ):
        await socket.send_json(subscribe("subscription { forever }"))
        assert (await socket.receive_json())["type"] == "next"
        await anyio.sleep(0.3)
        serving.clear()

        assert await closed_with(socket) == 4403


@pytest.mark.parametrize("origin", ["http://desk.example", None])
async def test_allowed_origins_connect(door: str, origin: str | None) -> None:
    async with connected(door, _INIT, headers={"origin": origin} if origin else {}):
        pass


async def test_other_origins_do_not(door: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with connected(door, headers={"origin": "http://evil.example"}):
            pass


async def test_a_restart_closes_with_1012() -> None:
    async with AsyncExitStack() as server:
        address = await server.enter_async_context(served(application()))
        async with connected(f"ws://{address}/graphql", _INIT) as socket:
            await socket.send_json(subscribe("subscription { forever }"))
            await socket.receive_json()

            await server.aclose()

            assert await closed_with(socket) == 1012


async def test_one_caller_holds_so_many_sockets() -> None:
    held = HeldConnections(ConnectionLimits(per_caller=2))
    async with served(application(held=held)) as address, AsyncExitStack() as sockets:
        url = f"ws://{address}/graphql"
        for _ in range(2):
            await sockets.enter_async_context(connected(url, _INIT))
        async with connected(url) as third:
            await third.send_json(_INIT)
            first = await third.receive()

    assert (first.type, first.data) == (aiohttp.WSMsgType.CLOSE, 1013)


async def test_a_thousand_reconnects_leave_nothing_behind() -> None:
    """Sockets and event streams in turn, left in the middle of a subscription."""
    held = HeldConnections()
    async with served(application(held=held)) as address, aiohttp.ClientSession() as session:
        await _come_and_go(session, address, 40)
        before = _counts()

        await _come_and_go(session, address, 1000)
        with anyio.fail_after(5):
            while len(held) or _counts()[0] > before[0]:  # noqa: ASYNC110  # nobody needs to be told but tests
                await anyio.sleep(0.02)
        after = _counts()

    assert len(held) == 0
    assert (after[0] <= before[0], after[1] - before[1] < 500) == (True, True)


async def _come_and_go(session: aiohttp.ClientSession, address: str, times: int) -> None:
    for number in range(times):
        if number % 2:
            headers = {"accept": "text/event-stream", "authorization": "Bearer handler"}
            body = {"query": "subscription { forever }"}
            async with session.post(f"http://{address}/graphql", json=body, headers=headers) as answer:
                assert (await answer.content.readline()).startswith(b"event: next")
        else:
            async with session.ws_connect(f"ws://{address}/graphql", protocols=(PROTOCOL,)) as socket:
                await socket.send_json(_INIT)
                await socket.send_json(subscribe("subscription { forever }"))
                assert (await socket.receive_json())["type"] == "connection_ack"
                assert (await socket.receive_json())["type"] == "next"


def _counts() -> tuple[int, int]:
    """Tasks that run, and objects that are alive."""
    gc.collect()
    return len(asyncio.all_tasks()), len(gc.get_objects())
