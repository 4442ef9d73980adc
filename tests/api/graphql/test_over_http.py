"""The HTTP door: whatever is sent, a GraphQL response comes back, and nothing of a caller's value with it."""

import gzip
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.api.graphql.server import application, served

pytestmark = pytest.mark.anyio

ID = "330824197903159972"
_HANDLER = {"authorization": "Bearer handler"}


@pytest.fixture(scope="module")
async def door(anyio_backend: str) -> AsyncIterator[str]:
    async with served(application()) as address:
        yield f"http://{address}/graphql"


async def post(
    url: str, document: str, variables: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            url, json={"query": document, "variables": variables}, headers={**_HANDLER, **(headers or {})}
        ) as answer,
    ):
        return answer.status, json.loads(await answer.read())


async def raw(url: str, method: str = "POST", **options: Any) -> tuple[int, dict[str, Any], Any]:
    headers = {"content-type": "application/json", **_HANDLER, **options.pop("headers", {})}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers, **options) as answer,
    ):
        assert answer.headers["content-type"].startswith("application/")
        return answer.status, json.loads(await answer.read()), answer.headers


def code(body: dict[str, Any]) -> str:
    return str(body["errors"][0]["extensions"]["code"])


async def test_a_query_is_answered(door: str) -> None:
    status, body = await post(door, "{ zone small { name } covered }", headers={"accept-language": "en-GB,zh;q=0.5"})

    assert status == 200
    assert body == {
        "data": {"zone": "zone en", "small": {"name": "獬豸"}, "covered": 7},
        "extensions": {"coverage": {"complete": True}, "cost": {"estimated": 4, "limit": 20_000}},
    }


async def test_chinese_is_written_as_it_is(door: str) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(door, json={"query": "{ small { name } }"}, headers=_HANDLER)
        assert "獬豸".encode() in await answer.read()


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"null", 400, "MALFORMED_REQUEST"),
        (b'"query"', 400, "MALFORMED_REQUEST"),
        (b"[]", 400, "MALFORMED_REQUEST"),
        (b"{}", 400, "MALFORMED_REQUEST"),
        (b"", 400, "MALFORMED_REQUEST"),
        (b'{"query": 7}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ zone }", "variables": 7}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ zone }", "extensions": 7}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ zone }", "extensions": {"persistedQuery": {"version": 1}}}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ zone }", "operationName": 7}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ zone }", "documentId": "a"}', 400, "MALFORMED_REQUEST"),
        (b'{"documentId": 7}', 400, "MALFORMED_REQUEST"),
        (b'{"documentId": "sha256:7"}', 400, "MALFORMED_REQUEST"),
        (b'{"documentId": "unheard-of"}', 404, "DOCUMENT_UNKNOWN"),
        (b'[{"query": "{ zone }"}]', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ zone }", "variables": "\xff"}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ \xff }"}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "\\ud800"}', 400, "MALFORMED_REQUEST"),
        (b"[" * 50_000 + b"]" * 50_000, 400, "MALFORMED_REQUEST"),
        (b'{"query": "{zone}", "variables": ' + b"[" * 45_000 + b"]" * 45_000 + b"}", 400, "MALFORMED_REQUEST"),
        (b'{"query": "{zone}", "variables": {"a": ' + b"9" * 6000 + b"}}", 400, "MALFORMED_REQUEST"),
        (b'{"query": ' + b"9" * 6000 + b"}", 400, "MALFORMED_REQUEST"),
        (b'{"query": "' + b"#" * 200_000 + b'"}', 413, "BODY_TOO_LARGE"),
        (b'{"query": "{ zone"}', 400, "DOCUMENT_SYNTAX"),
        (b'{"query": "query A {zone} query B {zone}"}', 400, "OPERATION_UNKNOWN"),
        (b'{"query": "fragment F on Query {zone}"}', 400, "DOCUMENT_INVALID"),
        (b'{"query": "subscription { count(to: 1) }"}', 400, "SUBSCRIPTION_OVER_HTTP"),
    ],
)
async def test_odd_bodies_get_graphql_answers(door: str, body: bytes, status: int, expected: str) -> None:
    got, answer, _ = await raw(door, data=body)

    assert (got, code(answer)) == (status, expected)


