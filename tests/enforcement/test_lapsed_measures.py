"""A term that nobody renewed ends by itself (查封规定 art. 27): from then on the measure counts nowhere."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from db import cases
from db.clock import SetClock, civil_date
from db.pool import open_pool, transaction
from db.records.assets import AssetKind, MeasureKind, MeasureRecord, MeasureStatus
from enforcement import measure_views
from enforcement import measures as acts
from enforcement.measures import NewMeasure
from enforcement.rules.measure import status_on
from enforcement.rules.refusals import DuplicateOf, ExceedsClaim
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone

LAST_DAY = date(2025, 7, 14)
"""The reference clock's day."""


@pytest.mark.parametrize(("status", "days"), list(product(MeasureStatus, (-1, 0, 1))))
def test_term_ends_after_its_last_day(status: MeasureStatus, days: int) -> None:
    lapses = status in {MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED} and days == 1

    on_day = status_on(status, LAST_DAY, LAST_DAY + timedelta(days=days))

    assert on_day == (MeasureStatus.EXPIRED if lapses else status)
    assert status_on(status, None, LAST_DAY + timedelta(days=days)) == status


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def ruled(home: rz.Court, asset_id: UUID, key: str, value: str) -> MeasureRecord:
    new = NewMeasure(rz.NUMBER, asset_id, MeasureKind.SEIZE, rz.RULING, value=Decimal(value))
    return await acts.rule(home.node, rz.caller(KAIHUA), new, idempotency_key=key)


async def in_force(home: rz.Court, value: str) -> UUID:
    """A car under an effective measure whose last day is today."""
    asset_id = await rz.add_asset(home)
    await ruled(home, asset_id, "r", value)
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE measures SET status = 'EFFECTIVE', expires_on = $1", LAST_DAY)
    return asset_id


async def controlled(home: rz.Court) -> int:
    today = civil_date(home.node.clock.now())
    async with home.node.pool.acquire() as conn:
        return (await cases.presence(conn, home.debtor.id, court=KAIHUA, on=today)).controlled_assets


@pytest.mark.anyio
async def test_look_up_counts_until_the_last_day(home: rz.Court, clock: SetClock) -> None:
    await in_force(home, "1000.00")

    before = await controlled(home)
    clock.advance(timedelta(days=1))

    assert (before, await controlled(home)) == (1, 0)


@pytest.mark.anyio
async def test_lapsed_measure_may_be_ruled_anew(home: rz.Court, clock: SetClock) -> None:
    asset_id = await in_force(home, "1000.00")
    with pytest.raises(DuplicateOf):
        await ruled(home, asset_id, "again", "1000.00")

    clock.advance(timedelta(days=1))
    anew = await ruled(home, asset_id, "again", "1000.00")

    view = await measure_views.read(home.node, rz.caller(KAIHUA), anew.id)
    assert view.measure.status is MeasureStatus.RULED
    assert await home.count("measures") == 2


@pytest.mark.anyio
async def test_lapsed_measure_leaves_room(home: rz.Court, clock: SetClock) -> None:
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE cases SET amount_applied = 98610, principal = 98610, performance_due_on = NULL")
    await in_force(home, "90000.00")
    machine = await rz.add_asset(home, kind=AssetKind.MOVABLE, identity={"serial": "1"})
    with pytest.raises(ExceedsClaim):
        await ruled(home, machine, "s", "20000.00")

    clock.advance(timedelta(days=1))

    assert (await ruled(home, machine, "s", "20000.00")).status is MeasureStatus.RULED


@pytest.mark.anyio
async def test_officer_reads_it_as_expired(home: rz.Court, clock: SetClock) -> None:
    await in_force(home, "1000.00")
    async with home.node.pool.acquire() as conn:
        measure_id = await conn.fetchval("SELECT id FROM measures")

    clock.advance(timedelta(days=1))

    view = await measure_views.read(home.node, rz.caller(KAIHUA), measure_id)
    assert view.measure.status is MeasureStatus.EXPIRED
