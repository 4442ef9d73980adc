"""How many requests a caller and a court may send per minute, over all processes of a program.

A process takes a twentieth of a bucket at a time from the database and spends it in memory.
Windows are minutes of the wall clock. Invariant: a database that cannot be reached limits nobody further than each
process by itself.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import anyio
import asyncpg

from api.graphql.errors import refused
from api.held_connections import holder_of
from db import rate_windows
from db.clock import wall_now
from db.pool import Pool
from enforcement.rules.rights import Caller

_LOG: Final = logging.getLogger(__name__)
_WINDOW: Final = timedelta(minutes=1)
_LEASES: Final = 20


@dataclass(slots=True)
class _Lease:
    """What this process may still spend of one bucket in the present window."""

    limit: int
    taken: int = 0
    left: int = 0
    is_empty: bool = False  # the bucket itself: the database is not asked again in this window


class RateLimits:
    """The limits of one process. 0 requests per minute means no limit."""

    def __init__(
        self,
        pool: "Pool | None" = None,
        *,
        per_caller: int = 0,
        per_court: int = 0,
        now: Callable[[], datetime] = wall_now,
    ) -> None:
        self._pool = pool
        self._per_caller = per_caller
        self._per_court = per_court
        self._now = now
        self._leases: dict[str, _Lease] = {}
        self._window: datetime | None = None
        self._lock = anyio.Lock()

    async def spend(self, caller: Caller | None, address: str) -> None:
        """Count one request of the caller, or of the address if nobody is signed in, and of the caller's court.

        Raises:
            RequestRefused: TOO_MANY_REQUESTS; `retryAfterS` says when the next window begins.
        """
        if self._pool is None:
            return
        now = self._now()
        self._begin(now.replace(second=0, microsecond=0))
        leases = self._leases_of(caller, address)
        if any(lease.left == 0 and not lease.is_empty for lease in leases.values()):
            async with self._lock:  # whoever waits for it finds the leases filled, or fills them again
                await self._take(self._pool, leases)
                is_paid = _pay(leases)
        else:
            is_paid = _pay(leases)
        if not is_paid:
            raise refused("TOO_MANY_REQUESTS", retryAfterS=int(_WINDOW.total_seconds()) - now.second)

    async def purge(self) -> None:
        """Forget who called in earlier windows."""
        if self._pool is not None:
            async with self._pool.acquire() as conn:
                await rate_windows.purge(conn, self._now() - 2 * _WINDOW)

    def _begin(self, window: datetime) -> None:
        if window != self._window:
            self._window = window
            self._leases.clear()

    def _leases_of(self, caller: Caller | None, address: str) -> dict[str, _Lease]:
        limits = {holder_of(caller, address): self._per_caller}
        if caller is not None:
            limits[f"court {caller.court}"] = self._per_court
        return {name: self._leases.setdefault(name, _Lease(limit)) for name, limit in limits.items() if limit > 0}

    async def _take(self, pool: Pool, leases: dict[str, _Lease]) -> None:
        """Fill the empty leases."""
        short = {name: lease for name, lease in leases.items() if lease.left == 0 and not lease.is_empty}
        if not short or self._window is None:
            return
        asked = {name: max(1, lease.limit // _LEASES) for name, lease in short.items()}
        try:
            async with pool.acquire() as conn:
                used = await rate_windows.take(conn, asked, self._window)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _LOG.warning("rate limits unknown", extra={"exception": type(error).__name__})
            used = {name: short[name].taken + asked[name] for name in asked}
        for name, lease in short.items():
            before = used[name] - asked[name]
            lease.left = max(0, min(asked[name], lease.limit - before))
            lease.taken += lease.left
            lease.is_empty = lease.left == 0


def _pay(leases: dict[str, _Lease]) -> bool:
    """Spend one request of every lease, or of none if one of them is empty."""
    if any(lease.left <= 0 for lease in leases.values()):
        return False
    for lease in leases.values():
        lease.left -= 1
    return True
