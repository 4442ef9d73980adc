"""Our own client: a bounded pool of kept connections per origin, and nothing that these calls do not need.

A call waits for its place -> takes the connection that was used last, or opens one -> sends head and body at once ->
has the answer, and puts the connection back. One timer covers all of it.

A request is sent again once, on a new connection, when an *idle* connection breaks without a byte of an answer: the
court let go of it as we took it. The bytes are the same, and both carriers stand that: a clear query is only read, and
an ask with an id that is known gets the stored answer. Nothing else is repeated here.
"""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from db.clock import monotonic_s
from federation.http_client import target
from federation.http_client.client import HttpAnswer, NoAnswer
from federation.http_client.connection import Connection
from federation.http_client.target import Target

_CONNECTIONS: Final = 256
_PER_ORIGIN: Final = 64
_IDLE_S: Final = 60.0
"""Below the time after which a court closes idle connections."""


@dataclass(slots=True, eq=False)
class _Origin:
    """The kept connections to one program, the longest idle first."""

    places: asyncio.Semaphore
    idle: list[Connection] = field(default_factory=list)

    def last_used(self) -> Connection | None:
        """An idle connection, taken out; those that broke meanwhile are passed over."""
        while self.idle:
            connection = self.idle.pop()
            if connection.is_open():
                return connection
        return None


class OwnClient:
    """See `HttpClient`. `tls` is for all of its calls; without it, the system's authorities."""

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        *,
        connections: int = _CONNECTIONS,
        per_origin: int = _PER_ORIGIN,
        idle_s: float = _IDLE_S,
    ) -> None:
        self._tls = tls or ssl.create_default_context()
        self._most, self._per_origin, self._idle_s = connections, per_origin, idle_s
        self._places = asyncio.Semaphore(connections)
        self._targets: dict[str, tuple[Target, _Origin]] = {}  # by URL: as many as the directory has had
        self._origins: dict[tuple[bool, str, int], _Origin] = {}
        self._connections: set[Connection] = set()
        self._sweep: asyncio.TimerHandle | None = None

    async def post(self, url: str, body: bytes, *, limit_bytes: int, within_s: float) -> HttpAnswer:
        """See `HttpClient`."""
        to, origin = self._targets.get(url) or self._target(url)
        until_s = monotonic_s() + within_s
        async with asyncio.timeout(within_s), origin.places, self._places:
            kept = origin.last_used()
            if kept is not None:
                try:
                    return await self._exchange(kept, to, origin, body, limit_bytes, until_s)
                except NoAnswer:
                    if kept.spoke:
                        raise
            fresh = await self._connect(to, origin)
            return await self._exchange(fresh, to, origin, body, limit_bytes, until_s)

    async def _exchange(
        self, connection: Connection, to: Target, origin: _Origin, body: bytes, limit_bytes: int, until_s: float
    ) -> HttpAnswer:
        left_ms = max(1, round((until_s - monotonic_s()) * 1000))
        request = b"%b%d\r\nContent-Length: %d\r\n\r\n%b" % (to.head, left_ms, len(body), body)
        try:
            answer = await connection.ask(request, limit_bytes)
        except BaseException:
            connection.abort()
            raise
        if connection.is_open():
            self._keep(origin, connection)
        return answer

    def _target(self, url: str) -> tuple[Target, _Origin]:
        """Where `url` leads, read the first time that it is called."""
        to = target.read(url)
        origin = self._origins.setdefault(to[:3], _Origin(asyncio.Semaphore(self._per_origin)))
        self._targets[url] = to, origin
        return to, origin

    async def _connect(self, to: Target, origin: _Origin) -> Connection:
        if len(self._connections) >= self._most:
            self._close_longest_idle()

        def lost(connection: Connection) -> None:
            self._connections.discard(connection)
            if connection in origin.idle:
                origin.idle.remove(connection)

        connection = Connection(lost)
        self._connections.add(connection)
        tls, name = (self._tls, to.host.rstrip(".")) if to.secure else (None, None)
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: connection, to.host, to.port, ssl=tls, server_hostname=name
            )
        except BaseException as error:
            self._connections.discard(connection)
            connection.abort()
            if isinstance(error, OSError | UnicodeError):  # the latter: no name that could be looked up
                raise NoAnswer from None
            raise
        return connection

    def _keep(self, origin: _Origin, connection: Connection) -> None:
        connection.idle_since_s = monotonic_s()
        origin.idle.append(connection)
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(self._idle_s, self._close_idle)

    def _close_idle(self) -> None:
        """Close what has been idle too long; come again when the next one will have been."""
        self._sweep, now_s = None, monotonic_s()
        for origin in self._origins.values():
            while origin.idle and origin.idle[0].idle_since_s <= now_s - self._idle_s:
                origin.idle.pop(0).abort()
        first_s = min(self._idle_since(), default=None)
        if first_s is not None:
            self._sweep = asyncio.get_running_loop().call_later(first_s + self._idle_s - now_s, self._close_idle)

    def _close_longest_idle(self) -> None:
        """Make room: as many as are busy have places, so one of the others is idle."""
        kept = [origin for origin in self._origins.values() if origin.idle]
        if kept:
            min(kept, key=lambda origin: origin.idle[0].idle_since_s).idle.pop(0).abort()

    def _idle_since(self) -> Iterator[float]:
        return (origin.idle[0].idle_since_s for origin in self._origins.values() if origin.idle)

    async def aclose(self) -> None:
        """Let go of every connection."""
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in tuple(self._connections):
            connection.abort()
        await asyncio.sleep(0)  # for them to be told
