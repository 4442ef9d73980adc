"""The demo's provider is a real one in every byte but the password, and never leaves this machine."""

import base64
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from api import provider
from api.peers import UnsafeTransport
from api.settings import ProviderSettings
from tests.api.graphql.server import served
from tests.api.pages_server import write_people

pytestmark = pytest.mark.anyio

_VERIFIER = "v" * 43
_CHALLENGE = base64.urlsafe_b64encode(sha256(_VERIFIER.encode()).digest()).decode().rstrip("=")
_BACK = "http://127.0.0.1:8401/graphiql"
_REQUEST = {
    "response_type": "code",
    "client_id": "xiezhi-page",
    "redirect_uri": _BACK,
    "scope": "openid profile",
    "state": "state-123",
    "nonce": "nonce-123",
    "code_challenge": _CHALLENGE,
    "code_challenge_method": "S256",
    "resource": "http://127.0.0.1:8401",
}


def settings(folder: Path, **changes: Any) -> ProviderSettings:
    write_people(folder / "people.json")
    given: dict[str, Any] = {
        "port": 8409,
        "people_file": folder / "people.json",
        "signing_keys_file": folder / "keys.json",
        "redirect_origins": ("http://127.0.0.1:8400", "http://127.0.0.1:8401"),
        **changes,
    }
    return ProviderSettings(**given)


