"""What node and gateway look at, and the phrases for what is wrong (docs/operations.md, "Is it ready").

Invariant: nothing here can decrypt: what the self-message needs is handed in. What may hang in the file system runs in
a thread of the check's own.
"""

import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from api.readiness import NOT_CHECKED, OK, WARNING, Check, Findings, Pace
from db import data_folder, self_messages
from db.clock import Clock, wall_now
from db.pool import Pool
from federation.directory.directory import Directory
from federation.readiness.clocks import DATABASE, HeardClocks
from federation.readiness.faults import NotKept, NotListed, NotTheDatabases
from federation.rules import clock_votes, renewal
from federation.rules.clock_votes import ClockVerdict
from federation.rules.renewal import Renewal
from federation.wire.errors import KeyFileRefused, UnknownVersion

_LOG: Final = logging.getLogger(__name__)
_T = TypeVar("_T")
_KEY: Final = "key"
_LOCKED: Final = "locked"
_DIRECTORY: Final[dict[Renewal, str]] = {
    Renewal.IN_TIME: OK,
    Renewal.LATE: f"{WARNING}: not renewed",
    Renewal.EXPIRED: "expired",
}
_CLOCK: Final[dict[ClockVerdict, str]] = {
    ClockVerdict.AGREES: OK,
    ClockVerdict.UNDECIDED: f"{WARNING}: others disagree",
    ClockVerdict.AHEAD: "ahead",
    ClockVerdict.BEHIND: "behind",
}


def free_share(folder: Path) -> float:
    """The part of a folder's file system, between 0 and 1, that this program may still fill."""
    found = os.statvfs(folder)
    return found.f_bavail / found.f_blocks if found.f_blocks else 1.0


@dataclass(frozen=True, slots=True)
class Watch:
    """How a program watches over itself; tests set another pace, and put faults here."""

    pace: Pace = field(default_factory=Pace)
    wall: Callable[[], datetime] = wall_now
    free_share: Callable[[Path], float] = free_share


WATCH: Final = Watch()


def self_message(exchange: Callable[[], Awaitable[datetime]], clocks: HeardClocks) -> Check:
    """The message to itself; the database's clock is heard by the way."""

    async def look() -> Findings:
        try:
            clocks.hear(DATABASE, await exchange())
        except NotListed:
            return {_KEY: "not the directory's"}
        except NotTheDatabases:
            return {_KEY: "not the database's"}
        except NotKept:
            return {DATABASE: "commit lost"}
        except UnknownVersion:
            return {DATABASE: NOT_CHECKED, _KEY: NOT_CHECKED}
        except Exception as error:
            phrase = self_messages.fault(error)
            if phrase is None:
                raise
            return {DATABASE: phrase}
        return {}

    return Check(DATABASE, look)


def key_file(is_in_use: Callable[[], bool]) -> Check:
    """The key file can be read; `is_in_use` reads it, and says whether its keys are those in memory."""
    thread = _OwnThread()

    async def look() -> Findings:
        try:
            return {_KEY: OK if await thread.run(is_in_use) else f"{WARNING}: file changed"}
        except KeyFileRefused as error:
            return {_KEY: "exposed" if error.part == "exposed" else _LOCKED}

    return Check(_KEY, look)


def directory(held: Directory, clock: Clock) -> Check:
    """The directory is there, in force, and renewed in time."""

    async def look() -> Findings:
        try:
            view = held.current()
        except UnknownVersion:
            return {"directory": "missing"}
        return {"directory": _DIRECTORY[renewal.judge(view.issued_at, view.expires_at, clock.now())]}

    return Check("directory", look)


def clock_right(clocks: HeardClocks) -> Check:
    """Our clock shows what most others show."""

    async def look() -> Findings:
        return {"clock": _CLOCK[clock_votes.judge(clocks.leads().values())]}

    return Check("clock", look)


async def folders_to_watch(state: Path, database: Path | None, pool: Pool, watch: Watch) -> list[Path]:
    """The state folder, and the database's: the one that is set, or the one that the database tells of."""
    if database is not None:
        return [state, database]
    async with pool.acquire() as conn:
        told = await data_folder.of_this_machine(conn)
    if told is None:
        return [state]
    try:
        watch.free_share(told)
    except OSError:
        _LOG.info("the database's disk is not watched: its folder cannot be seen")
        return [state]
    return [state, told]


def disk(folders: Sequence[Path], least_percent: float, share: Callable[[Path], float]) -> Check:
    """Each folder is there, and its file system has room."""
    thread = _OwnThread()

    def found() -> str:
        try:
            least = min(share(folder) for folder in folders)
        except OSError:
            return "folder missing"
        return OK if least * 100 >= least_percent else "nearly full"

    async def look() -> Findings:
        return {"disk": await thread.run(found)}

    return Check("disk", look)


class _OwnThread:
    """Runs one call at a time in a thread that nothing else waits for; while one hangs, no other begins."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(1)
        self._is_busy = False

    async def run(self, act: Callable[[], _T]) -> _T:
        """What `act` gives.

        Raises:
            TimeoutError: the last call has not come back yet.
        """
        if self._is_busy:
            raise TimeoutError

        def noted() -> _T:
            try:
                return act()
            finally:
                self._is_busy = False

        self._is_busy = True
        return await anyio.to_thread.run_sync(noted, abandon_on_cancel=True, limiter=self._limiter)
