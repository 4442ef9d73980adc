"""The calls over aiohttp, and the session that keeps its connections."""

from math import inf
from typing import Final

import aiohttp

from federation.ask.client import BUDGET_HEADER
from federation.delivery.post import MEDIA_TYPE
from federation.http_client.client import HttpAnswer, NoAnswer, Unread, room

_NOT_SENT: Final = ("Accept", "Accept-Encoding", "User-Agent")


class LibraryClient:
    """Calls over a session that the process owns (its TLS and its connections included)."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, url: str, body: bytes, *, limit_bytes: int, within_s: float) -> HttpAnswer:
        """See `HttpClient`."""
        headers = {BUDGET_HEADER: str(round(within_s * 1000)), "Content-Type": MEDIA_TYPE}
        timeout = aiohttp.ClientTimeout(total=within_s, ceil_threshold=inf)
        try:
            async with self._session.post(
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                auto_decompress=False,
                skip_auto_headers=_NOT_SENT,
            ) as response:
                most = room(response.status, limit_bytes)
                return HttpAnswer(response.status, b"" if most is None else await _read(response, most))
        except TimeoutError:
            raise TimeoutError from None
        except (aiohttp.ClientError, OSError):
            raise NoAnswer from None


async def _read(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    """The body, of which no more is held than the limit."""
    if "Content-Encoding" in response.headers:
        raise Unread
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit_bytes:
            raise Unread
    return bytes(body)
