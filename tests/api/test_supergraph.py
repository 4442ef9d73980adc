"""The published schema over HTTP: its number and digest in the headers, and 304 while it stands."""

import base64
import hashlib

import aiohttp
import pytest
from starlette.applications import Starlette

from api.supergraph import PATH, supergraph_route
from schema import sdl
from schema.gateway.published import published
from schema.gateway.schema import SCHEMA
from tests.api.graphql.server import served

pytestmark = pytest.mark.anyio

TEXT = sdl.committed("supergraph.graphql")
DIGEST = hashlib.sha256(TEXT.encode())
ETAG = f'"{DIGEST.hexdigest()}"'


async def get(headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    app = Starlette(routes=[supergraph_route(published(SCHEMA))])
    async with (
        served(app) as url,
        aiohttp.ClientSession() as http,
        http.get(f"http://{url}{PATH}", headers=headers) as answer,
    ):
        given = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, given, await answer.text()


async def test_the_text_carries_number_and_digest() -> None:
    status, headers, text = await get({})

    assert (status, text) == (200, TEXT)
    assert headers["etag"] == ETAG
    assert headers["repr-digest"] == f"sha-256=:{base64.b64encode(DIGEST.digest()).decode()}:"
    assert headers["xiezhi-contract"] == "1"


@pytest.mark.parametrize("known", [ETAG, f'"x", W/{ETAG}', "*"])
async def test_who_holds_it_is_told_so(known: str) -> None:
    status, headers, text = await get({"if-none-match": known})

    assert (status, text) == (304, "")
    assert headers["etag"] == ETAG


@pytest.mark.parametrize("known", ['"another"', DIGEST.hexdigest()])
async def test_who_holds_another_is_given_it(known: str) -> None:
    status, _, text = await get({"if-none-match": known})

    assert (status, text) == (200, TEXT)
