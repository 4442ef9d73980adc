"""The gateway hands out the newest signed directory, and says when it has not changed."""

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Message

from api.directory_endpoints import directory_routes, held_requests
from db.clock import SetClock
from db.pool import Pool
from federation.directory.directory import Directory
from tests.federation.zone import ISSUED, Zone

pytestmark = pytest.mark.anyio


async def get(directory: Directory, etag: str = "") -> Response:
    started: Message = {}
    body = b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal body
        started.update(message if message["type"] == "http.response.start" else {})
        body += message.get("body", b"")

    headers = [(b"if-none-match", etag.encode())] if etag else []
    scope = {"type": "http", "method": "GET", "path": "/directory", "raw_path": b"/directory", "root_path": ""}
    app = Starlette(routes=directory_routes(directory, held_requests(), SetClock(ISSUED)))
    await app({**scope, "headers": headers, "query_string": b"", "http_version": "1.1"}, receive, send)
    found = {name.decode(): value.decode() for name, value in started["headers"]}
    return Response(body, started["status"], headers=found)


async def test_no_directory_yet(clock: SetClock) -> None:
    assert (await get(Directory(Zone().root, clock))).status_code == 503


async def test_newest_document_byte_for_byte(gateway_pool: Pool, clock: SetClock) -> None:
    zone = Zone()
    directory = Directory(zone.root, clock)
    async with gateway_pool.acquire() as conn:
        await directory.accept(conn, zone.signed(1), clock.now())
        await directory.accept(conn, zone.signed(2), clock.now())

    answer = await get(directory)

    assert answer.body == zone.signed(2)
    assert answer.headers["etag"].startswith('"2-')


async def test_unchanged_document_is_not_sent_again(gateway_pool: Pool, clock: SetClock) -> None:
    zone = Zone()
    directory = Directory(zone.root, clock)
    async with gateway_pool.acquire() as conn:
        await directory.accept(conn, zone.signed(1), clock.now())
    first = await get(directory)

    second = await get(directory, first.headers["etag"])

    assert (second.status_code, second.body) == (304, b"")
