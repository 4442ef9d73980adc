"""What other clocks showed, and by how much ours is ahead of them now.

A time is heard -> it is kept as the lead of our wall clock over it, with our two clocks of that instant -> the lead
now is that lead, and what our wall clock has moved since beyond the monotonic one. So when our clock is set to another
time, all that were heard before say so at once.

Invariant: a source has one time, its newest, and is forgotten after ten minutes. The wall clock is compared, never the
civil one, which a demonstration moves at will.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from db.clock import monotonic_s, wall_now

DATABASE: Final = "database"
"""The source that is the database's server."""
KEPT: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Heard:
    lead: timedelta
    wall: datetime
    monotonic_s: float


class HeardClocks:
    """The clocks that this process heard of: the database's, the gateway's, other courts'."""

    def __init__(self, wall: Callable[[], datetime] = wall_now, elapsed_s: Callable[[], float] = monotonic_s) -> None:
        self._wall = wall
        self._elapsed_s = elapsed_s
        self._heard: dict[str, _Heard] = {}

    def hear(self, source: str, said: datetime) -> None:
        """Note that the wall clock of `source` just showed `said`."""
        now = self._wall()
        self._heard[source] = _Heard(now - said, now, self._elapsed_s())

    def leads(self) -> dict[str, timedelta]:
        """By how much our wall clock is ahead, by source."""
        now, elapsed_s = self._wall(), self._elapsed_s()
        leads = {}
        for source, heard in list(self._heard.items()):
            passed = timedelta(seconds=elapsed_s - heard.monotonic_s)
            if passed > KEPT:
                del self._heard[source]
            else:
                leads[source] = heard.lead + (now - heard.wall) - passed
        return leads
