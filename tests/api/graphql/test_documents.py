"""Stored documents are executed by their id or hash; what clients register is checked, bounded, and holds no data."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import aiohttp
import pytest

from api.document_policy import DocumentPolicy
from api.graphql.documents import Documents
from db import documents
from db.clock import wall_now
from db.pool import Pool
from tests.api.graphql.server import application, served

pytestmark = pytest.mark.anyio

ZONE = "{ zone }"
TRUSTED = {
    "zone": ZONE,
    "people": "query P($person: Person!) { people(person: $person) }",
    "person": "query P($n: ResidentId!) { people(person: {number: $n}) }",
    "double": "query D($a: Money!) { double(amount: $a) }",
    "count": "subscription { count(to: 1) }",
    "mark": "mutation { mark }",
}
Send = Callable[..., Any]


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}


@asynccontextmanager
async def door(pool: Pool, policy: DocumentPolicy = DocumentPolicy.ANY) -> AsyncIterator[Send]:
    """A door with the trusted documents; `send(method, **what)` gives status, code or data, headers."""
    async with pool.acquire() as conn:
        for name, text in TRUSTED.items():
            assert await documents.add(conn, name, digest(text), text, wall_now())
    async with served(application(documents=Documents(pool, policy))) as address, aiohttp.ClientSession() as session:

        async def send(method: str = "POST", accept: str = "*/*", **asked: Any) -> tuple[int, Any, Any]:
            if method == "GET":
                told = {name: v if isinstance(v, str) else json.dumps(v) for name, v in asked.items()}
                options: dict[str, Any] = {"params": told}
            else:
                options = {"json": asked}
            headers = {"authorization": "Bearer handler", "accept": accept}
            async with session.request(method, f"http://{address}/graphql", headers=headers, **options) as answer:
                if answer.content_type == "text/event-stream":
                    return answer.status, await answer.text(), answer.headers
                body = json.loads(await answer.read())
                told_back = body.get("data") or body["errors"][0]["extensions"]["code"]
                return answer.status, told_back, answer.headers

        yield send


async def stored(pool: Pool) -> int:
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM documents WHERE NOT is_trusted"))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["zone", digest(ZONE), "sha256:" + digest(ZONE)])
async def test_a_document_is_run_by_its_id(node_pool: Pool, method: str, name: str) -> None:
    async with door(node_pool) as send:
        assert (await send(method, documentId=name))[:2] == (200, {"zone": "zone zh"})
        assert (await send(method, documentId=name))[:2] == (200, {"zone": "zone zh"})


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_document_is_run_by_its_hash(node_pool: Pool, method: str) -> None:
    async with door(node_pool) as send:
        assert (await send(method, extensions=persisted(ZONE)))[:2] == (200, {"zone": "zone zh"})


async def test_variables_come_with_the_id(node_pool: Pool) -> None:
    async with door(node_pool) as send:
        for method in ("GET", "POST"):
            told = await send(method, documentId="double", variables={"a": "2.50"}, operationName="D")
            assert told[:2] == (200, {"double": "5.00"})


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"documentId": "people", "variables": {"person": {"number": "1"}}}, 405, "METHOD_NOT_ALLOWED"),
        ({"documentId": "person", "variables": {"n": "1"}}, 405, "METHOD_NOT_ALLOWED"),
        ({"documentId": "mark"}, 405, "METHOD_NOT_ALLOWED"),
        ({"documentId": "unheard-of"}, 404, "DOCUMENT_UNKNOWN"),
        ({"documentId": "zone", "variables": "{"}, 400, "MALFORMED_REQUEST"),
        ({"query": ZONE}, 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_get_runs_nothing_else(node_pool: Pool, asked: dict[str, Any], status: int, code: str) -> None:
    async with door(node_pool) as send:
        told = await send("GET", **asked)

    assert told[:2] == (status, code)
    assert status != 405 or told[2]["allow"] == "POST"


async def test_get_streams_a_stored_subscription(node_pool: Pool) -> None:
    async with door(node_pool) as send:
        _, text, _ = await send("GET", accept="text/event-stream", documentId="count")

    assert text == 'event: next\ndata: {"data":{"count":0}}\n\nevent: complete\ndata:\n\n'


async def test_a_hash_is_of_its_document(node_pool: Pool) -> None:
    async with door(node_pool) as send:
        assert (await send(query=ZONE, extensions=persisted("{ other }")))[:2] == (400, "MALFORMED_REQUEST")


async def test_hashes_are_not_registered_unless_a_setting_allows_it(node_pool: Pool) -> None:
    unknown = "{ small { name } }"
    async with door(node_pool) as send:
        first = await send(extensions=persisted(unknown))
        second = await send(query=unknown, extensions=persisted(unknown))

    assert first[:2] == (404, "PERSISTED_QUERY_NOT_SUPPORTED")
    assert second[:2] == (200, {"small": {"name": "獬豸"}})
    assert await stored(node_pool) == 0


async def test_a_client_registers_a_document_by_its_hash(node_pool: Pool) -> None:
    unknown = "query Small { small { name } }"
    async with door(node_pool, DocumentPolicy.AUTOMATIC) as send:
        missed = await send(extensions=persisted(unknown))
        sent = await send(query=unknown, extensions=persisted(unknown))
        named = await send(extensions=persisted(unknown))
        in_an_address = await send("GET", extensions=persisted(unknown))

    assert missed[:2] == (404, "PERSISTED_QUERY_NOT_FOUND")
    assert sent[:2] == named[:2] == (200, {"small": {"name": "獬豸"}})
    assert in_an_address[:2] == (404, "PERSISTED_QUERY_NOT_FOUND")
    assert await stored(node_pool) == 1


async def test_who_has_not_signed_in_registers_nothing(gateway_pool: Pool) -> None:
    documents_of_all = Documents(gateway_pool, DocumentPolicy.AUTOMATIC)
    body = {"query": ZONE, "extensions": persisted(ZONE)}
    async with (
        served(application(anonymous=True, documents=documents_of_all)) as address,
        aiohttp.ClientSession() as session,
        session.post(f"http://{address}/graphql", json=body) as answer,
    ):
        assert answer.status == 200

    assert await stored(gateway_pool) == 0


async def test_the_answer_to_a_miss_is_the_one_clients_wait_for(node_pool: Pool) -> None:
    async with (
        served(application(documents=Documents(node_pool, DocumentPolicy.AUTOMATIC))) as address,
        aiohttp.ClientSession() as session,
        session.post(
            f"http://{address}/graphql",
            json={"extensions": persisted("{ a }")},
            headers={"authorization": "Bearer handler", "accept": "application/json"},
        ) as answer,
    ):
        body = json.loads(await answer.read())

    assert (answer.status, [error["message"] for error in body["errors"]]) == (200, ["PersistedQueryNotFound"])


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing }",
        '{ people(person: {number: "330824197903159972"}) }',
        '{ broken(secret: "x") }',
        "{ zone } # 张三",
        "query A { people(person: {number: null, age: 1}, n: 330824) }",
        "query 张三 { zone }",
    ],
)
async def test_what_may_be_data_is_never_registered(node_pool: Pool, text: str) -> None:
    async with door(node_pool, DocumentPolicy.AUTOMATIC) as send:
        await send(query=text, extensions=persisted(text))

    assert await stored(node_pool) == 0


async def test_the_newest_documents_of_clients_are_kept(node_pool: Pool) -> None:
    now = wall_now()
    async with node_pool.acquire() as conn:
        for number in range(5):
            await documents.remember(conn, str(number), "{ zone }", now + timedelta(seconds=number), most=3)
        left = await conn.fetch("SELECT id FROM documents ORDER BY id")

    assert [row["id"] for row in left] == ["2", "3", "4"]


async def test_trusted_documents_only(node_pool: Pool) -> None:
    unknown = "{ small { name } }"
    async with door(node_pool, DocumentPolicy.TRUSTED) as send:
        assert (await send(documentId="zone"))[0] == 200
        assert (await send(extensions=persisted(ZONE)))[0] == 200
        assert (await send(query=ZONE))[0] == 200
        assert (await send(query=unknown))[:2] == (403, "DOCUMENT_NOT_TRUSTED")
        assert (await send(extensions=persisted(unknown)))[:2] == (404, "PERSISTED_QUERY_NOT_FOUND")
        assert (await send(query=unknown, extensions=persisted(unknown)))[:2] == (403, "DOCUMENT_NOT_TRUSTED")


async def test_an_id_means_one_document_for_ever(gateway_pool: Pool) -> None:
    async with gateway_pool.acquire() as conn:
        assert await documents.add(conn, "a", digest(ZONE), ZONE, wall_now())
        assert await documents.add(conn, "a", digest(ZONE), ZONE, wall_now())
        assert not await documents.add(conn, "a", digest("{ b }"), "{ b }", wall_now())
        assert await documents.find(conn, "a") == documents.StoredDocument(ZONE, is_trusted=True)


async def test_documents_in_memory_are_bounded(node_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.graphql.documents._CACHED_BYTES", 60)
    async with door(node_pool):
        kept = Documents(node_pool)
        for name in TRUSTED:
            await kept._stored(name, "DOCUMENT_UNKNOWN", trusted=True)

    assert kept._bytes == sum(len(found.text) for found in kept._known.values()) <= 60
