"""A find is said to the delegating court the moment it is kept, and stands once, whatever comes later."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import findings, task_events, task_statements, tasks
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import AssetKind
from db.records.tasks import StatementRecord
from enforcement import search_entries, searches
from enforcement.channels import Holding
from enforcement.findings import payload
from enforcement.payloads import FeedbackPayload, FindingPayload
from enforcement.rules.feedback import FeedbackResult
from enforcement.rules.rights import Role
from enforcement.rules.search_entries import EnteredOutcome, VisitChannel
from enforcement.rules.task_log import EventType
from enforcement.search_entries import NewEntry
from enforcement.searches import NewSearch
from enforcement.tasks import announcing, contents, statements
from enforcement.tasks.statement_contents import FoundPayload
from tests.enforcement.cloning import ID, cloned
from tests.enforcement.registry_zone import OTHER_NO, PLATE, VIN
from tests.enforcement.search_zone import Three, three
from tests.enforcement.task_zone import NewDatabase, who
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.test_delegated_searches import dispatched

pytestmark = pytest.mark.anyio


@pytest.fixture
async def zone(new_database: NewDatabase, clock: SetClock, tmp_path: Path) -> AsyncIterator[Three]:
    async with three(new_database, clock, tmp_path) as all_three:
        yield all_three


async def said(zone: Three, code: str, task_id: UUID) -> list[StatementRecord]:
    async with zone.courts[code].node.pool.acquire() as conn:
        return [one for one in await task_statements.newest(conn, [task_id], limit=100) if one.kind == "FOUND"]


async def found(zone: Three, code: str) -> list[Any]:
    async with zone.courts[code].node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT id, task_id, court, kind FROM findings ORDER BY id")
        return [tuple(row) for row in rows]


async def test_find_is_there_before_the_feedback(zone: Three) -> None:
    await dispatched(zone, kinds=["VEHICLE"])
    task_id = await zone.begin(SHEXIAN)

    await zone.look(SHEXIAN, task_id)
    await zone.road.run()

    (theirs,) = await said(zone, SHEXIAN, task_id)
    (ours,) = await said(zone, KAIHUA, task_id)
    assert (ours.id, ours.digest) == (theirs.id, theirs.digest)
    assert theirs.delivered_at is not None
    at_rest = zone.ours.node.at_rest
    found_payload = contents.read(at_rest.decrypt(ours.payload, context=task_statements.CONTEXT), FoundPayload)
    assert [find.identity for find in found_payload.findings] == [{"plate": PLATE, "vin": VIN}]
    early = await found(zone, KAIHUA)
    assert early == await found(zone, SHEXIAN)
    async with zone.ours.node.pool.acquire() as conn:
        told = await conn.fetch("SELECT topic FROM events WHERE kind = 'FOUND' ORDER BY topic")
        status = await conn.fetchval("SELECT status FROM tasks WHERE id = $1", task_id)
    assert [row["topic"] for row in told] == ["delegated-search", "task"]
    assert status == "IN_PROGRESS"

    await zone.feed_back(SHEXIAN, task_id, FeedbackResult.DONE_FULL)
    await zone.road.run()
    assert await found(zone, KAIHUA) == early


async def test_nothing_found_is_not_announced(zone: Three) -> None:
    await dispatched(zone, kinds=["REAL_ESTATE"])
    task_id = await zone.begin(SHEXIAN)

    await zone.look(SHEXIAN, task_id)

    assert await said(zone, SHEXIAN, task_id) == []


async def test_somebody_elses_asset_is_not_announced(zone: Three) -> None:
    task_id = await _entered(zone, owner=OTHER_NO)

    assert await said(zone, SHEXIAN, task_id) == []
    assert len(await found(zone, SHEXIAN)) == 1


async def test_find_of_an_officer_is_announced_too(zone: Three) -> None:
    task_id = await _entered(zone, owner=None)
    await zone.road.run()

    assert len(await said(zone, KAIHUA, task_id)) == 1
    assert await found(zone, KAIHUA) == await found(zone, SHEXIAN)


async def test_find_out_of_a_file_is_announced_by_the_sweep(zone: Three) -> None:
    """What a command wrote, which cannot speak for the court."""
    task_id = await _entered(zone, owner=None)
    async with zone.courts[SHEXIAN].node.pool.acquire() as conn:
        await conn.execute("DELETE FROM task_statements")
        await conn.execute("UPDATE findings SET announcement = NULL")

    await announcing.sweep(zone.courts[SHEXIAN].node)
    await announcing.sweep(zone.courts[SHEXIAN].node)
    await zone.road.run()

    assert len(await said(zone, SHEXIAN, task_id)) == 1
    assert await found(zone, KAIHUA) == await found(zone, SHEXIAN)


async def test_find_that_nobody_can_read_holds_up_no_other(zone: Three) -> None:
    task_id, pool = await _entered(zone, owner=None), zone.courts[SHEXIAN].node.pool
    await cloned(pool, "tasks", 1, duplicate_key="decode(md5('x'), 'hex')")
    await cloned(pool, "findings", 1, task_id=ID, content="decode('00', 'hex')")
    async with pool.acquire() as conn:
        await conn.execute("DELETE FROM task_statements")
        await conn.execute("UPDATE findings SET announcement = NULL")

    assert await announcing.sweep(zone.courts[SHEXIAN].node) == 1
    assert len(await said(zone, SHEXIAN, task_id)) == 1


async def test_feedback_repeats_a_hundred_finds_and_loses_none(zone: Three) -> None:
    """Five hundred flats in one feedback would not fit into a message."""
    task_id = await _entered(zone, owner=None)
    await _flats(zone, 520)

    await zone.feed_back(SHEXIAN, task_id, FeedbackResult.DONE_FULL)
    await zone.road.run()

    assert await fed_back(zone, KAIHUA, task_id) == announcing.REPEATED
    assert await found(zone, KAIHUA) == await found(zone, SHEXIAN)
    assert len(await found(zone, KAIHUA)) == 521


async def test_feedback_brings_what_the_other_court_did_not_take(zone: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a release that knows no announcements."""
    monkeypatch.setattr(announcing, "REPEATED", 0)
    task_id = await _entered(zone, owner=None)
    (own,) = await said(zone, SHEXIAN, task_id)
    node = zone.courts[SHEXIAN].node
    async with transaction(node.pool) as conn:
        task = await tasks.lock(conn, task_id)
        assert task is not None
        await statements.settle(node, conn, task, own.id, "REFUSED", "UNKNOWN_KIND")

    await announcing.sweep(node)
    await zone.feed_back(SHEXIAN, task_id, FeedbackResult.DONE_FULL)
    await zone.road.run()

    assert len(await said(zone, SHEXIAN, task_id)) == 1
    assert await fed_back(zone, KAIHUA, task_id) == 1


