"""One clear document, one answer: at the gateway and under `zone` at every court's node, in a real zone."""

import json
from typing import Any

import pytest

from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, HANDLER, Desk, Desks, stopped

pytestmark = pytest.mark.anyio

KAIHUA, WUYUAN = "浙0824", "赣1130"
DOCUMENT = """
query Clear($scope: Scope!, $period: PeriodInput!, $code: CourtCode!) {
  zone {
    name courtCount
    court(code: $code) { ...court }
    courts { ...court }
    matrix: crossBorderMatrix(scope: $scope) {
      ... on CrossBorderMatrix { rows { sourceCourt division openCases { text } openTasks { text } } }
      ... on Problem { code }
    }
    delegationStatistics(period: $period, scope: $scope) {
      ... on DelegationStatistics { dispatched returnRate pairs { delegatingCourt entrustedCourt } }
    }
    unifiedStandards(scope: $scope) { ... on UnifiedStandards { standards { sourceCourt } } }
    assistingUnits(scope: $scope, kind: BANK) { ... on AssistingUnits { units { sourceCourt unit { id kind } } } }
    publicDishonestDebtors(scope: $scope, first: 30) {
      ... on PublicDishonestDebtors { nodes { sourceCourt name number publishedOn } pageInfo { hasNextPage } }
    }
    trackedTasks(first: 5) { ... on TrackedTaskConnection { nodes { id status } } ... on Problem { code } }
    deliveryStatus(id: "00000000-0000-4000-8000-000000000000") { ... on Problem { code message } }
  }
}
fragment court on MemberCourt { code name state }"""
VARIABLES: dict[str, Any] = {
    "scope": {"wholeZone": True},
    "period": {"from": "2024-09-02", "to": "2025-07-14"},
    "code": WUYUAN,
}
MATRIX = """query Matrix($scope: Scope!) {
  zone { crossBorderMatrix(scope: $scope) { __typename ... on CrossBorderMatrix { rows { sourceCourt } } } }
}"""


LIVE = """subscription Live($scope: Scope!) {
  crossBorderMatrix(scope: $scope) { __typename ... on CrossBorderMatrix { rows { sourceCourt } } }
}"""
BY_ID = """query ById($ids: [ID!]!) {
  nodes(ids: $ids) { __typename id ... on MemberCourt { name state } ... on TrackedTask { version holder { code } } }
}"""


def told(body: bytes) -> tuple[Any, Any]:
    """Data and coverage, without what a clock decides."""
    answer = json.loads(body)
    assert "errors" not in answer, answer["errors"]
    for coverage in answer["extensions"]["coverage"].values():
        for court in coverage["courts"]:
            del court["tookMs"], court["asOf"]
    return answer["data"], answer["extensions"]["coverage"]


@pytest.mark.parametrize("court", [facts.code for facts in fixtures.courts()])
async def test_one_document_one_answer(zone: Zone, client: Client, court: str) -> None:
    desks, request = Desks(zone, client), {"query": DOCUMENT, "variables": VARIABLES}

    at_gateway = await desks.gateway(court, CENTRE).whole(request)
    at_node = await desks.at(court, CENTRE).whole(request)

    assert (at_gateway[0], at_node[0]) == (200, 200)
    assert told(at_node[1]) == told(at_gateway[1])
    data, coverage = told(at_node[1])
    assert len(data["zone"]["matrix"]["rows"]) == 64
    assert len(data["zone"]["publicDishonestDebtors"]["nodes"]) == 30
    assert data["zone"]["assistingUnits"]["units"]
    fields = "matrix", "delegationStatistics", "unifiedStandards", "assistingUnits", "publicDishonestDebtors"
    assert set(coverage) == {f"zone.{field}" for field in fields}
    assert {told["inScope"] for told in coverage.values()} == {len(fixtures.courts())}


async def test_offices_are_the_directorys(zone: Zone, client: Client) -> None:
    desks, scope = Desks(zone, client), {"scope": {"wholeZone": True}}

    handler = await desks.at(KAIHUA, HANDLER).one(MATRIX, **scope)
    centre = await desks.at(KAIHUA, CENTRE).one(MATRIX, **scope)

    assert handler == {"crossBorderMatrix": {"__typename": "Refusal"}}
    assert len(centre["crossBorderMatrix"]["rows"]) == 64


