"""`/supergraph.graphql`: the zone's published schema, with the contract's number and the text's digest in the headers.

A client that holds the text asks with `If-None-Match` and is answered 304 while it stands.
"""

import base64
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from schema.gateway.published import Published

PATH: Final = "/supergraph.graphql"


def supergraph_route(found: Published) -> Route:
    """The route that gives `found` to anybody.

    Source: RFC 9110 section 13.1.2 (If-None-Match), RFC 9530 section 3 (Repr-Digest).
    """
    etag = f'"{found.digest}"'
    repr_digest = base64.b64encode(bytes.fromhex(found.digest)).decode()
    headers = {
        "etag": etag,
        "repr-digest": f"sha-256=:{repr_digest}:",
        "xiezhi-contract": str(found.number),
        "cache-control": "no-cache",
    }

    async def give(request: Request) -> Response:
        known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        if known & {etag, "*"}:
            return Response(status_code=304, headers=headers)
        return PlainTextResponse(found.sdl, headers=headers)

    return Route(PATH, give)
