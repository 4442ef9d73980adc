"""Connections: one pool per process, JSON columns as Python values through orjson."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

Conn: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


async def _prepare(conn: Any) -> None:
    await conn.set_type_codec("jsonb", encoder=_dumps, decoder=orjson.loads, schema="pg_catalog")


class _Connection(asyncpg.Connection):
    """A connection that is given back without a further round trip.

    A transaction that is still open is rolled back all the same. Nothing else of a session outlives its use: settings
    and locks are a transaction's, and whoever listens has a connection of their own.
    """

    def get_reset_query(self) -> str:
        """Nothing."""
        return ""


async def open_pool(dsn: str, *, size: int = 8, statement_timeout_s: float = 10.0) -> Pool:
    """A pool of at most `size` connections in UTC; statements end after `statement_timeout_s`."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        connection_class=_Connection,
        init=_prepare,
        command_timeout=statement_timeout_s,
        server_settings={"timezone": "UTC", "application_name": "xiezhi", "jit": "off"},
    )


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Conn]:
    """One connection in one transaction: the scope of a use-case."""
    async with pool.acquire() as conn, conn.transaction():
        yield conn


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[Conn]:
    """One connection whose queries all see the same instant: what is read together belongs together."""
    async with pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        yield conn
