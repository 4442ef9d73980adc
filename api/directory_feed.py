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


class DirectoryFile:
    """The file of `XIEZHI_DIRECTORY_FILE`: read again when it was written again."""

    def __init__(self, path: Path) -> None:
        self._path = anyio.Path(path)
        self._seen: tuple[int, int] | None = None

    async def bundle(self) -> bytes | None:
        """What stands in it; None when that was read before."""
        stat = await self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if stamp == self._seen:
            return None
        raw = await self._path.read_bytes()
        self._seen = stamp
        return raw


async def load(directory: Directory, pool: Pool, clock: Clock, file: DirectoryFile) -> None:
    """Take over what the database holds, then the file's bundle if it is newer."""
    async with pool.acquire() as conn:
        await directory.load(conn)
        raw = await file.bundle()
        if raw is None:
            return
        try:
            await directory.accept(conn, raw, clock.now())
        except DirectoryRolledBack:
            return  # the database holds a newer one
        except WireError as error:
            _LOG.warning("directory file not accepted", extra={"code": error.code})
