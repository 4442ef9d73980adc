"""One embedded PostgreSQL per test run, one template database per branch, one clone per test."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import pytest

from db import embedded, events, migrate
from db.clock import SetClock
from db.pool import Conn, Pool, open_pool
from enforcement.happenings import HAPPENINGS

REFERENCE = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
"""The fixture's reference clock: 2025-07-14T09:00+08:00."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _only_known_happenings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test makes happen stands in the table of events."""
    add_all = events.add_all

    async def checked(conn: Conn, *, topic: str, refs: list[uuid.UUID], kind: str, now: datetime) -> None:
        assert kind in HAPPENINGS[topic].kinds, f"{topic}.{kind} is missing in enforcement/happenings.py"
        await add_all(conn, topic=topic, refs=refs, kind=kind, now=now)

    monkeypatch.setattr(events, "add_all", checked)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(REFERENCE)


@pytest.fixture(scope="session")
def server_dsn() -> Iterator[Callable[[str], str]]:
    """Gives the DSN of a database by its name: an external server's by XIEZHI_TEST_DSN, else the embedded one's."""
    external = os.environ.get("XIEZHI_TEST_DSN")
    if external:
        yield lambda name: external.rsplit("/", 1)[0] + "/" + name
        return
    folder = embedded.new_folder(embedded.memory())
    server = embedded.start(folder, durable=False)
    yield server.dsn
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def _execute(dsn: str, statement: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute(statement)
    finally:
        await conn.close()


@pytest.fixture(scope="session")
async def templates(anyio_backend: str, server_dsn: Callable[[str], str]) -> dict[str, str]:
    """Migrated, empty template databases: {"node": name, "gateway": name}."""
    names = {}
    for branch in ("node", "gateway"):
        name = f"template_{branch}_{uuid.uuid4().hex[:8]}"
        await _execute(server_dsn("postgres"), f'CREATE DATABASE "{name}"')
        migrate.upgrade(server_dsn(name), branch)
        names[branch] = name
    return names


@asynccontextmanager
async def _clones(
    server_dsn: Callable[[str], str], templates: dict[str, str]
) -> AsyncIterator[Callable[..., Awaitable[str]]]:
    made: list[str] = []

    async def make(branch: str = "node", template: str | None = None) -> str:
        name = f"t_{uuid.uuid4().hex[:12]}"
        await _execute(
            server_dsn("postgres"),
            f'CREATE DATABASE "{name}" TEMPLATE "{template or templates[branch]}" STRATEGY file_copy',
        )
        made.append(name)
        return server_dsn(name)

    yield make
    for name in made:
        await _execute(server_dsn("postgres"), f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def new_database(
    anyio_backend: str, server_dsn: Callable[[str], str], templates: dict[str, str]
) -> AsyncIterator[Callable[..., object]]:
    """`await new_database("node")` clones a template and returns its DSN; dropped after the test."""
    async with _clones(server_dsn, templates) as make:
        yield make


@pytest.fixture(scope="module")
async def module_database(
    anyio_backend: str, server_dsn: Callable[[str], str], templates: dict[str, str]
) -> AsyncIterator[Callable[..., object]]:
    """As `new_database`, for what all tests of a module share and none changes."""
    async with _clones(server_dsn, templates) as make:
        yield make


@pytest.fixture
async def node_pool(new_database: Callable[..., object]) -> AsyncIterator[Pool]:
    """A pool on a fresh, empty database of the node branch."""
    pool = await open_pool(await new_database("node"))  # type: ignore[misc]
    yield pool
    await pool.close()


@pytest.fixture
async def gateway_pool(new_database: Callable[..., object]) -> AsyncIterator[Pool]:
    """A pool on a fresh, empty database of the gateway branch."""
    pool = await open_pool(await new_database("gateway"))  # type: ignore[misc]
    yield pool
    await pool.close()
