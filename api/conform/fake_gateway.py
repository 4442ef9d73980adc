"""The gateway of the kit's own zone: it has a directory, and carries nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from api.conform.kit import Examined, NoAnswer
from api.conform.raw_http import CLOSED, SILENT, exchange
from federation.directory.publish import Published

_HOST: Final = "127.0.0.1"
_MOST_WAIT_S: Final = 30
_PAUSE_S: Final = 0.5
_ANSWER_S: Final = 2.0
_GO_S: Final = 0.1


class PortTaken(Exception):
    """Another program listens there."""


@asynccontextmanager
async def serving(directory: bytes, port: int) -> AsyncIterator[str]:
    """Its address, for as long as the context lasts.

    Raises:
        PortTaken: it cannot listen there.
    """
    tag = f'"{Published.of(directory).roots[0].fingerprint[:32]}"'

    async def give(request: web.Request) -> web.Response:
        if request.headers.get("Prefer", "").startswith("wait="):  # there is never anything newer
            await asyncio.sleep(_MOST_WAIT_S)
        return web.Response(body=directory, headers={"ETag": tag})

    app = web.Application()
    app.router.add_get("/directory", give)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GO_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, _HOST, port)
        try:
            await site.start()
        except OSError:
            raise PortTaken from None
        yield f"http://{_HOST}:{port}"
    finally:
        await runner.cleanup()


async def until_there(node: Examined, limit_s: float) -> None:
    """Return once the node answers anything.

    Raises:
        TimeoutError: it does not within `limit_s`.
    """
    async with asyncio.timeout(limit_s):
        while not await _is_there(node):  # noqa: ASYNC110 (what is waited for happens in another process)
            await asyncio.sleep(_PAUSE_S)


async def _is_there(node: Examined) -> bool:
    try:
        said = await exchange(node.url, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", wait_s=_ANSWER_S)
    except NoAnswer:
        return False
    return said not in {CLOSED, SILENT}
