"""The trail's queries go by an index, however long it is."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from db import audit, refused_envelopes
from db.pool import Pool, transaction
from db.records.audit import AuditAction, AuditFilter

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
