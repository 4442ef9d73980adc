"""One POST to another program of the zone, with a time-out and a cap on what is read back.

Invariant: it never retries and never follows a redirect; whatever is no complete HTTP answer is `Unreachable`.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import aiohttp
import orjson

from federation.wire.envelope import MAX_MESSAGE

MEDIA_TYPE: Final = "application/octet-stream"
_CHUNK_BYTES: Final = 64 * 1024
_MOST_CODE: Final = 40


class Unreachable(Exception):
    """No complete answer came in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: bytes


class Post(Protocol):
    """How bytes reach another program; tests put faults here."""

    async def __call__(self, url: str, body: bytes, *, timeout_s: float) -> Reply:
        """The answer.

        Raises:
            Unreachable: none came within `timeout_s` seconds, or one too large.
        """
        ...


def post_over(session: aiohttp.ClientSession) -> Post:
    """POSTs over a session that the process owns (its TLS and its connections included)."""

    async def post(url: str, body: bytes, *, timeout_s: float) -> Reply:
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        headers = {"Content-Type": MEDIA_TYPE}
        try:
            async with session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return Reply(response.status, await _capped(response))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unreachable(type(error).__name__) from None

    return post


async def _capped(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_MESSAGE:
            raise Unreachable("TOO_LARGE")
    return bytes(body)


def code_of(reply: Reply) -> str:
    """The stable code in a refusal's body, or the status; never any other text of the peer."""
    try:
        code = orjson.loads(reply.body)["code"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP_{reply.status}"
    is_code = isinstance(code, str) and len(code) <= _MOST_CODE and code.isascii() and code.replace("_", "").isalnum()
    return code if is_code else f"HTTP_{reply.status}"
