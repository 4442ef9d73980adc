"""News from PostgreSQL, handed to the process's subscriptions.

One connection listens for all of them. Invariant: a watcher that falls behind by more than `_BACKLOG` news is closed,
never fed with holes; after a lost connection each watcher is told `None`: look for yourself.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import anyio
import asyncpg
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from db import carried_traffic, membership_acts, tracks
from db.pool import Conn, Pool

News = str | None
CHANNELS: Final = (tracks.CHANNEL, carried_traffic.CHANNEL, membership_acts.CHANNEL)
_BACKLOG: Final = 1000
_RECONNECT_S: Final = 0.5
_SIGN_OF_LIFE: Final = "SELECT 1"
_SIGN_OF_LIFE_S: Final = 5.0


class Feed:
    """Listens while `run` runs; `watch` gives one channel's news to one subscription."""

    def __init__(self, pool: Pool, channels: Sequence[str] = CHANNELS) -> None:
        """`pool` lends one connection for as long as `run` runs."""
        self._pool = pool
        self._watchers: dict[str, set[MemoryObjectSendStream[News]]] = {channel: set() for channel in channels}

    async def run(self, stop: anyio.Event) -> None:
        """Listen until `stop`; connect again when the connection is lost."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._listen_for_ever)
                await stop.wait()
                tasks.cancel_scope.cancel()
        finally:
            for watchers in self._watchers.values():
                for watcher in list(watchers):
                    watcher.close()

    @asynccontextmanager
    async def watch(self, channel: str) -> AsyncIterator[MemoryObjectReceiveStream[News]]:
        """The news of `channel` from now on; the stream ends when the feed stops or the watcher falls behind."""
        send, receive = anyio.create_memory_object_stream[News](_BACKLOG)
        self._watchers[channel].add(send)
        try:
            yield receive
        finally:
            self._watchers[channel].discard(send)
            send.close()
            receive.close()

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await anyio.sleep(_RECONNECT_S)

    async def _listen(self) -> None:
        lost = anyio.Event()

        def lose(_conn: object) -> None:
            lost.set()

        async with self._pool.acquire() as conn:
            conn.add_termination_listener(lose)
            try:
                for channel in self._watchers:
                    await conn.add_listener(channel, self._hear)
                for channel in self._watchers:
                    self._tell(channel, None)
                while not lost.is_set():  # a connection that died without a word is noticed by its silence
                    await conn.execute(_SIGN_OF_LIFE)
                    with anyio.move_on_after(_SIGN_OF_LIFE_S):
                        await lost.wait()
            finally:
                conn.remove_termination_listener(lose)
                with anyio.CancelScope(shield=True):
                    await self._stop_listening(conn)

    async def _stop_listening(self, conn: Conn) -> None:
        """Give the connection back deaf; one that cannot be silenced is closed."""
        try:
            for channel in self._watchers:
                await conn.remove_listener(channel, self._hear)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            conn.terminate()

    def _hear(self, _conn: object, _pid: int, channel: str, payload: object) -> None:
        self._tell(channel, str(payload))

    def _tell(self, channel: str, news: News) -> None:
        for watcher in list(self._watchers[channel]):
            try:
                watcher.send_nowait(news)
            except anyio.WouldBlock:
                watcher.close()
                self._watchers[channel].discard(watcher)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                self._watchers[channel].discard(watcher)


async def next_news(news: MemoryObjectReceiveStream[News], look_again_s: float) -> None:
    """Return at the next news, taking all that came meanwhile; or when it is time to look.

    Raises:
        anyio.EndOfStream: the feed stopped, or this watcher fell behind.
    """
    with anyio.move_on_after(look_again_s):
        await news.receive()
        while news.statistics().current_buffer_used:
            news.receive_nowait()
