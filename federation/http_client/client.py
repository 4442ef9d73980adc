"""What calling another program of the zone over HTTP/1.1 is, whoever does it.

Invariant: no more of an answer is held than its limit; nothing is followed, decoded, remembered or authenticated but
by TLS; no error carries an address, a header or a word of the peer's.
"""

from enum import StrEnum
from typing import Final, NamedTuple, Protocol

MAX_REFUSAL: Final = 1024
OK: Final = 200


class Implementation(StrEnum):
    """Ours, or the library's."""

    OWN = "own"
    AIOHTTP = "aiohttp"


class NoAnswer(Exception):
    """No connection, or it broke off, or what came over it is not HTTP/1.1."""


class Unread(Exception):
    """An answer came, but it is longer than its limit, or encoded."""


class HttpAnswer(NamedTuple):
    """The body is that of a 200 or a 4xx; any other's is not read, and empty here."""

    status: int
    body: bytes


class HttpClient(Protocol):
    """The way out to other programs."""

    async def post(self, url: str, body: bytes, *, limit_bytes: int, within_s: float) -> HttpAnswer:
        """POST `body`; of a 200 at most `limit_bytes` are read, of a 4xx at most `MAX_REFUSAL`.

        `within_s` covers everything from waiting for a connection to the last byte; what is left of it is told to the
        peer. Cancelling ends the exchange at once.

        Raises:
            TimeoutError: it was not over `within_s` seconds later.
            NoAnswer, Unread.
        """
        ...


def room(status: int, limit_bytes: int) -> int | None:
    """How much of the body is read; None: it says nothing that the status does not."""
    if status == OK:
        return limit_bytes
    return MAX_REFUSAL if 400 <= status < 500 else None  # noqa: PLR2004 - refused by a plain code
