"""The hot queries of tasks go by their indexes."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from db import events, task_events, task_lists, tasks
from db.pool import Pool
from db.records.tasks import TaskOrder
from db.task_lists import TaskFilter

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


EVERY = TaskFilter(
    direction="INBOUND",
    statuses=("RECEIVED",),
    matters=("SEAL",),
    urgent=True,
    other_court="浙0824",
    holder="皖1021",
    due_by=datetime(2025, 7, 14, tzinfo=UTC),
    officer="o",
    case_ids=(UUID(int=1),),
)
LISTS = [
    (TaskFilter(), TaskOrder.YOUNGEST, "tasks_by_age"),
    (TaskFilter(direction="INBOUND"), TaskOrder.YOUNGEST, "tasks_by_direction"),
    (TaskFilter(), TaskOrder.DUE, "tasks_by_due"),
    (TaskFilter(direction="INBOUND", holder="皖1021"), TaskOrder.DUE, "tasks_by_due"),
    (TaskFilter(), TaskOrder.CHANGED, "tasks_by_change"),
]


async def plan_of(pool: Pool, sql: str, *arguments: object, without_sorts: bool = False) -> str:
    async with pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        if without_sorts:
            await conn.execute("SET enable_sort = off")
        return "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {sql}", *arguments))


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(("wanted", "order", "index"), LISTS)
async def test_a_page_is_ordered_by_its_index(
    node_pool: Pool, wanted: TaskFilter, order: TaskOrder, index: str, *, behind: bool
) -> None:
    place = (datetime(2025, 7, 14, tzinfo=UTC), UUID(int=1)) if behind else ()
    sql = task_lists.page_sql(wanted, order, behind=behind)

    plan = await plan_of(node_pool, sql, *task_lists._arguments(wanted), *place, 21, without_sorts=True)

    assert index in plan
    assert "Sort" not in plan


async def test_an_officers_page_goes_by_whose_hands_it_is_in(node_pool: Pool) -> None:
    wanted = TaskFilter(officer="o-330824-01")
    sql = task_lists.page_sql(wanted, TaskOrder.YOUNGEST, behind=False)

    async with node_pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        await conn.execute("SET enable_indexscan = off")
        rows = await conn.fetch(f"EXPLAIN {sql}", *task_lists._arguments(wanted), 21)

    plan = "\n".join(row[0] for row in rows)
    assert "tasks_by_officer" in plan
    assert "tasks_by_drafter" in plan


async def test_the_counts_are_read_from_an_index_alone(node_pool: Pool) -> None:
    wanted = TaskFilter(direction="INBOUND")

    plan = await plan_of(
        node_pool,
        task_lists.count_sql(wanted),
        datetime(2025, 7, 14, tzinfo=UTC),
        "皖1021",
        *task_lists._arguments(wanted),
    )

    assert "Index Only Scan using tasks_by_state" in plan


@pytest.mark.parametrize("order", TaskOrder)
async def test_every_condition_at_once_is_a_statement(node_pool: Pool, order: TaskOrder) -> None:
    place = (datetime(2025, 7, 14, tzinfo=UTC), UUID(int=1))
    async with node_pool.acquire() as conn:
        assert await task_lists.page(conn, EVERY, order, after=None, limit=5) == []
        assert await task_lists.page(conn, EVERY, order, after=place, limit=5) == []
        assert await task_lists.counts(conn, EVERY, now=place[0], own_court="皖1021") == []
