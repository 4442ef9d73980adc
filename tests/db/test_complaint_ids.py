"""Complaints that the gateway of a release before heard of stand after its upgrade, each once, by what opened it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db import complaints, migrate
from db.pool import open_pool

pytestmark = pytest.mark.anyio

TRACK, OPENED, AGAIN = UUID(int=1), UUID(int=2), UUID(int=3)
AT = datetime(2025, 7, 30, 1, tzinfo=UTC)
ANSWERED = AT + timedelta(days=1)
_TRACK = """
    INSERT INTO tracks (id, delegating_court, entrusted_court, matter, status, urgent, seq, recorded_at, changed_at,
                        version)
    VALUES ($1, '浙0824', '皖1021', 'INVESTIGATE_ASSETS', 'RECEIVED', false, 2, $2, $2, 1)
"""
_EVENT = "INSERT INTO complaint_events (message_id, track_id, event, at) VALUES ($1, $2, $3, $4)"
_COMPLAINT = """
    INSERT INTO complaints (track_id, opened_at, ground, delegating_court, entrusted_court, answered_at, escalated_at)
    VALUES ($1, $2, 'DISPUTE', '浙0824', '皖1021', $3, $3)
"""


async def test_an_upgrade_keeps_complaints(new_database: Callable[..., Any]) -> None:
    dsn = await new_database("gateway")
    migrate.downgrade(dsn, "gateway", "g11")
    pool = await open_pool(dsn, size=1)
    async with pool.acquire() as conn:
        await conn.execute(_TRACK, TRACK, AT)
        await conn.execute(_EVENT, OPENED, TRACK, "COMPLAINT_DISPUTE", AT)
        await conn.execute(_EVENT, UUID(int=9), TRACK, "COMPLAINT_ANSWERED", ANSWERED)
        await conn.execute(_EVENT, AGAIN, TRACK, "COMPLAINT_DISPUTE", ANSWERED)
        await conn.execute(_COMPLAINT, TRACK, AT, ANSWERED)
        await conn.execute(_COMPLAINT, TRACK, ANSWERED, None)
    await pool.close()

    migrate.upgrade(dsn, "gateway")

    pool = await open_pool(dsn, size=1)
    async with pool.acquire() as conn:
        found = await complaints.page(conn, parties=None, track_id=TRACK, is_open=None, after=None, limit=9)
        events = await complaints.events(conn, TRACK)
    await pool.close()
    assert [(each.id, each.answered_at) for each in found] == [(AGAIN, None), (OPENED, ANSWERED)]
    assert {event.complaint_id for event in events} == {None}
