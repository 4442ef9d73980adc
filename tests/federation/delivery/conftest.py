"""Three databases for the whole run, emptied per test: a gateway's and two courts'."""

import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from db.clock import SetClock
from tests.federation.delivery.road import A, B, Road, open_road

OWN_TABLES = "CREATE TABLE applied (number bigserial, sender text, id uuid UNIQUE, payload bytea)"
HEARD = "CREATE TABLE heard (number bigserial, id uuid, outcome text, code text)"


async def _execute(dsn: str, *statements: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()


@pytest.fixture(scope="session")
async def road_databases(
    anyio_backend: str, server_dsn: Callable[[str], str], templates: dict[str, str]
) -> AsyncIterator[dict[str, str]]:
    """DSNs by name: "gateway", court A, court B."""
    made = {name: f"road_{uuid.uuid4().hex[:12]}" for name in ("gateway", A, B)}
    for name, database in made.items():
        branch = "gateway" if name == "gateway" else "node"
        await _execute(server_dsn("postgres"), f'CREATE DATABASE "{database}" TEMPLATE "{templates[branch]}"')
        if branch == "node":
            await _execute(server_dsn(database), OWN_TABLES, HEARD)
    yield {name: server_dsn(database) for name, database in made.items()}
    for database in made.values():
        await _execute(server_dsn("postgres"), f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
async def road(road_databases: dict[str, str], clock: SetClock, tmp_path: Path) -> AsyncIterator[Road]:
    """The road in process, with faults to put in."""
    async with open_road(road_databases, clock, tmp_path) as opened:
        yield opened
