"""A database of a node for a module's tests."""

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import asyncpg
import pytest


@pytest.fixture(scope="module")
async def node_dsn(
    anyio_backend: str, server_dsn: Callable[[str], str], templates: dict[str, str]
) -> AsyncIterator[str]:
    """An empty database of the node branch."""
    name = f"t_{uuid4().hex[:12]}"
    conn = await asyncpg.connect(server_dsn("postgres"))
    try:
        await conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{templates["node"]}" STRATEGY file_copy')
        yield server_dsn(name)
        await conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await conn.close()
