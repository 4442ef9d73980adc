"""Notes carried envelopes off the hot path: a look-up does not wait for a row to be written.

Invariant: what was noted is written, in order: within `EVERY_S` while `run` runs, at once when it does not or when
`MOST` wait, and at the latest before `run` returns, cancelled or not. Rows wait while the database is away.
"""

from datetime import datetime
from typing import Final

import anyio
import asyncpg

from db import carried_traffic
from db.pool import Pool
from db.records.tracks import CarriedEnvelope

EVERY_S: Final = 0.1
MOST: Final = 1000
_AGAIN_S: Final = 0.5
_LONGEST_S: Final = 2.0


class TrafficLog:
    """One per gateway process."""

    def __init__(self, pool: Pool) -> None:
        """`pool` is the gateway's."""
        self._pool = pool
        self._waiting: list[CarriedEnvelope] = []
        self._one_at_a_time = anyio.Lock()
        self._is_running = False

    async def note(self, *, at: datetime, sender: str, to: str, kind: str, size_bytes: int, outcome: str) -> None:
        """Note one envelope."""
        self._waiting.append(CarriedEnvelope(at, kind, sender, to, size_bytes, outcome))
        if not self._is_running or len(self._waiting) >= MOST:
            await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        async with self._one_at_a_time:
            batch = self._waiting[:]
            if batch:
                await carried_traffic.note_all(self._pool, batch)
                del self._waiting[: len(batch)]

    async def run(self, stop: anyio.Event) -> None:
        """Write what waits, again and again, until `stop`; then write the rest."""
        self._is_running = True
        try:
            while not stop.is_set():
                pause_s = EVERY_S if await self._try_to_flush() else _AGAIN_S
                with anyio.move_on_after(pause_s):
                    await stop.wait()
        finally:
            self._is_running = False
            await self._try_to_flush()

    async def _try_to_flush(self) -> bool:
        """Whether it went well; once begun it is not cancelled, so that no row is written twice."""
        try:
            with anyio.fail_after(_LONGEST_S, shield=True):
                await self.flush()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True
