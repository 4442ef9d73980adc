"""The event-stream edge: the protocol of graphql-sse, distinct connections; one stream is one operation.

The life of a stream: `next` with each response, a comment whenever it was silent for a while, `complete` at its end. It
ends with `next` and the reason when the token is over or its officer has left; without a word when the program stops
or the peer reads too slowly, so that the client connects again.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

import anyio
import orjson
from starlette.types import Receive, Scope, Send

from api.graphql.accept import EVENTS
from api.graphql.door import Door, address_of
from api.graphql.errors import Entry, RequestRefused, log_fault
from api.graphql.execution import Context, Prepared
from api.held_connections import holder_of, over
from api.logs import REQUEST_ID
from enforcement.rules.rights import Caller

_COMPLETE: Final = b"event: complete\ndata:\n\n"
_COMMENT: Final = b":\n\n"


class EventStream:
    """The answer to one request, as events."""

    def __init__(self, door: Door, caller: Caller | None, authorization: str | None, language: str) -> None:
        self._door = door
        self._caller = caller
        self._authorization = authorization
        self._language = language
        self._refusal: RequestRefused | None = None
        self._operation: tuple[Prepared, Context] | None = None
        self._write = anyio.Lock()

    def refusing(self, refusal: RequestRefused) -> "EventStream":
        """The stream that says why the document is not executed."""
        self._refusal = refusal
        return self

    def running(self, prepared: Prepared, context: Context) -> "EventStream":
        """The stream of the operation's responses."""
        self._operation = (prepared, context)
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve until the operation, the token or the program ends, or the peer leaves.

        Raises:
            RequestRefused: TOO_MANY_CONNECTIONS, before anything was sent.
        """
        is_read = True
        with (
            anyio.CancelScope() as whole,
            self._door.held.hold(holder_of(self._caller, address_of(scope)), whole),
        ):
            try:
                await self._serve(receive, send)
            except* (TimeoutError, OSError):
                is_read = False
            except* Exception as faults:  # noqa: BLE001 (the answer has begun: all that is left is to end it)
                log_fault(faults)
        if is_read:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _serve(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers()})
        async with anyio.create_task_group() as group:
            group.start_soon(_when_left, receive, group.cancel_scope)
            group.start_soon(self._keep_alive, send)
            group.start_soon(self._until_over, send, group.cancel_scope)
            async with aclosing(self._responses()) as responses:  # left while it sends, it still ends at once
                async for response in responses:
                    await self._send(send, _next(response))
            await self._send(send, _COMPLETE)
            group.cancel_scope.cancel()

    async def _responses(self) -> AsyncGenerator[dict[str, Any], None]:
        """The responses of the operation; a refusal or a fault is the last one."""
        if self._operation is None:
            if self._refusal is not None:
                yield self._errors(*self._refusal.entries)
            return
        try:
            async with aclosing(self._door.engine.stream(*self._operation)) as responses:
                async for response in responses:
                    yield response
        except RequestRefused as refusal:
            yield self._errors(*refusal.entries)
        except Exception as error:  # noqa: BLE001 (a fault of ours ends the stream in the client's own terms)
            log_fault(error)
            yield self._errors(Entry("INTERNAL", extensions={"requestId": REQUEST_ID.get()}))

    async def _keep_alive(self, send: Send) -> None:
        while True:
            await anyio.sleep(self._door.held.limits.keep_alive_s)
            await self._send(send, _COMMENT)

    async def _until_over(self, send: Send, scope: anyio.CancelScope) -> None:
        if self._caller is None:
            return
        look_again_s = self._door.held.limits.look_again_s
        code = await over(self._door.authenticate, self._authorization, self._caller, look_again_s)
        await self._send(send, _next(self._errors(Entry(code))) + _COMPLETE)
        scope.cancel()

    async def _send(self, send: Send, chunk: bytes) -> None:
        """Hand `chunk` to the connection, which holds what the peer has not read up to its own bound.

        Raises:
            TimeoutError: the peer reads nothing.
        """
        async with self._write:
            with anyio.fail_after(self._door.held.limits.send_timeout_s):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})

    def _errors(self, *entries: Entry) -> dict[str, Any]:
        return {"errors": [entry.json(self._language) for entry in entries]}

    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
            (b"content-language", self._language.encode()),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"vary", b"accept, accept-language, origin"),
        ]


async def _when_left(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _next(response: dict[str, Any]) -> bytes:
    return b"event: next\ndata: " + orjson.dumps(response) + b"\n\n"
