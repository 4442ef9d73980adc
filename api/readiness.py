"""Whether this program can work: looked at on a schedule, told at once.

Every three seconds all checks look, each for at most four; one that fails or hangs is red. What is told is what was
found last, and when; if nothing was found for eight seconds, that is red too. So whatever breaks is red within ten
seconds, the schedule itself included.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

import anyio

from db.clock import monotonic_s, wall_now

_LOG: Final = logging.getLogger(__name__)

OK: Final = "ok"
WARNING: Final = "warning"
NOT_READY: Final = "not ready"
NOT_CHECKED: Final = "not checked"
SCHEDULE: Final = "schedule"

Findings: TypeAlias = Mapping[str, str]
"""What is wrong, as a fixed phrase by name; a phrase that begins with "warning: " leaves the program ready."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, and for how long, in seconds."""

    every_s: float = 3.0  # from the end of a round to the next
    timeout_s: float = 4.0  # for each check
    stale_s: float = 8.0  # no round has ended for so long: the schedule is dead


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at. `name` is what is red when it fails or hangs; it may find others wrong too."""

    name: str
    look: Callable[[], Awaitable[Findings]]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found last: "ok" or a phrase for each name; and when, by the wall clock."""

    checks: Mapping[str, str]
    checked_at: datetime | None = None

    @property
    def status(self) -> str:
        """The worst of all."""
        return max((_status(phrase) for phrase in self.checks.values()), key=_RANKS.index, default=NOT_READY)

    @property
    def is_ready(self) -> bool:
        return self.status != NOT_READY


_RANKS: Final = (OK, WARNING, NOT_READY)
_LEVELS: Final = {OK: logging.INFO, WARNING: logging.WARNING, NOT_READY: logging.ERROR}


def _status(phrase: str) -> str:
    if phrase == OK:
        return OK
    return WARNING if phrase.startswith(f"{WARNING}: ") else NOT_READY


@dataclass(slots=True)
class Readiness:
    """The checks of one process and what they found."""

    checks: Sequence[Check]
    pace: Pace = field(default_factory=Pace)
    _found: Report = field(default_factory=lambda: Report({SCHEDULE: NOT_CHECKED}))
    _found_s: float = field(default_factory=monotonic_s)

    async def run(self, stop: anyio.Event) -> None:
        """Look again and again, until `stop`."""
        while not stop.is_set():
            await self.look()
            with anyio.move_on_after(self.pace.every_s):
                await stop.wait()

    async def look(self) -> None:
        """One round: all checks at once."""
        found = {check.name: OK for check in self.checks}

        async def one(check: Check) -> None:
            for name, phrase in (await self._findings(check)).items():
                if _RANKS.index(_status(phrase)) > _RANKS.index(_status(found.get(name, OK))):
                    found[name] = phrase

        async with anyio.create_task_group() as group:
            for check in self.checks:
                group.start_soon(one, check)
        _log_changes(self._found.checks, found)
        self._found, self._found_s = Report(found, wall_now()), monotonic_s()

    async def _findings(self, check: Check) -> Findings:
        with anyio.move_on_after(self.pace.timeout_s):
            try:
                return await check.look()
            except TimeoutError:
                pass
            except Exception:  # noqa: BLE001 (whatever it is, the program is not ready; its text may quote data)
                return {check.name: "failed"}
        return {check.name: "timed out"}

    def report(self) -> Report:
        """What was found last; that nothing is found any more, if so."""
        if monotonic_s() - self._found_s <= self.pace.stale_s:
            return self._found
        return Report({**self._found.checks, SCHEDULE: "stopped"}, self._found.checked_at)


def _log_changes(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    for name, phrase in after.items():
        if phrase != before.get(name, OK):
            _LOG.log(_LEVELS[_status(phrase)], "readiness changed", extra={"check": name, "found": phrase})
