"""The way out for asks: one request to the gateway's relay carries a batch, frames come back as courts answer.

Invariant: it yields what arrived and nothing else. A stream that breaks simply ends without `End`; the caller knows
whom it has not heard of. It never retries by itself: a retry is the caller's, with the same envelopes.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Final

import aiohttp

from federation.ask import frames
from federation.ask.frames import End, Frame

BUDGET_HEADER: Final = "Xiezhi-Budget-Ms"
"""How long the asker still waits, on each hop."""
MAX_BUDGET_MS: Final = 30_000
_DEFAULT_BUDGET_MS: Final = 3000
_SLACK_S: Final = 0.25
_HEAR_OUT_S: Final = 0.05


def budget_ms(headers: Mapping[str, str]) -> int:
    """How long the asker still waits, by its headers; a missing or senseless number means the default."""
    text = headers.get(BUDGET_HEADER, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MAX_BUDGET_MS)):
        return _DEFAULT_BUDGET_MS
    return min(max(int(text), 1), MAX_BUDGET_MS)


class AskClient:
    """Asks through one gateway over a session that the process owns (its TLS included)."""

    def __init__(self, session: aiohttp.ClientSession, gateway_url: str) -> None:
        """`gateway_url` is the gateway's base address, for example http://127.0.0.1:8400."""
        self._session = session
        self._url = gateway_url.rstrip("/") + "/relay/asks"

    async def ask(self, batch: Sequence[bytes], budget_ms: int) -> AsyncGenerator[Frame, None]:
        """Frames in order of arrival, `End` last unless the stream was cut.

        Closing the iterator closes the request, which cancels what the gateway has not sent yet.
        """
        timeout = aiohttp.ClientTimeout(total=budget_ms / 1000 + _SLACK_S)
        headers = {BUDGET_HEADER: str(budget_ms), "Content-Type": "application/octet-stream"}
        try:
            async with self._session.post(
                self._url, data=frames.write_batch(batch), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                if response.status != 200:  # noqa: PLR2004 - the one good status
                    return
                async for frame in frames.read(response.content.iter_any()):
                    if isinstance(frame, End):
                        await _hear_out(response)
                    yield frame
        except (aiohttp.ClientError, TimeoutError, frames.BadFrame, OSError):
            return


async def _hear_out(response: aiohttp.ClientResponse) -> None:
    """Wait a moment for the stream to end, as it does after `End`: then its connection serves the next look-up."""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(_HEAR_OUT_S):
            await response.content.read(1)
