"""Objects by id and pages of a case go by an index, however large the court."""

import pytest

from db import (
    access_log,
    assets,
    cases,
    findings,
    lookups,
    measures,
    objects,
    parties,
    payments,
    search_results,
    searches,
    settlements,
    tasks,
    units,
)
from db.pool import Pool

pytestmark = pytest.mark.anyio
BY_ID = {
    "cases_pkey": cases._OF_IDS,
    "measures_pkey": measures._OF_IDS,
    "asset_searches_pkey": searches._OF_IDS,
    "findings_pkey": findings._OF_IDS,
    "payments_pkey": payments._OF_IDS,
    "settlements_pkey": settlements._OF_IDS,
    "deferrals_pkey": settlements._DEFERRALS,
    "assisting_units_pkey": units._OF_IDS,
}
BY_CASE = {
    "assets_case": assets._PAGE_OF_CASES,
    "measures_case": measures._PAGE_OF_CASES,
    "asset_searches_case": searches._PAGE_OF_CASES,
    "findings_case": findings._PAGE_OF_CASES,
    "findings_search": findings._OF_SEARCHES,
    "search_results_search": search_results._OF_SEARCHES,
    "search_results_inquiry": search_results._OF_INQUIRY,
    "search_results_one_word": search_results._OF_UNIT,
    "payments_case": payments._PAGE_OF_CASES,
    "case_parties_pkey": parties._OF_CASES,
    "settlements_case": settlements._OF_CASES,
    "deferrals_case": settlements._DEFERRALS_OF_CASES,
    "tasks_by_case": tasks._IDS_OF_CASES,
    "lookups_at": lookups._BY_CASE,
    "lookups_subject": lookups._ABOUT,
    "access_log_at": access_log._NEWEST,
}


async def plan(pool: Pool, sql: str) -> str:
    """How the statement runs when no table scan is allowed."""
    async with pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        await conn.execute("SET plan_cache_mode = force_generic_plan")
        names = ", ".join(["NULL"] * max(n for n in range(1, 9) if f"${n}" in sql))
        await conn.execute(f"PREPARE hot AS {sql}")
        return "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN EXECUTE hot ({names})"))


async def test_kinds_of_ids_are_found_by_primary_keys(node_pool: Pool) -> None:
    found = await plan(node_pool, objects._KINDS)

    assert found.count("_pkey") == len(objects.ObjectKind)
    assert "Seq Scan" not in found


@pytest.mark.parametrize(("index", "sql"), [*BY_ID.items(), *BY_CASE.items()])
async def test_rows_are_found_by_an_index(node_pool: Pool, index: str, sql: str) -> None:
    found = await plan(node_pool, sql)

    assert index in found
    assert "Seq Scan" not in found
