"""One kept connection to another program: one request at a time, the answer read as it comes, within its limits.

A request is written -> the head is read and weighed -> the body is read up to its limit -> the answer is given, and
the connection may serve again. Whatever is out of order ends the connection with the call.

Invariant: a connection that may be used again has nothing of an earlier exchange on its way, in either direction, as
far as one end can know.
"""

import asyncio
from collections.abc import Callable
from typing import Final, cast

import httptools

from federation.http_client.client import HttpAnswer, NoAnswer, Unread, room

MAX_HEAD: Final = 16 * 1024
"""Of the head, interim ones (1xx) and trailers included."""
_PER_HEADER: Final = 32
"""What a header counts beside its own length."""
_FRAMING: Final = 2
"""A chunked body may be so many times as long as what is in it."""


class Connection(asyncio.Protocol):
    """What asyncio tells of a connection, and what httptools reads in it."""

    def __init__(self, lost: Callable[["Connection"], None]) -> None:
        """`lost` is told when it is gone."""
        self.idle_since_s = 0.0
        self.spoke = False  # a byte of the answer to the last request came
        self._lost = lost
        self._open = False
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._heard: asyncio.Future[HttpAnswer] | None = None  # while a request is under way
        self._begin(0)

    def _begin(self, limit_bytes: int) -> None:
        self.spoke = False
        self._limit_bytes = limit_bytes
        self._status, self._room, self._body = 0, 0, bytearray()
        self._head_left = self._bytes_left = MAX_HEAD
        self._whole, self._kept = False, True

    def is_open(self) -> bool:
        """Whether a request may be sent."""
        return self._open and self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes, limit_bytes: int) -> "asyncio.Future[HttpAnswer]":
        """Send `request`; the future has the answer, or `NoAnswer` or `Unread`. Who stops waiting calls `abort`.

        Raises:
            NoAnswer: the connection is gone already.
        """
        self._begin(limit_bytes)
        if self._transport is None or not self.is_open():
            raise NoAnswer
        self._heard = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._heard

    def abort(self) -> None:
        """Let go of the connection at once."""
        self._open = False
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._open = cast("asyncio.Transport", transport), True
        self._parser = httptools.HttpResponseParser(self)

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = self._parser = None
        self._lost(self)
        self._end(NoAnswer())

    def eof_received(self) -> None:
        """The peer will say no more, and TLS need not take its leave of it."""
        self.abort()

    def data_received(self, data: bytes) -> None:
        if self._heard is None or self._parser is None:  # nothing was asked
            self.abort()
            return
        self.spoke = True
        self._bytes_left -= len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._kept = False
            if not self._whole:
                self._end(Unread() if isinstance(error.__context__, Unread) else NoAnswer())
                return
        if self._whole:
            self._end(HttpAnswer(self._status, bytes(self._body)))
        elif self._bytes_left < 0:
            self._end(Unread() if self._status else NoAnswer())

    def _end(self, outcome: HttpAnswer | Exception) -> None:
        """The exchange is over: the connection stays only if all of it went as it should."""
        heard, self._heard, self._body = self._heard, None, bytearray()
        if heard is None:
            return
        if isinstance(outcome, Exception) or not self._kept or self._unsent():
            self.abort()
        if heard.done():  # nobody waits any more
            return
        if isinstance(outcome, Exception):
            heard.set_exception(outcome)
        else:
            heard.set_result(outcome)

    def _unsent(self) -> bool:
        """Whether the answer came before the whole request was sent."""
        return self._transport is not None and self._transport.get_write_buffer_size() > 0

    # What httptools reads. An exception stops it.

    def on_message_begin(self) -> None:
        if self._whole:  # something follows the answer
            raise NoAnswer

    def on_header(self, name: bytes, value: bytes) -> None:
        """Of a head or of trailers. Lengths and framing are httptools' business, which refuses what is ambiguous."""
        self._head_left -= len(name) + len(value) + _PER_HEADER
        if self._head_left < 0:
            raise NoAnswer
        name = name.lower()
        if name == b"content-encoding" or (name == b"transfer-encoding" and value.strip().lower() != b"chunked"):
            raise Unread

    def on_headers_complete(self) -> None:
        assert self._parser is not None  # it is what calls
        status = self._parser.get_status_code()
        if self._parser.get_http_version() != "1.1":
            raise NoAnswer
        if 100 <= status < 200:  # noqa: PLR2004 - RFC 9110, 15.2: another head follows; nobody has asked for this one
            self._kept = False
            return
        self._status, most = status, room(status, self._limit_bytes)
        if most is None:
            self._whole = True
            raise Unread
        self._room = most
        self._bytes_left += _FRAMING * most

    def on_body(self, body: bytes) -> None:
        if len(self._body) + len(body) > self._room:
            raise Unread
        self._body += body

    def on_message_complete(self) -> None:
        assert self._parser is not None  # it is what calls
        if self._status:
            self._whole = True
            self._kept = self._kept and self._parser.should_keep_alive()
