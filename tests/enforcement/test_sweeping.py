"""A sweep meets each row that is due, also when more rows than it reads at once stay due, or fail, before it."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from db import lives
from db.clock import SetClock
from db.pool import Conn, transaction
from enforcement import sweeping
from enforcement.rules.refusals import NotFound
from enforcement.tasks import complaining, overdue
from tests.enforcement.cloning import ID, cloned
from tests.enforcement.task_zone import NewDatabase, Pair, pair
from tests.enforcement.test_complaints import complained

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(overdue, "_AT_ONCE", 2)


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5])
async def test_each_row_is_met_once(courts: Pair, rows: int) -> None:
    met: list[int] = []

    async def find(_conn: Conn, after: int | None, limit: int) -> list[int]:
        return [row for row in range(rows) if after is None or row > after][:limit]

    async def do(_conn: Conn, row: int) -> bool:
        met.append(row)
        return row % 2 == 0

    assert await sweeping.each(courts.ours.node, find, do, key=lambda row: row) == (rows + 1) // 2
    assert met == list(range(rows))


async def test_rows_that_fail_hold_up_none(courts: Pair, caplog: pytest.LogCaptureFixture) -> None:
    """What they wrote is undone, and one line says how many they were, and with which code."""
    node = courts.ours.node

    async def find(_conn: Conn, after: int | None, limit: int) -> list[int]:
        return [row for row in range(5) if after is None or row > after][:limit]

    async def do(conn: Conn, row: int) -> bool:
        await conn.execute("INSERT INTO data_marks (name, value) VALUES ($1, 'x')", str(row))
        if row < 4:
            raise NotFound
        return True

    async with node.pool.acquire() as conn:
        await conn.execute("CREATE TABLE data_marks (name text, value text)")
    with caplog.at_level(logging.ERROR):
        assert await sweeping.each(node, find, do, key=lambda row: row) == 1

    async with node.pool.acquire() as conn:
        assert [row[0] for row in await conn.fetch("SELECT name FROM data_marks")] == ["4"]
    (line,) = caplog.records
    assert (line.msg, line.rows, line.code) == ("rows of a sweep failed", 4, "NOT_FOUND")  # type: ignore[attr-defined]


async def test_complaints_that_stay_unanswered_hold_up_none(courts: Pair, clock: SetClock) -> None:
    await complained(courts, clock)
    node = courts.ours.node
    await cloned(node.pool, "task_statements", 5, at="model.at - interval '1 day'")
    clock.set(datetime(2025, 8, 7, tzinfo=UTC))
    assert await complaining.warn(node) == 6

    await cloned(node.pool, "task_statements", 1, id="gen_random_uuid()", at="model.at + interval '1 hour'")

    assert [await complaining.warn(node) for _ in range(2)] == [1, 0]


LATE = {
    "delegating_court": "'浙0822'",
    "duplicate_key": "decode(md5(n::text), 'hex')",
    "due_at": "model.due_at - interval '1 hour'",
}
STUCK = ["浙0822"]
"""A court that has not confirmed its logs after a restored backup: nothing of its tasks is marked until it has."""


async def test_late_tasks_of_a_restored_court_hold_up_none(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    node = courts.theirs.node
    await cloned(node.pool, "tasks", 5, **LATE)
    clock.set(datetime(2025, 7, 16, tzinfo=UTC))
    async with transaction(node.pool) as conn:
        await lives.begin(conn, 2, now=clock.now(), since=clock.now(), resynced_at=None)
        await lives.expect(conn, 2, STUCK)
    await overdue.sweep(node)

    async with node.pool.acquire() as conn:
        marks = await conn.fetch("SELECT task_id, kind FROM task_overlays")
    assert [tuple(row) for row in marks] == [(task.id, "OVERDUE")]


async def test_reminders_reach_every_task(courts: Pair) -> None:
    await courts.received()
    node = courts.theirs.node
    await cloned(node.pool, "tasks", 5, **LATE)
    await overdue.sweep(node)
    assert await courts.theirs.count("warnings") == 6

    await cloned(
        node.pool,
        "tasks",
        1,
        id="gen_random_uuid()",
        duplicate_key="'x'::bytea",
        due_at="model.due_at + interval '1 hour'",
    )
    await overdue.sweep(node)

    assert await courts.theirs.count("warnings") == 7


async def test_messages_of_tasks_that_are_gone_hold_up_none(courts: Pair, clock: SetClock) -> None:
    task = await courts.dispatched()
    node = courts.ours.node
    await cloned(node.pool, "outbox", 5, task=ID)
    clock.advance(timedelta(hours=2))
    await overdue.sweep(node)

    async with node.pool.acquire() as conn:
        marks = await conn.fetch("SELECT task_id, kind FROM task_overlays")
    assert [tuple(row) for row in marks] == [(task.id, "NODE_UNREACHABLE")]
