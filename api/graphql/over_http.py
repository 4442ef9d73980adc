"""The HTTP edge of a GraphQL schema, after the GraphQL over HTTP specification (September 2026).

Invariant: every answer is a GraphQL response in JSON, or a stream of them, whatever was sent; at most 192 KiB of a body
are read. docs/front-door.md has the table of media types and status codes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final, TypeAlias

import strawberry
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from api.graphql.accept import JSON, Accepted, Reads, accepted
from api.graphql.documents import Documents
from api.graphql.door import ContextFactory, Door, address_of
from api.graphql.errors import RequestRefused, refused
from api.graphql.execution import Context, Engine, Hook, Prepared
from api.graphql.identifiers import takes_identifier
from api.graphql.language import language_of
from api.graphql.limits import DocumentLimits
from api.graphql.over_sse import EventStream
from api.graphql.over_websocket import SocketDoor
from api.graphql.request import AskedOperation, decode, decode_url
from api.graphql.response import fault, is_of_a_document, refusal_response, response
from api.held_connections import Authenticate, HeldConnections
from api.rate_limits import RateLimits
from enforcement.rules.rights import Caller, Role

MAX_BODY_BYTES: Final = 192 * 1024
MAX_QUERY_STRING_BYTES: Final = 8 * 1024
_PARTIAL_SUCCESS: Final = 294


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
    documents: Documents | None = None,
    rates: RateLimits | None = None,
    held: HeldConnections | None = None,
) -> list[BaseRoute]:
    """`/graphql` over HTTP, as an event stream, and over `graphql-transport-ws`.

    `introspection` is "developer" (only that role) or "everyone"; `anonymous` lets requests without a token in, and
    leaves refusing them to the use-cases; `allowed_origins` are the pages that may call.
    """

    def may_introspect(caller: Caller | None) -> bool:
        return introspection == "everyone" or (caller is not None and Role.DEVELOPER in caller.roles)

    door = Door(
        Engine(schema, may_introspect=may_introspect, before_execution=before_execution, limits=limits),
        authenticate,
        context_factory,
        anonymous=anonymous,
        allowed_origins=frozenset(allowed_origins),
        documents=documents or Documents(),
        rates=rates or RateLimits(),
        held=HeldConnections() if held is None else held,
    )
    http = HttpDoor(door)
    return [
        Route("/graphql", http),
        WebSocketRoute("/graphql", SocketDoor(door)),
        Route("/graphql/{below:path}", http.unknown_path),
    ]


class HttpDoor:
    """The ASGI endpoint."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.unknown_path: Final = _UnknownPath()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        language = language_of(request.headers.get("accept-language"))
        reads = accepted(request.headers.get("accept"))
        try:
            answer = await self._answer(request, reads, language)
            if isinstance(answer, EventStream):
                await answer(scope, receive, send)
                return
        except RequestRefused as refusal:
            answer = refusal_response(refusal, request.method, reads.best, language)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 (the last net: a fault of ours is still a GraphQL response)
            answer = response(fault(error, language), 500, reads.best, language)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, reads: Accepted, language: str) -> Response | EventStream:
        read = self._admit(request, reads)
        authorization = request.headers.get("authorization")
        caller = await self._door.caller(authorization)
        await self._door.rates.spend(caller, address_of(request.scope))
        asked = await self._read(request, read)
        trusted = request.method == "GET"
        stream = EventStream(self._door, caller, authorization, language)
        try:
            prepared, context = await self._door.prepare(asked, caller, language, trusted=trusted)
            if trusted:
                self._check_safe(prepared)
        except RequestRefused as refusal:
            if reads.best is Reads.EVENTS and is_of_a_document(refusal):
                return stream.refusing(refusal)
            raise
        if reads.best is Reads.EVENTS or (prepared.subscribes and reads.events):
            return stream.running(prepared, context)
        return await self._run(prepared, context, reads.best)

    async def _read(self, request: Request, read: "Reader") -> AskedOperation:
        try:
            async with asyncio.timeout(self._door.held.limits.body_timeout_s):
                return await read(request)
        except TimeoutError:
            raise refused("BODY_TOO_SLOW") from None

    def _admit(self, request: Request, reads: Accepted) -> "Reader":
        """Check what is known before the body is; give what reads it.

        Raises:
            RequestRefused.
        """
        if not self._door.origin_allowed(request.headers):
            raise refused("ORIGIN_FORBIDDEN")
        if reads.best is Reads.NOTHING:
            raise refused("NOT_ACCEPTABLE")
        if request.method == "GET":
            return _from_url
        if request.method != "POST":
            raise refused("METHOD_NOT_ALLOWED")
        _check_body_type(request)
        return _from_body

    def _check_safe(self, prepared: Prepared) -> None:
        """Return if the operation changes nothing and its variables may stand in an address.

        Raises:
            RequestRefused: METHOD_NOT_ALLOWED.
        """
        if prepared.mutates or takes_identifier(self._door.engine.schema, prepared.operation):
            raise refused("METHOD_NOT_ALLOWED")

    async def _run(self, prepared: Prepared, context: Context, best: Reads) -> Response:
        if prepared.subscribes:
            raise refused("SUBSCRIPTION_OVER_HTTP")
        body = await self._door.engine.run(prepared, context)
        is_partial = best is Reads.GRAPHQL and "errors" in body
        return response(body, _PARTIAL_SUCCESS if is_partial else 200, best, context.language)


class _UnknownPath:
    """Every path below `/graphql`: 404, in the same shape."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        language = language_of(request.headers.get("accept-language"))
        reads = accepted(request.headers.get("accept"))
        answer = refusal_response(refused("PATH_UNKNOWN"), request.method, reads.best, language)
        await answer(scope, receive, send)


Reader: TypeAlias = Callable[[Request], Awaitable[AskedOperation]]


async def _from_url(request: Request) -> AskedOperation:
    query_string: bytes = request.scope["query_string"]
    if len(query_string) > MAX_QUERY_STRING_BYTES:
        raise refused("ADDRESS_TOO_LONG")
    return decode_url(query_string)


async def _from_body(request: Request) -> AskedOperation:
    return decode(await _body(request))


def _check_body_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != JSON or charset not in {"", "charset=utf-8"}:
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
