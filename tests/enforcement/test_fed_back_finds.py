"""What an entrusted court found crosses typed, kind by kind; what an earlier release wrote or reads is no obstacle."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from db import findings, task_events
from db.clock import SetClock
from db.records.assets import AssetKind
from enforcement import findings as finds
from enforcement import search_entries, unit_worker
from enforcement import searches as acts
from enforcement.payloads import FeedbackPayload, FindingPayload, PriorMeasure
from enforcement.rules.search_entries import EnteredOutcome, VisitChannel
from enforcement.search_entries import NewEntry
from enforcement.searches import NewSearch
from enforcement.tasks import handling
from tests.enforcement import registry_zone as rz
from tests.enforcement.holdings_samples import holding
from tests.enforcement.task_zone import HANDLER, THEIR_OFFICER, Pair, pair
from tests.enforcement.test_search_results import Says, keeps, says
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
THERE = rz.LAND.format("341021")
_V, _M = AssetKind.VEHICLE, AssetKind.MOVABLE


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock, tmp_path: Path) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        await keeps(both.theirs, THERE, *AssetKind)
        await keeps(both.theirs, rz.CARS.format("341021"))
        yield both


@pytest.mark.parametrize("kind", list(AssetKind))
async def test_a_find_crosses_as_it_was_found(courts: Pair, kind: AssetKind) -> None:
    theirs = courts.theirs.node
    task = await courts.in_progress(kinds=(kind,))
    prior = [PriorMeasure(court="浙0127", rank=1)]
    one = holding(kind, prior=prior, division="341021", owner=rz.DEBTOR_NO)
    new = NewSearch(None, task.id, None, (kind,))
    await acts.request(theirs, THEIR_OFFICER, new, idempotency_key="s")
    await unit_worker.run_once(theirs, Says(says(courts.theirs, one)), lambda: 0.5)

    await handling.submit_feedback(theirs, THEIR_OFFICER, task.id, task.version, FeedbackPayload(result="DONE_FULL"))
    await courts.road.run()

    async with courts.ours.node.pool.acquire() as conn:
        (found,) = await findings.of_task(conn, task.id)
    content = finds.payload(courts.ours.node.at_rest, found)
    assert (content.facts, content.identity, content.prior, content.owner) == (one.facts, one.identity, prior, "DEBTOR")
    asset = await finds.adopt(courts.ours.node, HANDLER, found.id, idempotency_key="a")
    assert (asset.kind, finds.facts_of(courts.ours.node.at_rest, asset)) == (kind, one.facts)
    assert courts.road.refusals == []


async def test_who_found_nothing_is_told_kind_by_kind(courts: Pair) -> None:
    theirs = courts.theirs.node
    task = await courts.in_progress(kinds=(_V, _M))
    await keeps(courts.theirs, THERE, _V)
    search = await acts.request(theirs, THEIR_OFFICER, NewSearch(None, task.id, None, (_V, _M)), idempotency_key="s")
    await unit_worker.run_once(theirs, Says(says(courts.theirs)), lambda: 0.5)
    seen = NewEntry(
        search_id=search.id,
        kind=_M,
        channel=VisitChannel.ONSITE,
        outcome=EnteredOutcome.NOTHING,
        as_of=theirs.clock.now(),
        place="城关镇样例路1号",
        officers=("o-341021-03",),
    )
    await search_entries.record(theirs, THEIR_OFFICER, seen, idempotency_key="e")

    given = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(theirs, THEIR_OFFICER, task.id, task.version, given)
    await courts.road.run()

    async with courts.ours.node.pool.acquire() as conn:
        event = (await task_events.of_tasks(conn, [task.id]))[-1]
    raw = courts.ours.node.at_rest.decrypt(event.payload, context=task_events.CONTEXT)
    told = msgspec.json.decode(raw, type=FeedbackPayload)
    assert {(word.kind, word.channel, word.outcome, word.unit_id) for word in told.words} == {
        (_V, "PROVINCIAL_NETWORK", "NOTHING", THERE),
        (_M, "ONSITE", "NOTHING", None),
    }
    assert "样例路".encode() not in raw
    assert told.searched == [THERE]


def test_an_earlier_release_reads_a_find_that_needs_no_more() -> None:
    """It refuses what it does not know: so what is not said is not written."""
    plain = FindingPayload(
        id=uuid4(),
        kind="VEHICLE",
        identity={"plate": "皖JX0365"},
        division="341021",
        description="",
        unit_id="u",
        unit_name="u",
        source="COUNTER",
        as_of=datetime(2025, 7, 14, tzinfo=UTC),
    )
    feedback = FeedbackPayload(result="DONE_FULL", findings=[plain])

    written = msgspec.json.decode(msgspec.json.encode(feedback))

    assert set(written) <= {"result", "note", "findings", "receipts", "inventory", "searched"}
    assert not set(written["findings"][0]) & {"facts", "prior", "owner"}


def test_what_an_earlier_release_wrote_is_read() -> None:
    written = (
        b'{"result":"NOT_FOUND_ASSET","note":"","findings":[{"id":"0198077f-0000-7000-8000-000000000000",'
        b'"kind":"VEHICLE","identity":{"plate":"x"},"division":"341021","description":"","unit_id":"u","unit_name":"u",'
        b'"source":"COUNTER","as_of":"2025-07-14T00:00:00Z","estimated_value":null,"prior_measures":1}],'
        b'"receipts":[],"inventory":null,"searched":["u"]}'
    )

    read = msgspec.json.decode(written, type=FeedbackPayload)

    assert (read.words, read.findings[0].facts, read.findings[0].prior, read.findings[0].owner) == (
        [],
        None,
        [],
        "UNSTATED",
    )


async def test_the_entrusted_court_makes_no_case(courts: Pair) -> None:
    cases = await courts.theirs.count("cases")
    task = await courts.in_progress()

    await acts.request(courts.theirs.node, THEIR_OFFICER, NewSearch(None, task.id, None, (_V,)), idempotency_key="s")

    assert await courts.theirs.count("cases") == cases
    assert (await courts.task(SHEXIAN, task.id)).case_id is None
    assert (await courts.task(KAIHUA, task.id)).case_id == courts.ours.case.id
