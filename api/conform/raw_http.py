"""HTTP as no library writes it: bytes on a connection, and the status that comes back, if one does."""

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from api.conform.address import Resolver, is_loopback
from api.conform.kit import NoAnswer

CLOSED: Final = "CLOSED"
"""The other end closed without a word."""
SILENT: Final = "SILENT"
"""It did neither answer nor close in time."""
_PORTS: Final = {"http": 80, "https": 443}
_STATUS_LINE_BYTES: Final = 12  # HTTP/1.1 400
_CONNECT_S: Final = 5.0


async def exchange(url: str, sent: bytes, *, wait_s: float, tls: ssl.SSLContext | None = None) -> str:
    """`sent`, on a connection of its own: the status of the answer, `CLOSED`, or `SILENT` after `wait_s`.

    Raises:
        NoAnswer: there is no connection.
    """
    reader, writer = await _connected(url, tls)
    try:
        async with asyncio.timeout(wait_s):
            with suppress(ConnectionError):  # it may have had enough before the end
                writer.write(sent)
                await writer.drain()
            return await _status(reader)
    except TimeoutError:
        return SILENT
    finally:
        writer.transport.abort()


async def _connected(url: str, tls: ssl.SSLContext | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    secure = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
    resolver = Resolver(loopback=is_loopback(host))
    try:
        async with asyncio.timeout(_CONNECT_S):
            (found, *_) = await resolver.resolve(host, port, socket.AF_UNSPEC)
            return await asyncio.open_connection(
                found["host"], port, ssl=secure, server_hostname=host if secure else None
            )
    except (TimeoutError, OSError):
        raise NoAnswer from None
    finally:
        await resolver.close()


async def _status(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readexactly(_STATUS_LINE_BYTES)
    except (asyncio.IncompleteReadError, ConnectionError):
        return CLOSED
    version, _, status = line.decode("latin-1").partition(" ")
    return status if version.startswith("HTTP/1.") and status.isascii() and status.isdigit() else "OTHER"
