"""Every program of the zone is ready; a court whose key is locked says so, and the gateway shows it."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import aiohttp
import pytest

from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from db.clock import wall_now
from tests.courts.desks import Desks, until

pytestmark = pytest.mark.anyio

CHECKS = {"database", "key", "directory", "clock", "disk"}
_HEALTH = "{ federationHealth { ... on FederationHealth { nodes { court { code } state } } } }"


async def _readyz(url: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(url + "/readyz") as answer:
        return answer.status, await answer.json()


async def test_every_program_is_ready(zone: Zone) -> None:
    urls = [zone.addresses.gateway, *(zone.addresses.node(court.division) for court in fixtures.courts())]

    for url in urls:
        status, body = await _readyz(url)
        assert (status, set(body["checks"])) == (200, CHECKS), (url, body)
        assert {phrase for phrase in body["checks"].values() if not phrase.startswith("warning: ")} == {"ok"}
        assert body["checked_at"] is not None
        async with aiohttp.ClientSession() as session, session.get(url + "/livez") as alive:
            said = parsedate_to_datetime(alive.headers["Date"])
        assert abs(wall_now() - said) < timedelta(minutes=1)  # by which others know what time it is there


async def test_a_locked_key_shows_at_the_gateway(zone: Zone, client: Client) -> None:
    court = fixtures.courts()[-1]
    url, key_file = zone.addresses.node(court.division), zone.folder / f"{court.division}.keys"
    desk, away = Desks(zone, client).gateway(court.code), key_file.with_suffix(".away")

    async def shows(status: int, state: str) -> bool:
        health = await desk.one(_HEALTH)
        states = {node["court"]["code"]: node["state"] for node in health["nodes"]}
        return (await _readyz(url))[0] == status and states[court.code] == state

    key_file.rename(away)
    try:
        await until(partial(shows, 503, "UNREACHABLE"))
        assert (await _readyz(url))[1]["checks"]["key"] == "locked"
    finally:
        away.rename(key_file)

    await until(partial(shows, 200, "REACHABLE"))
    assert (await _readyz(url))[1]["checks"]["key"] == "ok"
