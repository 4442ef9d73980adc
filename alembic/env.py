"""Runs migrations over asyncpg: lock and statement time-outs, an advisory lock, one transaction per revision."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_LOCK = 7_365_000  # any constant: one migration at a time per database


def _run(connection: Connection) -> None:
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
    connection.commit()


async def _main() -> None:
    dsn: str = context.config.attributes["dsn"]
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


# Callers may already run an event loop (tests, the demo): a thread of its own serves both.
with ThreadPoolExecutor(1) as executor:
    executor.submit(lambda: asyncio.run(_main())).result()
