"""Readiness is checked when it is asked for; a check that fails tells nothing but that."""

import json
from datetime import timedelta
from types import SimpleNamespace

import aiohttp
import anyio
import pytest
from starlette.applications import Starlette

from api import health
from api.health import database_reachable, directory_fresh, health_routes, key_loaded
from db.clock import SetClock
from db.pool import Pool
from tests.api.graphql.server import served

pytestmark = pytest.mark.anyio


async def failing() -> str:
    raise OSError("postgresql://user:hunter2@db")


async def hanging() -> str:
    await anyio.sleep(3600)
    return "ok"


async def test_a_working_process_is_ready(node_pool: Pool, clock: SetClock) -> None:
    directory = SimpleNamespace(expires_at=clock.now() + timedelta(hours=1))
    checks = {
        "database": database_reachable(node_pool),
        "directory": directory_fresh(lambda: directory, clock),
        "keys": key_loaded(object()),
    }

    assert await health.run(checks) == {"database": "ok", "directory": "ok", "keys": "ok"}

    clock.advance(timedelta(hours=1))
    assert (await health.run(checks))["directory"] == "expired"


async def test_a_failing_check_says_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_TIMEOUT_S", 0.05)
    checks = {"database": failing, "directory": hanging, "keys": key_loaded(None)}

    async with (
        served(Starlette(routes=health_routes(checks))) as address,
        aiohttp.ClientSession() as session,
    ):
        ready = await session.get(f"http://{address}/readyz")
        body = json.loads(await ready.read())
        alive = await session.get(f"http://{address}/livez")

    assert (alive.status, ready.status) == (200, 503)
    assert body == {
        "status": "not ready",
        "checks": {"database": "failed", "directory": "timed out", "keys": "missing"},
    }
