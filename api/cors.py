"""Which other pages may call a door: a list of origins, bearer tokens only, never cookies."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware


def cors(allowed_origins: Sequence[str]) -> Middleware:
    """Lets the pages of `allowed_origins` call; every other page is told nothing."""
    return Middleware(
        CORSMiddleware,
        allow_origins=list(allowed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "accept-language"],
        expose_headers=["x-request-id", "retry-after"],
        max_age=600,
    )
