"""Asks others what time it is: the `Date` of their answer to `GET /livez` (RFC 9110 §6.6.1), good to a second.

Invariant: nothing else of the answer is read; who does not answer, or says no time, is not heard.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import anyio

from federation.readiness.clocks import HeardClocks

_TIMEOUT: Final = aiohttp.ClientTimeout(total=2)


async def ask_all(session: aiohttp.ClientSession, clocks: HeardClocks, urls: Mapping[str, str]) -> None:
    """Ask every program of `urls`, its base URLs by source, all at once."""
    async with anyio.create_task_group() as group:
        for source, url in urls.items():
            group.start_soon(_ask, session, clocks, source, url)


async def _ask(session: aiohttp.ClientSession, clocks: HeardClocks, source: str, url: str) -> None:
    try:
        async with session.get(url.rstrip("/") + "/livez", timeout=_TIMEOUT, allow_redirects=False) as answer:
            hear_date(clocks, source, answer.headers.get("Date"))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return


def hear_date(clocks: HeardClocks, source: str, date: str | None) -> None:
    """Take over the `Date` of an answer, if it has one and it is a time."""
    said = _instant(date)
    if said is not None:
        clocks.hear(source, said)


def _instant(date: str | None) -> datetime | None:
    if date is None:
        return None
    try:
        said = parsedate_to_datetime(date)
        return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