async def test_a_stopped_court_is_named_at_the_node_too(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)

    async with stopped(zone, WUYUAN):
        _, body = await desks.at(KAIHUA, CENTRE).whole({"query": MATRIX, "variables": {"scope": {"wholeZone": True}}})

    answer = json.loads(body)
    assert {row["sourceCourt"] for row in answer["data"]["zone"]["crossBorderMatrix"]["rows"]} == {
        facts.code for facts in fixtures.courts() if facts.code != WUYUAN
    }
    silent = [c for c in answer["extensions"]["coverage"]["courts"] if c["status"] != "ANSWERED"]
    assert [(c["court"]["code"], c["status"], c["reportedBy"]) for c in silent] == [(WUYUAN, "UNREACHABLE", "GATEWAY")]
    assert b"127.0.0.1" not in body


async def test_without_the_gateway_the_own_court_answers(zone: Zone, client: Client) -> None:
    desk = Desks(zone, client).at(KAIHUA, CENTRE)

    async with stopped(zone, "gateway"):
        status, body = await desk.whole({"query": "{ zone { name } lookupLog(first: 1) { __typename } }"})

    answer = json.loads(body)
    assert status == 200
    assert answer["data"] == {"zone": None, "lookupLog": {"__typename": "LookupLog"}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GATEWAY_UNREACHABLE"]
    assert b"127.0.0.1" not in body


async def streamed(desk: Desk, document: str, **variables: Any) -> list[dict[str, Any]]:
    """Each response of an event stream, to its end."""
    headers = {
        "authorization": "Bearer " + desk.client.token(desk.url, desk.tenant, desk.officer),
        "accept": "text/event-stream",
    }
    body = {"query": document, "variables": variables}
    async with desk.client.session.post(f"{desk.url}/graphql", json=body, headers=headers) as answer:
        return [json.loads(line[6:]) async for line in answer.content if line.startswith(b"data: {")]


async def socketed(desk: Desk, document: str, **variables: Any) -> list[dict[str, Any]]:
    """Each response on a socket, to the end of the operation."""
    async with desk.subscribed(document, **variables) as socket:
        said = []
        while (message := await socket.receive_json())["type"] == "next":
            said.append(message["payload"])
        assert message["type"] == "complete"
        return said


@pytest.mark.parametrize("carrier", [streamed, socketed])
@pytest.mark.parametrize("door", ["node", "gateway"])
async def test_a_live_twin_ends_with_the_querys_answer(zone: Zone, client: Client, door: str, carrier: Any) -> None:
    """On both carriers, at both doors, with a court that is away: its place is told, and no other row is missing."""
    desks, scope = Desks(zone, client), {"scope": {"wholeZone": True}}
    desk = desks.at(KAIHUA, CENTRE) if door == "node" else desks.gateway(KAIHUA, CENTRE)

    async with stopped(zone, WUYUAN):
        said = await carrier(desk, LIVE, **scope)
        answer = await desks.at(KAIHUA, CENTRE).one(MATRIX, **scope)

    assert not [response for response in said if "errors" in response]
    assert said[-1]["data"] == {"crossBorderMatrix": answer["crossBorderMatrix"]}
    statuses = {c["court"]["code"]: c["status"] for c in said[-1]["extensions"]["coverage"]["courts"]}
    assert {code for code, status in statuses.items() if status != "ANSWERED"} == {WUYUAN}
    assert statuses[WUYUAN] in {"UNREACHABLE", "CIRCUIT_OPEN"}


async def test_objects_of_the_gateway_are_read_at_a_node(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    tracked = await desks.gateway(KAIHUA, CENTRE).one(
        "{ trackedTasks(first: 3) { ... on TrackedTaskConnection { nodes { id } } } }"
    )
    ids = [*(task["id"] for task in tracked["nodes"]), WUYUAN, "浙9999"]

    at_gateway: Any = await desks.gateway(KAIHUA, CENTRE).one(BY_ID, ids=ids)
    at_node: Any = await desks.at(KAIHUA, CENTRE).one(BY_ID, ids=[WUYUAN, "浙9999"])
    elsewhere = await desks.at(WUYUAN, HANDLER).one(BY_ID, ids=ids)

    assert at_node == at_gateway[-2:]
    assert at_node[0]["__typename"] == "MemberCourt"
    assert elsewhere == [None] * len(tracked["nodes"]) + at_node
