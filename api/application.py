"""A program's ASGI application: its routes, and what it answers outside them, in the shape of a GraphQL response.

No such path, no such method, a foreign page, a fault: each has a stable code. Invariant: no answer repeats the path,
the method or an exception's text.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cors import cors
from api.graphql.accept import accepted
from api.graphql.errors import Entry, RequestRefused
from api.graphql.language import language_of
from api.graphql.response import fault, refusal_response, response
from api.pieces import send_in_pieces
from api.request_log import RequestLog

_NO_SUCH_METHOD: Final[Mapping[str, str]] = {
    "zh": "此地址不接受该请求方法。",
    "en": "This address does not take that method.",
}


def application(routes: Sequence[BaseRoute], allowed_origins: Sequence[str]) -> Starlette:
    """The application of a node or a gateway; the pages of `allowed_origins` may call it."""
    return Starlette(
        routes=routes,
        middleware=[Middleware(RequestLog), cors(allowed_origins), Middleware(_Faults)],
        exception_handlers={HTTPStatus.NOT_FOUND: _no_such_path, HTTPStatus.METHOD_NOT_ALLOWED: _no_such_method},
    )


async def _no_such_path(request: Request, _: Exception) -> Response:
    return _refusal(request, Entry("PATH_UNKNOWN"), HTTPStatus.NOT_FOUND)


async def _no_such_method(request: Request, error: Exception) -> Response:
    entry = Entry("METHOD_NOT_ALLOWED", text=_NO_SUCH_METHOD[_language(request)])
    answer = _refusal(request, entry, HTTPStatus.METHOD_NOT_ALLOWED)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)  # what this address does take
    return answer


def _refusal(request: Request, entry: Entry, status: int) -> Response:
    reads = accepted(request.headers.get("accept"))
    return refusal_response(RequestRefused(entry, status=status), request.method, reads.best, _language(request))


def _language(request: Request) -> str:
    return language_of(request.headers.get("accept-language"))


class _Faults:
    """The last net under every route: what nobody foresaw is masked, and logged by its class and place."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def tell(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send_in_pieces(message, send)

        try:
            await self._app(scope, receive, tell)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as error:
            if scope["type"] != "http" or has_begun:
                raise  # the server closes the connection
            request = Request(scope)
            language, reads = _language(request), accepted(request.headers.get("accept"))
            answer = response(fault(error, language), HTTPStatus.INTERNAL_SERVER_ERROR, reads.best, language)
            await answer(scope, receive, send)
