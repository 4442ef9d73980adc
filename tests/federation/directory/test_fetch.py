"""However often an unknown version is named, its source is asked sparingly."""

import asyncio
from types import SimpleNamespace

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


async def test_call_within_the_second_waits_for_what_was_published_since(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them for one fetch, which begins after they came."""
    seconds, asked_at = 100.0, list[float]()

    async def sleep(delay_s: float) -> None:
        nonlocal seconds
        await anyio.lowlevel.checkpoint()
        seconds += max(delay_s, 0.0)

    async def source() -> None:
        asked_at.append(seconds)

    monkeypatch.setattr(fetch, "monotonic_s", lambda: seconds)
    monkeypatch.setattr(fetch, "asyncio", SimpleNamespace(Lock=asyncio.Lock, sleep=sleep))
    get = sparingly(source)

    async def call() -> None:
        await get()

    await call()
    seconds += 0.25

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(call)

    assert asked_at == [100.0, 101.0]


async def test_who_leaves_while_it_fetches_leaves_no_other_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_AT_MOST_EVERY_S", 0.0)
    asked, is_fetching = 0, anyio.Event()

    async def source() -> None:
        nonlocal asked
        asked += 1
        is_fetching.set()
        await asyncio.sleep(3600 if asked == 1 else 0)

    get = sparingly(source)

    async def call() -> None:
        await get()

    leaving = asyncio.create_task(call())
    await is_fetching.wait()
    waiting = asyncio.create_task(call())
    await anyio.lowlevel.checkpoint()
    leaving.cancel()
    with anyio.fail_after(5):
        await waiting

    assert asked == 2
