"""A response that goes out while it is made, and is made no further when nobody listens any more."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Emit: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Sends the next piece; returns when the connection has taken it."""


class Streamed(Response):
    """200 with what `make` emits, until it returns; it is cancelled when the peer leaves."""

    def __init__(self, make: Callable[[Emit], Awaitable[None]], media_type: str) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._make = make

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

        async def emit(piece: bytes) -> None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        async def made() -> None:
            await self._make(emit)

        async with asyncio.TaskGroup() as group:
            work = group.create_task(made())
            watch = group.create_task(_cancel_when_gone(receive, work))
            work.add_done_callback(lambda _: watch.cancel())
        if not work.cancelled():
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _cancel_when_gone(receive: Receive, work: "asyncio.Task[None]") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    work.cancel()
