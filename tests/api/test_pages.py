"""Pages load from their own process only, say whose they are in two languages, and escape what they say."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from graphql import build_schema

from api import examples
from api.graphql.plan import Planner
from api.graphql.variables import misfits
from api.page import STATIC, data, fill
from api.page_facts import PageFacts
from tests.api.graphql.server import authenticate, served
from tests.api.pages_server import door, gateway_facts, node_facts

pytestmark = pytest.mark.anyio

PROVIDER = "http://127.0.0.1:8409"
NODE = node_facts(PROVIDER, "http://127.0.0.1:8400")
GATEWAY = gateway_facts(PROVIDER, 8400)
FORGED = replace(NODE, name_zh='<script>alert("x")</script>', name_en="</script><b>")


@pytest.fixture(scope="module", params=[NODE, GATEWAY, FORGED], ids=["node", "gateway", "forged"])
async def site(anyio_backend: str, request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, PageFacts]]:
    app = door(request.param, authenticate, anonymous=False, origins=["http://127.0.0.1:8400"])
    async with served(app) as address:
        yield f"http://{address}", request.param


async def page(url: str) -> tuple[str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return await answer.text(), answer.headers["content-security-policy"]


def config_of(text: str) -> Any:
    """What a page tells its scripts."""
    (found,) = re.findall(r'<script type="application/json" id="config">(.*?)</script>', text)
    return json.loads(found)


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_a_page_says_whose_process_it_is(site: tuple[str, PageFacts], path: str) -> None:
    text, _ = await page(site[0] + path)

    shown = unescape(text).replace("\\u003c", "<").replace('\\"', '"')
    assert site[1].name_zh in shown
    assert site[1].name_en in shown


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_no_value_becomes_markup(site: tuple[str, PageFacts], path: str) -> None:
    text, _ = await page(site[0] + path)

    assert "<script>alert" not in text
    assert "</script><b>" not in text


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_nothing_is_loaded_from_elsewhere(site: tuple[str, PageFacts], path: str) -> None:
    text, policy = await page(site[0] + path)

    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', text)
    assert all(url.startswith(("/static/", "data:")) for url in loaded)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "http" not in rules["script-src"]
    assert "unsafe" not in rules["script-src"]
    assert "*" not in policy


async def test_a_page_is_framed_by_nobody_but_the_signed_in_one_by_its_own(site: tuple[str, PageFacts]) -> None:
    framed = {}
    for path in ("/", "/graphiql", "/signed-in"):
        _, policy = await page(site[0] + path)
        framed[path] = dict(rule.split(" ", 1) for rule in policy.split("; "))["frame-ancestors"]

    assert framed == {"/": "'none'", "/graphiql": "'none'", "/signed-in": "'self'"}


async def test_the_query_desk_frames_its_providers_only(site: tuple[str, PageFacts]) -> None:
    _, policy = await page(site[0] + "/graphiql")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert rules["frame-src"] == f"'self' {PROVIDER}"
    assert rules["form-action"] == "'none'"
    assert PROVIDER in rules["connect-src"].split()


async def test_what_signs_in_tells_its_own_page_only(site: tuple[str, PageFacts]) -> None:
    text, policy = await page(site[0] + "/signed-in")

    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert {"default-src", "script-src"} <= set(rules)
    assert "connect-src" not in rules
    assert rules["script-src"].count("'sha256-") == 1
    assert re.findall(r"postMessage\(([^)]*)\)", text) == ["location.search, location.origin"]


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_a_page_asks_for_tokens_for_its_own_door(site: tuple[str, PageFacts], path: str) -> None:
    text, _ = await page(site[0] + path)

    assert f'"door":"{site[1].door}"' in text


async def test_a_court_without_a_node_has_no_address() -> None:
    app = door(GATEWAY, authenticate, anonymous=True, origins=[])
    async with served(app) as address:
        home, _ = await page(f"http://{address}/")
        desk, policy = await page(f"http://{address}/graphiql")

    row = next(row for row in home.split("<tr>") if "浙08<" in row)
    assert "Supervising" in row
    assert "<a " not in row
    assert "浙08" not in {court["code"] for court in config_of(desk)["courts"]}
    assert "://;" not in policy + ";"


async def test_the_front_page_is_one_file(site: tuple[str, PageFacts]) -> None:
    text, policy = await page(site[0] + "/")

    assert "src=" not in text
    assert policy.count("'sha256-") == 2


async def test_what_the_query_desk_loads_is_there(site: tuple[str, PageFacts]) -> None:
    text, _ = await page(site[0] + "/graphiql")

    async with aiohttp.ClientSession() as session:
        for url in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
            async with session.get(site[0] + url) as answer:
                assert answer.status == 200


async def test_the_schema_is_published(site: tuple[str, PageFacts]) -> None:
    async with aiohttp.ClientSession() as session, session.get(site[0] + "/schema.graphql") as answer:
        assert "type Query" in await answer.text()


def test_data_in_a_page_cannot_end_its_script() -> None:
    assert json.loads(data({"a": "</script>"}).text) == {"a": "</script>"}
    assert "<" not in data({"a": "</script>"}).text


def test_plain_text_is_escaped() -> None:
    assert fill("<p>$text</p>", text='<a href="x">').text == "<p>&lt;a href=&quot;x&quot;&gt;</p>"


@pytest.mark.parametrize("program", ["node", "gateway"])
def test_examples_have_titles_and_variables(program: str) -> None:
    found = examples.of(program)

    assert found
    for example in found:
        assert example.title_zh
        assert example.title_en
        assert isinstance(json.loads(example.variables), dict)
    assert len({example.name for example in found}) == len(found)


def test_vendored_files_carry_their_licences() -> None:
    assert {file.name for file in (STATIC / "vendor").iterdir()} == {
        "LICENSE.graphiql",
        "LICENSE.react",
        "graphiql.min.css",
        "graphiql.min.js",
        "react-dom.production.min.js",
        "react.production.min.js",
    }


@pytest.mark.parametrize(("program", "sdl"), [("node", "node"), ("gateway", "supergraph")])
def test_ready_tabs_fit_the_published_schema(program: str, sdl: str) -> None:
    planner = Planner(build_schema(Path(f"schema/{sdl}.graphql").read_text("utf-8")))

    for example in examples.of(program):
        plan = planner.validated(planner.parsed(example.query))
        (operation,) = plan.operations.values()
        assert misfits(planner._schema, operation, json.loads(example.variables)) == []
