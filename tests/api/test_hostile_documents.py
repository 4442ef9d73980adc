"""Hostile requests are refused with their code, over HTTP, as an event stream, and over a socket; others go on."""

import io
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

import aiohttp
import msgspec
import pytest

from api.application import application
from api.graphql.errors import RequestRefused
from api.graphql.execution import Engine, GraphQLRequest
from api.graphql.over_http import graphql_routes
from api.graphql.over_websocket import PROTOCOL
from api.graphql.request import decode
from bench.bomb_list import BOMBS, Bomb
from schema.node.schema import SCHEMA
from tests.api.graphql.server import HANDLER, SmallContext, authenticate, served

pytestmark = pytest.mark.anyio

_HANDLER: Final = {"authorization": "Bearer handler", "content-type": "application/json"}
_INIT: Final = {"type": "connection_init", "payload": {"authorization": "Bearer handler"}}
_MOST_CALLS: Final = 350_000
"""Of functions, built-in ones included; `python -m bench --only bombs` says how long that takes."""
_MOST_ANSWERED: Final = 4_000


@dataclass(frozen=True, slots=True)
class Carrier:
    """One way to the door."""

    name: str
    url: str
    session: aiohttp.ClientSession

    async def refusal(self, bomb: Bomb) -> tuple[str | int, int]:
        """The code, or the close code of the socket; and the length of the answer."""
        if self.name == "socket":
            return await self._by_socket(bomb)
        accept = "text/event-stream" if self.name == "events" else "application/graphql-response+json"
        headers = {**_HANDLER, "accept": accept}
        async with self.session.post(self.url, data=io.BytesIO(bomb.body), headers=headers) as answer:
            body = await answer.text()
            if answer.content_type == "text/event-stream":
                return self._code(json.loads(body.split("\n")[1].removeprefix("data: "))["errors"]), len(body)
            return self._code(json.loads(body)["errors"]), len(body)

    async def _by_socket(self, bomb: Bomb) -> tuple[str | int, int]:
        async with self.session.ws_connect(self.url, protocols=(PROTOCOL,)) as socket:
            await socket.send_json(_INIT)
            assert await socket.receive_json() == {"type": "connection_ack"}
            with suppress(ConnectionError):  # of what is too large, the server reads no more
                await socket.send_str('{"id":"1","type":"subscribe","payload":' + bomb.body.decode() + "}")
            answer = await socket.receive()
            if answer.type is aiohttp.WSMsgType.CLOSE:
                return answer.data, 0
            message = json.loads(answer.data)
            assert message["type"] == "error"
            return self._code(message["payload"]), len(answer.data)

    @staticmethod
    def _code(errors: list[dict[str, Any]]) -> str:
        (code,) = {error["extensions"]["code"] for error in errors}
        return str(code)


@pytest.fixture(scope="module", params=["http", "events", "socket"])
async def carrier(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Carrier]:
    routes = graphql_routes(SCHEMA, authenticate, SmallContext)
    async with served(application(routes, []), ws_max_size=128 * 1024) as address, aiohttp.ClientSession() as session:
        yield Carrier(request.param, f"http://{address}/graphql", session)


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_on_every_carrier(carrier: Carrier, name: str) -> None:
    bomb = BOMBS[name]
    expected = bomb.close if bomb.close and carrier.name == "socket" else bomb.code

    code, length = await carrier.refusal(bomb)

    assert code == expected
    assert length < _MOST_ANSWERED


async def test_a_good_caller_is_answered_after_them_all(carrier: Carrier) -> None:
    body = {"query": "{ __typename }"}
    async with carrier.session.post(carrier.url, json=body, headers=_HANDLER) as answer:
        assert (await answer.json())["data"] == {"__typename": "Query"}


async def _work(engine: Engine, bomb: Bomb) -> int:
    """How many functions are called until the request is refused."""
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    context, former = SmallContext(HANDLER, "zh", "request"), sys.getprofile()
    sys.setprofile(count)
    try:
        asked = decode(bomb.body)
        prepared = engine.prepare(GraphQLRequest(asked.query or "", None, asked.variables), context)
        await engine.run(prepared, context)
    except RequestRefused:
        return calls
    finally:
        sys.setprofile(former)
    raise AssertionError(msgspec.json.encode(bomb.code).decode() + " was executed")


@pytest.mark.parametrize("name", [name for name, bomb in BOMBS.items() if bomb.code != "BODY_TOO_LARGE"])
async def test_a_bomb_makes_little_work(name: str) -> None:
    """Counted, not timed: the same on every machine."""
    assert await _work(Engine(SCHEMA, may_introspect=lambda _: False), BOMBS[name]) < _MOST_CALLS
