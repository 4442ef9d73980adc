"""What the queues of a release before knew of disposals and of measures taken over is known after its upgrade."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from db import measure_queue, migrate
from db.pool import open_pool
from db.records.assets import MeasureStatus as S

pytestmark = pytest.mark.anyio

AT, SOLD = datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 7, 5, tzinfo=UTC)
UNTIL = date(2027, 6, 30)
RENEWED, BELIEVED_LESS, PLAIN, ENDED = (UUID(int=number) for number in range(1, 5))
_ENTRY = """
    INSERT INTO measure_queue (id, asset_key, asset_kind, kind, ordering_court, registered_at, registry_rank,
                               held_since, held_until, released_at, released_as, status, version)
    VALUES ($1, $2, 'VEHICLE', 'SEIZE', '浙0824', $3, 1, $4, $5, $6, $7, $8, 1)
"""
_CHANGED = """
    INSERT INTO measure_events (measure_id, no, at, recorded_at, status, court, ground, effective_at, expires_on)
    VALUES ($1, 1, $2, $2, 'EFFECTIVE', '浙0824', 'CORRECTED', $2, $3)
"""


async def test_an_upgrade_keeps_disposals_and_renewals(new_database: Callable[..., Any]) -> None:
    dsn = await new_database("node")
    migrate.downgrade(dsn, "node", "n36")
    pool = await open_pool(dsn, size=1)
    async with pool.acquire() as conn:
        for entry, status in ((RENEWED, "RENEWED"), (BELIEVED_LESS, "EFFECTIVE"), (PLAIN, "EFFECTIVE")):
            await conn.execute("INSERT INTO asset_queues (asset_key, due_on) VALUES ($1, $2)", entry.bytes, UNTIL)
            await conn.execute(_ENTRY, entry, entry.bytes, AT, AT, UNTIL, None, None, status)
        await conn.execute("INSERT INTO asset_queues (asset_key) VALUES ($1)", ENDED.bytes)
        await conn.execute(_ENTRY, ENDED, ENDED.bytes, AT, None, None, SOLD, "EXTINGUISHED", "EXTINGUISHED")
        await conn.execute(_CHANGED, BELIEVED_LESS, AT, UNTIL)
    await pool.close()

    migrate.upgrade(dsn, "node")

    pool = await open_pool(dsn, size=1)
    async with pool.acquire() as conn:
        keys = [entry.bytes for entry in (RENEWED, BELIEVED_LESS, PLAIN, ENDED)]
        held = {entry.id: entry.held_as for entry in await measure_queue.of_assets(conn, keys)}
        disposals = await measure_queue.disposals(conn, keys)
        due = await measure_queue.claim_due(conn, date(2025, 7, 14), limit=9)
    await pool.close()
    assert held == {RENEWED: S.RENEWED, BELIEVED_LESS: S.RENEWED, PLAIN: S.EFFECTIVE, ENDED: None}
    assert disposals == {key: [SOLD] if key == ENDED.bytes else [] for key in keys}
    assert due == [BELIEVED_LESS.bytes]
