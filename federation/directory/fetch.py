"""Gets the newest directory from the gateway and accepts it.

Invariant: where it comes from proves nothing: `Directory.accept` checks who signed, versions and times. However
often an envelope names an unknown version, the gateway is asked at most once a second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import aiohttp

from db.clock import Clock, monotonic_s
from db.pool import Pool
from federation.directory.bundle import MAX_BUNDLE_BYTES
from federation.directory.directory import Directory
from federation.wire.errors import WireError

Fetch: TypeAlias = Callable[[], Awaitable[None]]

log: Final = logging.getLogger("federation.directory")

_AT_MOST_EVERY_S: Final = 1.0
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_OK: Final = 200
_NOT_MODIFIED: Final = 304


async def nothing_newer() -> None:
    """A `Fetch` that has nowhere to fetch from."""


def sparingly(fetch: Fetch) -> Fetch:
    """`fetch`, one call at a time and at most once a second; all calls in between wait for the same next one.

    Who fetched just before a document was published has it within the second, not after an answer without it.
    """
    one_at_a_time = asyncio.Lock()
    last_s = fetched_s = -_AT_MOST_EVERY_S  # when the last one began; and if it was not given up

    async def fetch_sparingly() -> None:
        nonlocal last_s, fetched_s
        called_s = monotonic_s()
        async with one_at_a_time:
            if fetched_s >= called_s:
                return  # fetched while this call waited
            await asyncio.sleep(last_s + _AT_MOST_EVERY_S - monotonic_s())
            last_s = fetched_s = monotonic_s()
            try:
                await fetch()
            except asyncio.CancelledError:
                fetched_s = -_AT_MOST_EVERY_S  # whoever waits fetches again
                raise

    return fetch_sparingly


def fetch_from(
    gateway_url: str, *, session: aiohttp.ClientSession, directory: Directory, pool: Pool, clock: Clock
) -> Fetch:
    """A coroutine function that fetches and accepts; quiet when it cannot, the caller looks at `directory` again."""
    url, etag = gateway_url.rstrip("/") + "/directory", ""

    async def fetch() -> None:
        nonlocal etag
        try:
            raw, found = await _get(session, url, etag)
            if raw is not None:
                async with pool.acquire() as conn:
                    await directory.accept(conn, raw, clock.now())
                etag = found
        except WireError as error:
            log.warning("directory document refused", extra={"code": error.code})
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("directory not fetched", extra={"error": type(error).__name__})

    return sparingly(fetch)


async def _get(session: aiohttp.ClientSession, url: str, etag: str) -> tuple[bytes | None, str]:
    """The document and its tag; no document when it is the one already held, or the gateway has none."""
    headers = {"If-None-Match": etag} if etag else {}
    async with session.get(url, headers=headers, timeout=_TIMEOUT, allow_redirects=False) as response:
        if response.status == _NOT_MODIFIED:
            return None, etag
        if response.status != _OK:
            log.warning("directory not fetched", extra={"status": response.status})
            return None, etag
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > MAX_BUNDLE_BYTES:
                return None, etag
        return bytes(body), response.headers.get("ETag", "")
