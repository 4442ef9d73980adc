"""The framework agreement's records over a real zone: the last president signs a standard, every node goes by it."""

from typing import Any

import pytest

from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, CHIEF, Desks, until

pytestmark = pytest.mark.anyio
KAIHUA, SHEXIAN = "浙0824", "皖1021"
PRESIDENT = "06"
STANDARDS = """query ($status: StandardStatus) { publishedStandards(status: $status) {
    ... on PublishedStandardConnection { nodes { id matter digest signedBy { code } signaturesNeeded } } } }"""
READ = """query ($id: UUID!) { standardToSign(standardId: $id) {
    ... on StandardToSign { digest revision demands { matter papers } } ... on Problem { code message } } }"""
SIGN = """mutation ($input: SignStandardInput!) { signStandard(input: $input) {
    ... on StandardToSign { status } ... on Problem { code message } } }"""
HELD = """{ agreedStandards {
    ... on AgreedStandards { standards { standardId signedBy } } ... on Problem { code message } } }"""
ROUTE = """{ delegationRoute(from: "浙0824", matter: LOCATE_VEHICLE, division: "341021") {
    ... on DelegationRoute { dutyOfficers { officerId reachableNow } } } }"""
ZONE = """{ zone {
    exchangeMeetings { ... on ExchangeMeetingConnection { nodes { courts { code } decisions { doneOn overdue } } } }
    resourceOffers(kind: VEHICLES) { ... on ResourceOfferConnection { nodes { quantity leftToday } } }
    liaisonOfficers(court: "浙0824") { ... on LiaisonOfficerConnection { nodes { officerId } } } } }"""


async def test_last_signature_makes_a_standard_hold_at_every_node(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    courts = [court.code for court in fixtures.courts()]
    (waiting,) = (await desks.gateway(KAIHUA).one(STANDARDS, status="PROPOSED"))["nodes"]
    (signer, *_) = [code for code in courts if code not in {each["code"] for each in waiting["signedBy"]}]
    president = desks.at(signer, PRESIDENT)

    read = await president.one(READ, id=waiting["id"])
    given = {"standardId": waiting["id"], "digest": read["digest"], "version": read["revision"]}
    refused = await desks.at(signer, CHIEF).code(SIGN, input=given)
    signed = await president.one(SIGN, input=given)

    async def holds_everywhere() -> bool:
        return all([await _holds(desks, code, waiting["id"]) for code in courts])

    assert (waiting["signaturesNeeded"], len(waiting["signedBy"]), refused) == (6, 5, "FORBIDDEN")
    assert (read["digest"], signed) == (waiting["digest"], {"status": "AGREED"})
    await until(holds_everywhere)


async def _holds(desks: Desks, court: str, standard: str) -> bool:
    held = (await desks.at(court, CENTRE).one(HELD))["standards"]
    return {each["standardId"]: len(each["signedBy"]) for each in held}.get(standard) == 6


async def test_zone_begins_with_its_records_at_either_door(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)

    found = await desks.at(SHEXIAN, CENTRE).one(ZONE)
    there = await desks.gateway(SHEXIAN).one(ZONE)
    route: dict[str, Any] = await desks.gateway(KAIHUA).one(ROUTE)

    assert found == there
    (meeting,) = found["exchangeMeetings"]["nodes"]
    assert (len(meeting["courts"]), [each["doneOn"] for each in meeting["decisions"]]) == (
        8,
        ["2025-06-27", None, None],
    )
    assert found["resourceOffers"]["nodes"] == [{"quantity": 2, "leftToday": 2}]
    assert {each["officerId"] for each in found["liaisonOfficers"]["nodes"]} == {"o-330824-09", "o-330824-10"}
    assert {each["officerId"] for each in route["dutyOfficers"]} == {"o-341021-09", "o-341021-10"}
    assert all(each["reachableNow"] is not None for each in route["dutyOfficers"])
