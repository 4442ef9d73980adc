"""Wakes a worker: NOTIFY rings it when a row is committed; a poll is the net under a lost notification.

Invariant: a bell rung while nobody waits is heard by the next wait.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
import asyncpg
from asyncpg.pool import PoolConnectionProxy

from db.pool import Pool

log: Final = logging.getLogger("federation.delivery")

POLL_S: Final = 1.0
_FAREWELL_S: Final = 2.0
_CONNECTION_FAULTS: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


class Bell:
    """Rung from anywhere in the process's event loop."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when rung, or after `timeout_s` seconds."""
        with anyio.move_on_after(timeout_s):
            await self._event.wait()
        self._event = anyio.Event()


class _Ear:
    """Holds one connection that listens, and takes a new one when it breaks."""

    def __init__(self, pool: Pool, channel: str, bell: Bell) -> None:
        self._pool, self._channel, self._bell = pool, channel, bell
        self._conn: PoolConnectionProxy[asyncpg.Record] | None = None

    def _heard(self, *_: Any) -> None:
        self._bell.ring()

    async def ensure(self) -> None:
        if self._conn is not None and not _is_open(self._conn):
            await self.drop()
        if self._conn is None:
            self._conn = await self._pool.acquire()
            await self._listen(self._conn)

    async def _listen(self, conn: "PoolConnectionProxy[asyncpg.Record]") -> None:
        try:
            await conn.add_listener(self._channel, self._heard)
        except BaseException:
            self._conn = None
            await self._pool.release(conn)
            raise

    async def drop(self) -> None:
        conn, self._conn = self._conn, None
        if conn is None:
            return
        try:
            if _is_open(conn):
                await conn.remove_listener(self._channel, self._heard)
        except _CONNECTION_FAULTS:
            log.info("listening connection was gone", extra={"channel": self._channel})
        finally:
            await self._pool.release(conn)


def _is_open(conn: "PoolConnectionProxy[asyncpg.Record]") -> bool:
    try:
        return not conn.is_closed()
    except asyncpg.InterfaceError:  # a broken connection leaves its proxy by itself
        return False


@asynccontextmanager
async def _rung_by(stop: anyio.Event, bell: Bell) -> AsyncIterator[None]:
    async def ring() -> None:
        await stop.wait()
        bell.ring()

    async with anyio.create_task_group() as group:
        group.start_soon(ring)
        yield
        group.cancel_scope.cancel()


async def work(
    pool: Pool, channel: str, bell: Bell, stop: anyio.Event, turn: Callable[[], Awaitable[object]], *, poll_s: float
) -> None:
    """Take turns until `stop` is set: at once, whenever the bell rings, and every `poll_s` seconds.

    A database that goes away and comes back ends no worker: the next turn finds it again.
    """
    ear = _Ear(pool, channel, bell)
    try:
        async with _rung_by(stop, bell):
            while not stop.is_set():
                await _take(turn, ear, channel)
                if not stop.is_set():
                    await bell.wait(poll_s)
    finally:
        with anyio.move_on_after(_FAREWELL_S, shield=True):
            await ear.drop()


async def _take(turn: Callable[[], Awaitable[object]], ear: _Ear, channel: str) -> None:
    try:
        await ear.ensure()
        await turn()
    except _CONNECTION_FAULTS as error:
        log.warning("database unavailable to worker", extra={"channel": channel, "error": type(error).__name__})
    except Exception:
        log.exception("worker's turn failed", extra={"channel": channel})
