"""One thing that is waited for, for so long."""

import asyncio
from collections.abc import Callable


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
