"""One thing that is waited for, for so long; and a peer that reads, for as long as it does."""

import asyncio
from collections.abc import Callable
from typing import Final

_LEAST_READ_BYTES: Final = 512 * 1024
"""What a peer must take in each time, if it does not take all."""


class Waiting:
    """A timer that is set again and again; setting it ends the former wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_on(self) -> bool:
        return self._timer is not None

    def wait(self, timeout_s: float, late: Callable[[], None]) -> None:
        """Call `late` after `timeout_s`, unless the wait is ended by then."""
        self.end()
        self._timer = self._loop.call_later(timeout_s, self._run, late)

    def end(self) -> None:
        """It has come, or is no longer waited for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self, late: Callable[[], None]) -> None:
        self._timer = None
        late()


class Reading:
    """A peer that has more to read than a connection holds: it is let go when it takes too little of it in time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout_s: float) -> None:
        self._waiting = Waiting(loop)
        self._timeout_s = timeout_s

    def wait(self, transport: asyncio.Transport) -> None:
        """Cut the connection unless the wait is ended in time; a long answer has that time again for each piece."""
        unread = transport.get_write_buffer_size()

        def look() -> None:
            if transport.get_write_buffer_size() > unread - _LEAST_READ_BYTES:
                transport.abort()
            else:
                self.wait(transport)

        self._waiting.wait(self._timeout_s, look)

    def end(self) -> None:
        """The peer has read enough, or is gone."""
        self._waiting.end()
