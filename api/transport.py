"""Listening and draining. Invariant: plain HTTP only when both ends are loopback; else a program does not start."""

import asyncio
import gc
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Final, cast

import uvicorn
from starlette.types import ASGIApp

from api.bounded_http import BoundedHttp
from api.bounded_socket import BoundedSocket
from api.open_connections import ConnectionBounds, OpenConnections
from api.peers import check_transport
from api.settings import ServerSettings

_KEEP_ALIVE_S: Final = 75  # above the idle time of the clients' pools
_WS_MESSAGE_BYTES: Final = 128 * 1024
_DEAD_PEER_MS: Final = 30_000  # what was sent, or waits for the peer to read, and is not acknowledged by then


class DrainingServer(uvicorn.Server):
    """Tells the application when draining begins; lets go of peers that acknowledge nothing."""

    def __init__(self, config: uvicorn.Config, on_drain: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._on_drain = on_drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen. Accepted connections inherit what the listening sockets have."""
        _settle()
        await super().startup(sockets)
        for listening in (each for server in self.servers for each in server.sockets):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_PEER_MS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain; whoever holds a connection open is sent away first."""
        if self._on_drain is not None:
            self._on_drain()
        await super().shutdown(sockets)


def _settle() -> None:
    """Let the garbage collector pass over what lives as long as the process: schemas, modules, the application.

    A full collection of them takes a tenth of a second, in which no request moves, and comes again and again.
    """
    gc.collect()
    gc.freeze()


def server(app: ASGIApp, settings: ServerSettings, *, on_drain: Callable[[], None] | None = None) -> uvicorn.Server:
    """A server for `app`; `await server.serve()` runs it until SIGTERM or SIGINT, then drains.

    Open WebSockets are closed with 1012 (service restart) when draining begins; `on_drain` ends what else is held open.

    Raises:
        UnsafeTransport: the address is not loopback, and there is no certificate.
    """
    check_transport(settings.host, settings.tls_cert)
    bounds = ConnectionBounds(settings.head_s, settings.body_s, settings.read_s)
    opened = OpenConnections(settings.connections)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=cast("type[asyncio.Protocol]", partial(BoundedHttp, bounds=bounds, opened=opened)),
        ws=cast("type[asyncio.Protocol]", partial(BoundedSocket, bounds=bounds, opened=opened)),
        ws_max_size=_WS_MESSAGE_BYTES,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=int(settings.drain_s),
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        ssl_ca_certs=None if settings.tls_ca is None else str(settings.tls_ca),
        ssl_cert_reqs=ssl.CERT_NONE if settings.tls_ca is None else ssl.CERT_REQUIRED,
    )
    return DrainingServer(config, on_drain)
