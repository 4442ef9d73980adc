"""A token of the demo's provider opens one door; a browser that has signed in gets another without a click."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import Response

from api import provider
from api.provider_people import Issuer
from api.provider_sessions import COOKIE, Sessions
from tests.api.graphql.server import served
from tests.api.test_provider import _BACK, _REQUEST, code_for, exchange, settings

pytestmark = pytest.mark.anyio

NODE, GATEWAY = "http://127.0.0.1:8401", "http://127.0.0.1:8400"


@pytest.fixture(scope="module")
async def base(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    app = provider.create_app(settings(tmp_path_factory.mktemp("provider")))
    async with served(app) as address:
        yield f"http://{address}/330824"


@pytest.fixture
async def http(anyio_backend: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser: it keeps cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def audience(http: aiohttp.ClientSession, base: str, token: str) -> Any:
    keys = KeySet.import_key_set(await (await http.get(f"{base}/jwks")).json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims["aud"]


async def silently(http: aiohttp.ClientSession, base: str, resource: str) -> dict[str, str]:
    """What a frame that shows nothing is sent back with."""
    asked = {**_REQUEST, "prompt": "none", "resource": resource}
    async with http.get(f"{base}/authorize?{urlencode(asked)}", allow_redirects=False) as answer:
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest.mark.parametrize("door", [NODE, GATEWAY])
async def test_the_audience_is_the_resource_asked_for(base: str, http: aiohttp.ClientSession, door: str) -> None:
    back = await code_for(http, base, resource=door)

    status, tokens = await exchange(http, base, back["code"], resource=door)

    assert status == 200
    assert await audience(http, base, tokens["access_token"]) == door


async def test_a_code_is_for_the_resource_it_was_given_for(base: str, http: aiohttp.ClientSession) -> None:
    back = await code_for(http, base, resource=NODE)

    refused = await exchange(http, base, back["code"], resource=GATEWAY)
    again = await exchange(http, base, back["code"], resource=NODE)

    assert refused == (400, {"error": "invalid_target"})
    assert again == (400, {"error": "invalid_grant"})


async def test_the_gateways_people_have_one_door(base: str, http: aiohttp.ClientSession) -> None:
    gateway = base.replace("330824", "gateway")

    back = await silently(http, gateway, NODE)

    assert back["error"] == "invalid_target"


async def test_a_browser_that_signed_in_gets_the_other_token_without_a_click(
    base: str, http: aiohttp.ClientSession
) -> None:
    await code_for(http, base, resource=GATEWAY)

    back = await silently(http, base, NODE)
    _, tokens = await exchange(http, base, back["code"])

    assert await audience(http, base, tokens["access_token"]) == NODE
    elsewhere = await silently(http, base.replace("330824", "330822"), "http://127.0.0.1:8402")
    assert elsewhere["error"] == "login_required"


async def test_the_sessions_cookie_goes_to_its_issuer_only(base: str, http: aiohttp.ClientSession) -> None:
    url = f"{base}/authorize?{urlencode(_REQUEST)}"

    answer = await http.post(url, data={"officer": "o-330824-01"}, allow_redirects=False)

    told = answer.headers["set-cookie"]
    assert told.startswith(COOKIE + "=")
    assert {"HttpOnly", "Path=/330824", "SameSite=lax"} <= set(told.split("; "))


async def signed_out(http: aiohttp.ClientSession, base: str, **changes: str) -> aiohttp.ClientResponse:
    _, tokens = await exchange(http, base, (await code_for(http, base))["code"])
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": _BACK, **changes}
    return await http.get(f"{base}/end?{urlencode(asked)}", allow_redirects=False)


async def test_signing_out_ends_the_session(base: str, http: aiohttp.ClientSession) -> None:
    answer = await signed_out(http, base)

    assert (answer.status, answer.headers["location"]) == (303, _BACK)
    assert (await silently(http, base, NODE))["error"] == "login_required"


@pytest.mark.parametrize(
    "changes",
    [
        {"id_token_hint": ""},
        {"id_token_hint": "e30.e30.x"},
        {"post_logout_redirect_uri": "http://evil.example/graphiql"},
        {"post_logout_redirect_uri": ""},
    ],
)
async def test_nobody_else_signs_an_officer_out(
    base: str, http: aiohttp.ClientSession, changes: dict[str, str]
) -> None:
    answer = await signed_out(http, base, **changes)

    assert answer.status == 400
    assert "code" in await silently(http, base, NODE)


async def test_anothers_proof_ends_nothing(base: str, http: aiohttp.ClientSession) -> None:
    _, tokens = await exchange(http, base, (await code_for(http, base, "o-330824-02"))["code"])
    await code_for(http, base, "o-330824-01")
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": _BACK}

    await http.get(f"{base}/end?{urlencode(asked)}", allow_redirects=False)

    assert "code" in await silently(http, base, NODE)


def test_sessions_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr("api.provider_sessions._MOST", 2)
    now = 0.0
    sessions = Sessions(60, monotonic=lambda: now)
    issuer = Issuer("330824", "", "", "", [])
    browsers = []
    for officer in "abc":
        answer = Response()
        sessions.begin(answer, issuer, officer)
        cookie = answer.headers["set-cookie"].split(";")[0]
        browsers.append(Request({"type": "http", "headers": [(b"cookie", cookie.encode())]}))

    assert [sessions.holder(browser, issuer) for browser in browsers] == [None, "b", "c"]
    now = 60.0
    assert [sessions.holder(browser, issuer) for browser in browsers] == [None, None, None]
