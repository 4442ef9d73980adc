"""Callers and courts have so many requests a minute, counted over all processes, and are told when to come again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import anyio
import asyncpg
import pytest

from api.graphql.errors import RequestRefused
from api.graphql.over_websocket import PROTOCOL
from api.rate_limits import RateLimits
from db.pool import Pool
from enforcement.rules.rights import Caller, Role
from tests.api.graphql.server import HANDLER, application, served

pytestmark = pytest.mark.anyio

_MINUTE = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
_OTHER = Caller("o-330824-02", "浙0824", frozenset({Role.HANDLER}))
_ELSEWHERE = Caller("o-341021-01", "皖1021", frozenset({Role.HANDLER}))


class Wall:
    """A wall clock that is set."""

    def __init__(self) -> None:
        self.now = _MINUTE + timedelta(seconds=15)

    def __call__(self) -> datetime:
        return self.now


async def spent(limits: RateLimits, caller: Caller | None, times: int, address: str = "10.0.0.1") -> int:
    """How many of `times` requests were let through."""
    passed = 0
    for _ in range(times):
        try:
            await limits.spend(caller, address)
        except RequestRefused as refusal:
            told = refusal.entries[0]
            passed -= 0 if (told.code, told.extensions) == ("TOO_MANY_REQUESTS", {"retryAfterS": 45}) else times
        else:
            passed += 1
    return passed


async def test_a_caller_has_so_many_requests(node_pool: Pool) -> None:
    limits = RateLimits(node_pool, per_caller=50, now=Wall())

    assert await spent(limits, HANDLER, 60) == 50
    assert await spent(limits, _OTHER, 60) == 50
    assert await spent(limits, None, 60) == 50
    assert await spent(limits, None, 60, "10.0.0.2") == 50


async def test_a_court_has_so_many_requests(node_pool: Pool) -> None:
    limits = RateLimits(node_pool, per_caller=50, per_court=70, now=Wall())

    assert await spent(limits, HANDLER, 60) + await spent(limits, _OTHER, 60) == 70
    assert await spent(limits, _ELSEWHERE, 60) == 50


async def test_processes_share_the_limits(node_pool: Pool) -> None:
    wall = Wall()
    one, two = (RateLimits(node_pool, per_caller=100, now=wall) for _ in range(2))
    passed = []

    async def call(limits: RateLimits) -> None:
        passed.append(await spent(limits, HANDLER, 80))

    async with anyio.create_task_group() as group:
        group.start_soon(call, one)
        group.start_soon(call, two)

    assert 95 < sum(passed) <= 100


async def test_requests_at_once_are_counted_once(node_pool: Pool) -> None:
    limits, passed = RateLimits(node_pool, per_caller=40, now=Wall()), []

    async def call() -> None:
        passed.append(await spent(limits, HANDLER, 1))

    async with anyio.create_task_group() as group:
        for _ in range(60):
            group.start_soon(call)

    assert sum(passed) == 40


async def test_the_next_minute_begins_anew(node_pool: Pool) -> None:
    wall = Wall()
    limits = RateLimits(node_pool, per_caller=20, now=wall)
    await spent(limits, HANDLER, 30)
    wall.now += timedelta(minutes=1)

    assert await spent(limits, HANDLER, 30) == 20


async def test_one_statement_serves_many_requests(node_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = []
    fetch = asyncpg.Connection.fetch

    async def counted(conn: Any, query: str, *values: object, **options: Any) -> Any:
        statements.append(query)
        return await fetch(conn, query, *values, **options)

    monkeypatch.setattr(asyncpg.Connection, "fetch", counted)
    limits = RateLimits(node_pool, per_caller=1000, per_court=2000, now=Wall())

    assert await spent(limits, HANDLER, 500) == 500
    assert len(statements) == 10
    assert await spent(limits, HANDLER, 600) == 500
    assert len(statements) <= 21


async def test_without_the_database_each_process_limits_alone(new_database: Callable[..., Any]) -> None:
    pool = await asyncpg.create_pool(await new_database("node"), min_size=1)
    async with pool.acquire() as conn:
        await conn.execute("DROP TABLE rate_windows")
    limits = RateLimits(pool, per_caller=20, now=Wall())

    passed = await spent(limits, HANDLER, 30)
    await pool.close()

    assert passed == 20


async def test_old_windows_are_forgotten(node_pool: Pool) -> None:
    wall = Wall()
    limits = RateLimits(node_pool, per_caller=20, now=wall)
    await spent(limits, HANDLER, 1)
    wall.now += timedelta(minutes=4)

    await limits.purge()

    async with node_pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM rate_windows") == 0


async def test_the_door_says_when_to_come_again(node_pool: Pool) -> None:
    rates = RateLimits(node_pool, per_caller=1, now=Wall())
    init = {"type": "connection_init", "payload": {"authorization": "Bearer handler"}}
    async with served(application(rates=rates)) as address, aiohttp.ClientSession() as session:
        url, headers = f"http://{address}/graphql", {"authorization": "Bearer handler"}
        await (await session.post(url, json={"query": "{ zone }"}, headers=headers)).read()
        async with session.post(url, json={"query": "{ zone }"}, headers=headers) as answer:
            body = json.loads(await answer.read())
        async with session.ws_connect(url, protocols=(PROTOCOL,)) as socket:
            await socket.send_json(init)
            await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": "{ zone }"}})
            await socket.receive_json()
            told = await socket.receive_json()

    assert (answer.status, answer.headers["retry-after"]) == (429, "45")
    assert answer.content_type == "application/graphql-response+json"
    assert body["errors"][0]["extensions"] == {"retryAfterS": 45, "code": "TOO_MANY_REQUESTS"}
    assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_REQUESTS")
