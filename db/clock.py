"""The only module that reads a clock.

Three clocks (docs/decisions/0003): *civil* (law, deadlines, envelope and directory times; injected, and in the demo the
wall clock plus one offset that all processes read from one mapped file), *wall* (tokens, TLS, HTTP) and *monotonic*
(time-outs). The database's own clock is used for leases and claims, inside SQL that says so.
"""

import mmap
import struct
import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final, Protocol

SHANGHAI: Final = timezone(
    timedelta(hours=8), "Asia/Shanghai"
)  # China has had one offset and no summer time since 1991
_OFFSET: Final = struct.Struct("<q")  # microseconds


class Clock(Protocol):
    """The civil clock."""

    def now(self) -> datetime:
        """The civil instant, aware, UTC."""
        ...


def civil_date(instant: datetime) -> date:
    """The calendar day of `instant` in China, on which terms and deadlines are counted."""
    return instant.astimezone(SHANGHAI).date()


def wall_now() -> datetime:
    """The wall clock, for tokens, TLS and HTTP only."""
    return datetime.now(UTC)


def monotonic_s() -> float:
    """Seconds that never go backwards, for time-outs."""
    return time.monotonic()


class WallClock:
    """Civil time is wall time: what production uses."""

    def now(self) -> datetime:
        return wall_now()


class OffsetClock:
    """Civil time is wall time plus the offset held in a file of 8 bytes that all processes of a demo map."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _OFFSET.size)
        self._seen, self._offset = b"", timedelta()  # the file's bytes when they last changed, and what they say

    @staticmethod
    def create(path: Path, now: datetime) -> "OffsetClock":
        """Make the file so that civil time is `now`, and open it."""
        path.write_bytes(_OFFSET.pack(0))
        clock = OffsetClock(path)
        clock.set(now)
        return clock

    def now(self) -> datetime:
        said = self._map[: _OFFSET.size]
        if said != self._seen:
            self._seen, self._offset = said, timedelta(microseconds=_OFFSET.unpack(said)[0])
        return wall_now() + self._offset

    def set(self, now: datetime) -> None:
        """Move every process that maps the file to `now`."""
        self._map[: _OFFSET.size] = _OFFSET.pack((now - wall_now()) // timedelta(microseconds=1))


class SetClock:
    """A clock that stands still until it is moved: for tests."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        self._now += span

    def set(self, now: datetime) -> None:
        self._now = now
