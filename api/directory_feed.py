"""How a process comes by the directory at start: from its database and its file.

While it runs, a node fetches it from the gateway (federation/directory/fetch.py).

Invariant: whatever is offered goes through `Directory.accept`; a source that is old, silent or forged changes nothing.
"""

import logging
from pathlib import Path
from typing import Final

import anyio

from db.clock import Clock
from db.pool import Pool
from federation.directory.directory import Directory
from federation.wire.errors import DirectoryRolledBack, WireError

_LOG: Final = logging.getLogger(__name__)


async def load(directory: Directory, pool: Pool, clock: Clock, file: Path) -> None:
    """Take over what the database holds, then the file's document if it is newer."""
    async with pool.acquire() as conn:
        await directory.load(conn)
        try:
            await directory.accept(conn, await anyio.Path(file).read_bytes(), clock.now())
        except DirectoryRolledBack:
            return  # the database holds a newer one
        except WireError as error:
            _LOG.warning("directory file not accepted", extra={"code": error.code})
