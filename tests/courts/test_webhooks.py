"""Systems of two real courts are told of a task between them: once each, signed, in time, and without a name in it."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.conftest import WEBHOOK_SECRET, webhook_port
from tests.courts.desks import Desks, until

pytestmark = pytest.mark.anyio

CASE = "（2025）浙0127执170号"
CHUNAN, SHEXIAN = "浙0127", "皖1021"
BOTH = ["task.dispatched", "task.received"]
OURS = ["task.approved", "task.created", "task.submitted"]


@pytest.fixture
async def told(zone: Zone) -> AsyncIterator[list[tuple[dict[str, str], bytes]]]:
    """What the two courts' endpoint is told while the test runs."""
    heard: list[tuple[dict[str, str], bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=204)

    application = web.Application()
    application.router.add_post("/{court}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", webhook_port(zone)).start()
    yield heard
    await runner.cleanup()


async def test_both_courts_systems_hear_of_a_task(
    zone: Zone, client: Client, told: list[tuple[dict[str, str], bytes]]
) -> None:
    desks = Desks(zone, client)
    task_id = await desks.delegate_search(CASE, SHEXIAN, "SECURITIES")
    await desks.reached(CHUNAN, task_id, "RECEIVED")

    def of_it() -> list[dict[str, Any]]:
        bodies = [json.loads(body) for _, body in told]
        return [body for body in bodies if body["data"]["object"]["id"] == task_id]

    wanted = len(OURS) + 2 * len(BOTH)

    async def all_came() -> bool:
        return len({(body["type"], body["data"]["court"]) for body in of_it()}) >= wanted

    await until(all_came)

    by_court = {
        court: sorted({body["type"] for body in of_it() if body["data"]["court"] == court})
        for court in (CHUNAN, SHEXIAN)
    }
    assert set(by_court[CHUNAN]) >= {*OURS, *BOTH}
    assert set(by_court[SHEXIAN]) == set(BOTH)
    ids = [headers["webhook-id"] for headers, body in told if task_id.encode() in body]
    assert len(ids) == len(set(ids))
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    for headers, body in told:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert json.loads(body)["data"].keys() == {"court", "sequence", "object"}
