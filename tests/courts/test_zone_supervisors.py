"""A superior court that only supervises has people and no node: they sign in at the gateway while they are listed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from api.demo import directory as demo_directory
from api.demo import documents as d
from api.demo.client import Client
from api.demo.zone import REFERENCE, Zone
from federation.directory import bundle
from federation.directory.document import CourtEntry, OfficerEntry
from federation.directory.publish import Published, publish
from federation.wire import gateway_keyfile, governance_keyfile, keyfile
from tests.courts.desks import Desk, connected, until

pytestmark = pytest.mark.anyio

QUZHOU, SUPERVISOR = "浙08", "o-330800-01"
_TENANT = "gateway"  # whose provider vouches for Quzhou's people too
COUNTED = """query Counted($scope: Scope!) {
  crossBorderMatrix(scope: $scope) { ... on CrossBorderMatrix { rows { sourceCourt } } ... on Problem { code message } }
}"""


class Zones:
    """The zone's directory, in which a superior court supervises: Quzhou, if no other is named."""

    def __init__(self, zone: Zone, court: str = QUZHOU, division: str = "330800") -> None:
        self._zone, self._code, self._division = zone, court, division
        mine, governance = gateway_keyfile.generate(), zone.governance
        self._governance = replace(
            governance,
            governance={**governance.governance, court: governance_keyfile.generate()},
            identity={**governance.identity, court: mine},
        )
        self._keys = {**zone.keys, court: keyfile.generate(court)}

    def lists(self, *officers: OfficerEntry) -> None:
        """Publish a version in which the court has these officers."""
        file, zone = self._zone.folder / "directory.signed", self._zone
        raw = file.read_bytes()
        document = demo_directory.content(zone.addresses, zone.keys, zone.gateway_key, REFERENCE)
        version = bundle.parse(raw).fresh.document.version + 1
        content = msgspec.structs.replace(
            document,
            version=version,
            issued_at=REFERENCE + timedelta(minutes=version),
            courts=[*document.courts, self._court(document.courts[0], list(officers))],
        )
        signers = demo_directory.signers(self._keys, zone.gateway_key, self._governance)
        file.write_bytes(publish(content, signers, Published.of(raw)))

    def _court(self, like: CourtEntry, officers: list[OfficerEntry]) -> CourtEntry:
        return msgspec.structs.replace(
            like,
            code=self._code,
            division=self._division,
            name_zh="上级法院",
            name_en="Superior Court",
            state="SUPERVISING",
            issuer=self._zone.addresses.issuer(_TENANT),
            url=None,
            keys=[],
            officers=officers,
            liaison=[],
        )


@pytest.fixture
async def zones(zone: Zone) -> AsyncIterator[Zones]:
    made = Zones(zone)
    yield made
    made.lists()


@pytest.fixture
def desk(zone: Zone, client: Client) -> Desk:
    return Desk(client, zone.addresses.gateway, _TENANT, SUPERVISOR)


async def status(desk: Desk, body: dict[str, Any]) -> int:
    return (await desk.whole(body))[0]


async def test_a_supervisor_signs_in_at_the_gateway_alone(zone: Zone, zones: Zones, desk: Desk) -> None:
    asked = {"query": "{ zone { courtCount } }"}
    assert await status(desk, asked) == 401

    zones.lists(OfficerEntry(id=SUPERVISOR, roles=["SUPERVISOR"]))
    await until(lambda: _is(desk, asked, 200))

    assert await desk.code(COUNTED, scope={"wholeZone": True}) is None
    assert await desk.code(d.PRESENCE, **_look()) == "FORBIDDEN"
    node = Desk(desk.client, zone.addresses.node("330824"), _TENANT, SUPERVISOR)
    assert await status(node, asked) == 401
    async with connected(zone, "330824") as conn:
        assert not await conn.fetchval("SELECT EXISTS (SELECT FROM lookups WHERE officer_id = $1)", SUPERVISOR)


async def test_who_is_dropped_loses_what_they_hold(zones: Zones, desk: Desk) -> None:
    asked = {"query": "{ zone { courtCount } }"}
    zones.lists(OfficerEntry(id=SUPERVISOR, roles=["SUPERVISOR"]))
    await until(lambda: _is(desk, asked, 200))

    async with desk.subscribed("subscription { trackedTaskChanged { cursor } }") as held:
        zones.lists(OfficerEntry(id="o-330800-02", roles=["SUPERVISOR"]))
        while (await held.receive(30)).type is aiohttp.WSMsgType.TEXT:
            pass

    assert held.close_code == 4403
    assert await status(desk, asked) == 401


async def _is(desk: Desk, body: dict[str, Any], wanted: int) -> bool:
    return await status(desk, body) == wanted


def _look() -> dict[str, Any]:
    return {
        "identity": {"residentId": "341021199211209990"},
        "basis": {"caseNumber": "（2025）浙0824执366号", "purpose": "PROPERTY_INVESTIGATION"},
        "scope": {"wholeZone": True},
    }
