"""The front door of real processes: one shape for every answer, stored documents, subscriptions that move house."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import pytest

from api.demo import documents as d
from api.demo.client import Client
from api.demo.zone import Zone
from schema.positions import cursor_of
from tests.courts.conftest import free_block
from tests.courts.desks import CENTRE, HANDLER, Desk, Desks

pytestmark = pytest.mark.anyio

KAIHUA, CHANGSHAN, SHEXIAN = "浙0824", "浙0822", "皖1021"
CASE_OF_CHANGSHAN = "（2024）浙0822执288号"
TYPENAME = "query Nothing { __typename }"
FOLLOW = """
subscription Follow($id: UUID!, $after: String) {
  trackedTaskChanged(id: $id, after: $after) {
    ... on TrackedTask { version status cursor } ... on Problem { code }
  }
}"""


@pytest.fixture(params=["node", "gateway"])
def desk(request: Any, zone: Zone, client: Client) -> Desk:
    """An officer at each kind of process."""
    desks = Desks(zone, client)
    return desks.at(KAIHUA, HANDLER) if request.param == "node" else desks.gateway(KAIHUA, CENTRE)


async def call(desk: Desk, method: str = "POST", path: str = "", **options: Any) -> tuple[int, Any, Any]:
    headers = {
        "authorization": "Bearer " + desk.client.token(desk.url, desk.tenant, desk.officer),
        **options.pop("headers", {}),
    }
    async with desk.client.session.request(method, f"{desk.url}/graphql{path}", headers=headers, **options) as answer:
        return answer.status, json.loads(await answer.read()), answer.headers


def add(zone: Zone, folder: Path, database: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """`xiezhi documents add` with one document, named by its hash."""
    file = folder / f"{database}.json"
    file.write_text(json.dumps({hashlib.sha256(TYPENAME.encode()).hexdigest(): TYPENAME}), "utf-8")
    environment = {"PATH": os.environ["PATH"], "XIEZHI_DSN": zone.server.dsn(database), "XIEZHI_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "api", "documents", "add", *options, str(file)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("POST", "", {"data": b"null", "headers": {"content-type": "application/json"}}, 400, "MALFORMED_REQUEST"),
        ("POST", "", {"json": {"query": "{ nothing }"}}, 400, "DOCUMENT_INVALID"),
        ("POST", "", {"json": {"documentId": "unheard-of"}}, 404, "DOCUMENT_UNKNOWN"),
        ("POST", "", {"json": {"query": TYPENAME}, "headers": {"authorization": "Bearer x"}}, 401, "TOKEN_REJECTED"),
        ("POST", "", {"json": {"query": TYPENAME}, "headers": {"origin": "http://x"}}, 403, "ORIGIN_FORBIDDEN"),
        ("POST", "/below", {"json": {}}, 404, "PATH_UNKNOWN"),
        ("GET", "", {"params": {"query": TYPENAME}}, 405, "METHOD_NOT_ALLOWED"),
        ("POST", "", {"json": {}, "headers": {"accept": "text/html"}}, 406, "NOT_ACCEPTABLE"),
        ("POST", "", {"data": b"{}", "headers": {"content-type": "text/plain"}}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
async def test_every_refusal_has_one_shape(
    desk: Desk, method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    got, body, _ = await call(desk, method, path, **options)

    assert (got, body["errors"][0]["extensions"]["code"], "data" in body) == (status, code, False)


async def test_trusted_documents_are_there_at_once(zone: Zone, desk: Desk, tmp_path: Path) -> None:
    is_gateway = desk.url == zone.addresses.gateway
    added = add(zone, tmp_path, *(["gateway", "--gateway"] if is_gateway else ["node_330824"]))

    name = "sha256:" + hashlib.sha256(TYPENAME.encode()).hexdigest()
    status, body, _ = await call(desk, "GET", params={"documentId": name})

    assert (added.returncode, added.stdout) == (0, "Documents added: 1\n")
    assert (status, body["data"]) == (200, {"__typename": "Query"})


@asynccontextmanager
async def second_gateway(zone: Zone) -> AsyncIterator[str]:
    """Another process of the gateway over the same database; gives its address."""
    first = zone.programs.programs["gateway"]
    port = free_block()
    url = f"http://127.0.0.1:{port}"
    environment = {**first.environment, "XIEZHI_PORT": str(port), "XIEZHI_PUBLIC_URL": url}
    program = replace(first, name="gateway 2", environment=environment, url=url, process=None)
    program.start()
    try:
        async with aiohttp.ClientSession() as session:
            await program.ready(session)
        yield url
    finally:
        await anyio.to_thread.run_sync(program.stop)


async def followed(desk: Desk, task_id: str, after: str | None, until_status: str) -> list[dict[str, Any]]:
    """What an event stream tells of the task until it stands at `until_status`."""
    headers = {
        "authorization": "Bearer " + desk.client.token(desk.url, desk.tenant, desk.officer),
        "accept": "text/event-stream",
    }
    body = {"query": FOLLOW, "variables": {"id": task_id, "after": after}}
    told: list[dict[str, Any]] = []
    with anyio.fail_after(20):
        async with desk.client.session.post(f"{desk.url}/graphql", json=body, headers=headers) as answer:
            async for line in answer.content:
                if line.startswith(b"data: {"):
                    told.append(json.loads(line.removeprefix(b"data: "))["data"]["trackedTaskChanged"])
                    if told[-1].get("status") == until_status:
                        break
    return told


async def test_a_subscription_moves_to_another_process(zone: Zone, client: Client) -> None:
    """First at one gateway, then, after changes that nobody heard, at the other; no version twice, none left out."""
    desks = Desks(zone, client)
    task_id = await desks.delegate_search(CASE_OF_CHANGSHAN, SHEXIAN)
    own = desks.gateway(CHANGSHAN, CENTRE)
    await desks.reached(SHEXIAN, task_id, "RECEIVED")
    centre = desks.at(SHEXIAN, CENTRE)
    async with second_gateway(zone) as address:
        start = await followed(own, task_id, cursor_of(CHANGSHAN, 0), "RECEIVED")
        task = await centre.one(d.TASK, id=task_id)
        await centre.one(d.task_act("signForDelegatedTask"), input={"id": task_id, "version": task["version"]})
        rest = await followed(replace(own, url=address), task_id, start[-1]["cursor"], "SIGNED_FOR")

    versions = [change["version"] for change in (*start, *rest)]
    assert start[-1]["status"] == "RECEIVED"
    assert versions == sorted(set(versions))
    assert rest[-1]["status"] == "SIGNED_FOR"


CARRIED = """
subscription Carried($after: String) {
  carriedTraffic(after: $after) {
    ... on CarriedEnvelope { kind fromCourt toCourt sizeBytes at cursor } ... on Refusal { code }
  }
}"""


async def carried(desk: Desk, after: str | None, many: int) -> list[dict[str, Any]]:
    """The first envelopes that a socket tells of."""
    with anyio.fail_after(20):
        async with desk.subscribed(CARRIED, after=after) as socket:
            return [(await socket.receive_json())["payload"]["data"]["carriedTraffic"] for _ in range(many)]


async def test_traffic_moves_to_another_process(zone: Zone, client: Client) -> None:
    """What was carried while nobody listened is told at the other gateway, each envelope once and in order."""
    desks = Desks(zone, client)
    own = desks.gateway(CHANGSHAN, CENTRE)
    async with second_gateway(zone) as address:
        other = replace(own, url=address)
        async with own.subscribed(CARRIED) as socket:
            await desks.delegate_search(CASE_OF_CHANGSHAN, KAIHUA)
            first = (await socket.receive_json())["payload"]["data"]["carriedTraffic"]
        whole = await carried(own, first["cursor"], 3)
        apart = [await carried(other, first["cursor"], 1)]
        apart += [await carried(own, apart[0][0]["cursor"], 1)]
        apart += [await carried(other, apart[1][0]["cursor"], 1)]

    assert whole == [envelope for each in apart for envelope in each]
    assert len({envelope["cursor"] for envelope in (first, *whole)}) == 4
    assert all(CHANGSHAN in {envelope["fromCourt"], envelope["toCourt"]} for envelope in whole)
