"""`/livez`: the process answers. `/readyz`: whether it can work, as it was found last; 200, or 503 when not."""

from collections.abc import Callable
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.readiness import OK, Report

READY: Final = Report({"keys": OK})
"""Of a program that has its keys or does not start, and needs nothing else."""


def health_routes(report: Callable[[], Report]) -> list[Route]:
    """`/livez` and `/readyz`."""

    async def live(_request: Request) -> Response:
        return _json({"status": OK}, 200)

    async def ready(_request: Request) -> Response:
        found = report()
        body = {"status": found.status, "checked_at": found.checked_at, "checks": found.checks}
        return _json(body, 200 if found.is_ready else 503)

    return [Route("/livez", live, methods=["GET"]), Route("/readyz", ready, methods=["GET"])]


def _json(value: object, status: int) -> Response:
    return Response(orjson.dumps(value), status, {"cache-control": "no-store"}, "application/json")
