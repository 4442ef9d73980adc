"""Assisting units and unified standards at one court, as the whole zone may read them."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from api.demo import fixtures
from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.zone import standards, units
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA
from tests.schema.zone_parts import part

pytestmark = pytest.mark.anyio
UNITS = """
    query ($kind: UnitKind, $division: String, $scope: Scope!) {
      assistingUnits(kind: $kind, division: $division, scope: $scope) {
        ... on AssistingUnits {
          hasMore
          units { sourceCourt unit { id name kind division channel promisedDays items { code assetKinds documents } } }
        }
        ... on Refusal { code part }
      }
    }
"""
STANDARDS = """
    query ($matter: StandardMatter, $scope: Scope!) {
      unifiedStandards(matter: $matter, scope: $scope) {
        ... on UnifiedStandards {
          hasMore
          standards { sourceCourt matter province amount days practice effectiveFrom effectiveTo }
        }
      }
    }
"""


@pytest.fixture
async def court(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[CourtNode]:
    async with one_court(new_database, clock) as made:
        yield made


def unit_data(row: Any) -> dict[str, Any]:
    items = [{"code": i["code"], "assetKinds": i["asset_kinds"], "documents": i["documents"]} for i in row.items]
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind.value,
        "division": row.division,
        "channel": row.channel,
        "promisedDays": row.promised_days,
        "items": items,
    }


@pytest.mark.parametrize(
    ("asked", "count"), [({}, 12), ({"kind": "BANK"}, 2), ({"division": "330824"}, 12), ({"division": "341021"}, 0)]
)
async def test_units_are_those_on_record(court: CourtNode, asked: dict[str, Any], count: int) -> None:
    made, context = await part(court, UNITS, **asked)

    rows = [row for row in fixtures.rows(KAIHUA).units if asked.get("kind") in {None, row.kind.value}]
    expected = [unit_data(row) for row in sorted(rows, key=lambda row: row.id)][:count]
    assert [each["unit"] for each in made["units"]] == expected
    assert {each["sourceCourt"] for each in made["units"]} <= {KAIHUA}
    assert (len(made["units"]), made["hasMore"]) == (count, False)
    assert (context.rows, context.as_of) == (count, court.clock.now())


@pytest.mark.parametrize("division", ["33082", "3308240", "330824197903159972", "开化县", "０３３０８２"])
async def test_division_is_a_code_and_nothing_else(court: CourtNode, division: str) -> None:
    made, context = await part(court, UNITS, division=division)

    assert made == {"code": "INVALID_DIVISION", "part": "division"}
    assert context.as_of is None


async def test_more_than_can_be_shown_is_said(court: CourtNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "MOST", 5)
    monkeypatch.setattr(standards, "MOST", 2)

    listed, _ = await part(court, UNITS)
    applied, _ = await part(court, STANDARDS)

    assert (len(listed["units"]), listed["hasMore"]) == (5, True)
    assert (len(applied["standards"]), applied["hasMore"]) == (2, True)


@pytest.mark.parametrize("matter", [None, "LIVING_COST_MINIMUM", "PAYOUT_TERM"])
async def test_standards_in_force_are_shown(court: CourtNode, matter: str | None) -> None:
    made, context = await part(court, STANDARDS, matter=matter)

    rows = [
        row
        for row in fixtures.rows(KAIHUA).standards
        if matter in {None, row.matter.value} and (row.effective_to is None or row.effective_to >= date(2025, 7, 14))
    ]
    assert made["standards"] == [
        {
            "sourceCourt": KAIHUA,
            "matter": row.matter.value,
            "province": "浙",
            "amount": None if row.amount is None else str(row.amount),
            "days": row.days,
            "practice": None if row.practice is None else row.practice.value,
            "effectiveFrom": row.effective_from.isoformat(),
            "effectiveTo": None if row.effective_to is None else row.effective_to.isoformat(),
        }
        for row in sorted(rows, key=lambda row: (row.matter, row.effective_from))
    ]
    assert context.rows == len(rows) == (4 if matter is None else 1)


async def test_ended_standard_was_shown_on_its_last_day(court: CourtNode, clock: SetClock) -> None:
    shown = {}
    for day in (date(2024, 12, 31), date(2025, 1, 1)):
        clock.set(clock.now().replace(year=day.year, month=day.month, day=day.day))
        made, _ = await part(court, STANDARDS, matter="LIVING_COST_MINIMUM")
        shown[day] = [row["amount"] for row in made["standards"]]

    assert shown == {date(2024, 12, 31): ["1150.00", "1206.00"], date(2025, 1, 1): ["1206.00"]}
