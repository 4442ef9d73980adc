"""The queue of an asset at the court where it lies: entered by receipts, settled by time, the same however late."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from db import measure_events, measure_queue, measures
from db.clock import SHANGHAI, SetClock
from db.pool import open_pool, transaction
from db.records.assets import MeasureKind, MeasureStatus
from db.records.measure_life import QueueRecord
from enforcement import measure_queues, measure_sweeps, notices, unit_worker
from enforcement import measures as acts
from enforcement.measures import NewMeasure
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

S = MeasureStatus
OFFICER = rz.caller(SHEXIAN)
FIRST, SECOND, THIRD = "浙0127", "赣1130", "皖1022"


@pytest.fixture
def units(tmp_path: Path, clock: SetClock) -> rz.Units:
    return rz.new_units(tmp_path, clock)


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


@pytest.fixture
async def away(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.shexian(Zone(), pool, clock)
    await pool.close()


async def entrusted(away: rz.Court, units: rz.Units, *courts: str, years: int = 2) -> None:
    """Each of the courts has the car seized by a task, an hour after the one before."""
    for court in courts:
        what = rz.seizure(uuid4(), ruling_no=f"（2025）{court}执1号之一")
        task = await rz.add_task(away, replace_term(what, years), delegating_court=court)
        await notices.serve(
            away.node, OFFICER, measure_id=None, task_id=task.id, unit_id=None, idempotency_key=uuid4().hex
        )
        await unit_worker.run_once(away.node, units, lambda: 0.5)
        rz.clock_of(away).advance(timedelta(hours=1))


def replace_term(what: Any, years: int) -> Any:
    return type(what)(**{name: getattr(what, name) for name in what.__struct_fields__} | {"term_years": years})


async def queue(court: rz.Court) -> list[QueueRecord]:
    async with court.node.pool.acquire() as conn:
        keys = [row["asset_key"] for row in await conn.fetch("SELECT asset_key FROM asset_queues")]
        return await measure_queue.of_assets(conn, keys)


def told(entries: list[QueueRecord]) -> list[tuple[str, S, int | None]]:
    return [(one.ordering_court, one.status, one.rank) for one in entries]


async def test_three_courts_stand_in_the_order_of_registration(away: rz.Court, units: rz.Units) -> None:
    await entrusted(away, units, FIRST, SECOND, THIRD)

    assert told(await queue(away)) == [(FIRST, S.EFFECTIVE, 1), (SECOND, S.WAITING, 2), (THIRD, S.WAITING, 3)]


async def test_the_lapse_of_the_first_lets_the_second_in(away: rz.Court, units: rz.Units, clock: SetClock) -> None:
    await entrusted(away, units, FIRST, SECOND, THIRD)
    last_day = (await queue(away))[0].expires_on
    assert last_day is not None
    lapse = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), SHANGHAI)

    clock.set(lapse - timedelta(seconds=1))
    before = await measure_sweeps.sweep(away.node)
    clock.set(lapse)
    after = await measure_sweeps.sweep(away.node)
    entries = await queue(away)

    assert (before, after) == (0, 1)
    assert told(entries) == [(FIRST, S.EXPIRED, None), (SECOND, S.EFFECTIVE, 1), (THIRD, S.WAITING, 2)]
    assert entries[1].effective_at == lapse
    assert entries[1].expires_on == lapse.date().replace(year=lapse.year + 2)


async def test_weeks_without_a_sweep_change_no_instant(away: rz.Court, units: rz.Units, clock: SetClock) -> None:
    await entrusted(away, units, FIRST, SECOND, THIRD, years=1)
    first = (await queue(away))[0]
    assert first.expires_on is not None

    clock.set(clock.now() + timedelta(days=800))
    await measure_sweeps.sweep(away.node)
    late = await queue(away)
    again = await measure_sweeps.sweep(away.node)

    assert [one.status for one in late] == [S.EXPIRED, S.EXPIRED, S.EFFECTIVE]
    assert [one.expires_on for one in late[1:]] == [
        first.expires_on.replace(year=first.expires_on.year + 1) + timedelta(days=1),
        first.expires_on.replace(year=first.expires_on.year + 2) + timedelta(days=2),
    ]
    assert again == 0
    assert await queue(away) == late


async def test_the_history_tells_each_step_at_its_instant(away: rz.Court, units: rz.Units, clock: SetClock) -> None:
    await entrusted(away, units, FIRST, SECOND, years=1)
    second = (await queue(away))[1]

    clock.set(clock.now() + timedelta(days=800))
    await measure_sweeps.sweep(away.node)

    async with away.node.pool.acquire() as conn:
        history = await measure_events.of_measures(conn, [second.id])
    assert [(one.no, one.status) for one in history] == [(1, S.WAITING), (2, S.EFFECTIVE), (3, S.EXPIRED)]
    assert [one.officer for one in history] == [None] * 3
    assert all(one.at < clock.now() - timedelta(days=60) for one in history)
    assert history[2].recorded_at == clock.now()


@pytest.mark.parametrize(
    "change", ["UPDATE measure_events SET status = 'LIFTED'", "DELETE FROM measure_events", "TRUNCATE measure_events"]
)
async def test_nobody_changes_the_history(away: rz.Court, units: rz.Units, change: str) -> None:
    await entrusted(away, units, FIRST)
    before = await away.count("measure_events")

    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await away.act(lambda conn: conn.execute(change))

    assert await away.count("measure_events") == before


async def own(home: rz.Court, units: rz.Units) -> UUID:
    asset = await rz.add_asset(home)
    units.store.add_holding(rz.CARS.format("330824"), rz.DEBTOR_NO, {"plate": rz.PLATE, "vin": rz.VIN})
    new = NewMeasure(rz.NUMBER, asset, MeasureKind.SEIZE, rz.RULING, term_years=1)
    measure = await acts.rule(home.node, rz.caller(KAIHUA), new, idempotency_key="r")
    await notices.serve(
        home.node, rz.caller(KAIHUA), measure_id=measure.id, task_id=None, unit_id=None, idempotency_key="n"
    )
    await unit_worker.run_once(home.node, units, lambda: 0.5)
    return measure.id


async def test_an_own_measure_follows_its_queue(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    measure_id = await own(home, units)

    clock.set(clock.now() + timedelta(days=500))
    await measure_sweeps.sweep(home.node)

    async with home.node.pool.acquire() as conn:
        measure = await measures.get(conn, measure_id)
        history = await measure_events.of_measures(conn, [measure_id])
        asset = await conn.fetchval("SELECT status FROM assets")
    assert measure is not None
    assert (measure.status, asset) == (S.EXPIRED, "RELEASED")
    assert [one.status for one in history] == [S.RULED, S.NOTICE_SENT, S.EFFECTIVE, S.EXPIRED]
    assert [one.officer for one in history] == ["o-330824-01", "o-330824-01", None, None]


@pytest.mark.parametrize(("first", "second", "warned"), [(KAIHUA, "浙0802", 0), ("浙0802", KAIHUA, 1)])
async def test_loaded_measures_are_taken_over(
    home: rz.Court, clock: SetClock, first: str, second: str, warned: int
) -> None:
    """The car is worth more than is owed: whose own measure waited is warned when it takes effect."""
    asset = await rz.add_asset(home, division="330824")
    since = clock.now() - timedelta(days=300)
    ids = [uuid4(), uuid4()]
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET amount_applied = 50000, principal = 50000, performance_due_on = NULL")
        for rank, (measure_id, court) in enumerate(zip(ids, (first, second), strict=True), 1):
            await conn.execute(
                """
                INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no,
                                      ruled_on, registered_at, effective_at, expires_on, rank, term_years, value,
                                      version, synthetic)
                VALUES ($1, $2, $3, 'SEIZE', $4, $5, $5, 'R', $6, $7, $8, $9, $10, 2, 100, 1, true)
                """,
                measure_id,
                asset,
                home.case.id if court == KAIHUA else None,
                "EFFECTIVE" if rank == 1 else "WAITING",
                court,
                date(2025, 1, 1),
                since + timedelta(hours=rank),
                since + timedelta(hours=rank) if rank == 1 else None,
                date(2026, 1, 31) if rank == 1 else None,
                rank,
            )

    await measure_sweeps.sweep(home.node)
    before = await queue(home)
    clock.set(datetime(2026, 2, 1, 9, tzinfo=SHANGHAI))
    await measure_sweeps.sweep(home.node)
    after = await queue(home)

    assert told(before) == [(first, S.EFFECTIVE, 1), (second, S.WAITING, 2)]
    assert told(after) == [(first, S.EXPIRED, None), (second, S.EFFECTIVE, 1)]
    assert after[1].effective_at == datetime(2026, 2, 1, tzinfo=SHANGHAI)
    async with home.node.pool.acquire() as conn:
        assert [m.status for m in await measures.queue(conn, asset)] == [S.EXPIRED, S.EFFECTIVE]
        found = await conn.fetch("SELECT measure_id, since FROM warnings WHERE kind = 'OVER_CONTROLLED'")
    assert [tuple(row) for row in found] == [(ids[1], after[1].effective_at)] * warned


async def test_a_renewed_measure_is_taken_over_as_renewed(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    """Something else happens in its queue: nobody is told that it was believed wrongly to be renewed."""
    measure_id = await own(home, units)
    until = date(2027, 7, 14)
    async with transaction(home.node.pool) as conn:
        await conn.execute("DELETE FROM measure_queue")
        await conn.execute("UPDATE measures SET status = 'RENEWED', expires_on = $1, is_queued = false", until)
    await measure_sweeps.sweep(home.node)
    (entry,) = await queue(home)

    async with transaction(home.node.pool) as conn:
        behind = replace(entry, id=uuid4(), measure_id=None, ordering_court=FIRST, registered_at=clock.now())
        await measure_queues.enter(home.node, conn, replace(behind, registry_rank=2), clock.now())
        measure = await measures.get(conn, measure_id)
        history = await measure_events.of_measures(conn, [measure_id])

    assert told(await queue(home))[0] == (KAIHUA, S.RENEWED, 1)
    assert measure is not None
    assert (measure.status, measure.expires_on) == (S.RENEWED, until)
    assert [one.ground for one in history] == [None] * 3


async def test_reports_out_of_order_end_in_the_right_order(away: rz.Court, units: rz.Units) -> None:
    await entrusted(away, units, FIRST, SECOND)
    first, second = await queue(away)
    async with transaction(away.node.pool) as conn:  # as if the second had been heard of alone
        await conn.execute("DELETE FROM measure_queue WHERE id = $1", first.id)

    async with transaction(away.node.pool) as conn:
        await measure_queues.enter(away.node, conn, first, away.node.clock.now())
    assert told(await queue(away)) == [(FIRST, S.EFFECTIVE, 1), (SECOND, S.WAITING, 2)]
    assert second.id == (await queue(away))[1].id


async def test_what_was_registered_before_queues_were_kept_is_entered(away: rz.Court, units: rz.Units) -> None:
    await entrusted(away, units, FIRST, SECOND)
    known = await queue(away)
    async with transaction(away.node.pool) as conn:
        await conn.execute("DELETE FROM measure_queue")
        await conn.execute("UPDATE assistance_notices SET is_queued = false")

    await measure_sweeps.sweep(away.node)

    entered = await queue(away)
    assert [(one.id, one.status, one.rank, one.expires_on) for one in entered] == [
        (one.id, one.status, one.rank, one.expires_on) for one in known
    ]
    assert replace(entered[0], version=0, case_number=b"", ruling_no=b"") == replace(
        known[0], version=0, case_number=b"", ruling_no=b""
    )
