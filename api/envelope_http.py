"""Envelopes over HTTP: bodies with a cap, refusals as a stable code and nothing else."""

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from federation.delivery.post import MEDIA_TYPE

TOO_LARGE: Final = "TOO_LARGE"
_STATUS: Final[Mapping[str, int]] = {
    "MALFORMED_ENVELOPE": 400,
    "WRONG_KIND": 400,
    "EQUIVOCATION": 409,
    "EXPIRED": 410,
    TOO_LARGE: 413,
}
_FORBIDDEN: Final = 403
_TRY_AGAIN: Final = 503


async def read_body(request: Request, limit_bytes: int) -> tuple[bytes, bool]:
    """The body and whether it is within the limit; of one that is not, no more is read than the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            return bytes(body[:limit_bytes]), False
    return bytes(body), True


def envelope_response(raw: bytes) -> Response:
    """200 with an envelope."""
    return Response(raw, media_type=MEDIA_TYPE)


def refusal(code: str) -> Response:
    """Verified bad, by its code."""
    return code_response(code, _STATUS.get(code, _FORBIDDEN))


def try_again(code: str) -> Response:
    """503: neither good nor bad as far as can be told now."""
    return code_response(code, _TRY_AGAIN)


def code_response(code: str, status: int) -> Response:
    return Response(orjson.dumps({"code": code}), status, media_type="application/json")
