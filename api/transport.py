"""Listening and draining. Invariant: plain HTTP only when both ends are loopback; else a program does not start."""

import asyncio
import gc
import ipaddress
import socket
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol, cast
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from api.bounded_http import BoundedHttp
from api.bounded_socket import BoundedSocket
from api.open_connections import ConnectionBounds, OpenConnections
from api.settings import BadSetting, ServerSettings

_KEEP_ALIVE_S: Final = 75  # above the idle time of the clients' pools
_WS_MESSAGE_BYTES: Final = 128 * 1024
_DEAD_PEER_MS: Final = 30_000  # what was sent, or waits for the peer to read, and is not acknowledged by then


class UnsafeTransport(BadSetting):
    """Plain HTTP would leave this machine."""


def is_loopback(host: str) -> bool:
    """Whether `host` is a loopback address, or the name that always is one."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_transport(bind_host: str, tls_cert: Path | None) -> None:
    """Return if a program may listen on `bind_host`.

    Raises:
        UnsafeTransport: not loopback, and no certificate.
    """
    if tls_cert is None and not is_loopback(bind_host):
        raise UnsafeTransport("plain HTTP is for loopback only: set XIEZHI_TLS_CERT and XIEZHI_TLS_KEY")


def check_peer(url: str) -> None:
    """Return if `url` may be called: HTTPS anywhere, plain HTTP on loopback.

    Raises:
        UnsafeTransport: anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise UnsafeTransport("a peer outside this machine is called over HTTPS only")


class Certified(Protocol):
    """Settings that may name a certificate."""

    @property
    def tls_cert(self) -> Path | None: ...
    @property
    def tls_key(self) -> Path | None: ...
    @property
    def tls_ca(self) -> Path | None: ...


def client_tls(settings: Certified) -> ssl.SSLContext | None:
    """The context for calls to other courts: our certificate, their authorities; None without TLS."""
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(cafile=None if settings.tls_ca is None else str(settings.tls_ca))
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context


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
