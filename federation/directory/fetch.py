"""Gets the newest directory from the gateway and accepts it.

A node holds one request at the gateway, which answers when something is newer (`follow`); who finds its directory
expired, or an envelope of a version not held, fetches besides.

Invariant: where it comes from proves nothing: `Directory.accept` checks who signed, versions and times. However
often an envelope names an unknown version, the gateway is asked at most once a second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import aiohttp
import anyio

from db.clock import Clock, monotonic_s
from db.pool import Pool
from federation.directory.bundle import MAX_BUNDLE_BYTES
from federation.directory.directory import Directory
from federation.directory.held import Held
from federation.rules.renewal import ALARM_AGE
from federation.wire.errors import BadSignature, MalformedDirectory, ThresholdNotReached, WireError

Fetch: TypeAlias = Callable[[], Awaitable[None]]

log: Final = logging.getLogger("federation.directory")

_AT_MOST_EVERY_S: Final = 1.0
PATH: Final = "/directory"
WAIT_S: Final = 20
_WITHIN_S: Final = 5
_WHOLE_WITHIN_S: Final = 60
_FOR_A_NEW_ISSUE_S: Final = 3
_PAUSE_AT_MOST_S: Final = 5.0
_OK: Final = 200
_NOT_MODIFIED: Final = 304
_ANOTHER: Final = (MalformedDirectory, BadSignature, ThresholdNotReached)


class NotFetched(Exception):
    """The gateway gave no answer that could be taken in, or none in time."""


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


@dataclass(frozen=True, slots=True)
class Source:
    """The gateway's directory, and where it goes."""

    gateway_url: str
    session: aiohttp.ClientSession
    directory: Directory
    pool: Pool
    clock: Clock

    async def take(self, wait_s: int = 0) -> None:
        """Accept what is newer than what is held; wait so long at the gateway for something to be.

        Raises:
            WireError: it was refused. NotFetched: there was no answer to take.
        """
        held = self.directory.held
        raw = await self._get("" if held is None else f"?since={held.version}", held, wait_s)
        if raw is None:
            return
        try:
            await self._accept(raw)
        except _ANOTHER:  # the gateway's version of that number is not the one held: all of it, then
            if held is None or (raw := await self._get("", None, 0)) is None:
                raise
            await self._accept(raw)

    async def _accept(self, raw: bytes) -> None:
        async with self.pool.acquire() as conn:
            await self.directory.accept(conn, raw, self.clock.now())

    async def _get(self, query: str, held: Held | None, wait_s: int) -> bytes | None:
        """The bundle; None when there is nothing newer."""
        headers = {} if held is None else {"If-None-Match": held.tag}
        if wait_s:
            headers["Prefer"] = f"wait={wait_s}"  # RFC 7240, section 4.3
        url = self.gateway_url.rstrip("/") + PATH + query
        total_s = wait_s + (_WHOLE_WITHIN_S if held is None else _WITHIN_S)
        timeout = aiohttp.ClientTimeout(total=total_s, sock_connect=_WITHIN_S, sock_read=wait_s + _WITHIN_S)
        try:
            async with self.session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as response:
                if response.status == _NOT_MODIFIED:
                    return None
                if response.status != _OK:
                    raise NotFetched(f"HTTP_{response.status}")
                return await _capped(response)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NotFetched(type(error).__name__) from None


def fetch_from(source: Source) -> Fetch:
    """A coroutine function that fetches and accepts; quiet when it cannot, the caller looks at the directory again."""

    async def fetch() -> None:
        held = source.directory.held
        is_expired = held is not None and source.clock.now() >= held.expires_at
        await _quietly(source, _FOR_A_NEW_ISSUE_S if is_expired else 0)

    return sparingly(fetch)


async def follow(source: Source, jitter: Callable[[], float], stop: anyio.Event) -> None:
    """Hold one request at the gateway, which answers it when something is newer, again and again, until `stop`.

    What another process or an operator put into the database meanwhile is taken over too.
    """
    failures = 0
    while not stop.is_set():
        async with source.pool.acquire() as conn:
            await source.directory.load(conn)
        failures = 0 if await _quietly(source, WAIT_S) else failures + 1
        _alarm(source)
        if failures:
            with anyio.move_on_after(min(2.0**failures, _PAUSE_AT_MOST_S) * (0.5 + jitter() / 2)):
                await stop.wait()


async def _quietly(source: Source, wait_s: int) -> bool:
    """Whether the gateway was heard and believed."""
    try:
        await source.take(wait_s)
    except WireError as error:
        log.warning("directory refused", extra={"code": error.code})
    except NotFetched as error:
        log.warning("directory not fetched", extra={"error": str(error)})
    else:
        return True
    return False


def _alarm(source: Source) -> None:
    held = source.directory.held
    if held is not None and (age := source.clock.now() - held.fresh.document.issued_at) >= ALARM_AGE:
        log.error("directory grows old", extra={"version": held.version, "age_s": int(age.total_seconds())})


async def _capped(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BUNDLE_BYTES:
            raise NotFetched("TOO_LARGE")
    return bytes(body)
