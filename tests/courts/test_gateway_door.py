"""The gateway's door: what anybody reads, whom to delegate to, what is sent home unread, and who is urged."""

import json
import re
from typing import Any

import anyio
import pytest

from api.demo import documents as d
from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, CLERK, HANDLER, Desks, connected, tables, until
from tests.courts.spellings import found_in

pytestmark = pytest.mark.anyio

KAIHUA, CHUNAN, SHEXIAN, DEXING = "浙0824", "浙0127", "皖1021", "赣1181"
CASE_OF_CHUNAN = "（2025）浙0127执170号"
READER_CASE, READER_DEBTOR = "（2025）浙0824执366号", "341021199211209990"
CANARY = "樣本備註-canary-7f3a"

OPEN = """{
  zone { name courtCount counties }
  courts { code name level county province state since }
  court(code: "浙0824") { code state }
  nowhere: court(code: "京01") { code }
}"""
PROFILE = """
query Profile($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
  debtorProfile(identity: $identity, basis: $basis, sections: [CASES], scope: $scope) {
    ... on DebtorProfile { cases { sourceCourt caseNumber } coverage { answered } }
    ... on Problem { code }
  }
}"""
VARIABLES: dict[str, Any] = {
    "identity": {"residentId": READER_DEBTOR},
    "basis": {"caseNumber": READER_CASE, "purpose": "PROPERTY_INVESTIGATION", "remark": CANARY},
    "scope": {"wholeZone": True},
}
ROUTE = """
query Route($from: CourtCode!, $division: String!) {
  delegationRoute(from: $from, matter: INVESTIGATE_ASSETS, division: $division) {
    ... on DelegationRoute {
      entrustedCourt { code name } papers approval inNationalList agreement { validFrom validUntil }
      signForWithin { days unit } signForWithinUrgentMinutes answerWithinDays dutyOfficers { officerId }
      health { state }
    }
    ... on Problem { code message }
  }
}"""
HEALTH = """{
  federationHealth {
    ... on FederationHealth { nodes { court { code } state latencyMs } } ... on Problem { code message }
  }
}"""
URGE = """
mutation Urge($input: UrgeTaskInput!) {
  urgeTask(input: $input) {
    ... on TrackedTask { id version urges { at } } ... on Problem { code message }
  }
}"""


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
async def test_the_first_answer_is_the_one_shown(zone: Zone, client: Client, readme: str) -> None:
    """As curl gets it, without a token."""
    text = await anyio.Path(readme).read_text(encoding="utf-8")
    (query,) = re.findall(r"""-d '({"query":"{ zone .*})'""", text)
    (shown,) = re.findall(r'^{"data":{"zone":.*}$', text, flags=re.MULTILINE)

    status, body = await Desks(zone, client).gateway(None).whole(json.loads(query), "zh")

    assert (status, json.loads(body)) == (200, json.loads(shown))


async def test_anybody_reads_the_zone_and_its_courts(zone: Zone, client: Client) -> None:
    status, body = await Desks(zone, client).gateway(None).whole({"query": OPEN})
    data = json.loads(body)["data"]

    assert status == 200
    assert data["zone"]["courtCount"] == 8
    assert {court["code"] for court in data["courts"]} == {facts.code for facts in fixtures.courts()}
    assert {(court["level"], court["state"]) for court in data["courts"]} == {("GRASSROOTS", "ACTIVE")}
    assert data["court"] == {"code": KAIHUA, "state": "ACTIVE"}
    assert data["nowhere"] is None


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (d.ROUTE, {"from": KAIHUA, "matter": "INVESTIGATE_ASSETS", "division": "341021"}),
        (d.TRACKED_TASK, {"id": "00000000-0000-4000-8000-000000000000"}),
        (HEALTH, {}),
    ],
)
async def test_nothing_else_is_told_without_a_token(
    zone: Zone, client: Client, document: str, variables: dict[str, Any]
) -> None:
    assert await Desks(zone, client).gateway(None).code(document, **variables) == "NOT_SIGNED_IN"


async def test_the_route_names_the_court_its_papers_and_terms(zone: Zone, client: Client) -> None:
    route = await Desks(zone, client).gateway(KAIHUA).one(ROUTE, **{"from": KAIHUA, "division": "341021"})

    assert route["entrustedCourt"]["code"] == SHEXIAN
    assert set(route["papers"]) == {"DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE"}
    assert (route["approval"], route["inNationalList"]) == ("BUREAU_CHIEF", True)
    assert route["agreement"] == {"validFrom": "2024-09-02", "validUntil": "2027-08-31"}
    assert (route["signForWithin"], route["answerWithinDays"]) == ({"days": 1, "unit": "WORKING_DAYS"}, 10)
    assert [officer["officerId"] for officer in route["dutyOfficers"]] == ["o-341021-09", "o-341021-10"]


