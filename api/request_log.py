"""Gives each request an id and logs it once, when it is over. Invariant: the log names the route, never the path."""

import logging
import secrets
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import REQUEST_ID
from db.clock import monotonic_s

_LOG: Final = logging.getLogger(__name__)
_QUIET: Final = frozenset({"/livez", "/readyz"})


class RequestLog:
    """Plain ASGI middleware: `x-request-id` on every response, one log line per request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        token = REQUEST_ID.set(request_id)
        started_s = monotonic_s()
        status = 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        try:
            await self._app(scope, receive, tell)
        finally:
            self._log(scope, status, monotonic_s() - started_s)
            REQUEST_ID.reset(token)

    @staticmethod
    def _log(scope: Scope, status: int, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "unmatched"
        if route in _QUIET and status == 200:  # noqa: PLR2004 (HTTP OK)
            return
        fields = {"kind": scope["type"], "route": route, "status": status, "took_ms": round(took_s * 1000, 1)}
        _LOG.info("request served", extra={**fields, "method": scope.get("method", "GET")})
