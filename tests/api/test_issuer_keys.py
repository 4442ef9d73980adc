"""Keys of issuers: rotated, gone, flooded, stale, and what no honest provider publishes."""

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest
from aiohttp import ClientSession, web
from joserfc.jwk import ECKey, OKPKey, RSAKey

from api.issuer_documents import Fetched, fetch_over, published
from api.issuer_keys import IssuerKeys, ProviderUnreachable
from tests.api.issuers import ISSUER, KEY, OTHER, Web

pytestmark = pytest.mark.anyio

KID, OTHER_KID = str(KEY.kid), str(OTHER.kid)
FETCHES = 2  # discovery document and keys


async def test_a_new_key_is_fetched_once() -> None:
    web_ = Web({ISSUER: [KEY]})
    keys = web_.keys()
    await keys.key(ISSUER, KID)
    web_.published[ISSUER] = [KEY, OTHER]
    web_.now_s += 11

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(keys.key, ISSUER, OTHER_KID)

    assert await keys.key(ISSUER, OTHER_KID) is not None
    assert len(web_.asked) == 2 * FETCHES


async def test_a_flood_of_unknown_ids_asks_every_ten_seconds() -> None:
    web_ = Web({ISSUER: [KEY]})
    keys = web_.keys()

    for number in range(100):
        assert await keys.key(ISSUER, f"unknown-{number}") is None
        assert await keys.key(ISSUER, KID) is not None
        web_.now_s += 1

    assert len(web_.asked) == 10 * FETCHES


async def test_a_key_that_is_withdrawn_goes_with_the_next_fetch() -> None:
    web_ = Web({ISSUER: [KEY, OTHER]})
    keys = web_.keys()
    await keys.key(ISSUER, KID)
    web_.published[ISSUER] = [OTHER]
    web_.now_s += 3601

    assert await keys.key(ISSUER, KID) is None


@pytest.mark.parametrize(
    ("max_age_s", "fresh_for_s"), [(None, 3600), (600.0, 600), (0.0, 60), (1.0, 60), (31_536_000.0, 3600)]
)
async def test_keys_hold_as_long_as_their_issuer_says(max_age_s: float | None, fresh_for_s: int) -> None:
    web_ = Web({ISSUER: [KEY]})
    web_.max_age_s = max_age_s
    keys = web_.keys()
    await keys.key(ISSUER, KID)

    web_.now_s += fresh_for_s - 1
    await keys.key(ISSUER, KID)
    before = len(web_.asked)
    web_.now_s += 1
    await keys.key(ISSUER, KID)

    assert (before, len(web_.asked)) == (FETCHES, 2 * FETCHES)


async def test_known_keys_are_good_for_a_day_of_silence() -> None:
    web_ = Web({ISSUER: [KEY]})
    keys = web_.keys()
    await keys.key(ISSUER, KID)
    web_.down = True

    web_.now_s = 24 * 3600 - 1
    assert await keys.key(ISSUER, KID) is not None
    web_.now_s = 24 * 3600
    with pytest.raises(ProviderUnreachable):
        await keys.key(ISSUER, KID)
    web_.down = False
    web_.now_s += 10
    assert await keys.key(ISSUER, KID) is not None


class Hanging:
    """Fetches as `web` does, or hangs until it is let go."""

    def __init__(self, web_: Web) -> None:
        self.web = web_
        self.hangs = False
        self.hanging, self.let_go = anyio.Event(), anyio.Event()

    async def fetch(self, url: str) -> Fetched:
        if self.hangs:
            self.hanging.set()
            await self.let_go.wait()
        return await self.web.fetch(url)


async def test_who_has_a_known_key_does_not_wait_for_a_hung_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.issuer_keys._PATIENCE_S", 30.0)
    hung = Hanging(Web({ISSUER: [KEY]}))
    keys = IssuerKeys(hung.fetch, monotonic=lambda: hung.web.now_s)
    await keys.key(ISSUER, KID)
    hung.hangs, hung.web.now_s = True, 3600.0

    async with anyio.create_task_group() as group:
        group.start_soon(keys.key, ISSUER, KID)  # the one that asks
        await hung.hanging.wait()
        with anyio.fail_after(1):
            assert await keys.key(ISSUER, KID) is not None
        hung.let_go.set()


