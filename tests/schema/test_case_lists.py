"""The lists of a page of cases are read for all its cases at once, and are those of each case."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import anyio
import asyncpg
import pytest

from db import settlements
from db.clock import SetClock
from db.pool import transaction
from db.records.cases import DeferralRecord
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.case_lists import CaseLists
from schema.node.schema import SCHEMA
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio

CHIEF = Caller("o-330824-02", KAIHUA, frozenset({Role.BUREAU_CHIEF}))
LISTS = """
  fragment lists on EnforcementCase {
    caseNumber
    parties { role name identifier }
    assets(first: 2) { nodes { kind status identity { part value } } pageInfo { hasNextPage endCursor } }
    more: assets(first: 100) { edges { cursor node { kind } } }
    measures(first: 3) { nodes { kind status asset { kind } receipts { receiptNo } } pageInfo { hasNextPage } }
    searches { nodes { status kinds } }
    findings { nodes { kind source identity { part value } } }
    payments(first: 1) { nodes { amount paidOn } pageInfo { hasNextPage endCursor } }
    settlements { total status instalments { no dueOn amount } }
    deferrals { kind status ground }
    delegatedTaskIds
  }
"""
PAGE = """query P($first: Int!) {
  enforcementCases(first: $first) { ... on EnforcementCaseConnection { nodes { ...lists } } }
}"""
ONE = "query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ...lists } }"
KINDS = ("parties", "assets", "measures", "payments", "settlements", "deferrals", "delegatedTaskIds")


@pytest.fixture
async def court(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[CourtNode]:
    async with one_court(new_database, clock, KAIHUA) as found:
        await _defer_all(found)
        yield found


async def _defer_all(court: CourtNode) -> None:
    """What the fixture has none of: a deferral asked for in each case by its debtor."""
    async with transaction(court.pool) as conn:
        for row in await conn.fetch("SELECT case_id, party_id FROM case_parties WHERE role = 'DEBTOR'"):
            deferral = DeferralRecord(
                id=uuid4(),
                case_id=row["case_id"],
                party_id=row["party_id"],
                asset_id=None,
                kind="ENFORCEMENT",
                status="REQUESTED",
                requested_at=court.clock.now(),
                until_on=None,
                creditor_consents=False,
                venue_court=court.code,
                recorded_by=CHIEF.officer_id,
                idempotency_key=str(uuid4()),
                version=1,
                synthetic=True,
            )
            await settlements.insert_deferral(conn, deferral)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each statement that gives rows was sent."""
    sent: Counter[str] = Counter()
    fetch = asyncpg.Connection.fetch

    async def counted(conn: Any, query: str, *values: object, **options: Any) -> Any:
        sent[query] += 1
        return await fetch(conn, query, *values, **options)

    monkeypatch.setattr(asyncpg.Connection, "fetch", counted)
    return sent


async def ask(court: CourtNode, document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document + LISTS, variables, NodeContext(court, CHIEF, "zh"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (answer,) = result.data.values()
    return answer


def rows(told: Any) -> Any:
    """Of a page or of a plain list."""
    return told["nodes"] if isinstance(told, dict) else told


async def page(court: CourtNode, first: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await ask(court, PAGE, first=first))["nodes"]
    return found


@pytest.mark.parametrize("first", [10, 20])
async def test_no_more_statements_for_more_cases(court: CourtNode, statements: Counter[str], first: int) -> None:
    """The page; a statement for each list, the assets' twice; seven of measures' parts, six of settlements'."""
    cases = await page(court, first)

    assert len(cases) == first
    assert statements.total() == 1 + 10 + 7 + 6
    assert max(statements.values()) == 2


async def test_each_case_has_its_own_rows(court: CourtNode) -> None:
    cases = await page(court, 20)

    for case in cases:
        assert await ask(court, ONE, number=case["caseNumber"]) == case
    assert {kind for kind in KINDS if not any(rows(case[kind]) for case in cases)} == set()
    assert any(case["assets"]["pageInfo"]["hasNextPage"] for case in cases)


async def test_a_wrong_page_is_refused_in_every_case(court: CourtNode, statements: Counter[str]) -> None:
    document = """{ enforcementCases(first: 5) { ... on EnforcementCaseConnection {
      nodes { caseNumber assets(first: 101) { nodes { kind } } } } } }"""
    result = await SCHEMA.execute(document, context_value=NodeContext(court, CHIEF, "zh"))

    assert result.errors is not None
    assert {type(error.original_error).__name__ for error in result.errors} == {"Malformed"}
    assert statements.total() == 1


async def test_whoever_waits_reads_after_one_that_failed() -> None:
    """One reader gives up in the middle; the next one reads, and both others have its answer."""
    file: Any = type("File", (), {"case": type("Case", (), {"id": "case"})})
    reads, gate = [], anyio.Event()

    async def read(files: Any, *_: object) -> Any:
        reads.append(len(files))
        if len(reads) == 1:
            await gate.wait()
            raise ValueError
        return {"case": "rows"}

    lists, told = CaseLists([file]), []

    async def one() -> None:
        try:
            told.append(await lists.of(file, read, 1))
        except ValueError:
            told.append("failed")

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
        await anyio.wait_all_tasks_blocked()
        gate.set()

    assert (reads, sorted(told)) == ([1, 1], ["failed", "rows", "rows"])
