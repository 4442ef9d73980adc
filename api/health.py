"""`/livez`: the process answers. `/readyz`: what it needs is there, checked now, each check within two seconds."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeAlias

import anyio
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.clock import Clock
from db.pool import Pool

Check: TypeAlias = Callable[[], Awaitable[str]]
"""Gives "ok", or a fixed phrase that says what is wrong."""

_TIMEOUT_S: Final = 2.0
_OK: Final = "ok"


class _Expiring(Protocol):
    @property
    def expires_at(self) -> datetime: ...


def health_routes(checks: Mapping[str, Check]) -> list[Route]:
    """`/livez` and `/readyz` over the named checks."""

    async def live(_request: Request) -> Response:
        return _json({"status": _OK}, 200)

    async def ready(_request: Request) -> Response:
        results = await run(checks)
        fine = all(result == _OK for result in results.values())
        return _json({"status": _OK if fine else "not ready", "checks": results}, 200 if fine else 503)

    return [Route("/livez", live, methods=["GET"]), Route("/readyz", ready, methods=["GET"])]


async def run(checks: Mapping[str, Check]) -> dict[str, str]:
    """Every check's result, all at once; a check that fails or takes too long says only that."""
    results = dict.fromkeys(checks, "timed out")

    async def one(name: str, check: Check) -> None:
        with anyio.move_on_after(_TIMEOUT_S):
            try:
                results[name] = await check()
            except Exception:  # noqa: BLE001 (whatever it is, the process is not ready; its text may quote data)
                results[name] = "failed"

    async with anyio.create_task_group() as group:
        for name, check in checks.items():
            group.start_soon(one, name, check)
    return results


def database_reachable(pool: Pool) -> Check:
    """The database answers a query."""

    async def check() -> str:
        await pool.fetchval("SELECT 1")
        return _OK

    return check


def directory_fresh(current: Callable[[], _Expiring], clock: Clock) -> Check:
    """A directory is loaded and has not expired; `current` is `Directory.current`."""

    async def check() -> str:
        return _OK if current().expires_at > clock.now() else "expired"

    return check


def key_loaded(key: object | None) -> Check:
    """The program's keys were read."""

    async def check() -> str:
        return _OK if key is not None else "missing"

    return check


def _json(value: object, status: int) -> Response:
    return Response(orjson.dumps(value), status, {"cache-control": "no-store"}, "application/json")
