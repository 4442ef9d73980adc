"""What a program answers outside its routes is a GraphQL response with a stable code, whoever asks."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.application import application
from api.graphql.over_http import graphql_routes
from tests.api.graphql.server import SmallContext, authenticate, schema, served

pytestmark = pytest.mark.anyio

PAGE = "http://desk.example"
SECRET = "330824197903159972"


async def _broken(_: Request) -> Response:
    raise ValueError(SECRET)


async def _broken_off(_: Request) -> Response:
    async def halves() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError(SECRET)

    return StreamingResponse(halves())


@pytest.fixture(scope="module")
async def program(anyio_backend: str) -> AsyncIterator[str]:
    doors = graphql_routes(schema, authenticate, SmallContext, allowed_origins=[PAGE])
    routes = [Route("/broken", _broken), Route("/broken-off", _broken_off), *doors]
    async with served(application(routes, [PAGE])) as address:
        yield f"http://{address}"


async def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, Any, Any]:
    """Status, body and headers of the answer."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.request(method, url, headers=told) as answer:
        body = await answer.read()
        return answer.status, json.loads(body) if body else None, answer.headers


def error(body: Any) -> tuple[str, str]:
    (told,) = body["errors"]
    return told["extensions"]["code"], told["message"]


@pytest.mark.parametrize("path", ["/graphql", "/graphql/below", "/broken", "/nowhere"])
@pytest.mark.parametrize(
    ("language", "text"), [("zh", "该网页无权访问本服务。"), ("en", "Pages of this origin may not call here.")]
)
async def test_a_foreign_preflight_is_refused_in_json(program: str, path: str, language: str, text: str) -> None:
    status, body, headers = await ask(
        program + path,
        "OPTIONS",
        origin="http://evil.example",
        access_control_request_method="POST",
        access_control_request_headers="authorization",
        accept_language=language,
    )

    assert (status, error(body)) == (403, ("ORIGIN_FORBIDDEN", text))
    assert headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("wanted", ["authorization", "authorization, x-apollo-operation-name"])
async def test_an_allowed_preflight_says_what_a_call_may_hold(program: str, wanted: str) -> None:
    status, body, headers = await ask(
        f"{program}/graphql",
        "OPTIONS",
        origin=PAGE,
        access_control_request_method="POST",
        access_control_request_headers=wanted,
    )

    assert (status, body, headers["access-control-allow-origin"]) == (204, None, PAGE)
    assert headers["access-control-allow-methods"] == "GET, POST"
    assert "authorization" in headers["access-control-allow-headers"]
    assert "x-apollo-operation-name" not in headers["access-control-allow-headers"]


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
async def test_an_unknown_path_is_a_graphql_response(program: str, method: str) -> None:
    status, body, headers = await ask(f"{program}/nowhere/{SECRET}", method, accept_language="en")

    assert (status, error(body)) == (404, ("PATH_UNKNOWN", "There is nothing here: use /graphql."))
    assert SECRET not in str(body)
    assert headers["x-request-id"]


async def test_a_wrong_method_says_which_are_taken(program: str) -> None:
    status, body, headers = await ask(f"{program}/broken", "DELETE", accept="application/json")

    assert (status, error(body)) == (405, ("METHOD_NOT_ALLOWED", "此地址不接受该请求方法。"))
    assert {each.strip() for each in headers["allow"].split(",")} == {"GET", "HEAD"}
    assert headers["content-type"] == "application/json; charset=utf-8"


async def test_a_fault_outside_the_door_is_masked(program: str, caplog: pytest.LogCaptureFixture) -> None:
    status, body, headers = await ask(f"{program}/broken", accept_language="en", origin=PAGE)

    assert (status, error(body)[0]) == (500, "INTERNAL")
    assert headers["access-control-allow-origin"] == PAGE  # else its page could not read why
    assert body["errors"][0]["extensions"]["requestId"] == headers["x-request-id"]
    assert SECRET not in str(body)
    (line,) = [record for record in caplog.records if record.msg == "field failed"]
    assert (line.exception, SECRET in str(line.__dict__)) == ("ValueError", False)  # type: ignore[attr-defined]


async def test_a_fault_in_the_middle_ends_the_answer_there(program: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{program}/broken-off") as answer:
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
