"""The cross-border matrix at one court: counts per county of the zone, those under three hidden at the source."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from api.demo import fixtures
from db import county_counts
from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.rules.small_counts import shown
from enforcement.rules.task_status import ENDED, INTERNAL
from enforcement.zone.matrix import cross_border_matrix
from tests.enforcement.fixture_zone import FixtureZone, new_keys, one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.zone_parts import part

pytestmark = pytest.mark.anyio
MATRIX = """
    query ($scope: Scope!) {
      crossBorderMatrix(scope: $scope) {
        ... on CrossBorderMatrix {
          asOf
          rows { sourceCourt division openCases { ...n } assetsFound { ...n } openTasks { ...n } }
          coverage { inScope answered complete courts { court { code } status rows } }
        }
      }
    }
    fragment n on SmallCount { value text }
"""


@pytest.fixture
async def court(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[CourtNode]:
    async with one_court(new_database, clock) as made:
        yield made


def expected(code: str) -> dict[str, tuple[int, int, int]]:
    """By division, counted over the rows that were loaded."""
    rows = fixtures.rows(code)
    home = {party.id: party.domicile_division for party in rows.parties}
    open_cases = {case.id for case in rows.cases if case.status != "CLOSED"}
    domiciled: set[tuple[str, UUID]] = {
        (home[role.party_id], role.case_id)
        for role in rows.case_parties
        if role.role == "DEBTOR" and role.case_id in open_cases
    }
    cases = Counter(division for division, _ in domiciled)
    lying = Counter(asset.division for asset in rows.assets if asset.status in {"FOUND", "CONTROLLED"})
    sent = Counter(
        task.entrusted
        for task in fixtures.tasks()
        if task.delegating == code and task.status not in ENDED and task.status not in INTERNAL
    )
    return {c.division: (cases[c.division], lying[c.division], sent[c.code]) for c in fixtures.courts()}


def count(number: int) -> dict[str, Any]:
    return {"value": None, "text": "<3"} if number < 3 else {"value": number, "text": str(number)}


async def test_every_county_has_its_counts(court: CourtNode) -> None:
    made, context = await part(court, MATRIX)

    figures = expected(KAIHUA)
    assert made["rows"] == [
        {
            "sourceCourt": KAIHUA,
            "division": division,
            "openCases": count(figures[division][0]),
            "assetsFound": count(figures[division][1]),
            "openTasks": count(figures[division][2]),
        }
        for division in sorted(figures)
    ]
    assert any(number < 3 for row in figures.values() for number in row)
    assert any(number >= 3 for row in figures.values() for number in row)
    assert (context.rows, context.as_of) == (8, court.clock.now())
    assert made["coverage"] == {
        "inScope": 1,
        "answered": 1,
        "complete": True,
        "courts": [{"court": {"code": KAIHUA}, "status": "ANSWERED", "rows": 8}],
    }


async def test_hidden_count_leaves_no_use_case(court: CourtNode) -> None:
    made = await cross_border_matrix(court)

    figures = expected(KAIHUA)
    hidden = [
        value
        for row in made.rows
        for value, number in zip((row.open_cases, row.assets, row.open_tasks), figures[row.division], strict=True)
        if number < 3
    ]
    assert hidden
    assert set(hidden) == {None}


async def test_county_of_a_court_that_left_has_no_row(new_database: NewDatabase, clock: SetClock) -> None:
    zone = FixtureZone(keys=new_keys())
    states = {"歙县": "WITHDRAWN", "休宁县": "SUSPENDED"}
    courts = [zone.court(c.code, state=states.get(c.county_zh, "ACTIVE")) for c in fixtures.courts()]
    async with one_court(new_database, clock, zone=zone) as court:
        async with court.pool.acquire() as conn:
            await court.directory.accept(conn, zone.signed(2, courts=courts), clock.now())

        made = await cross_border_matrix(court)

    assert [row.division for row in made.rows] == sorted(c.division for c in fixtures.courts() if c.county_zh != "歙县")


async def test_county_of_two_courts_has_one_row(court: CourtNode) -> None:
    async with court.pool.acquire() as conn:
        (shared,) = await county_counts.by_county(conn, [("341021", SHEXIAN), ("341021", CHANGSHAN)])
        nothing = await county_counts.by_county(conn, [])

    figures = expected(KAIHUA)
    assert (shared.open_cases, shared.assets) == figures["341021"][:2]
    assert shared.open_tasks == figures["341021"][2] + figures["330822"][2] > figures["341021"][2]
    assert nothing == []


@pytest.mark.parametrize(("number", "told"), [(0, None), (1, None), (2, None), (3, 3), (4, 4), (10_000, 10_000)])
def test_counts_under_three_are_not_told_apart(number: int, told: int | None) -> None:
    assert shown(number) == told


async def test_counts_go_by_their_indexes(court: CourtNode) -> None:
    async with court.pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        rows = await conn.fetch(f"EXPLAIN {county_counts._COUNTS}", ["330824"], [KAIHUA])

    plan = "\n".join(row[0] for row in rows)
    assert {"assets_standing", "tasks_sent_and_open"} <= set(plan.replace("(", " ").split())
    assert "Seq Scan" not in plan
