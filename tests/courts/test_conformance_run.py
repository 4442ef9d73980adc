"""A ninth court applies to a real zone; an admin has its node examined: red while it is not there, then green."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from api.demo.client import Client
from api.demo.processes import Program
from api.demo.zone import Zone
from api.membership import joining, own_keys
from api.membership.calls import Gateway
from api.membership.facts import Facts
from api.membership.joining import Invitation
from db import migrate
from tests.courts.desks import connected, until

pytestmark = pytest.mark.anyio
JIANGSHAN, DIVISION = "浙0881", "330881"
ADMINS = "g-admin-01", "g-admin-02"
_FIELDS = "version status conformanceRuns { isGreen startedBy findings { check expected found path } }"
_ACTED = f"... on MembershipApplication {{ {_FIELDS} }} ... on Problem {{ code message }}"
START = f"mutation Start($input: ApplicationActInput!) {{ startConformanceRun(input: $input) {{ {_ACTED} }} }}"
REJECT = f"mutation No($input: RejectApplicationInput!) {{ rejectApplication(input: $input) {{ {_ACTED} }} }}"
READ = f"""query Read($court: CourtCode!) {{ applications(court: $court) {{
  ... on ApplicationList {{ applications {{ {_FIELDS} }} }} ... on Problem {{ code message }}
}} }}"""


class Ninth:
    """江山: its keys, its database, its process."""

    def __init__(self, zone: Zone, folder: Path) -> None:
        self.zone = zone
        self.keys = folder / "keys"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._folder = folder

    async def join(self) -> str:
        """Where its application stands."""
        facts = Facts(
            division=DIVISION,
            name_zh="江山市人民法院",
            name_en="Jiangshan City People's Court",
            level="GRASSROOTS",
            county_zh="江山市",
            county_en="Jiangshan",
            province="浙江",
            parent="浙08",
            url=self.url,
            issuer="https://id.jiangshan.example",
            officers=[],
            liaison=[],
        )
        invitation = Invitation(Gateway(self.zone.addresses.gateway), self.zone.root, JIANGSHAN)
        return (await joining.join(invitation, self.keys, facts, "demo", self.zone.clock.now())).status

    async def program(self) -> Program:
        """Its node, not started."""
        async with connected(self.zone, "gateway") as conn:
            await conn.execute(f"CREATE DATABASE node_{DIVISION}")
        migrate.upgrade(self.zone.server.dsn(f"node_{DIVISION}"), "node")
        (self._folder / "state").mkdir(mode=0o700)
        like = self.zone.programs.programs["浙0824"].environment
        own = {
            "XIEZHI_PORT": self.url.rpartition(":")[2],
            "XIEZHI_COURT": JIANGSHAN,
            "XIEZHI_DIVISION": DIVISION,
            "XIEZHI_DSN": self.zone.server.dsn(f"node_{DIVISION}"),
            "XIEZHI_KEY_FILE": str(self.keys / own_keys.NODE),
            "XIEZHI_STATE_DIR": str(self._folder / "state"),
            "XIEZHI_HEAD_S": "1",
            "XIEZHI_BODY_S": "1",
        }
        return Program("ninth", "node", {**like, **own}, self.url, self._folder / "ninth.log")


@pytest.fixture(scope="module")
async def ninth(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ninth]:
    yield Ninth(zone, tmp_path_factory.mktemp("ninth"))
    async with connected(zone, "gateway") as conn:
        await conn.execute(f"DROP DATABASE IF EXISTS node_{DIVISION} WITH (FORCE)")


async def _read(client: Client, zone: Zone) -> dict[str, Any]:
    """The application as an admin sees it."""
    found = await client.one(zone.addresses.gateway, "gateway", ADMINS[0], READ, {"court": JIANGSHAN})
    newest: dict[str, Any] = found["applications"][0]
    return newest


async def _run(client: Client, zone: Zone) -> dict[str, Any]:
    """An admin starts a run; what it found."""
    given = {"input": {"court": JIANGSHAN, "version": (await _read(client, zone))["version"]}}
    await client.one(zone.addresses.gateway, "gateway", ADMINS[0], START, given)

    async def finished() -> dict[str, Any] | None:
        newest: dict[str, Any] = (await _read(client, zone))["conformanceRuns"][0]
        return None if newest["isGreen"] is None else newest

    made: dict[str, Any] = await until(finished)
    return made


async def test_an_applicants_node_is_examined(zone: Zone, client: Client, ninth: Ninth) -> None:
    assert await ninth.join() == "APPLIED"

    absent = await _run(client, zone)

    assert (absent["isGreen"], absent["startedBy"]) == (False, ADMINS[0])
    assert {"check": "ANSWER", "expected": "ANSWER", "found": "NO_ANSWER", "path": ""} in absent["findings"]

    program = await ninth.program()
    program.start()
    try:
        async with aiohttp.ClientSession() as session:
            await program.ready(session)
        present = await _run(client, zone)
    finally:
        program.stop()

    assert present["findings"] == []
    assert present["isGreen"] is True
    version = (await _read(client, zone))["version"]
    rejected = {"court": JIANGSHAN, "version": version, "reason": "APPLICANT_WITHDREW"}
    ended = await client.one(zone.addresses.gateway, "gateway", ADMINS[1], REJECT, {"input": rejected})
    assert ended["status"] == "REJECTED"
