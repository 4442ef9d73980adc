"""The pages of a GraphQL door: `/`, `/graphiql`, `/signed-in` and what they load."""

from collections.abc import Callable, Sequence
from typing import Final

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.graphql.graphiql_page import graphiql_page, signed_in_page
from api.graphql.language import language_of
from api.home_page import home_page
from api.page import STATIC
from api.page_facts import Fact, Member, PageFacts, SignInChoice, membership

__all__ = ["Fact", "Member", "PageFacts", "SignInChoice", "membership", "page_routes"]

_CLIENT_ID: Final = "xiezhi-page"


def page_routes(
    facts: Callable[[], PageFacts],
    *,
    sdl: Callable[[], str],
    client_id: str = _CLIENT_ID,
    allowed_origins: Sequence[str] = (),
) -> list[Route | Mount]:
    """`/`, `/graphiql`, `/signed-in`, `/schema.graphql` and what they load.

    `facts` is asked anew for each page; `sdl` gives the schema's text, and may take a while; `allowed_origins` are
    further origins that the pages may call (other doors).
    """

    async def home(request: Request) -> Response:
        return home_page(facts(), _language(request), client_id)

    async def graphiql(request: Request) -> Response:
        return graphiql_page(
            facts(),
            _language(request),
            client_id,
            host=request.headers.get("host", ""),
            other_origins=allowed_origins,
        )

    async def signed_in(_request: Request) -> Response:
        return signed_in_page()

    async def schema(_request: Request) -> Response:
        return PlainTextResponse(await anyio.to_thread.run_sync(sdl), headers={"cache-control": "no-cache"})

    return [
        Route("/", home),
        Route("/graphiql", graphiql),
        Route("/signed-in", signed_in),
        Route("/schema.graphql", schema),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _language(request: Request) -> str:
    return language_of(request.headers.get("accept-language"))
