"""How a process comes by the directory: its file at start, the gateway while it runs.

Invariant: whatever is offered goes through `Directory.accept`; a source that is old, silent or forged changes nothing.
"""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import aiohttp
import anyio

from db.clock import Clock
from db.pool import Pool
from federation.directory.directory import Directory
from federation.directory.document import MAX_DOCUMENT_BYTES
from federation.wire.errors import DirectoryRolledBack, WireError

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_OK: Final = 200


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


def fetcher(
    directory: Directory, pool: Pool, clock: Clock, session: aiohttp.ClientSession, gateway_url: str
) -> Callable[[], Awaitable[None]]:
    """Fetches the gateway's newest document and accepts it; quiet when it cannot."""
    etag = ""

    async def fetch() -> None:
        nonlocal etag
        try:
            headers = {"If-None-Match": etag} if etag else {}
            async with session.get(gateway_url + "/directory", headers=headers, timeout=_TIMEOUT) as response:
                if response.status != _OK:
                    return
                raw = await response.content.read(MAX_DOCUMENT_BYTES + 1)
                async with pool.acquire() as conn:
                    await directory.accept(conn, raw, clock.now())
                etag = response.headers.get("ETag", "")
        except (aiohttp.ClientError, TimeoutError, WireError) as error:
            _LOG.info("directory not fetched", extra={"error": type(error).__name__})

    return fetch
