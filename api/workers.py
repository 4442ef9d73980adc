"""Background work of a process: each worker is kept alive, and all end together with the process.

Invariant: a worker that fails is logged and begins again after a second; it never takes the process or another down.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import anyio

_LOG: Final = logging.getLogger(__name__)
_PAUSE_S: Final = 1.0
Worker: TypeAlias = Callable[[anyio.Event], Awaitable[None]]
"""Works until the event is set."""


@asynccontextmanager
async def working(workers: dict[str, Worker]) -> AsyncIterator[None]:
    """Run the named workers for as long as the context lasts."""
    stop = anyio.Event()
    async with anyio.create_task_group() as group:
        for name, worker in workers.items():
            group.start_soon(_keep, name, worker, stop)
        try:
            yield
        finally:
            stop.set()
            group.cancel_scope.cancel()


async def _keep(name: str, worker: Worker, stop: anyio.Event) -> None:
    while not stop.is_set():
        try:
            await worker(stop)
        except Exception:  # noqa: BLE001 (whatever it was, the work must go on)
            _LOG.exception("worker failed and begins again", extra={"worker": name})
            await anyio.sleep(_PAUSE_S)


def every(seconds: float, act: Callable[[], Awaitable[object]]) -> Worker:
    """A worker that acts at once and then every so often."""

    async def worker(stop: anyio.Event) -> None:
        while not stop.is_set():
            await act()
            with anyio.move_on_after(seconds):
                await stop.wait()

    return worker
