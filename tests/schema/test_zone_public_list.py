"""The public list through the part schema: one court's page, and a walk over several courts."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest

from api.demo import fixtures
from db.clock import SetClock
from enforcement.court import CourtNode
from federation.graph.page import Walk, begin, check_answer, merge_page, plan_page
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.zone_parts import part

pytestmark = pytest.mark.anyio
LIST = """
    query ($filter: PublicDishonestDebtorFilter, $first: Int! = 20, $after: String, $scope: Scope!) {
      publicDishonestDebtors(filter: $filter, first: $first, after: $after, scope: $scope) {
        ... on PublicDishonestDebtors {
          asOf
          nodes { sourceCourt kind name number division ground publishedOn untilOn }
          pageInfo { hasNextPage endCursor }
        }
        ... on Refusal { code part }
      }
    }
"""
TODAY = date(2025, 7, 14)


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[dict[str, CourtNode]]:
    async with AsyncExitStack() as stack:
        yield {
            code: await stack.enter_async_context(one_court(new_database, clock, code))
            for code in (KAIHUA, CHANGSHAN, SHEXIAN)
        }


def listed(*codes: str) -> list[tuple[str, str, str]]:
    """(court, day of publication, ground) of every entry in force, in the order of the whole list."""
    rows = [
        (-entry.published_on.toordinal(), code, str(entry.id), entry)
        for code in codes
        for entry in fixtures.rows(code).dishonest_entries
        if entry.published_on <= TODAY <= entry.until_on
    ]
    return [
        (code, entry.published_on.isoformat(), entry.ground) for _, code, _, entry in sorted(rows, key=lambda r: r[:3])
    ]


def told(node: Mapping[str, Any]) -> tuple[str, str, str]:
    return node["sourceCourt"], node["publishedOn"], node["ground"]


async def test_own_first_page_needs_no_walk(courts: Mapping[str, CourtNode]) -> None:
    made, context = await part(courts[KAIHUA], LIST, first=3)

    expected = listed(KAIHUA)
    assert [told(node) for node in made["nodes"]] == expected[:3]
    assert made["pageInfo"] == {"hasNextPage": True, "endCursor": None}
    assert (context.rows, context.as_of) == (3, courts[KAIHUA].clock.now())
    assert context.page_answer is not None
    assert len(context.page_answer.positions) == 3
    node = made["nodes"][0]
    assert "*" in node["number"]
    assert node["kind"] == "ORGANIZATION" or "*" in node["name"]


@pytest.mark.parametrize("first", [1, 4, 100])
async def test_walk_over_courts_gives_each_entry_once(courts: Mapping[str, CourtNode], first: int) -> None:
    walk: Walk | None = begin(courts, courts[KAIHUA].clock.now())
    found: list[Mapping[str, Any]] = []
    while walk is not None:
        answers, rows = {}, {}
        for code, ask in plan_page(walk, first).items():
            made, context = await part(courts[code], LIST, page=ask)
            assert context.page_answer is not None
            check_answer(ask, context.page_answer, len(made["nodes"]))
            answers[code], rows[code] = context.page_answer, made["nodes"]
        page = merge_page(walk, first, answers)
        found += [rows[court][place] for court, place in page.rows]
        walk = page.walk

    assert [told(node) for node in found] == listed(*courts)
    assert len(found) > 15


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"first": 0}, ("INVALID_PAGE", "first")),
        ({"first": 101}, ("INVALID_PAGE", "first")),
        ({"after": "a cursor"}, ("INVALID_CURSOR", "after")),
        ({"filter": {"division": "李样甲"}}, ("INVALID_DIVISION", "division")),
        ({"filter": {"publishedFrom": "2025-07-02", "publishedTo": "2025-07-01"}}, ("INVALID_PERIOD", "publishedTo")),
    ],
)
async def test_impossible_page_is_a_refusal(
    courts: Mapping[str, CourtNode], asked: dict[str, Any], refusal: tuple[str, str]
) -> None:
    made, context = await part(courts[KAIHUA], LIST, **asked)

    assert (made["code"], made["part"]) == refusal
    assert (context.rows, context.page_answer) == (0, None)


async def test_filter_is_read(courts: Mapping[str, CourtNode]) -> None:
    asked = {"ground": "EVADES_BY_HIDING_ASSETS", "publishedFrom": "2024-01-01"}

    made, _ = await part(courts[SHEXIAN], LIST, filter=asked, first=100)

    expected = [each for each in listed(SHEXIAN) if each[2] == "EVADES_BY_HIDING_ASSETS" and each[1] >= "2024-01-01"]
    assert [told(node) for node in made["nodes"]] == expected
    assert expected
