"""A peer over a real socket, that says byte for byte what the test wants, or misbehaves as the test says."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What is done upon each request. To hang up, close the writer."""

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GOOD = OK + b"Content-Length: 2\r\n\r\nab"


@dataclass(slots=True)
class Peer:
    """What has come to the peer."""

    url: str
    script: Script
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    opened: int = 0  # now
    most: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request by request."""
        self.connections += 1
        self.opened += 1
        self.writers.add(writer)
        self.most = max(self.most, self.opened)
        try:
            while True:
                self.requests.append(await _request(reader))
                await self.script(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.opened -= 1
            self.writers.discard(writer)
            writer.close()

    async def asked(self, requests: int = 1) -> None:
        """Return when so many requests have come."""
        async with asyncio.timeout(3):
            while len(self.requests) < requests:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.005)

    async def left(self, connections: int = 0) -> None:
        """Return when no more than so many connections are open."""
        async with asyncio.timeout(3):
            while self.opened > connections:  # noqa: ASYNC110 - sockets have no event for it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def peer(script: Script, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Peer]:
    made = Peer("", script)
    server = await asyncio.start_server(made.serve, host, 0, ssl=tls)
    shown = f"[{host}]" if ":" in host else host
    made.url = f"{'https' if tls else 'http'}://{shown}:{server.sockets[0].getsockname()[1]}/at"
    try:
        yield made
    finally:
        server.close()
        for writer in tuple(made.writers):
            writer.close()
        await made.left()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


def says(*parts: bytes, hang_up: bool = False, pause_s: float = 0.0) -> Script:
    """Writes the parts, one by one."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            if len(parts) > 1:
                await asyncio.sleep(pause_s)
        if hang_up:
            writer.close()

    return script


def resets(first: bytes) -> Script:
    """Writes the bytes, then throws the connection away."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.02)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    return script


def forever(first: bytes, again: bytes, *, pause_s: float = 0.0) -> Script:
    """Writes the first bytes, then the others again and again, until nobody listens."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return script
