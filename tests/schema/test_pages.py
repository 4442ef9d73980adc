"""Walks over the pages of one court: each row once, in order, and a cursor is good for its own list alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db import access_log, lookups
from db.clock import SetClock
from db.pool import transaction
from db.records.lookups import AccessRecord, LookupRecord
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import CHANGSHAN, KAIHUA
from tests.schema.objects_zone import two_courts

pytestmark = pytest.mark.anyio
CHIEF = Caller("o-330824-02", KAIHUA, frozenset({Role.BUREAU_CHIEF}))
OF_CASE = {
    "assets": "SELECT id FROM assets WHERE case_id = $1 ORDER BY found_on, id",
    "measures": "SELECT id FROM measures WHERE case_id = $1 ORDER BY ruled_on, id",
    "searches": "SELECT id FROM asset_searches WHERE case_id = $1 ORDER BY requested_at, id",
    "findings": "SELECT id FROM findings WHERE case_id = $1 ORDER BY recorded_at, id",
    "payments": "SELECT id FROM payments WHERE case_id = $1 ORDER BY paid_on, id",
}
TABLES = {"searches": "asset_searches"}


@pytest.fixture
async def court(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[CourtNode]:
    async with two_courts(new_database, clock) as made:
        yield made.kaihua


async def ask(court: CourtNode, document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(court, CHIEF, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def page(court: CourtNode, case: UUID, field: str, after: str | None, first: int = 1) -> Any:
    document = f"""query ($id: ID!, $first: Int!, $after: String) {{ node(id: $id) {{ ... on EnforcementCase {{
      {field}(first: $first, after: $after) {{
        nodes {{ id }} edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor startCursor }}
      }} }} }} }}"""
    return (await ask(court, document, id=str(case), first=first, after=after))[field]


@pytest.mark.parametrize("field", sorted(OF_CASE))
async def test_a_case_is_walked_row_by_row(court: CourtNode, field: str) -> None:
    async with court.pool.acquire() as conn:
        case = await conn.fetchval(
            f"SELECT t.case_id FROM {TABLES.get(field, field)} t JOIN cases c ON c.id = t.case_id "
            "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        expected = [str(row["id"]) for row in await conn.fetch(OF_CASE[field], case)]
    assert expected

    seen, after = [], None
    while True:
        found = await page(court, case, field, after)
        (edge,) = found["edges"]
        assert found["nodes"] == [edge["node"]]
        assert found["pageInfo"]["endCursor"] == found["pageInfo"]["startCursor"] == edge["cursor"]
        seen.append(edge["node"]["id"])
        after = edge["cursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break

    assert seen == expected
    empty = await page(court, case, field, after)
    assert (empty["nodes"], empty["pageInfo"]["endCursor"]) == ([], None)


async def refusals(court: CourtNode, case: UUID, field: str) -> list[str | None]:
    document = f"query ($id: ID!) {{ node(id: $id) {{ ... on EnforcementCase {{ {field} {{ __typename }} }} }} }}"
    result = await SCHEMA.execute(document, {"id": str(case)}, NodeContext(court, CHIEF, "en"))
    return [getattr(error.original_error, "code", None) for error in result.errors or ()]


async def test_a_cursor_of_another_list_is_refused(court: CourtNode) -> None:
    async with court.pool.acquire() as conn:
        case = await conn.fetchval("SELECT m.case_id FROM measures m JOIN cases c ON c.id = m.case_id LIMIT 1")
    cursor = (await page(court, case, "measures", None))["pageInfo"]["endCursor"]

    assert await refusals(court, case, f'measures(after: "{cursor}")') == []
    for field in OF_CASE.keys() - {"measures"}:
        assert await refusals(court, case, f'{field}(after: "{cursor}")') == ["INVALID_CURSOR"], field


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_of_another_size_is_refused(court: CourtNode, first: int) -> None:
    async with court.pool.acquire() as conn:
        case = await conn.fetchval("SELECT id FROM cases LIMIT 1")

    assert await refusals(court, case, f"assets(first: {first})") == ["INVALID_PAGE"]


async def test_logs_are_walked_though_instants_are_equal(court: CourtNode) -> None:
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        for n in range(5):
            at = now + timedelta(seconds=n // 2)
            await access_log.add(conn, AccessRecord(at, CHANGSHAN, uuid4(), "d", "STALE"))
            await lookups.add(conn, _lookup(at))

    for field, selection in (("accessLog", "at"), ("lookupLog", "id at")):
        document = f"""query ($after: String) {{ {field}(first: 2, after: $after) {{
          ... on {field[0].upper() + field[1:]} {{ entries {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }}
          ... on Problem {{ code }} }} }}"""
        seen: list[str] = []
        after, more = None, True
        while more:
            found = await ask(court, document, after=after)
            seen += [entry["at"] for entry in found["entries"]]
            after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
        assert len(seen) == 5
        assert seen == sorted(seen, reverse=True)
        for forged in ("x", after and after[:-2], "bG9va3VwTG9nIDEgMg"):
            assert (await ask(court, document, after=forged)) == {"code": "INVALID_CURSOR"}


def _lookup(at: Any) -> LookupRecord:
    return LookupRecord(
        id=uuid4(),
        at=at,
        officer_id="o-330824-01",
        field="debtorPresence",
        case_number=None,
        purpose="PROPERTY_INVESTIGATION",
        sections=[],
        subject_kind=None,
        subject_key=None,
        scope={},
        outcome="DONE",
        remark=None,
        coverage=None,
        ended_at=None,
    )
