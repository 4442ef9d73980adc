"""GraphQL responses over HTTP: status, media type and headers.

Invariant: what a caller cannot know to be a GraphQL response by its media type is one by its status 200.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.responses import Response

from api.graphql.accept import GRAPHQL, JSON, Reads
from api.graphql.errors import Entry, RequestRefused, log_fault
from api.logs import REQUEST_ID

_OF_THE_REQUEST: Final = frozenset({"MALFORMED_REQUEST", "PATH_UNKNOWN", "ORIGIN_FORBIDDEN"})
"""Codes of a request that is none; whatever else is wrong with a status below 405 is wrong with its document."""
_OF_A_DOCUMENT: Final = frozenset({400, 403, 404})


def is_of_a_document(refusal: RequestRefused) -> bool:
    """Say whether the request was well formed, and only its document, operation or variables are not."""
    return refusal.status in _OF_A_DOCUMENT and refusal.entries[0].code not in _OF_THE_REQUEST


def refusal_response(refusal: RequestRefused, method: str, best: Reads, language: str) -> Response:
    body = {"errors": [entry.json(language) for entry in refusal.entries]}
    # A well-formed request is 200 in the older media type, whatever its document.
    status = 200 if best is Reads.JSON and is_of_a_document(refusal) else refusal.status
    return response(body, status, best, language, extra=_headers_of(refusal, method))


def _headers_of(refusal: RequestRefused, method: str) -> dict[str, str]:
    headers = {}
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = "POST" if method == "GET" else "GET, POST"
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if (retry_after_s := refusal.entries[0].extensions.get("retryAfterS")) is not None:
        headers["retry-after"] = str(retry_after_s)
    return headers


def fault(error: BaseException, language: str) -> dict[str, Any]:
    log_fault(error)
    return {"errors": [Entry("INTERNAL", extensions={"requestId": REQUEST_ID.get()}).json(language)]}


def response(
    body: dict[str, Any], status: int, best: Reads, language: str, extra: Mapping[str, str] | None = None
) -> Response:
    try:
        content = orjson.dumps(body)
    except orjson.JSONEncodeError as error:
        content, status = orjson.dumps(fault(error, language)), 500
    # Who names no type of ours gets the one that every client reads, and an error in the one that says what it is.
    is_plain = best in {Reads.JSON, Reads.NOTHING} or (best is Reads.ANYTHING and status == HTTPStatus.OK)
    headers = {
        **(extra or {}),
        "content-type": f"{JSON if is_plain else GRAPHQL}; charset=utf-8",
        "content-language": language,
        "cache-control": "no-store",
        "vary": "accept, accept-language, origin",
    }
    return Response(content, status, headers)