async def test_a_hung_issuer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.issuer_keys._PATIENCE_S", 0.1)
    hung = Hanging(Web({ISSUER: [KEY]}))
    hung.hangs = True

    with anyio.fail_after(5), pytest.raises(ProviderUnreachable):
        await IssuerKeys(hung.fetch, monotonic=lambda: 0.0).key(ISSUER, KID)


async def test_who_leaves_while_keys_are_fetched_leaves_no_other_without() -> None:
    web_, left = Web({ISSUER: [KEY]}), anyio.Event()

    async def slowly(url: str) -> Fetched:
        left.set()
        await anyio.sleep(0.1)
        return await web_.fetch(url)

    keys = IssuerKeys(slowly, monotonic=lambda: 0.0)
    async with anyio.create_task_group() as group:
        group.start_soon(keys.key, ISSUER, KID)
        await left.wait()
        group.cancel_scope.cancel()

    assert await keys.key(ISSUER, KID) is not None
    assert len(web_.asked) == FETCHES


def jwk(key: Any, **changes: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": "k", **changes}


def number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode().rstrip("=")


STRANGE: dict[str, Callable[[], Any]] = {
    "for encryption": lambda: jwk(KEY, use="enc"),
    "symmetric": lambda: {"kty": "oct", "k": "c2VjcmV0", "kid": "k"},
    "of 1024 bits": lambda: jwk(KEY, n=number((1 << 1023) + 1)),
    "of 100,000 bits": lambda: jwk(KEY, n=number((1 << 99_999) + 1)),
    "without a modulus": lambda: {"kty": "RSA", "e": "AQAB", "kid": "k"},
    "with a number for text": lambda: jwk(KEY, n=7),
    "of a kind that is a list": lambda: jwk(KEY, kty=["RSA"]),
    "of another curve": lambda: jwk(ECKey.generate_key("P-384")),
    "off its curve": lambda: {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "kid": "k"},
    "for agreement": lambda: jwk(OKPKey.generate_key("X25519")),
    "of an id that is a list": lambda: jwk(KEY, kid=["k"]),
}


@pytest.mark.parametrize("strange", STRANGE)
async def test_a_key_that_none_should_use_spoils_no_other(strange: str) -> None:
    web_ = Web({ISSUER: [KEY]})

    async def fetch(url: str) -> Fetched:
        answer = await web_.fetch(url)
        told = json.loads(answer.body)
        if "keys" in told:
            told["keys"].insert(0, STRANGE[strange]())
        return Fetched(json.dumps(told).encode())

    assert list((await published(fetch, ISSUER)).keys) == [KID]


@pytest.mark.parametrize("key", [KEY, ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")])
async def test_keys_of_our_algorithms_are_taken(key: RSAKey | ECKey | OKPKey) -> None:
    found = await published(Web({ISSUER: [key]}).fetch, ISSUER)

    assert len(found.keys) == 1


DISCOVERY = "/330824/.well-known/openid-configuration"


class Served:
    """A provider over real HTTP that can be told to answer wrongly."""

    def __init__(self) -> None:
        self.issuer = ""
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[web.Request], web.StreamResponse]] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if (made := self.answers.get(request.path)) is not None:
            return made(request)
        if request.path == DISCOVERY:
            return web.json_response({"issuer": self.issuer, "jwks_uri": self.issuer + "/jwks"})
        keys = {"keys": [KEY.as_dict(private=False)]}
        return web.json_response(keys, headers={"cache-control": "public, max-age=120"})

    def points_to(self, jwks_uri: str, **more: Any) -> None:
        told = {"issuer": self.issuer, "jwks_uri": jwks_uri, **more}
        self.answers[DISCOVERY] = lambda _: web.json_response(told)


@pytest.fixture
async def served(anyio_backend: str) -> AsyncIterator[Served]:
    provider = Served()
    app = web.Application()
    app.router.add_get("/{path:.*}", provider.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    provider.issuer = f"http://127.0.0.1:{port}/330824"
    yield provider
    await runner.cleanup()


async def key_of(served: Served) -> Any:
    async with ClientSession() as session:
        return await IssuerKeys(fetch_over(session)).key(served.issuer, KID)


async def test_keys_are_read_over_http(served: Served) -> None:
    async with ClientSession() as session:
        found = await published(fetch_over(session), served.issuer)

    assert (list(found.keys), found.max_age_s) == ([KID], 120.0)


def too_large(_: web.Request) -> web.Response:
    keys = [KEY.as_dict(private=False)] * 25_000  # some 10 MB
    return web.json_response({"keys": keys})


def inflated(_: web.Request) -> web.Response:
    made = web.Response(body=b'{"keys": [' + b" " * 10_000_000 + b"]}", content_type="application/json")
    made.enable_compression(web.ContentCoding.gzip)
    return made


WRONG: dict[str, Callable[[web.Request], web.StreamResponse]] = {
    "redirected": lambda request: web.Response(status=302, headers={"location": request.path + "/elsewhere"}),
    "moved": lambda request: web.Response(status=308, headers={"location": request.path + "/elsewhere"}),
    "an error": lambda _: web.json_response({"keys": [KEY.as_dict(private=False)]}, status=500),
    "of another kind": lambda _: web.json_response({"keys": {"kty": "RSA"}}),
    "no JSON": lambda _: web.Response(text="<html>"),
    "nested": lambda _: web.Response(text='{"keys": ' + "[" * 100_000),
    "of 10 MB": too_large,
    "of 10 MB, compressed": inflated,
}


@pytest.mark.parametrize("path", ["/330824/jwks", DISCOVERY])
@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_answer_is_no_providers(served: Served, path: str, wrong: str) -> None:
    served.answers[path] = WRONG[wrong]

    with anyio.fail_after(10), pytest.raises(ProviderUnreachable):
        await key_of(served)
    assert not [asked for asked in served.asked if asked.endswith("elsewhere")]


async def test_another_issuers_document_is_not_taken(served: Served) -> None:
    served.points_to(served.issuer + "/jwks", issuer=served.issuer + "/")

    with pytest.raises(ProviderUnreachable):
        await key_of(served)
    assert served.asked == [DISCOVERY]


@pytest.mark.parametrize(
    "elsewhere", ["http://localhost:{port}/k", "https://127.0.0.1:{port}/k", "file:///etc/passwd", ""]
)
async def test_keys_of_another_origin_are_not_fetched(served: Served, elsewhere: str) -> None:
    (port,) = re.findall(r":(\d+)/", served.issuer)
    served.points_to(elsewhere.format(port=port))

    with pytest.raises(ProviderUnreachable):
        await key_of(served)
    assert served.asked == [DISCOVERY]


async def test_an_issuer_in_clear_on_another_machine_is_never_asked() -> None:
    web_ = Web({"http://id.kaihua.example": [KEY]})

    with pytest.raises(ProviderUnreachable):
        await web_.keys().key("http://id.kaihua.example", KID)
    assert web_.asked == []


@pytest.mark.parametrize(
    ("said", "max_age_s"),
    [
        ("", None),
        ("public", None),
        ("max-age=300", 300.0),
        ('Public, Max-Age="300", immutable', 300.0),
        ("s-maxage=9", None),
        ("max-age=-1", None),
        ("max-age=300, no-cache", 0.0),
        ("no-store", 0.0),
    ],
)
async def test_what_an_answer_says_of_its_age(served: Served, said: str, max_age_s: float | None) -> None:
    served.answers["/330824/jwks"] = lambda _: web.json_response(
        {"keys": [KEY.as_dict(private=False)]}, headers={"cache-control": said}
    )

    async with ClientSession() as session:
        found = await published(fetch_over(session), served.issuer)

    assert found.max_age_s == max_age_s