async def test_a_route_is_refused_by_its_reason(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)

    async def code(court: str, office: str, asked_from: str, division: str) -> str | None:
        return await desks.gateway(court, office).code(ROUTE, **{"from": asked_from, "division": division})

    assert await code(KAIHUA, CENTRE, KAIHUA, "110101") == "UNKNOWN_DIVISION"
    assert await code(KAIHUA, CENTRE, KAIHUA, "330824") == "SAME_COURT"
    assert await code(KAIHUA, CLERK, KAIHUA, "341021") == "FORBIDDEN"


async def test_a_debtor_document_is_sent_home_unread(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    request = {"query": PROFILE, "variables": VARIABLES}

    _, refused = await desks.gateway(KAIHUA, HANDLER).whole(request)
    (error,) = json.loads(refused)["errors"]
    home = desks.at(KAIHUA, HANDLER)
    status, answered = await home.whole(request)

    assert error["extensions"] == {"code": "ASK_OWN_COURT", "court": KAIHUA, "url": home.url + "/graphql"}
    assert [value for value in _values(VARIABLES) if found_in(refused, value)] == []
    assert status == 200
    assert json.loads(answered)["data"]["debtorProfile"]["coverage"]["answered"] == 8
    places = await _what_the_gateway_keeps(zone)
    assert "hex" in found_in(places["directory_documents"], "o-330824-01")  # the search finds what is there
    kept = {place: [value for value in _values(VARIABLES) if found_in(text, value)] for place, text in places.items()}
    assert {place: values for place, values in kept.items() if values} == {}


def _values(variables: dict[str, Any]) -> list[str]:
    return [CANARY, variables["identity"]["residentId"], variables["basis"]["caseNumber"], "0824执366"]


async def _what_the_gateway_keeps(zone: Zone) -> dict[str, bytes]:
    """The gateway's log, and each of its tables as text; what is binary stands there in hex."""
    places = {"log": zone.programs.programs["gateway"].log.read_bytes()}
    async with connected(zone, "gateway") as conn:
        for table in await tables(conn):
            rows = await conn.fetch(f'SELECT t::text AS row FROM "{table}" t')
            places[table] = "\n".join(row["row"] for row in rows).encode()
    assert b"request" in places["log"]
    return places


async def test_who_has_no_court_is_not_sent_anywhere(zone: Zone, client: Client) -> None:
    request = {"query": PROFILE, "variables": VARIABLES}

    _, anonymous = await Desks(zone, client).gateway(None).whole(request)

    assert json.loads(anonymous)["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_every_node_is_told_to_be_reachable(zone: Zone, client: Client) -> None:
    desk = Desks(zone, client).gateway(DEXING, CLERK)

    async def all_reachable() -> bool:
        states = {court["state"] for court in (await desk.one(HEALTH))["nodes"]}
        return states == {"REACHABLE"}

    await until(all_reachable)
    assert len((await desk.one(HEALTH))["nodes"]) == 8


async def test_a_task_is_urged_once_a_day_by_its_court(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    task_id = await desks.delegate_search(CASE_OF_CHUNAN, SHEXIAN)
    await desks.reached(SHEXIAN, task_id, "RECEIVED")
    own, other, stranger = (desks.gateway(court) for court in (CHUNAN, SHEXIAN, DEXING))
    await until(lambda: _is_tracked(desks, task_id))

    def urge(key: str) -> dict[str, Any]:
        return {"input": {"trackId": task_id, "idempotencyKey": key}}

    first = await own.one(URGE, **urge("one"))
    again = await own.one(URGE, **urge("one"))

    assert len(first["urges"]) == 1
    assert (again["id"], again["urges"]) == (first["id"], first["urges"])
    assert await own.code(URGE, **urge("two")) == "ALREADY_URGED"
    assert await other.code(URGE, **urge("three")) == "FORBIDDEN"
    assert await stranger.code(URGE, **urge("four")) == "NOT_FOUND"
    async with connected(zone, "gateway") as conn:
        assert await conn.fetchval("SELECT count(*) FROM urges WHERE track_id = $1", task_id) == 1


async def _is_tracked(desks: Desks, task_id: str) -> bool:
    return await desks.gateway(CHUNAN).code(d.TRACKED_TASK, id=task_id) is None
