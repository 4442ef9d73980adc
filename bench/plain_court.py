"""A court that always answers the same: `python -m bench.plain_court DESCRIPTOR`, with that listening socket."""

import asyncio
import socket
import sys
from typing import Any, Final

import httptools
import uvloop

from bench import children

ANSWER_BYTES: Final = 9000
"""About what a canned court's signed part has."""
_BODY: Final = b"x" * ANSWER_BYTES
_HEAD: Final = (
    "HTTP/1.1 200 OK\r\nDate: Fri, 28 Nov 2025 01:00:00 GMT\r\nContent-Type: application/octet-stream\r\n"
    f"Content-Length: {ANSWER_BYTES}\r\n\r\n"  # the headers of a node
).encode()


class Asked(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self) -> None:
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(_HEAD + _BODY)


async def _serve(descriptor: int) -> None:
    server = await asyncio.get_running_loop().create_server(Asked, sock=socket.socket(fileno=descriptor))
    await server.serve_forever()


def main() -> None:
    """Serve until standard input closes."""
    children.end_with_parent()
    uvloop.run(_serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
