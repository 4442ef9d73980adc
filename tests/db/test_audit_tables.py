"""The trail's queries go by an index, however long it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from db import audit, migrate, refused_envelopes, warnings_raised
from db.pool import Pool, open_pool, transaction
from db.records.audit import AuditAction, AuditFilter
from enforcement.audit_proof import prove

pytestmark = pytest.mark.anyio
AT = datetime(2025, 7, 14, tzinfo=UTC)


async def plan(pool: Pool, statement: str, *given: object) -> str:
    """How the statement runs when no table scan is allowed."""
    async with transaction(pool) as conn:
        await conn.execute("SET LOCAL enable_seqscan = off")
        return "\n".join(row[0] for row in await conn.fetch("EXPLAIN " + statement, *given))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (AuditFilter(), "audit_events_pkey"),
        (AuditFilter(court="浙0824"), "audit_events_court"),
        (AuditFilter(officer="o-330824-01"), "audit_events_officer"),
        (AuditFilter(action=AuditAction.LOOK_UP), "audit_events_action"),
        (AuditFilter(case_number="（2025）浙0824执365号"), "audit_events_case"),
        (AuditFilter(lookup_id=uuid4()), "audit_events_lookup"),
        (AuditFilter(outcome="RATE_LIMITED"), "audit_events_outcome"),
        (AuditFilter(since=AT, until=AT), "audit_events_at"),
    ],
)
async def test_pages_of_the_trail_go_by_indexes(node_pool: Pool, wanted: AuditFilter, index: str) -> None:
    statement, given = audit._page(wanted)

    found = await plan(node_pool, statement, 2**62, *given, 21)

    assert index in found
    assert "Seq Scan" not in found


@pytest.mark.parametrize(
    ("statement", "given", "index"),
    [
        (audit._TAKE, (1000,), "audit_queue_pkey"),
        (audit._HEAD, (), "audit_events_pkey"),
        (audit._AFTER, (1, 1000), "audit_events_pkey"),
        (refused_envelopes._NEWEST, (AT, 1, 21), "refused_envelopes_at"),
    ],
)
async def test_chaining_goes_by_primary_keys(
    node_pool: Pool, statement: str, given: tuple[object, ...], index: str
) -> None:
    found = await plan(node_pool, statement, *given)

    assert index in found
    assert "Seq Scan" not in found


async def test_what_was_logged_before_is_queued_in_order(new_database: Callable[..., Any]) -> None:
    dsn = await new_database("node")
    migrate.downgrade(dsn, "node", "n10")
    pool = await open_pool(dsn, size=1)
    first, second = uuid4(), uuid4()
    async with pool.acquire() as conn:
        for number, at, outcome, ended_at in (
            (second, AT + timedelta(minutes=2), "FORBIDDEN", None),
            (first, AT, "DONE", AT + timedelta(minutes=3)),
        ):
            await conn.execute(
                "INSERT INTO lookups (id, at, officer_id, field, purpose, sections, scope, outcome, ended_at)"
                " VALUES ($1, $2, 'o-330824-01', 'debtorPresence', 'WHEREABOUTS', '{}', '{}', $3, $4)",
                number,
                at,
                outcome,
                ended_at,
            )
        await conn.execute(
            "INSERT INTO access_log (at, asking_court, ask_id, digest, outcome)"
            " VALUES ($1, '皖1021', $2, 'd', 'STALE')",
            AT + timedelta(minutes=1),
            uuid4(),
        )
    await pool.close()

    migrate.upgrade(dsn, "node")

    pool = await open_pool(dsn, size=1)
    assert (await prove(pool)).is_whole
    async with transaction(pool) as conn:
        queued = await audit.take(conn, 10)
        assert [(entry.court, entry.action, entry.lookup_id) for entry in queued] == [
            (None, AuditAction.LOOK_UP, first),
            ("皖1021", AuditAction.ANSWER, None),
            (None, AuditAction.LOOK_UP, second),
            (None, AuditAction.LOOK_UP_ENDED, first),
        ]
        assert await warnings_raised.lock_watched(conn) == 4  # they warn nobody
    await pool.close()
