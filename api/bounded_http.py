"""HTTP connections with an end: uvicorn's waits for ever for a head, for a body, and for a peer that does not read.

The life of a connection: it waits for a head (408 when that begins and does not end, 431 when it is too long), for the
body (408, unless the answer has begun), and for the peer to read the answer. One that is silent between requests is
uvicorn's to close. What is no HTTP is answered in the shape of a GraphQL response. Invariant: a request that is refused
here is answered only if every request before it was: nothing is taken for the answer to another.
"""

import asyncio
import logging
from enum import Enum, auto
from typing import Any, Final

from starlette.datastructures import Headers
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.graphql.accept import accepted
from api.graphql.errors import refused
from api.graphql.language import language_of
from api.graphql.response import refusal_response
from api.open_connections import ConnectionBounds, OpenConnections
from api.waiting import Waiting

_LOG: Final = logging.getLogger(__name__)
_MOST_HEAD_BYTES: Final = 64 * 1024
_MOST_FRAMING_BYTES: Final = 64 * 1024
"""Of a chunked body, beyond as much as the body itself: extensions and trailers that nobody reads."""


class _Phase(Enum):
    """What the parser is at."""

    HEAD = auto()
    BODY = auto()
    BETWEEN = auto()


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *rest: Any, bounds: ConnectionBounds, opened: OpenConnections, **options: Any) -> None:
        super().__init__(*rest, **options)
        self._bounds = bounds
        self._opened = opened
        self._phase = _Phase.BETWEEN
        self._is_upgraded = False
        self._head_bytes = 0
        self._is_long = False  # what came so far: the head in it may be too large
        self._is_too_large = False
        self._framing_bytes = 0
        self._served: RequestResponseCycle | None = None  # the oldest request without a whole answer; or the last one
        self._request = Waiting(self.loop)
        self._reading = Waiting(self.loop)

    # what the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if self._opened.admit(transport):
            self._request.wait(self._bounds.head_s, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._request.end()
        self._reading.end()
        self._opened.forget(self.transport)
        if self._served is not None:  # uvicorn tells the newest one alone
            self._served.disconnected = True
            self._served.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._framing_bytes += len(data)
        self._is_long = self._head_bytes + len(data) > _MOST_HEAD_BYTES
        super().data_received(data)
        if self._is_upgraded or self.transport.is_closing():
            return
        if self._phase is _Phase.BODY:
            if self._framing_bytes > _MOST_FRAMING_BYTES:
                self._give_up("MALFORMED_REQUEST")
            elif not self._request.is_on:
                self._request.wait(self._bounds.body_s, self._body_is_late)
            return
        if self._phase is _Phase.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                self._refuse("HEAD_TOO_LARGE")
                return
        if self._is_idle and not self._request.is_on:
            self._request.wait(self._bounds.head_s, self._head_is_late)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reading.wait(self._bounds.read_s, self.transport.abort)

    def resume_writing(self) -> None:
        self._reading.end()
        super().resume_writing()

    # what the parser tells

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase, self._head_bytes = _Phase.HEAD, 0

    def on_headers_complete(self) -> None:
        self._request.end()
        if self._is_idle:
            self._opened.comes(self.transport)
        if self._is_long and sum(len(name) + len(value) for name, value in self.headers) > _MOST_HEAD_BYTES:
            self._is_too_large = True
            raise ValueError("the head is too large")
        self._phase, self._framing_bytes = _Phase.BODY, 0
        super().on_headers_complete()
        if not self.parser.should_upgrade():
            self.headers = []  # of trailers, which are no headers of the request

    def on_body(self, body: bytes) -> None:
        self._framing_bytes -= 2 * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._request.end()
        if not self._is_idle:  # it may have been answered before it was whole
            self._opened.is_served(self.transport)
        self._phase, self._head_bytes = _Phase.BETWEEN, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_idle:
            self._opened.waits(self.transport)

    def handle_websocket_upgrade(self) -> None:
        if not self._is_idle:  # what is being answered would be written into the socket
            self._refuse("MALFORMED_REQUEST")
            return
        self._is_upgraded = True
        self._opened.is_served(self.transport)
        super().handle_websocket_upgrade()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._served = cycle
        super()._start_asgi_task(cycle, app)

    # what ends it

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.pipeline)

    def _head_is_late(self) -> None:
        if self._phase is _Phase.HEAD:
            self._refuse("HEAD_TOO_SLOW")
        else:
            self.transport.close()  # nobody asked for anything: a browser that connects in advance

    def _body_is_late(self) -> None:
        if self.pipeline:  # it is we who do not read on: an earlier request is being served
            self._request.wait(self._bounds.body_s, self._body_is_late)
        else:
            self._give_up("BODY_TOO_SLOW")

    def _give_up(self, code: str) -> None:
        """End the request whose body is being read, with `code` if its answer is next and has not begun."""
        self._request.end()
        given_up = self.cycle
        given_up.disconnected = True
        given_up.message_event.set()
        is_told = given_up is self._served and not given_up.response_started
        self._end(code, is_told=is_told)

    def _refuse(self, code: str) -> None:
        """End the connection, with `code` if nothing is being answered."""
        self._end(code, is_told=self._is_idle)

    def _end(self, code: str, *, is_told: bool) -> None:
        _LOG.info("request refused", extra={"kind": "http", "code": code, "told": is_told})
        if is_told:
            self._tell(code)
        self.transport.close()

    def _tell(self, code: str) -> None:
        headers = Headers(raw=list(self.scope["headers"]) if self.scope else [])
        language, reads = language_of(headers.get("accept-language")), accepted(headers.get("accept"))
        answer = refusal_response(refused(code), "", reads.best, language)
        told = b"".join(b"%b: %b\r\n" % header for header in (*answer.raw_headers, (b"connection", b"close")))
        self.transport.write(b"".join((STATUS_LINE[answer.status_code], told, b"\r\n", answer.body)))

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's own text)
        """Refuse what is no HTTP, or has a head that is too long: the parser has given it up."""
        if self._phase is _Phase.BODY:
            self._give_up("MALFORMED_REQUEST")
        else:
            self._refuse("HEAD_TOO_LARGE" if self._is_too_large else "MALFORMED_REQUEST")