async def fed_back(zone: Three, code: str, task_id: UUID) -> int:
    """How many finds the feedback carries, at the court that heard it."""
    node = zone.courts[code].node
    async with node.pool.acquire() as conn:
        (event,) = [one for one in await task_events.of_tasks(conn, [task_id]) if one.type == EventType.FED_BACK]
    plain = node.at_rest.decrypt(event.payload, context=task_events.CONTEXT)
    return len(contents.read(plain, FeedbackPayload).findings)


async def _flats(zone: Three, number: int) -> None:
    """The find of the spot, again and again, each a thing of its own."""
    async with zone.courts[SHEXIAN].node.pool.acquire() as conn:
        (first,) = await conn.fetch("SELECT id FROM findings")
        record = await findings.get(conn, first["id"])
        assert record is not None
        find = payload(zone.courts[SHEXIAN].node.at_rest, record)
        for no in range(number):
            made = msgspec.structs.replace(find, id=uuid4(), identity={"item": "机床", "serial": f"样-{no}"})
            content = zone.courts[SHEXIAN].node.at_rest.encrypt(msgspec.json.encode(made), context=findings.CONTENT)
            await findings.insert(conn, replace(record, id=made.id, content=content))


async def _entered(zone: Three, owner: str | None) -> UUID:
    """Two officers of 歙县 found a machine on the spot."""
    await dispatched(zone, kinds=["MOVABLE", "VEHICLE"], courts=[SHEXIAN])
    task_id = await zone.begin(SHEXIAN)
    node, officer = zone.courts[SHEXIAN].node, who(SHEXIAN, 2, Role.HANDLER)
    new = NewSearch(None, task_id, None, (AssetKind.MOVABLE, AssetKind.VEHICLE))
    search = await searches.request(node, officer, new, idempotency_key="s")
    machine = Holding(
        kind="MOVABLE", identity={"item": "机床", "serial": "样-1"}, division="341021", description="机床", owner=owner
    )
    entry = NewEntry(
        search_id=search.id,
        kind=AssetKind.MOVABLE,
        channel=VisitChannel.ONSITE,
        outcome=EnteredOutcome.FOUND,
        as_of=node.clock.now(),
        place="样例厂",
        officers=("o-341021-03",),
        holdings=(machine,),
    )
    await search_entries.record(node, officer, entry, idempotency_key="e")
    return task_id


async def test_find_after_the_end_stays_at_home(zone: Three) -> None:
    """The task was withdrawn while the unit was asked: the find is kept, and nobody is told."""
    await dispatched(zone, kinds=["VEHICLE"])
    task_id = await zone.begin(SHEXIAN)
    node = zone.courts[SHEXIAN].node
    async with node.pool.acquire() as conn:
        await conn.execute("UPDATE tasks SET status = 'IN_PROGRESS' WHERE id = $1", task_id)
    new = NewSearch(None, task_id, None, (AssetKind.VEHICLE,))
    await searches.request(node, who(SHEXIAN, 2, Role.HANDLER), new, idempotency_key="s")
    async with node.pool.acquire() as conn:
        await conn.execute("UPDATE tasks SET status = 'WITHDRAWN', holder = NULL WHERE id = $1", task_id)

    await zone.units_answer(SHEXIAN)

    assert len(await found(zone, SHEXIAN)) == 1
    assert await said(zone, SHEXIAN, task_id) == []


def test_find_reads_back_as_it_was_said() -> None:
    find = msgspec.json.decode(
        b'{"id":"01980672-2280-78c4-bc30-b468d22d3476","kind":"VEHICLE","identity":{"plate":"x"},"division":"341021",'
        b'"description":"","unit_id":"u","unit_name":"n","source":"PROVINCIAL_NETWORK","as_of":"2025-07-14T01:00:00Z"}',
        type=FindingPayload,
    )

    assert contents.read(contents.write(FoundPayload(findings=[find])), FoundPayload).findings == [find]