@pytest.fixture(scope="module")
async def base(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    app = provider.create_app(settings(tmp_path_factory.mktemp("provider")))
    async with served(app) as address:
        yield f"http://{address}/330824"


@pytest.fixture
async def http(anyio_backend: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def code_for(
    http: aiohttp.ClientSession, base: str, officer: str = "o-330824-01", **changes: str
) -> dict[str, str]:
    """What the browser is sent back with after one click."""
    url = f"{base}/authorize?{urlencode({**_REQUEST, **changes})}"
    async with http.post(url, data={"officer": officer}, allow_redirects=False) as answer:
        assert answer.status == 303
        location = answer.headers["location"]
    assert location.startswith(_BACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def exchange(http: aiohttp.ClientSession, base: str, code: str, **changes: str) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _BACK,
        "client_id": "xiezhi-page",
        "code_verifier": _VERIFIER,
        **changes,
    }
    async with http.post(f"{base}/token", data=form) as answer:
        return answer.status, await answer.json()


async def test_one_click_gives_signed_tokens(base: str, http: aiohttp.ClientSession) -> None:
    discovery = await (await http.get(f"{base}/.well-known/openid-configuration")).json()
    keys = KeySet.import_key_set(await (await http.get(f"{base}/jwks")).json())

    back = await code_for(http, base)
    status, tokens = await exchange(http, base, back["code"])

    access = jwt.decode(tokens["access_token"], keys, algorithms=["RS256"])
    identity = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    issuer = discovery["issuer"]
    assert status == 200
    assert (back["state"], back["iss"]) == ("state-123", issuer)
    assert access.header["typ"] == "at+jwt"
    assert {"iss": issuer, "aud": "http://127.0.0.1:8401", "sub": "o-330824-01"}.items() <= access.claims.items()
    assert access.claims["exp"] - access.claims["iat"] == 8 * 3600
    assert "jti" in access.claims
    assert "roles" not in access.claims
    assert identity.claims["aud"] == "xiezhi-page"
    assert identity.claims["nonce"] == "nonce-123"


async def test_published_keys_are_public_only(base: str, http: aiohttp.ClientSession) -> None:
    (key,) = (await (await http.get(f"{base}/jwks")).json())["keys"]

    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


async def test_the_page_lists_the_courts_officers(base: str, http: aiohttp.ClientSession) -> None:
    page = await (await http.get(f"{base}/authorize?{urlencode(_REQUEST)}")).text()

    found = re.findall(r'name="officer" value="([^"]+)"', unescape(page))
    assert found == [f"o-330824-{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 8, 11)]
    assert "http://" not in re.sub(r'(?:action|href|xmlns)="[^"]*"', "", page)


async def test_userinfo_knows_the_holder(base: str, http: aiohttp.ClientSession) -> None:
    _, tokens = await exchange(http, base, (await code_for(http, base))["code"])

    known = await http.get(f"{base}/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    unknown = await http.get(f"{base}/userinfo", headers={"authorization": f"Bearer {tokens['id_token']}"})

    assert (await known.json())["sub"] == "o-330824-01"
    assert unknown.status == 401


async def test_a_code_is_good_once(base: str, http: aiohttp.ClientSession) -> None:
    code = (await code_for(http, base))["code"]

    assert (await exchange(http, base, code))[0] == 200
    assert await exchange(http, base, code) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:8400/graphiql"},
        {"client_id": "other"},
        {"grant_type": "password"},
    ],
)
async def test_a_code_needs_all_that_asked_for_it(
    base: str, http: aiohttp.ClientSession, changes: dict[str, str]
) -> None:
    back = await code_for(http, base)

    status, answer = await exchange(http, base, back["code"], **changes)

    assert status == 400
    assert answer["error"] in {"invalid_grant", "unsupported_grant_type"}
    assert (await exchange(http, base, "guess"))[0] == 400


async def test_a_code_belongs_to_its_issuer(base: str, http: aiohttp.ClientSession) -> None:
    back = await code_for(http, base)

    status, _ = await exchange(http, base.replace("330824", "330822"), back["code"])

    assert status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.example/graphiql"},
        {"redirect_uri": "http://127.0.0.1:9999/graphiql"},
        {"redirect_uri": "http://127.0.0.1:8401/other"},
        {"redirect_uri": "http://127.0.0.1:8401/graphiql?x=1"},
        {"redirect_uri": "http://127.0.0.1:8401@evil.example/graphiql"},
        {"redirect_uri": "http://127.0.0.1:8401/graphiql#"},
        {"redirect_uri": ""},
        {"state": "short"},
        {"state": "with a space"},
        {"client_id": "other"},
        {"state": ""},
    ],
)
async def test_an_untrusted_return_is_not_taken(
    base: str, http: aiohttp.ClientSession, changes: dict[str, str]
) -> None:
    answer = await http.get(f"{base}/authorize?{urlencode({**_REQUEST, **changes})}", allow_redirects=False)

    assert answer.status == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"nonce": "short"}, "invalid_request"),
        ({"code_challenge": "x" * 42}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"resource": None}, "invalid_target"),
        ({"resource": ""}, "invalid_target"),
        ({"resource": "http://127.0.0.1:8402"}, "invalid_target"),
        ({"resource": "http://127.0.0.1:8401/"}, "invalid_target"),
        ({"resource": ["http://127.0.0.1:8401", "http://127.0.0.1:8400"]}, "invalid_target"),
    ],
)
async def test_a_wrong_request_is_told_to_its_page(
    base: str, http: aiohttp.ClientSession, changes: dict[str, Any], error: str
) -> None:
    asked = {name: value for name, value in {**_REQUEST, **changes}.items() if value is not None}

    for send in (http.get, http.post):
        answer = await send(f"{base}/authorize?{urlencode(asked, doseq=True)}", allow_redirects=False)

        assert answer.status == 303
        assert answer.headers["location"].startswith(f"{_BACK}?error={error}&")
        assert "state=state-123" in answer.headers["location"]
        assert "code=" not in answer.headers["location"]


async def test_another_courts_officer_cannot_be_chosen(base: str, http: aiohttp.ClientSession) -> None:
    url = f"{base}/authorize?{urlencode(_REQUEST)}"

    answer = await http.post(url, data={"officer": "o-330822-01"}, allow_redirects=False)

    assert answer.status == 400


@pytest.mark.parametrize("headers", [{"host": "rebound.example"}, {"origin": "http://evil.example"}])
async def test_foreign_hosts_and_pages_choose_nobody(
    base: str, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    url = f"{base}/authorize?{urlencode(_REQUEST)}"

    answer = await http.post(url, data={"officer": "o-330824-01"}, headers=headers, allow_redirects=False)

    assert answer.status == 400


async def test_it_refuses_to_leave_loopback(tmp_path: Path) -> None:
    with pytest.raises(UnsafeTransport):
        provider.create_app(settings(tmp_path, host="0.0.0.0"))


async def test_keys_survive_a_restart(tmp_path: Path) -> None:
    first = provider.Provider(settings(tmp_path)).keys["330824"]
    again = provider.Provider(settings(tmp_path)).keys["330824"]

    assert first.as_dict(private=True) == again.as_dict(private=True)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
