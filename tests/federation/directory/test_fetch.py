"""However often an unknown version is named, its source is asked sparingly."""

import anyio
import anyio.lowlevel
import pytest

from federation.directory import fetch
from federation.directory.fetch import sparingly

pytestmark = pytest.mark.anyio


async def test_source_is_asked_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 100.0
    monkeypatch.setattr(fetch, "monotonic_s", lambda: seconds)
    asked = 0

    async def source() -> None:
        nonlocal asked
        await anyio.lowlevel.checkpoint()
        asked += 1

    get = sparingly(source)

    async def call() -> None:
        await get()

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(call)
    assert asked == 1

    seconds += 1.0
    await get()

    assert asked == 2
