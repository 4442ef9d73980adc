"""`xiezhi directory import FILE`: a newer directory without the network, checked as what the gateway serves is."""

from pathlib import Path

import anyio
import asyncpg

from api.directory_settings import DirectorySettings
from api.directory_show import clock_of
from api.directory_texts import BAD_INPUT, GOOD, REFUSED, complain, refusal, said, tell
from db.pool import open_pool
from federation.directory.directory import Directory
from federation.wire.errors import WireError


def run(settings: DirectorySettings, file: Path, *, language: str) -> int:
    """0 when it is in force now, 1 when it was refused and nothing has changed, 2 when it could not be tried."""
    try:
        version = anyio.run(_accept, settings, file.read_bytes())
    except WireError as error:
        complain(refusal(error, language))
        return REFUSED
    except (asyncpg.InterfaceError, asyncpg.PostgresError, ConnectionError):  # its text may hold the address
        complain(said("NO_DATABASE", language))
        return BAD_INPUT
    except OSError:
        complain(said("NO_FILE", language))
        return BAD_INPUT
    tell(said("TAKEN", language, version))
    return GOOD


async def _accept(settings: DirectorySettings, raw: bytes) -> int:
    clock = clock_of(settings)
    directory = Directory(settings.directory_root, clock)
    pool = await open_pool(settings.dsn, size=1)
    try:
        async with pool.acquire() as conn:
            await directory.load(conn)
            return (await directory.accept(conn, raw, clock.now())).version
    finally:
        await pool.close()
