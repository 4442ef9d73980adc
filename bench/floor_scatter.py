"""The floor of a clear scatter: one question to many courts and one answer, and nothing else.

Raw asyncio protocols with httptools and orjson: a kept connection per court and request under way, the parts decoded,
their rows put in one list, the coverage counted, the answer encoded. No GraphQL, no signatures, no checks of shape, no
limits, no log. `python -m bench.floor_scatter DESCRIPTOR URL...`, with the listening socket inherited as DESCRIPTOR.
"""

import asyncio
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import httptools
import orjson
import uvloop

from bench import canned_parts, children


class Court(asyncio.Protocol):
    """One kept connection to a court: one request at a time."""

    def __init__(self) -> None:
        self._heard: asyncio.Future[bytes] | None = None
        self._parser: Any = None
        self._body = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        assert self._heard is not None  # nothing comes unasked
        self._heard.set_result(self._body)

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        self._heard, self._parser = asyncio.get_running_loop().create_future(), httptools.HttpResponseParser(self)
        self._body = b""
        self._transport.write(request)
        return self._heard


class Courts:
    """The kept connections to one court."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._idle: list[Court] = []
        self.head = f"POST /floor HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: ".encode()

    async def ask(self, body: bytes) -> Any:
        if self._idle:
            court = self._idle.pop()
        else:
            _, court = await asyncio.get_running_loop().create_connection(Court, self._host, self._port)
        raw = await court.ask(self.head + str(len(body)).encode() + b"\r\n\r\n" + body)
        self._idle.append(court)
        return orjson.loads(raw)


class Asked(asyncio.Protocol):
    """One connection of a client."""

    courts: tuple[Courts, ...] = ()

    def __init__(self) -> None:
        self._parser: Any = httptools.HttpRequestParser(self)
        self._body = b""
        self._transport: Any = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        self._task = asyncio.get_running_loop().create_task(self._answer(body))

    async def _answer(self, body: bytes) -> None:
        asked = orjson.loads(body)
        question = orjson.dumps({"field": canned_parts.FIELD, "selection": asked["query"]})
        parts = await asyncio.gather(*(court.ask(question) for court in self.courts))
        told = orjson.dumps({"data": {canned_parts.FIELD: _merged(parts)}})
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(told)}\r\n\r\n"
        self._transport.write(head.encode() + told)


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    courts = [court for part in parts for court in part["coverage"]["courts"]]
    return {
        "asOf": min(part["asOf"] for part in parts),
        "rows": [row for part in parts for row in part["rows"]],
        "coverage": {"inScope": len(parts), "answered": len(courts), "complete": True, "courts": courts},
    }


async def _serve(descriptor: int, urls: list[str]) -> None:
    Asked.courts = tuple(Courts(url) for url in urls)
    server = await asyncio.get_running_loop().create_server(Asked, sock=socket.socket(fileno=descriptor))
    await server.serve_forever()


def main() -> None:
    """Serve until standard input closes."""
    children.end_with_parent()
    descriptor, *urls = sys.argv[1:]
    uvloop.run(_serve(int(descriptor), urls))


if __name__ == "__main__":
    main()
