"""The operator's file of endpoints, and the call itself over HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from api import webhooks
from api.settings import BadSetting

pytestmark = pytest.mark.anyio

GOOD = {
    "name": "desk",
    "url": "https://desk.example/xiezhi",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "events": ["task.*", "warning.measure_expiring"],
}
BAD = [
    ({"name": "Desk 1"}, "name"),
    ({"secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "secret"),
    ({"secret": "whsec_c2hvcnQ="}, "secret"),
    ({"secret": "whsec_!"}, "secret"),
    ({"events": []}, "events"),
    ({"events": ["task.never"]}, "events"),
    ({"events": ["TASK.*"]}, "events"),
    ({"url": "http://desk.example/"}, "url"),
]


def written(folder: Path, content: Any, mode: int = 0o600) -> Path:
    path = folder / "webhooks.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    path.chmod(mode)
    return path


def test_the_file_is_read(tmp_path: Path) -> None:
    (read,) = webhooks.read(written(tmp_path, [GOOD]))

    assert (read.name, read.url, tuple(read.wanted), len(read.key)) == (
        "desk",
        "https://desk.example/xiezhi",
        ("task.*", "warning.measure_expiring"),
        24,
    )
    assert "MfKQ" not in repr(read)
    assert webhooks.read(None) == []


@pytest.mark.parametrize(("change", "part"), BAD)
def test_a_bad_part_is_named_and_not_repeated(tmp_path: Path, change: dict[str, Any], part: str) -> None:
    with pytest.raises(BadSetting, match=f"endpoint 2: {part}") as raised:
        webhooks.read(written(tmp_path, [GOOD, GOOD | {"name": "second"} | change]))

    assert not any(str(value) in str(raised.value) for value in change.values() if value)


@pytest.mark.parametrize("content", ["", "{", "{}", [GOOD | {"more": 1}], [{"name": "desk"}], [GOOD, GOOD]])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: Any) -> None:
    with pytest.raises(BadSetting):
        webhooks.read(written(tmp_path, content))


def test_a_file_that_others_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="0600"):
        webhooks.read(written(tmp_path, [GOOD], mode=0o640))
    with pytest.raises(BadSetting, match="cannot be read"):
        webhooks.read(tmp_path / "none.json")


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An endpoint that answers with the status in its path, and what it was told."""
    told: list[tuple[dict[str, str], bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        told.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        status = int(request.match_info["status"])
        return web.Response(status=status, headers={"location": "/200"} if status // 100 == 3 else None)

    application = web.Application()
    application.router.add_post("/{status}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio's server
    yield f"http://127.0.0.1:{port}", told
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "is_taken"), [(200, True), (204, True), (301, False), (400, False), (410, False), (503, False)]
)
async def test_only_2xx_is_taken(
    server: tuple[str, list[tuple[dict[str, str], bytes]]], status: int, *, is_taken: bool
) -> None:
    url, told = server
    async with aiohttp.ClientSession() as session:
        call = webhooks.call_over(session)
        assert await call(f"{url}/{status}", b"{}", {"webhook-id": "330824-1"}) is is_taken

    ((headers, body),) = told
    assert (headers["webhook-id"], headers["content-type"], body) == ("330824-1", "application/json", b"{}")


async def test_nobody_there_is_not_taken() -> None:
    async with aiohttp.ClientSession() as session:
        assert await webhooks.call_over(session)("http://127.0.0.1:9/", b"{}", {}) is False
