"""What the gateway asks of every court in clear, in a real zone: the rows of those who answer, each silence named."""

import json
from datetime import date
from typing import Any

import pytest

from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, HANDLER, Desks, counts, stopped

pytestmark = pytest.mark.anyio

KAIHUA, WUYUAN = "浙0824", "赣1130"
TODAY = date(2025, 7, 14)
MATRIX = """
query Matrix($scope: Scope!) {
  crossBorderMatrix(scope: $scope) {
    ... on CrossBorderMatrix {
      rows { sourceCourt division openCases { text } assetsFound { text } openTasks { text } }
      coverage { inScope answered complete courts { court { code } status reason reportedBy } }
    }
    ... on Problem { code message }
  }
}"""
WHOLE: dict[str, Any] = {"scope": {"wholeZone": True}}


async def test_the_gateway_adds_up_what_eight_courts_count(zone: Zone, client: Client) -> None:
    codes = {facts.code for facts in fixtures.courts()}
    before = await counts(zone, "gateway")

    answer = await Desks(zone, client).gateway(KAIHUA).one(MATRIX, **WHOLE)

    assert {row["sourceCourt"] for row in answer["rows"]} == codes
    assert len(answer["rows"]) == 64
    assert any(row["openCases"]["text"] != "<3" for row in answer["rows"])
    assert answer["coverage"]["complete"], answer["coverage"]
    after = await counts(zone, "gateway")
    # nothing of what the courts said: what else moves counts requests, and envelopes of earlier look-ups
    assert {name for name in after if after[name] != before[name]} <= {"carried_traffic", "node_health", "rate_windows"}


async def test_a_stopped_court_costs_its_own_rows_only(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)

    async with stopped(zone, WUYUAN):
        status, body = await desks.gateway(KAIHUA).whole({"query": MATRIX, "variables": WHOLE})

    answer = json.loads(body)["data"]["crossBorderMatrix"]
    silent = [court for court in answer["coverage"]["courts"] if court["status"] != "ANSWERED"]
    assert status == 200
    assert len(answer["rows"]) == 56
    assert [(court["court"]["code"], court["status"]) for court in silent] == [(WUYUAN, "UNREACHABLE")]
    assert json.loads(body)["extensions"]["coverage"]["courts"][0]["tookMs"] >= 0
    assert b"127.0.0.1" not in body


async def test_offices_decide_who_reads_it(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)

    assert await desks.gateway(None).code(MATRIX, **WHOLE) == "NOT_SIGNED_IN"
    assert await desks.gateway(KAIHUA, HANDLER).code(MATRIX, **WHOLE) == "FORBIDDEN"
    assert await desks.gateway(KAIHUA, CENTRE).code(MATRIX, **WHOLE) is None


FIGURES = """
  dispatched signedFor signedForInTime signedForInTimeRate completed completedInTime completedInTimeRate
  returned returnRate handled handlingMinutes meanHandlingMinutes"""
STATISTICS = f"""
query Statistics($scope: Scope!, $period: PeriodInput!) {{
  delegationStatistics(period: $period, scope: $scope) {{
    ... on DelegationStatistics {{
      {FIGURES}
      pairs {{ delegatingCourt entrustedCourt figures {{ dispatched returned }} }}
      courts {{ court asDelegating {{ dispatched returnRate }} asEntrusted {{ dispatched }} }}
      coverage {{ complete }}
    }}
    ... on Problem {{ code message }}
  }}
}}"""
RATES = """
query Rates($scope: Scope!, $period: PeriodInput!) {
  delegationStatistics(period: $period, scope: $scope) {
    ... on DelegationStatistics { signedForInTimeRate returnRate mean: meanHandlingMinutes }
  }
}"""
PERIOD = {"period": {"from": "2024-09-02", "to": "2025-07-14"}}


async def test_rates_follow_from_sums_whatever_is_selected(zone: Zone, client: Client) -> None:
    desk = Desks(zone, client).gateway(KAIHUA)

    whole = await desk.one(STATISTICS, **WHOLE, **PERIOD)
    rates = await desk.one(RATES, **WHOLE, **PERIOD)

    assert whole["coverage"]["complete"]
    assert whole["dispatched"] == sum(pair["figures"]["dispatched"] for pair in whole["pairs"]) > 0
    assert whole["dispatched"] == sum(court["asEntrusted"]["dispatched"] for court in whole["courts"])
    assert whole["dispatched"] == sum(court["asDelegating"]["dispatched"] for court in whole["courts"])
    assert whole["returnRate"] == f"{whole['returned'] * 100 / whole['dispatched']:.1f}"
    assert rates == {
        "signedForInTimeRate": whole["signedForInTimeRate"],
        "returnRate": whole["returnRate"],
        "mean": whole["meanHandlingMinutes"],
    }


async def test_arguments_reach_every_court(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    units = """
    query Units($scope: Scope!, $kind: UnitKind) {
      assistingUnits(scope: $scope, kind: $kind) {
        ... on AssistingUnits { units { sourceCourt unit { kind } } } ... on Problem { code message }
      }
    }"""

    every = (await desks.gateway(KAIHUA, HANDLER).one(units, **WHOLE))["units"]
    banks = (await desks.gateway(KAIHUA, HANDLER).one(units, **WHOLE, kind="BANK"))["units"]

    assert {row["unit"]["kind"] for row in every} > {"BANK"}
    assert banks == [row for row in every if row["unit"]["kind"] == "BANK"]
    assert len({row["sourceCourt"] for row in banks}) > 1


async def test_a_malformed_period_is_refused_before_anybody_is_asked(zone: Zone, client: Client) -> None:
    desk = Desks(zone, client).gateway(KAIHUA)
    backwards = {"period": {"from": "2025-07-01", "to": "2025-06-01"}}

    assert await desk.code(STATISTICS, **WHOLE, **backwards) == "INVALID_PERIOD"


PUBLIC = """
query Public($scope: Scope!, $first: Int!, $after: String) {
  publicDishonestDebtors(scope: $scope, first: $first, after: $after) {
    ... on PublicDishonestDebtors {
      nodes { sourceCourt name number publishedOn untilOn } pageInfo { hasNextPage endCursor } coverage { complete }
    }
    ... on Problem { code message }
  }
}"""


async def test_the_public_list_is_walked_and_leaves_nothing_behind(zone: Zone, client: Client) -> None:
    desk, after = Desks(zone, client).gateway(KAIHUA, HANDLER), None
    nodes: list[dict[str, str]] = []
    while nodes == [] or after is not None:
        page = await desk.one(PUBLIC, **WHOLE, first=25, after=after)
        assert page["coverage"]["complete"]
        nodes, after = nodes + page["nodes"], page["pageInfo"]["endCursor"]

    in_force = [
        entry
        for facts in fixtures.courts()
        for entry in fixtures.rows(facts.code).dishonest_entries
        if entry.until_on >= TODAY >= entry.published_on
    ]
    assert len(nodes) == len({(node["number"], node["publishedOn"], node["name"]) for node in nodes}) == len(in_force)
    assert [node["publishedOn"] for node in nodes] == sorted((node["publishedOn"] for node in nodes), reverse=True)
    log = zone.programs.programs["gateway"].log.read_text("utf-8")
    for node in nodes:
        assert node["number"] not in log
        assert node["name"] not in log
