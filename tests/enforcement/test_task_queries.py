"""The hot queries of tasks go by their indexes."""

import pytest

from db import events, task_events, tasks
from db.pool import Pool

pytestmark = pytest.mark.anyio

HOT = [
    (tasks._OPEN_DUPLICATE, "tasks_by_duplicate"),
    (task_events._OF_TASKS, "task_events_pkey"),
    (task_events._AT, "task_events"),
    (events._AFTER, "events_by_ref"),
]


@pytest.mark.parametrize(("sql", "index"), HOT)
async def test_hot_query_uses_its_index(node_pool: Pool, sql: str, index: str) -> None:
    async with node_pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        await conn.execute("SET plan_cache_mode = force_generic_plan")
        names = ", ".join(["NULL"] * max(n for n in range(1, 9) if f"${n}" in sql))
        await conn.execute(f"PREPARE hot AS {sql}")
        plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN EXECUTE hot ({names})"))

    assert index in plan
    assert "Seq Scan" not in plan


async def test_page_is_ordered_by_the_index(node_pool: Pool) -> None:
    async with node_pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        await conn.execute(f"PREPARE page AS {tasks._PAGE}")
        rows = await conn.fetch("EXPLAIN EXECUTE page (NULL, NULL, NULL, NULL, NULL, NULL, 21, NULL)")

    plan = "\n".join(row[0] for row in rows)
    assert "tasks_by_age" in plan
    assert "Sort" not in plan