@pytest.mark.parametrize(
    ("options", "status", "expected"),
    [
        ({"headers": {"content-type": "text/plain"}, "data": b"{}"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"headers": {"content-type": "application/json; charset=gbk"}, "data": b"{}"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            {"headers": {"content-encoding": "gzip"}, "data": gzip.compress(b"{}")},
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        ({"headers": {"accept": "text/html"}, "data": b"{}"}, 406, "NOT_ACCEPTABLE"),
        ({"method": "GET"}, 405, "METHOD_NOT_ALLOWED"),
        ({"method": "GET", "params": {"query": "{ zone }"}}, 405, "METHOD_NOT_ALLOWED"),
        ({"method": "GET", "params": {"documentId": "a b"}}, 400, "MALFORMED_REQUEST"),
        ({"method": "GET", "params": {"documentId": "a", "variables": "x" * 9000}}, 414, "ADDRESS_TOO_LONG"),
        ({"method": "PUT", "data": b"{}"}, 405, "METHOD_NOT_ALLOWED"),
        ({"method": "DELETE"}, 405, "METHOD_NOT_ALLOWED"),
        ({"headers": {"origin": "http://evil.example"}, "data": b"{}"}, 403, "ORIGIN_FORBIDDEN"),
        ({"headers": {"authorization": "Basic eA=="}, "data": b'{"query":"{zone}"}'}, 401, "TOKEN_REJECTED"),
    ],
)
async def test_odd_requests_get_graphql_answers(door: str, options: dict[str, Any], status: int, expected: str) -> None:
    got, answer, headers = await raw(door, **options)

    assert (got, code(answer)) == (status, expected)
    assert status != 405 or headers["allow"] == ("POST" if options["method"] == "GET" else "GET, POST")
    assert status != 401 or headers["www-authenticate"] == "Bearer"


async def test_a_streamed_body_is_cut_at_its_limit(door: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 1024

    status, answer, _ = await raw(door, data=chunks())

    assert (status, code(answer)) == (413, "BODY_TOO_LARGE")


async def test_without_a_token_a_node_answers_nothing(door: str) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(door, json={"query": "{ zone }"})
        body = json.loads(await answer.read())

    assert (answer.status, code(body)) == (401, "NOT_SIGNED_IN")
    assert "data" not in body


async def test_an_open_door_answers_without_a_token() -> None:
    async with served(application(anonymous=True)) as address, aiohttp.ClientSession() as session:
        answer = await session.post(f"http://{address}/graphql", json={"query": "{ zone }"})

        assert (await answer.json(content_type=None))["data"] == {"zone": "zone zh"}


@pytest.mark.parametrize(
    ("accept", "document", "status", "media_type"),
    [
        ("application/json", "{ zone }", 200, "application/json"),
        ("application/json", "{ nothing }", 200, "application/json"),
        ("application/json", "{ refused }", 200, "application/json"),
        ("application/graphql-response+json", "{ zone }", 200, "application/graphql-response+json"),
        ("application/graphql-response+json", "{ nothing }", 400, "application/graphql-response+json"),
        ("application/graphql-response+json", "{ refused }", 294, "application/graphql-response+json"),
        ("*/*", "{ zone }", 200, "application/json"),
        ("*/*", "{ nothing }", 400, "application/graphql-response+json"),
        ("*/*", "{ refused }", 200, "application/json"),
    ],
)
async def test_each_media_type_has_its_statuses(
    door: str, accept: str, document: str, status: int, media_type: str
) -> None:
    got, _, headers = await raw(door, data=json.dumps({"query": document}), headers={"accept": accept})

    assert (got, headers["content-type"]) == (status, f"{media_type}; charset=utf-8")


@pytest.mark.parametrize("path", ["/", "/stream", "/a/b"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_below_the_address_nothing_is_found(door: str, path: str, method: str) -> None:
    status, answer, _ = await raw(door + path, method)

    assert (status, code(answer)) == (404, "PATH_UNKNOWN")


async def test_pages_of_the_own_origin_may_call(door: str) -> None:
    origin = door.removesuffix("/graphql")

    assert (await post(door, "{ zone }", headers={"origin": origin}))[0] == 200


@pytest.mark.parametrize(
    ("document", "variables", "expected"),
    [
        ("query ($p: Person!) { people(person: $p) }", {"p": {"number": 1, "age": ID}}, "VARIABLES_INVALID"),
        ("query ($p: Person!) { people(person: $p) }", {"p": ID}, "VARIABLES_INVALID"),
        ("query ($p: Person!) { people(person: $p) }", {"p": {"number": "x", ID: ID}}, "VARIABLES_INVALID"),
        ("query ($p: Person!) { people(person: $p) }", {}, "VARIABLES_INVALID"),
        ("query ($a: Money!) { double(amount: $a) }", {"a": ID + ".001"}, "INVALID_MONEY"),
        ("query ($a: Money!) { double(amount: $a) }", {"a": 1.5}, "INVALID_MONEY"),
        (f'{{ people(person: {{number: "{ID}"}}) }}', {}, "IDENTIFIER_MUST_BE_VARIABLE"),
        (f'query ($n: ResidentId! = "{ID}") {{ people(person: {{number: $n}}) }}', {}, "IDENTIFIER_MUST_BE_VARIABLE"),
        (f'{{ people(person: {{age: "{ID}"}}) }}', {}, "IDENTIFIER_MUST_BE_VARIABLE"),
        (f"{{ people(person: {{age: V{ID}}}) }}", {}, "DOCUMENT_INVALID"),
        (f'{{ people(n: "{ID}", person: {{age: 1}}) }}', {}, "IDENTIFIER_MUST_BE_VARIABLE"),
        (f'{{ people(person: "{ID}") zone "{ID}" }}', {}, "DOCUMENT_SYNTAX"),
        (f'{{ broken(secret: "{ID}") }}', {}, "IDENTIFIER_MUST_BE_VARIABLE"),
        ("query ($s: String!) { broken(secret: $s) }", {"s": ID}, "INTERNAL"),
    ],
)
async def test_no_error_repeats_a_value(
    door: str, caplog: pytest.LogCaptureFixture, document: str, variables: dict[str, Any], expected: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        _, body = await post(door, document, variables)

    assert code(body) == expected
    assert ID not in json.dumps(body)
    assert ID not in "".join(str(vars(record)) for record in caplog.records)


async def test_a_misfit_is_explained_by_its_place(door: str) -> None:
    _, body = await post(door, "query ($p: Person!) { people(person: $p) }", {"p": {"number": "x", "age": ID}})

    assert body["errors"][0]["extensions"] == {
        "code": "VARIABLES_INVALID",
        "variable": "p",
        "expected": "Person!",
        "at": "age",
    }


async def test_names_are_not_suggested(door: str) -> None:
    _, body = await post(door, "{ zon smal { name } }")

    assert body["errors"][0]["message"] == "Cannot query field 'zon' on type 'Query'."
    assert "Did you mean" not in json.dumps(body)


async def test_a_rule_answers_in_the_language_asked_for(door: str) -> None:
    _, zh = await post(door, "{ refused }")
    _, en = await post(door, "{ refused }", headers={"accept-language": "en"})

    assert (zh["errors"][0]["message"], code(zh)) == ("您的岗位无权进行此项操作。", "FORBIDDEN")
    assert en["errors"][0]["message"] == "Your office does not allow this."


async def test_a_fault_is_masked_with_the_request_id(door: str, caplog: pytest.LogCaptureFixture) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(door, json={"query": '{ broken(secret: "x") }'}, headers=_HANDLER)
        body = json.loads(await answer.read())

    assert body["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"]
    (line,) = [vars(record) for record in caplog.records if record.getMessage() == "field failed"]
    assert line["exception"] == "ValueError"
    assert line["field"] == "broken"


async def test_only_developers_introspect(door: str) -> None:
    document = "{ __schema { queryType { name } } }"

    _, handler = await post(door, document)
    _, developer = await post(door, document, headers={"authorization": "Bearer developer"})

    assert code(handler) == "INTROSPECTION_FORBIDDEN"
    assert developer["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_the_demo_lets_everyone_introspect() -> None:
    from graphql import get_introspection_query  # noqa: PLC0415

    async with served(application(introspection="everyone", anonymous=True)) as address:
        status, body = await post(f"http://{address}/graphql", get_introspection_query())

    assert status == 200
    assert "errors" not in body


async def test_the_hook_speaks_before_variables_are_decoded() -> None:
    from graphql import DocumentNode, GraphQLError  # noqa: PLC0415

    def hook(document: DocumentNode, context: Any) -> GraphQLError | None:
        name = document.definitions[0].selection_set.selections[0].name.value  # type: ignore[attr-defined]
        extensions = {"code": "ASK_OWN_COURT", "court": context.caller.court, "url": "http://127.0.0.1:8401"}
        return GraphQLError("ask", extensions=extensions) if name == "debtorProfile" else None

    async with served(application(before_execution=hook)) as address:
        url = f"http://{address}/graphql"
        _, answer, _ = await raw(url, data=b'{"query": "{ debtorProfile(x: 1) { y } }", "variables": {"a": 1e999}}')
        _, passed = await post(url, "{ zone }")

    assert answer["errors"][0]["extensions"] == {
        "court": "浙0824",
        "url": "http://127.0.0.1:8401",
        "code": "ASK_OWN_COURT",
    }
    assert passed["data"] == {"zone": "zone zh"}
