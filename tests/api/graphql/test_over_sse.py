"""The event stream speaks graphql-sse, distinct connections, and ends with its token, its officer or its program."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import anyio
import pytest

from api.held_connections import ConnectionLimits, HeldConnections
from api.signin import SignInRefused
from db.clock import wall_now
from enforcement.rules.rights import Caller
from tests.api.graphql import server
from tests.api.graphql.server import HANDLER, application, served

pytestmark = pytest.mark.anyio

_EVENTS = {"accept": "text/event-stream", "authorization": "Bearer handler"}
_LIMITS = ConnectionLimits(keep_alive_s=0.1, look_again_s=0.1, per_caller=2, send_timeout_s=0.3)


@pytest.fixture(scope="module")
async def door(anyio_backend: str) -> AsyncIterator[str]:
    held = HeldConnections(_LIMITS)
    async with served(application(held=held, allowed_origins=["http://desk.example"])) as address:
        yield f"http://{address}/graphql"


@asynccontextmanager
async def stream(
    url: str, document: str, headers: dict[str, str] | None = None, **variables: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    body = {"query": document, "variables": variables}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=body, headers={**_EVENTS, **(headers or {})}) as answer,
    ):
        yield answer


async def events(answer: aiohttp.ClientResponse) -> list[tuple[str, Any]]:
    """Every event until the end of the stream; comments are events named ":"."""
    with anyio.fail_after(5):
        text = (await answer.read()).decode()
    return [_event(block) for block in text.split("\n\n") if block]


def _event(block: str) -> tuple[str, Any]:
    if block == ":":
        return ":", None
    name, data = block.split("\n")
    payload = data.removeprefix("data:").strip()
    return name.removeprefix("event: "), json.loads(payload) if payload else None


def code(event: tuple[str, Any]) -> str:
    return str(event[1]["errors"][0]["extensions"]["code"])


async def test_a_subscription_counts_and_completes(door: str) -> None:
    async with stream(door, "subscription ($to: Int!) { count(to: $to) }", to=2) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert await events(answer) == [
            ("next", {"data": {"count": 0}}),
            ("next", {"data": {"count": 1}}),
            ("complete", None),
        ]


async def test_a_query_is_one_event(door: str) -> None:
    async with stream(door, "{ zone }", {"accept-language": "en"}) as answer:
        told, end = await events(answer)

    assert (told[0], told[1]["data"], end) == ("next", {"zone": "zone en"}, ("complete", None))


@pytest.mark.parametrize(
    ("document", "variables", "expected"),
    [
        ("subscription { nothing }", {}, "DOCUMENT_INVALID"),
        ("subscription {", {}, "DOCUMENT_SYNTAX"),
        ("subscription ($to: Int!) { count(to: $to) }", {"to": "330824197903159972"}, "VARIABLES_INVALID"),
        ("subscription { failing }", {}, "INTERNAL"),
    ],
)
async def test_what_is_wrong_with_a_document_is_an_event(
    door: str, document: str, variables: dict[str, Any], expected: str
) -> None:
    async with stream(door, document, **variables) as answer:
        told = await events(answer)

    assert answer.status == 200
    assert (code(told[-2]), told[-1]) == (expected, ("complete", None))
    assert "330824197903159972" not in json.dumps(told)


@pytest.mark.parametrize(
    ("headers", "status", "expected"),
    [
        ({"authorization": "Bearer forged"}, 401, "TOKEN_REJECTED"),
        ({"origin": "http://evil.example"}, 403, "ORIGIN_FORBIDDEN"),
        ({"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
async def test_what_is_wrong_with_a_request_has_its_status(
    door: str, headers: dict[str, str], status: int, expected: str
) -> None:
    async with stream(door, "{ zone }", headers) as answer:
        body = json.loads(await answer.read())

    assert (answer.status, answer.content_type) == (status, "application/graphql-response+json")
    assert body["errors"][0]["extensions"]["code"] == expected


async def test_a_subscription_streams_to_who_reads_events_too(door: str) -> None:
    async with stream(
        door, "subscription { count(to: 1) }", {"accept": "application/json, text/event-stream"}
    ) as answer:
        assert answer.content_type == "text/event-stream"


async def test_an_allowed_page_may_call(door: str) -> None:
    async with stream(door, "{ zone }", {"origin": "http://desk.example"}) as answer:
        assert answer.status == 200


async def test_a_silent_stream_is_kept_alive(door: str) -> None:
    async with stream(door, "subscription { forever }") as answer:
        with anyio.fail_after(5):
            assert await answer.content.readuntil(b"\n\n") == b'event: next\ndata: {"data":{"forever":0}}\n\n'
            assert await answer.content.readuntil(b"\n\n") == b":\n\n"


async def test_a_stream_ends_with_its_token(door: str) -> None:
    expiry = wall_now().timestamp() + 0.4

    async with stream(door, "subscription { forever }", {"authorization": f"Bearer until-{expiry}"}) as answer:
        told = [event for event in await events(answer) if event[0] != ":"]

    assert told[0] == ("next", {"data": {"forever": 0}})
    assert (code(told[1]), told[2]) == ("TOKEN_EXPIRED", ("complete", None))


async def test_a_stream_ends_when_its_officer_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    serving = {"Bearer handler": HANDLER}

    async def authenticate(header: str | None) -> Caller | None:
        if (found := serving.get(header or "")) is None:
            raise SignInRefused("TOKEN_REJECTED")
        return found

    monkeypatch.setattr(server, "authenticate", authenticate)
    async with (
        served(application(held=HeldConnections(_LIMITS))) as address,
        stream(f"http://{address}/graphql", "subscription { forever }") as answer,
    ):
        await answer.content.readuntil(b"\n\n")
        serving.clear()
        told = [event for event in await events(answer) if event[0] != ":"]

    assert (code(told[0]), told[1]) == ("TOKEN_REJECTED", ("complete", None))


async def test_one_caller_holds_so_many_streams() -> None:
    async with served(application(held=HeldConnections(_LIMITS))) as address, AsyncExitStack() as open_streams:
        for _ in range(2):
            await open_streams.enter_async_context(stream(f"http://{address}/graphql", "subscription { forever }"))
        async with stream(f"http://{address}/graphql", "subscription { forever }") as answer:
            body = json.loads(await answer.read())

    assert (answer.status, answer.headers["retry-after"]) == (429, "5")
    assert body["errors"][0]["extensions"]["code"] == "TOO_MANY_CONNECTIONS"


async def test_a_stream_that_was_left_is_forgotten() -> None:
    held = HeldConnections(_LIMITS)
    async with served(application(held=held)) as address:
        async with stream(f"http://{address}/graphql", "subscription { forever }") as answer:
            await answer.content.readuntil(b"\n\n")
            assert len(held) == 1
        with anyio.fail_after(5):
            while len(held):  # noqa: ASYNC110  # nobody needs to be told but tests
                await anyio.sleep(0.01)

    assert len(held) == 0


async def test_a_peer_that_reads_nothing_is_let_go() -> None:
    held = HeldConnections(_LIMITS)
    body = json.dumps({"query": "subscription { flood }"}).encode()
    head = (
        b"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: Bearer handler\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    )
    async with served(application(held=held)) as address:
        host, _, port = address.partition(":")
        async with await anyio.connect_tcp(host, int(port)) as peer:
            await peer.send(head + body)
            with anyio.fail_after(10):
                while not len(held):  # noqa: ASYNC110
                    await anyio.sleep(0.01)
                while len(held):  # noqa: ASYNC110
                    await anyio.sleep(0.01)

    assert len(held) == 0


async def test_a_stopping_program_ends_its_streams() -> None:
    held = HeldConnections()
    async with (
        served(application(held=held)) as address,
        stream(f"http://{address}/graphql", "subscription { forever }") as answer,
    ):
        await answer.content.readuntil(b"\n\n")
        held.end()

        assert await events(answer) == []
