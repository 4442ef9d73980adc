"""Warnings before a measure lapses: each stage once, at both courts, none after a renewal or a lift."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SHANGHAI, SetClock
from enforcement import measure_orders, measure_sweeps, measure_warnings, notices, unit_worker
from enforcement.measure_orders import Named
from enforcement.rules.matter import DelegatedMatterType
from tests.enforcement import registry_zone as rz
from tests.enforcement import task_zone as tz
from tests.enforcement.task_zone import HANDLER, THEIR_OFFICER, Pair

pytestmark = pytest.mark.anyio

ENDS = date(2027, 7, 14)
STAGES = [30, 15, 7, 3, 1]


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Pair]:
    async with tz.pair(new_database, clock) as made:
        yield made


@pytest.fixture
async def measure(courts: Pair, tmp_path: Path, clock: SetClock) -> Any:
    """A car in 歙县 that 开化 has seized until ENDS; serving a further task's notice is `serve`."""
    units = rz.new_units(tmp_path, clock)
    measure_id = await tz.ruled(courts)

    async def serve(matter: DelegatedMatterType) -> None:
        task = await courts.in_progress(matter=matter, documents=tz.papers(matter), kinds=(), measure_id=measure_id)
        key = uuid4().hex
        await notices.serve(
            courts.theirs.node, THEIR_OFFICER, measure_id=None, task_id=task.id, unit_id=None, idempotency_key=key
        )
        await unit_worker.run_once(courts.theirs.node, units, lambda: 0.5)
        await courts.road.run()

    await serve(DelegatedMatterType.SEIZE_VEHICLE)
    return measure_id, serve


async def looked(courts: Pair, day: date) -> None:
    rz.clock_of(courts.ours).set(datetime(day.year, day.month, day.day, 8, tzinfo=SHANGHAI))
    for court in (courts.ours, courts.theirs):
        await measure_sweeps.sweep(court.node)
        await measure_warnings.warn(court.node)


async def raised(court: rz.Court) -> list[tuple[int, str | None, date, str]]:
    sql = "SELECT figure, officer, due_on, level FROM warnings WHERE kind = 'MEASURE_EXPIRING' ORDER BY at, id"
    async with court.node.pool.acquire() as conn:
        return [tuple(row) for row in await conn.fetch(sql)]


async def test_each_stage_is_warned_of_once_at_both_courts(courts: Pair, measure: Any) -> None:
    for left in range(32, -3, -1):
        await looked(courts, ENDS - timedelta(days=left))
        await looked(courts, ENDS - timedelta(days=left))

    ours, theirs = await raised(courts.ours), await raised(courts.theirs)

    assert [one[0] for one in ours] == [one[0] for one in theirs] == STAGES
    assert {one[1] for one in ours} == {HANDLER.officer_id}
    assert {one[1] for one in theirs} == {THEIR_OFFICER.officer_id}
    assert {one[2] for one in ours + theirs} == {ENDS}
    assert [one[3] for one in ours] == ["NOTICE", "NOTICE", "WARNING", "URGENT", "URGENT"]


async def test_who_wakes_up_late_is_warned_of_where_they_are(courts: Pair, measure: Any) -> None:
    await looked(courts, ENDS - timedelta(days=5))

    assert [one[0] for one in await raised(courts.ours)] == [7]


async def test_a_renewal_ends_the_warnings(courts: Pair, measure: Any) -> None:
    measure_id, serve = measure
    await courts.publish(2, agreements=[courts.zone.agreement(None, None, valid_until=ENDS)])
    await looked(courts, ENDS - timedelta(days=20))
    async with courts.ours.node.pool.acquire() as conn:
        version = await conn.fetchval("SELECT version FROM measures WHERE id = $1", measure_id)
    await measure_orders.renew(courts.ours.node, HANDLER, Named(measure_id, version, f"{rz.NUMBER}之二"))
    await serve(DelegatedMatterType.RENEW_SEAL)

    await looked(courts, ENDS - timedelta(days=1))

    assert [one[0] for one in await raised(courts.ours)] == [one[0] for one in await raised(courts.theirs)] == [30]


@pytest.mark.parametrize(("days_left", "count"), [(7, 0), (6, 1)])
async def test_a_renewal_that_comes_late_is_warned_of_at_both_courts(
    courts: Pair, measure: Any, days_left: int, count: int
) -> None:
    measure_id, _ = measure
    await courts.publish(2, agreements=[courts.zone.agreement(None, None, valid_until=ENDS)])
    day = ENDS - timedelta(days=days_left)
    rz.clock_of(courts.ours).set(datetime(day.year, day.month, day.day, 8, tzinfo=SHANGHAI))
    async with courts.ours.node.pool.acquire() as conn:
        version = await conn.fetchval("SELECT version FROM measures WHERE id = $1", measure_id)
    await measure_orders.renew(courts.ours.node, HANDLER, Named(measure_id, version, f"{rz.NUMBER}之二"))
    matter = DelegatedMatterType.RENEW_SEAL
    await courts.received(matter=matter, documents=tz.papers(matter), kinds=(), measure_id=measure_id)

    for court, officer in ((courts.ours, HANDLER.officer_id), (courts.theirs, None)):
        async with court.node.pool.acquire() as conn:
            found = await conn.fetch("SELECT officer, level, due_on FROM warnings WHERE kind = 'RENEWAL_LATE'")
        assert [tuple(row) for row in found] == [(officer, "URGENT", ENDS)] * count
