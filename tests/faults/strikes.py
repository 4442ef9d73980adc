"""Kills one process at chosen moments of a story, and starts it again half a second later."""

from collections.abc import Callable
from typing import Final

import anyio
import anyio.abc
import asyncpg

from tests.faults.moments import DATABASE, Moment
from tests.faults.started_zone import StartedZone, kill_database, start_database

_DOWN_S: Final = 0.5
_PATIENCE_S: Final = 25.0
_LOOK_S: Final = 0.005
_IS_WAITED_FOR: Final = """
    SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::text::regclass
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


class NeverCame(Exception):
    """Nobody wrote to the table of this moment during its step."""


class Strikes:
    """Given to a story as `between`; `done` waits for the last one."""

    def __init__(
        self,
        running: StartedZone,
        victim: str,
        moments: tuple[Moment, ...],
        group: anyio.abc.TaskGroup,
        say: Callable[[str], None],
    ) -> None:
        self.struck = 0
        self._running, self._victim, self._say = running, victim, say
        self._moments = {moment.step: moment for moment in moments}
        self._group = group
        self._over = anyio.Event()
        self._over.set()

    async def between(self, step: str) -> None:
        """Wait until the last kill is mended, then prepare the one of this step."""
        await self._over.wait()
        moment = self._moments.get(step)
        if moment is None:
            return
        self._over = anyio.Event()
        if not moment.table:
            await self._after(moment)
            return
        conn = await asyncpg.connect(self._running.zone.server.dsn(moment.database))
        hold = conn.transaction()
        await hold.start()
        await conn.execute(f"LOCK TABLE {moment.table} IN SHARE ROW EXCLUSIVE MODE")
        self._group.start_soon(self._when_wanted, moment, conn)

    async def done(self) -> None:
        await self._over.wait()

    async def _after(self, moment: Moment) -> None:
        """Kill at once, before the step, or beside it after a while."""
        if moment.after_s:
            self._group.start_soon(self._later, moment)
        else:
            self._kill(moment)
            self._group.start_soon(self._mend)

    async def _later(self, moment: Moment) -> None:
        await anyio.sleep(moment.after_s)
        self._kill(moment)
        await self._mend()

    async def _when_wanted(self, moment: Moment, conn: "asyncpg.Connection[asyncpg.Record]") -> None:
        try:
            with anyio.fail_after(_PATIENCE_S):
                await self._wait(moment, conn)
            self._kill(moment)
        except TimeoutError:
            raise NeverCame(f"{self._victim}, {moment.step}: nobody wrote to {moment.table}") from None
        finally:
            conn.terminate()  # its transaction ends, and with it the hold
        await self._mend()

    @staticmethod
    async def _wait(moment: Moment, conn: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Return once some transaction waits for the table that `conn` holds."""
        while True:
            if await conn.fetchval(_IS_WAITED_FOR, moment.table):
                return
            await anyio.sleep(_LOOK_S)

    def _kill(self, moment: Moment) -> None:
        if self._victim == DATABASE:
            kill_database(self._running.zone)
        else:
            self._running.zone.programs.programs[self._victim].kill()
        self.struck += 1
        self._say(f"    kill -9 {self._victim:8} in {moment.step}: {moment.words}")

    async def _mend(self) -> None:
        await anyio.sleep(_DOWN_S)
        if self._victim == DATABASE:
            start_database(self._running.zone)
        else:
            program = self._running.zone.programs.programs[self._victim]
            program.start()
            await program.ready(self._running.session)
        self._over.set()
