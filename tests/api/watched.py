"""Whole programs that watch over themselves, and what they need around them: a database to stop, courts to ask.

The programs run in this process, over real HTTP, on a PostgreSQL of their own; the courts around them are small servers
that have a clock and a directory to give.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import asyncpg
from aiohttp import web

from api.readiness import Pace
from api.readiness_checks import Watch
from db import embedded, migrate
from db.clock import wall_now
from tests.api.graphql.server import served

QUICK = Pace(every_s=0.05, timeout_s=1.0, stale_s=5.0)
WITHIN_S = 10.0
"""Causes are found within ten seconds at the programs' own pace, and here at a quicker one."""


_TABLES = """
    SELECT quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


class Database:
    """A server of PostgreSQL with one migrated database, which can be stopped and started again."""

    def __init__(self, branch: migrate.Branch) -> None:
        self._folder = embedded.new_folder()
        self._server = embedded.start(self._folder, durable=False)
        migrate.upgrade(self.dsn, branch)

    @property
    def dsn(self) -> str:
        return self._server.dsn()

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = embedded.start(self._folder, durable=False)

    def remove(self) -> None:
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Nobody reads or writes the self-message meanwhile: whoever wants to, hangs."""
        conn = await asyncpg.connect(self.dsn)
        try:
            async with conn.transaction():
                await conn.execute("LOCK TABLE self_message IN ACCESS EXCLUSIVE MODE")
                yield
        finally:
            await conn.close()

    async def empty(self) -> None:
        conn = await asyncpg.connect(self.dsn)
        try:
            tables = [row["name"] for row in await conn.fetch(_TABLES)]
            await conn.execute("SET session_replication_role = replica")  # past the triggers that keep logs whole
            await conn.execute(f"TRUNCATE {', '.join(tables)}")
        finally:
            await conn.close()


@contextmanager
def database(branch: migrate.Branch) -> Iterator[Database]:
    made = Database(branch)
    try:
        yield made
    finally:
        made.remove()


@dataclass
class Around:
    """Another program: its clock's error, the directory that it offers, how often it was asked."""

    directory: bytes = b""
    wrong_by: timedelta = timedelta()
    asked: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        body = self.directory if request.path == "/directory" else b"{}"
        return web.Response(body=body, headers={"Date": format_datetime(wall_now() + self.wrong_by)})


@asynccontextmanager
async def around() -> AsyncIterator[Around]:
    other, app = Around(), web.Application()
    for path in ("/livez", "/readyz", "/directory"):
        app.router.add_get(path, other.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    other.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield other
    finally:
        await runner.cleanup()


@dataclass
class Faults:
    """What the program is to see of its machine."""

    clock_wrong_by: timedelta = timedelta()
    free_share: float = 0.5
    folder_is_there: bool = True
    watched: set[Path] = field(default_factory=set)

    def watch(self) -> Watch:
        return Watch(pace=QUICK, wall=self._wall, free_share=self._share)

    def _wall(self) -> datetime:
        return wall_now() + self.clock_wrong_by

    def _share(self, folder: Path) -> float:
        self.watched.add(folder)
        if not self.folder_is_there:
            raise FileNotFoundError
        return self.free_share


@dataclass(frozen=True)
class Program:
    """A running program, asked over HTTP."""

    address: str
    session: aiohttp.ClientSession

    async def readyz(self) -> tuple[int, dict[str, Any]]:
        async with self.session.get(f"http://{self.address}/readyz") as answer:
            return answer.status, await answer.json()

    async def until(self, **wanted: str) -> tuple[int, dict[str, Any]]:
        """The first answer whose checks say so; every other check is not looked at."""
        return await self._until(lambda checks: wanted.items() <= checks.items(), wanted)

    async def until_green(self) -> None:
        status, body = await self._until(lambda checks: set(checks.values()) == {"ok"}, "all green")
        assert (status, body["status"]) == (200, "ok")

    async def looks_again(self, times: int = 3) -> None:
        """Return when it has looked so often since."""
        for _ in range(times):
            _, before = await self.readyz()
            with anyio.fail_after(WITHIN_S):
                while (await self.readyz())[1]["checked_at"] == before["checked_at"]:  # noqa: ASYNC110
                    await anyio.sleep(0.01)

    async def _until(self, holds: Callable[[Mapping[str, str]], bool], wanted: object) -> tuple[int, dict[str, Any]]:
        status, body = await self.readyz()
        with anyio.move_on_after(WITHIN_S):
            while not holds(body["checks"]):
                await anyio.sleep(0.02)
                status, body = await self.readyz()
        assert holds(body["checks"]), (wanted, body)
        return status, body


@asynccontextmanager
async def program(app: Any) -> AsyncIterator[Program]:
    async with served(app) as address, aiohttp.ClientSession() as session:
        yield Program(address, session)
