"""Where a name could be at the gateway, or in anybody's log: every place as (name, content)."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import asyncpg

from api.demo.zone import Zone

_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_OID: Final = "SELECT oid FROM pg_database WHERE datname = 'gateway'"


async def tables(zone: Zone) -> list[tuple[str, bytes]]:
    """Every table of the gateway's database, as text and as PostgreSQL's binary form."""
    found = []
    conn = await asyncpg.connect(zone.server.dsn("gateway"))
    try:
        for (table,) in await conn.fetch(_TABLES):
            for form in ("text", "binary"):
                copy = io.BytesIO()
                await conn.copy_from_table(table, output=copy, format=form)
                found.append((f"table {table}, {form}", copy.getvalue()))
    finally:
        await conn.close()
    return found


async def files(zone: Zone) -> list[tuple[str, bytes]]:
    """The files of the gateway's database after a checkpoint: rows that are dead and not yet gone too."""
    conn = await asyncpg.connect(zone.server.dsn("gateway"))
    try:
        await conn.execute("CHECKPOINT")
        oid = await conn.fetchval(_OID)
    finally:
        await conn.close()
    folder = zone.server.folder / "data" / "base" / str(oid)
    state = zone.folder / "state-gateway"
    return [(f"file {path.name}", path.read_bytes()) for path in _files(folder, state)]


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def logs(zone: Zone) -> list[tuple[str, bytes]]:
    """What every process has logged, the database server too."""
    paths = [*_files(zone.folder / "logs"), zone.server.folder / "postgresql.log"]
    return [(f"log {path.name}", path.read_bytes()) for path in paths]
