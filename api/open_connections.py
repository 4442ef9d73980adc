"""How many connections a process has open, and for how long it waits for each.

Invariant: a connection that is being served is never closed to make room for another; one that only waits is, for the
rest of a request too: who sends heads without their bodies keeps nobody out.
"""

import asyncio
import resource
from dataclasses import dataclass
from typing import Final

_KEPT_BACK: Final = 128
"""File descriptors for everything else: the database, calls to other courts, files."""


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """What one connection may take."""

    head_s: float = 10.0  # for the head of a request, from its first byte; from the start for the first one
    body_s: float = 30.0  # for its body
    read_s: float = 60.0  # for the peer to read what was written, a piece of a long answer


class OpenConnections:
    """The connections of one process, by their transports."""

    def __init__(self, most: int) -> None:
        """At most `most`, and no more than the files that the process may open leave room for."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most = most if files == resource.RLIM_INFINITY else max(1, min(most, files - _KEPT_BACK))
        self._open: set[asyncio.BaseTransport] = set()
        self._waiting: dict[asyncio.Transport, None] = {}  # who waits longest comes first

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, transport: asyncio.Transport) -> bool:
        """Count a new connection; above the cap the one that waits longest is closed, or if none does, the new one."""
        if len(self._open) >= self._most:
            longest = next(iter(self._waiting), None)
            if longest is None:
                transport.abort()
                return False
            self.forget(longest)
            longest.abort()
        self._open.add(transport)
        self.waits(transport)
        return True

    def waits(self, transport: asyncio.Transport) -> None:
        """The connection has no whole request to be served."""
        if transport in self._open:
            self._waiting[transport] = None

    def comes(self, transport: asyncio.Transport) -> None:
        """The head of a request has come: what is waited for now is its body."""
        self._waiting.pop(transport, None)
        self.waits(transport)

    def is_served(self, transport: asyncio.Transport) -> None:
        """A whole request has come."""
        self._waiting.pop(transport, None)

    def forget(self, transport: asyncio.Transport) -> None:
        """The connection is closed."""
        self._open.discard(transport)
        self._waiting.pop(transport, None)
