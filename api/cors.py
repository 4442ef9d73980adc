"""Which other pages may call a door: a list of origins, bearer tokens only, never cookies.

A preflight from an allowed page is told what a call may hold, and its browser compares; one from any other page is
refused as its call would be, in the shape of a GraphQL response.
"""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from api.graphql.accept import accepted
from api.graphql.errors import refused
from api.graphql.language import language_of
from api.graphql.response import refusal_response

_NO_CONTENT: Final = 204


def cors(allowed_origins: Sequence[str]) -> Middleware:
    """Lets the pages of `allowed_origins` call; every other page is told nothing."""
    return Middleware(
        _Origins,
        allow_origins=list(allowed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "accept-language"],
        expose_headers=["x-request-id", "retry-after"],
        max_age=600,
    )


class _Origins(CORSMiddleware):
    """Starlette's, with preflights answered in our shape instead of plain text."""

    def preflight_response(self, request_headers: Headers) -> Response:
        origin = request_headers["origin"]
        if self.is_allowed_origin(origin):
            told = {**self.preflight_headers, "access-control-allow-origin": origin}
            return Response(status_code=_NO_CONTENT, headers=told)
        language = language_of(request_headers.get("accept-language"))
        reads = accepted(request_headers.get("accept"))
        return refusal_response(refused("ORIGIN_FORBIDDEN"), "OPTIONS", reads.best, language)
