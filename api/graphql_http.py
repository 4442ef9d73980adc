"""The HTTP door of a GraphQL schema, after the GraphQL-over-HTTP specification.

Invariant: every answer is a GraphQL response in JSON, whatever was sent; at most 100 KiB of a body are read.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final, Protocol, TypeAlias

import orjson
import strawberry
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from api.graphql_errors import Entry, RequestRefused, log_fault, refused
from api.graphql_execution import Context, Engine, GraphQLRequest, Hook, decode
from api.graphql_language import language_of
from api.graphql_limits import DocumentLimits
from api.graphql_ws import SocketDoor, SocketLimits
from api.logs import REQUEST_ID
from api.signin import SignInRefused
from enforcement.rules.rights import Caller, Role

_LOG: Final = logging.getLogger(__name__)
MAX_BODY_BYTES: Final = 100 * 1024
_GRAPHQL: Final = "application/graphql-response+json"
_JSON: Final = "application/json"

Authenticate: TypeAlias = Callable[[str | None], Awaitable[Caller | None]]
"""From the Authorization header to the caller; None without one; raises `SignInRefused`."""


class ContextFactory(Protocol):
    """Makes the context of one request."""

    def __call__(self, caller: Caller | None, language: str, request_id: str) -> Any: ...


def graphql_routes(
    schema: strawberry.Schema,
    authenticate: Authenticate,
    context_factory: ContextFactory,
    *,
    introspection: str = "developer",
    anonymous: bool = False,
    allowed_origins: Collection[str] = (),
    before_execution: Hook | None = None,
    limits: DocumentLimits | None = None,
    socket_limits: SocketLimits | None = None,
) -> list[Route | WebSocketRoute]:
    """`/graphql` over HTTP and, for subscriptions, over `graphql-transport-ws`.

    `introspection` is "developer" (only that role) or "everyone"; `anonymous` lets requests without a token in, and
    leaves refusing them to the use-cases; `allowed_origins` are the pages that may open a socket.
    """

    def may_introspect(caller: Caller | None) -> bool:
        return introspection == "everyone" or (caller is not None and Role.DEVELOPER in caller.roles)

    engine = Engine(schema, may_introspect=may_introspect, before_execution=before_execution, limits=limits)
    http = HttpDoor(engine, authenticate, context_factory, anonymous=anonymous)
    socket = SocketDoor(
        engine,
        authenticate,
        context_factory,
        anonymous=anonymous,
        allowed_origins=allowed_origins,
        limits=socket_limits or SocketLimits(),
    )
    return [Route("/graphql", http), WebSocketRoute("/graphql", socket)]


class HttpDoor:
    """The ASGI endpoint."""

    def __init__(
        self, engine: Engine, authenticate: Authenticate, context_factory: ContextFactory, *, anonymous: bool
    ) -> None:
        self._engine = engine
        self._authenticate = authenticate
        self._context_factory = context_factory
        self._anonymous = anonymous

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        language = language_of(request.headers.get("accept-language"))
        media_type = _answer_type(request.headers.get("accept"))
        headers: dict[str, str] = {}
        try:
            body, status = await self._answer(request, media_type, language), 200
        except RequestRefused as refusal:
            body = {"errors": [entry.json(language) for entry in refusal.entries]}
            status, headers = refusal.status, _headers_of(refusal)
            # A well-formed request is 200 in the older media type, whatever its document.
            if media_type == _JSON and refusal.status == 400 and refusal.entries[0].code != "MALFORMED_REQUEST":  # noqa: PLR2004
                status = 200
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 (the last net: a fault of ours is still a GraphQL response)
            body, status = _fault(error, language), 500
        await _write(body, status, headers, media_type or _JSON, language)(scope, receive, send)

    async def _answer(self, request: Request, media_type: str | None, language: str) -> dict[str, Any]:
        if media_type is None:
            raise refused("NOT_ACCEPTABLE")
        _check_head(request)
        caller = await self._caller(request.headers.get("authorization"))
        graphql_request = decode(await _body(request))
        return await self._run(graphql_request, caller, language)

    async def _caller(self, authorization: str | None) -> Caller | None:
        try:
            caller = await self._authenticate(authorization)
        except SignInRefused as refusal:
            raise refused(refusal.code) from None
        if caller is None and not self._anonymous:
            raise refused("NOT_SIGNED_IN")
        return caller

    async def _run(self, request: GraphQLRequest, caller: Caller | None, language: str) -> dict[str, Any]:
        context: Context = self._context_factory(caller, language, REQUEST_ID.get())
        prepared = self._engine.prepare(request, context)
        if prepared.subscribes:
            raise refused("SUBSCRIPTION_OVER_HTTP")
        return await self._engine.run(prepared, context)


def _answer_type(accept: str | None) -> str | None:
    """The media type of the answer, or None if none of ours is accepted."""
    if not accept:
        return _GRAPHQL
    parts = [part.lower().replace(" ", "") for part in accept.split(",")]
    ranges = {part.partition(";")[0] for part in parts if not part.endswith((";q=0", ";q=0.0"))}
    if ranges & {_GRAPHQL, "application/*", "*/*"}:
        return _GRAPHQL
    return _JSON if _JSON in ranges else None


def _check_head(request: Request) -> None:
    if request.method != "POST":
        raise refused("METHOD_NOT_ALLOWED")
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != _JSON or charset not in {"", "charset=utf-8"}:
        raise refused("UNSUPPORTED_MEDIA_TYPE")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise refused("UNSUPPORTED_MEDIA_TYPE")


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:12]) > MAX_BODY_BYTES:
        raise refused("BODY_TOO_LARGE")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise refused("BODY_TOO_LARGE")
    return bytes(body)


def _headers_of(refusal: RequestRefused) -> dict[str, str]:
    if refusal.status == 405:  # noqa: PLR2004
        return {"allow": "POST"}
    if refusal.status == 401:  # noqa: PLR2004
        return {"www-authenticate": "Bearer"}
    return {}


def _fault(error: BaseException, language: str) -> dict[str, Any]:
    log_fault(error)
    return {"errors": [Entry("INTERNAL", extensions={"requestId": REQUEST_ID.get()}).json(language)]}


def _write(body: dict[str, Any], status: int, headers: dict[str, str], media_type: str, language: str) -> Response:
    try:
        content = orjson.dumps(body)
    except orjson.JSONEncodeError as error:
        content, status = orjson.dumps(_fault(error, language)), 500
    headers = {
        **headers,
        "content-type": f"{media_type}; charset=utf-8",
        "content-language": language,
        "cache-control": "no-store",
        "vary": "accept, accept-language, origin",
    }
    return Response(content, status, headers)
