"""A server that listens for as long as a test needs it, and is gone at once.

uvicorn's own loop looks every tenth of a second whether it should end, and then waits another for nobody: a zone of
four servers took longer to end than to be tested.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn

_AT_MOST_S: Final = 5.0


@asynccontextmanager
async def listening(server: uvicorn.Server, *sockets: socket.socket) -> AsyncIterator[str]:
    """Gives `127.0.0.1:port`; `sockets` are bound already, without them it listens where its settings say."""
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.on_tick(0)
    await server.startup(sockets=list(sockets) or None)
    try:
        yield f"127.0.0.1:{(sockets or server.servers[0].sockets)[0].getsockname()[1]}"
    finally:
        await _end(server)


async def _end(server: uvicorn.Server) -> None:
    """Who still waits for an answer is hung up on."""
    for each in server.servers:
        each.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
        connection.transport.abort()
    if server.server_state.tasks:
        await asyncio.wait(server.server_state.tasks, timeout=_AT_MOST_S)
    await server.lifespan.shutdown()
