"""The public list over all courts, page by page: one order, one cursor, every entry once, whoever is silent."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api.demo import fixtures
from db.clock import SetClock
from db.records.sanctions import ListFilter
from enforcement.court import CourtNode
from enforcement.rules.rights import Role
from enforcement.zone import public_list
from enforcement.zone.public_list import PublicPage
from federation.graph.page import PageAnswer, PageAsk, Position
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN
from tests.schema.clear_zone import CENTRE, ClearDesk, clear_desk, officer

pytestmark = pytest.mark.anyio
LIST = """
    query ($filter: PublicDishonestDebtorFilter, $first: Int! = 20, $after: String, $scope: Scope!) {
      publicDishonestDebtors(filter: $filter, first: $first, after: $after, scope: $scope) {
        __typename
        ... on PublicDishonestDebtors {
          nodes { sourceCourt publishedOn ground }
          pageInfo { hasNextPage endCursor }
          coverage { complete courts { court { code } status reason reportedBy } }
        }
        ... on Problem { code }
        ... on Refusal { part }
      }
    }
"""
UNDER_ZONE = LIST.replace("publicDishonestDebtors(", "zone { publicDishonestDebtors(", 1) + "}"
TODAY = date(2025, 7, 14)
HANDLER = officer(Role.HANDLER)


@pytest.fixture
async def zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    async with clear_desk(new_database, clock, rows=fixtures.rows) as made:
        yield made


def listed(*codes: str) -> list[tuple[str, str, str]]:
    """(court, day of publication, ground) of every entry in force, in the order of the whole list."""
    rows = [
        (-entry.published_on.toordinal(), code, str(entry.id), entry)
        for code in codes
        for entry in fixtures.rows(code).dishonest_entries
        if entry.published_on <= TODAY <= entry.until_on
    ]
    ordered = sorted(rows, key=lambda row: row[:3])
    return [(code, entry.published_on.isoformat(), entry.ground) for _, code, _, entry in ordered]


def told(page: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(node["sourceCourt"], node["publishedOn"], node["ground"]) for node in page["nodes"]]


async def page(zone: ClearDesk, **variables: Any) -> dict[str, Any]:
    made: dict[str, Any] = (await zone.ask(LIST, HANDLER, **variables))["publicDishonestDebtors"]
    return made


async def walk(zone: ClearDesk, first: int, **variables: Any) -> list[dict[str, Any]]:
    """Every page until the cursor ends."""
    pages: list[dict[str, Any]] = []
    after = None
    while not pages or after is not None:
        pages.append(await page(zone, first=first, after=after, **variables))
        after = pages[-1]["pageInfo"]["endCursor"]
    return pages


async def test_every_entry_comes_once_in_one_order(zone: ClearDesk) -> None:
    whole = listed(*DIVISIONS)

    pages = await walk(zone, 5)

    assert len(whole) > 15
    assert [row for each in pages for row in told(each)] == whole
    assert [len(each["nodes"]) for each in pages[:-1]] == [5] * (len(pages) - 1)
    assert [each["pageInfo"]["hasNextPage"] for each in pages] == [True] * (len(pages) - 1) + [False]


async def test_both_doors_share_their_cursors(zone: ClearDesk) -> None:
    first = (await zone.ask_node(UNDER_ZONE, first=4))["zone"]["publicDishonestDebtors"]

    rest = await zone.ask(LIST, CENTRE, first=100, after=first["pageInfo"]["endCursor"])

    assert told(first) + told(rest["publicDishonestDebtors"]) == listed(*DIVISIONS)


async def test_filter_and_scope_hold_on_every_page(zone: ClearDesk) -> None:
    ground = listed(KAIHUA, SHEXIAN)[0][2]
    given: dict[str, Any] = {"scope": {"courts": [KAIHUA, SHEXIAN]}, "filter": {"ground": ground}}

    pages = await walk(zone, 2, **given)

    assert [row for each in pages for row in told(each)] == [row for row in listed(KAIHUA, SHEXIAN) if row[2] == ground]


@pytest.mark.parametrize(
    ("caller", "changes"),
    [
        (CENTRE, {}),
        (HANDLER, {"filter": {"division": "330824"}}),
        (HANDLER, {"scope": {"courts": [KAIHUA]}}),
        (HANDLER, {"after": "rubbish"}),
        (HANDLER, {"after": ""}),
    ],
)
async def test_cursor_of_another_question_is_none(zone: ClearDesk, caller: Any, changes: dict[str, Any]) -> None:
    caller = replace(caller, officer_id="o-330824-01") if caller is CENTRE else caller
    cursor = (await page(zone, first=2))["pageInfo"]["endCursor"]

    answer = (await zone.ask(LIST, caller, first=2, **{"after": cursor, **changes}))["publicDishonestDebtors"]

    assert answer == {"__typename": "Refusal", "code": "INVALID_CURSOR", "part": "after"}


async def test_how_long_to_wait_may_differ_by_page(zone: ClearDesk) -> None:
    cursor = (await page(zone, first=2))["pageInfo"]["endCursor"]

    following = await page(zone, first=3, after=cursor, scope={"wholeZone": True, "deadlineMs": 5000}, filter=None)

    assert told(following) == listed(*DIVISIONS)[2:5]


@pytest.mark.parametrize(
    ("wrong", "code", "part"),
    [
        ({"first": 0}, "INVALID_PAGE", "first"),
        ({"first": 101}, "INVALID_PAGE", "first"),
        ({"filter": {"division": "x"}}, "INVALID_DIVISION", None),
        ({"filter": {"publishedFrom": "2025-07-02", "publishedTo": "2025-07-01"}}, "INVALID_PERIOD", "publishedTo"),
    ],
)
async def test_malformed_question_is_refused_before_anybody_is_asked(
    zone: ClearDesk, wrong: dict[str, Any], code: str, part: str | None
) -> None:
    answer = await page(zone, **wrong)

    assert answer["code"] == code
    assert part is None or answer["part"] == part
    assert "coverage" not in zone.extensions


async def test_nobody_signed_in_reads_nothing(zone: ClearDesk) -> None:
    assert (await zone.ask(LIST, None))["publicDishonestDebtors"]["code"] == "NOT_SIGNED_IN"


Page = Callable[[CourtNode, ListFilter, PageAsk], Any]


def _replaced(monkeypatch: pytest.MonkeyPatch, change: Callable[[PublicPage], PublicPage]) -> None:
    """歙县 gives its pages as `change` makes them."""
    genuine: Page = public_list.page

    async def changed(court: CourtNode, wanted: ListFilter, ask: PageAsk) -> PublicPage:
        made: PublicPage = await genuine(court, wanted, ask)
        return change(made) if court.code == SHEXIAN else made

    monkeypatch.setattr(public_list, "page", changed)


def _fail(_: PublicPage) -> PublicPage:
    raise ValueError


async def test_silent_court_comes_later_and_whole(zone: ClearDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """歙县 is silent on the first two pages: its rows come after those they should precede, each once."""
    seen, after = [], None
    for number in range(40):
        if number == 0:
            _replaced(monkeypatch, _fail)
        if number == 2:
            monkeypatch.undo()
        made = await page(zone, first=5, after=after)
        assert made["coverage"]["complete"] is (number >= 2)
        seen += told(made)
        if (after := made["pageInfo"]["endCursor"]) is None:
            break

    assert sorted(seen) == sorted(listed(*DIVISIONS))
    assert [row for row in seen[:10] if row[0] == SHEXIAN] == []
    assert [row for row in seen if row[0] == SHEXIAN] == listed(SHEXIAN)


def _answer(made: PublicPage, **changes: Any) -> PublicPage:
    told: dict[str, Any] = {"positions": made.answer.positions, "has_more": made.answer.has_more}
    return replace(made, answer=PageAnswer(**(told | changes)))


LIES: dict[str, Callable[[PublicPage], PublicPage]] = {
    "backwards": lambda made: _answer(made, positions=made.answer.positions[::-1]),
    "fewer positions than rows": lambda made: _answer(made, positions=made.answer.positions[1:]),
    "more left than it says": lambda made: _answer(replace(made, entries=[]), positions=(), has_more=True),
    "a row twice": lambda made: _answer(made, positions=(made.answer.positions[0],) * len(made.answer.positions)),
    "no row's id": lambda made: _answer(
        made, positions=(Position("0", "00000000-0000-0000-0000-000000000000"), *made.answer.positions[1:])
    ),
}


@pytest.mark.parametrize("lie", LIES)
async def test_court_whose_rows_stand_wrong_is_at_fault(
    zone: ClearDesk, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    _replaced(monkeypatch, LIES[lie])

    made = await page(zone, first=100)

    assert told(made) == listed(KAIHUA, CHANGSHAN)
    (silent,) = [court for court in made["coverage"]["courts"] if court["status"] != "ANSWERED"]
    assert silent == {
        "court": {"code": SHEXIAN},
        "status": "FAULTY",
        "reason": "WRONG_SHAPE",
        "reportedBy": "GATEWAY",
    }


async def test_page_is_put_together_though_no_row_is_selected(zone: ClearDesk) -> None:
    document = """query ($scope: Scope!, $after: String) {
      publicDishonestDebtors(scope: $scope, first: 6, after: $after) {
        ... on PublicDishonestDebtors { a: nodes { ground } b: nodes { publishedOn } pageInfo { endCursor } }
      }
    }"""
    blind = """query ($scope: Scope!) { publicDishonestDebtors(scope: $scope, first: 6) {
      ... on PublicDishonestDebtors { pageInfo { endCursor } } } }"""
    cursor = (await zone.ask(blind, HANDLER))["publicDishonestDebtors"]["pageInfo"]["endCursor"]

    made = (await zone.ask(document, HANDLER, after=cursor))["publicDishonestDebtors"]

    expected = listed(*DIVISIONS)[6:12]
    assert [row["ground"] for row in made["a"]] == [ground for _, _, ground in expected]
    assert [row["publishedOn"] for row in made["b"]] == [day for _, day, _ in expected]


async def test_court_that_joins_is_no_part_of_a_walk_begun(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with clear_desk(new_database, clock, rows=fixtures.rows, absent=[SHEXIAN]) as zone:
        first = await page(zone, first=3)
        await zone.courts.publish(2)
        rest = await page(zone, first=100, after=first["pageInfo"]["endCursor"])
        fresh = await page(zone, first=100)

    assert told(first) + told(rest) == listed(KAIHUA, CHANGSHAN)
    assert told(fresh) == listed(*DIVISIONS)


async def test_nothing_of_the_list_stays_at_the_gateway(zone: ClearDesk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a table nor in a log, though it went through; a cursor says nothing to its bearer."""
    caplog.set_level("DEBUG")
    document = """query ($scope: Scope!) { publicDishonestDebtors(scope: $scope, first: 3) {
      ... on PublicDishonestDebtors { nodes { name number } pageInfo { endCursor } } } }"""

    made = (await zone.ask(document, HANDLER))["publicDishonestDebtors"]

    shown = [text for node in made["nodes"] for text in node.values()]
    assert all("*" in node["number"] for node in made["nodes"])
    async with zone.desk.pool.acquire() as conn:
        tables = [r["tablename"] for r in await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname='public'")]
        dumped = "\n".join([str(r) for table in tables for r in await conn.fetch(f'SELECT t::text FROM "{table}" t')])
    assert len(tables) > 3
    for text in shown:
        assert text not in dumped
        assert text not in caplog.text
