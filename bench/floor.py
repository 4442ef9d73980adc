"""The floor: the same processes, hops, connections and bytes as a look-up, and nothing in them.

A floor node takes a request, sends seven canned asks in one batch to the floor gateway, hears seven canned answers and
gives a canned body back; the gateway passes the asks on and frames the answers; an asked node reads and replies. Same
HTTP server and client libraries as the product; no GraphQL, no cryptography, no database. `python -m bench.floor ROLE
PORT SIZES` with SIZES as JSON; it ends when its standard input closes.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

import aiohttp
import uvicorn
import uvloop

from bench import children

_IDLE_S: Final = 60.0
_KEEP_ALIVE_S: Final = 75
_CONNECTIONS: Final = 256
_LENGTH_BYTES: Final = 4
_BINARY: Final = [(b"content-type", b"application/octet-stream")]
_JSON: Final = [(b"content-type", b"application/json")]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of an ask envelope and of an answer envelope, and where the others listen."""

    ask: int
    answer: int
    gateway: str
    nodes: list[str]


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _respond(send: Send, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


class Node:
    """Asks and is asked."""

    def __init__(self, sizes: Sizes, port: int) -> None:
        self._sizes = sizes
        self._others = [url for url in sizes.nodes if not url.endswith(f":{port}")]
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await _body(receive)
        if scope["path"] == "/ask":
            await _respond(send, bytes(self._sizes.answer), _BINARY)
            return
        if scope["path"] == "/graphql":
            await self._ask_all()
        (size,) = parse_qs(scope["query_string"].decode()).get("size", ["2"])
        await _respond(send, b" " * int(size), _JSON)

    async def _ask_all(self) -> None:
        self._session = self._session or _session()
        batch = bytes(self._sizes.ask) * len(self._others)
        url = f"{self._sizes.gateway}/relay?except={self._others_index()}"
        async with self._session.post(url, data=batch) as response:
            heard = bytearray()
            async for chunk in response.content.iter_any():
                heard += chunk
        assert len(heard) == len(self._others) * (self._sizes.answer + _LENGTH_BYTES)

    def _others_index(self) -> int:
        return next(place for place, url in enumerate(self._sizes.nodes) if url not in self._others)


class Gateway:
    """Passes on, and frames what comes back."""

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        batch = await _body(receive)
        if scope["path"] != "/relay":
            await _respond(send, b"{}", _JSON)
            return
        asker = int(parse_qs(scope["query_string"].decode())["except"][0])
        others = [url for place, url in enumerate(self._sizes.nodes) if place != asker]
        await send({"type": "http.response.start", "status": 200, "headers": _BINARY})
        asks = [batch[place * self._sizes.ask : (place + 1) * self._sizes.ask] for place in range(len(others))]
        for answer in asyncio.as_completed([self._pass_on(url, ask) for url, ask in zip(others, asks, strict=True)]):
            raw = await answer
            framed = len(raw).to_bytes(_LENGTH_BYTES, "big") + raw
            await send({"type": "http.response.body", "body": framed, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _pass_on(self, url: str, ask: bytes) -> bytes:
        self._session = self._session or _session()
        async with self._session.post(url + "/ask", data=ask) as response:
            return await response.read()


def _session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_S)
    return aiohttp.ClientSession(connector=connector)


def main() -> None:
    """Serve until standard input closes."""
    role, port, sizes = sys.argv[1], int(sys.argv[2]), Sizes(**json.loads(sys.argv[3]))
    children.end_with_parent()
    app = Gateway(sizes) if role == "gateway" else Node(sizes, port)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
