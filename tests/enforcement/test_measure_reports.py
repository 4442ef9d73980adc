"""SC-15 over two courts: the queue where the car lies, reported to who ordered; renewed and lifted from afar."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from db import cases, measure_events, measure_orders, measure_queue, measures
from db.clock import SHANGHAI, SetClock, civil_date
from db.pool import transaction
from db.records.assets import AssetKind, LiftGround, MeasureRecord, MeasureStatus
from db.records.cases import CaseType
from db.records.measure_life import MeasureEventRecord, OrderStatus
from enforcement import conversion, measure_sweeps, notices, queue_views, unit_worker
from enforcement import measure_orders as orders
from enforcement.measure_orders import Named
from enforcement.payloads import MeasureReportPayload, MeasureStepPayload, QueueEntryPayload
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.measure import GOING_ON
from enforcement.rules.refusals import (
    DuplicateOf,
    ExemptProperty,
    MeasureNotForAsset,
    NotFound,
    RuleBroken,
    TransitionNotAllowed,
)
from enforcement.rules.task_refusals import LegalDocumentMissing
from enforcement.tasks import checking, dispatching
from enforcement.tasks.contents import NotAPayload
from tests.enforcement import registry_zone as rz
from tests.enforcement import task_zone as tz
from tests.enforcement.task_zone import HANDLER, THEIR_OFFICER, Pair
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

M, S = DelegatedMatterType, MeasureStatus
FIRST, THIRD = "浙0127", "赣1130"
_RESUMED = """
    INSERT INTO resumptions (case_id, from_case_id, settlement_id, applied_on, resumed_on, performed, resumed_by)
    VALUES ($1, $2, $3, $4, $4, 0, 'o-330824-01')
"""
RULING_2, RULING_3 = f"{rz.NUMBER}之二", f"{rz.NUMBER}之三"


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Pair]:
    async with tz.pair(new_database, clock) as made:
        yield made


@pytest.fixture
def units(tmp_path: Path, clock: SetClock) -> rz.Units:
    return rz.new_units(tmp_path, clock)


async def serve(courts: Pair, units: rz.Units, task_id: UUID) -> None:
    """Their officer serves the notice of a task, the unit answers, and what there is to say goes over the road."""
    await notices.serve(
        courts.theirs.node, THEIR_OFFICER, measure_id=None, task_id=task_id, unit_id=None, idempotency_key=uuid4().hex
    )
    await unit_worker.run_once(courts.theirs.node, units, lambda: 0.5)
    await courts.road.run()
    tz_clock(courts).advance(timedelta(hours=1))


def tz_clock(courts: Pair) -> SetClock:
    return rz.clock_of(courts.ours)


async def from_elsewhere(courts: Pair, units: rz.Units, court: str, years: int = 1) -> None:
    """A court that is not in this test has the car seized through theirs."""
    what = rz.content(
        matter="SEIZE_VEHICLE",
        asset=rz.seizure(None).asset,
        ruling_no=f"（2025）{court}执1号之一",
        measure_kind="SEIZE",
        measure_id=uuid4(),
        term_years=years,
    )
    task = await rz.add_task(courts.theirs, what, delegating_court=court, officer=THEIR_OFFICER.officer_id)
    await serve(courts, units, task.id)


async def delegated(courts: Pair, units: rz.Units, matter: DelegatedMatterType, measure_id: UUID) -> UUID:
    task = await courts.in_progress(matter=matter, documents=tz.papers(matter), kinds=(), measure_id=measure_id)
    await serve(courts, units, task.id)
    return task.id


async def swept(courts: Pair) -> None:
    """Both courts look through what is due, and hear of each other."""
    for court in (courts.theirs, courts.ours):
        await measure_sweeps.sweep(court.node)
    await courts.road.run()


async def ours(courts: Pair, measure_id: UUID) -> MeasureRecord:
    async with courts.ours.node.pool.acquire() as conn:
        measure = await measures.get(conn, measure_id)
    assert measure is not None
    return measure


async def history(courts: Pair, measure_id: UUID) -> list[MeasureEventRecord]:
    async with courts.ours.node.pool.acquire() as conn:
        return await measure_events.of_measures(conn, [measure_id])


async def test_sc15_the_second_takes_effect_at_the_lapse(courts: Pair, units: rz.Units) -> None:
    """浙0127 is first, 浙0824 second, 赣1130 third; the first lapses unattended, and weeks later somebody looks."""
    await from_elsewhere(courts, units, FIRST)
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    await from_elsewhere(courts, units, THIRD)
    await swept(courts)
    waiting = await ours(courts, measure_id)
    reported = await queue_views.read(courts.ours.node, HANDLER, asset_id=None, measure_id=measure_id, task_id=None)

    assert (waiting.status, waiting.rank) == (S.WAITING, 2)
    assert (reported.is_authoritative, reported.reported_by) == (False, SHEXIAN)
    assert [(one.rank, one.court, one.status) for one in reported.places] == [
        (1, FIRST, S.EFFECTIVE),
        (2, KAIHUA, S.WAITING),
        (3, THIRD, S.WAITING),
    ]
    assert [one.case_number for one in reported.places] == [None, rz.NUMBER, None]

    ends = reported.places[0].expires_on
    assert ends is not None
    lapse = datetime.combine(ends + timedelta(days=1), datetime.min.time(), SHANGHAI)
    tz_clock(courts).set(lapse + timedelta(days=21, hours=5))
    await swept(courts)
    await swept(courts)
    effective = await ours(courts, measure_id)

    assert (effective.status, effective.rank, effective.effective_at) == (S.EFFECTIVE, 1, lapse)
    assert effective.expires_on == lapse.date().replace(year=lapse.year + 2)
    changes = await history(courts, measure_id)
    assert [(one.status, one.court) for one in changes] == [(S.WAITING, SHEXIAN), (S.EFFECTIVE, SHEXIAN)]
    assert (changes[1].at, changes[1].officer) == (lapse, None)
    queued = await courts.road.queued(SHEXIAN)
    assert {row.peer for row in queued} == {FIRST, THIRD}
    theirs = await queue_views.read(
        courts.theirs.node, THEIR_OFFICER, asset_id=None, measure_id=None, task_id=None or (effective.task_id)
    )
    assert [one.status for one in theirs.places] == [S.EXPIRED, S.EFFECTIVE, S.WAITING]
    assert theirs.is_authoritative


_OWED = "UPDATE cases SET amount_applied = $1, principal = $1, performance_due_on = NULL"
_BESIDE = """
    INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on,
                          term_years, value, version, synthetic)
    VALUES (gen_random_uuid(), $1, $2, 'SEAL', 'NOTICE_SENT', '浙0824', '浙0824', $3, '2025-07-14', 3, 90000, 1, true)
"""


_APPROVED = """
    INSERT INTO measure_approvals (measure_id, requested_by, requested_at, decision, decided_by, decided_at)
    VALUES ($1, 'o-330824-01', now(), 'APPROVE', 'chief', now())
"""


@pytest.mark.parametrize(
    ("owed", "is_approved", "count"),
    [("80000", True, 1), ("144999", False, 1), ("144999", True, 0), ("146000", False, 0)],
)
async def test_who_controls_too_much_since_their_turn_came_is_warned(
    courts: Pair, units: rz.Units, owed: str, count: int, *, is_approved: bool
) -> None:
    """Of a car of 58,000 that waits for its turn, and a house that is ruled on meanwhile for 90,000."""
    await from_elsewhere(courts, units, FIRST)
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    house = await rz.add_asset(courts.ours, kind=AssetKind.REAL_ESTATE, identity={"unit_no": "1"}, estimated_value=None)
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute(_OWED, Decimal(owed))
        await conn.execute(_BESIDE, house, courts.ours.case.id, RULING_2)
        if is_approved:  # as what cannot be divided
            await conn.execute(_APPROVED, measure_id)
    await swept(courts)
    before = await over_sealed(courts)

    tz_clock(courts).advance(timedelta(days=400))
    await swept(courts)
    await swept(courts)

    effective = await ours(courts, measure_id)
    assert (before, effective.status) == ([], S.EFFECTIVE)
    assert await over_sealed(courts) == [(measure_id, HANDLER.officer_id, effective.effective_at)] * count


async def over_sealed(courts: Pair) -> list[tuple[UUID, str, datetime]]:
    async with courts.ours.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT measure_id, officer, since FROM warnings WHERE kind = 'OVER_CONTROLLED'")
    return [tuple(row) for row in rows]


async def test_the_receipt_of_a_task_counts_in_the_resumed_case(courts: Pair, units: rz.Units) -> None:
    """The case was resumed, twice, while the task that carries its ruling was on its way."""
    measure_id = await tz.ruled(courts)
    task = await courts.in_progress(
        matter=M.SEIZE_VEHICLE, documents=tz.papers(M.SEIZE_VEHICLE), kinds=(), measure_id=measure_id
    )
    async with transaction(courts.ours.node.pool) as conn:
        await conn.execute("SET LOCAL session_replication_role = replica")  # no settlement behind it
        ids = [courts.ours.case.id, uuid4(), uuid4()]
        for before, after in pairwise(ids):
            number = f"（2025）浙0824执恢{ids.index(after)}号"
            await cases.insert(conn, replace(courts.ours.case, id=after, number=number))
            await conn.execute(_RESUMED, after, before, uuid4(), date(2025, 7, 14))
            await cases.hand_over_control(conn, before, after, GOING_ON)
    await serve(courts, units, task.id)

    registered = await ours(courts, measure_id)

    assert (registered.case_id, registered.status, registered.rank) == (ids[-1], S.EFFECTIVE, 1)


async def test_a_converted_measure_is_reported_as_what_it_became(courts: Pair, units: rz.Units) -> None:
    """歙县 knows it by its first id for ever; no order for it may be on its way while it is converted."""
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    preservation = replace(
        courts.ours.case, id=uuid4(), number="（2025）浙0824执保7号", type=CaseType.PRESERVATION_ENFORCEMENT
    )
    async with transaction(courts.ours.node.pool) as conn:
        await cases.insert(conn, preservation)
        await conn.execute("UPDATE measures SET case_id = $1", preservation.id)
        await conn.execute("UPDATE tasks SET case_id = $1", preservation.id)
    before = await ours(courts, measure_id)
    ordered = Named(measure_id, before.version, preservation.number + "之二")
    await orders.lift(courts.ours.node, HANDLER, ordered, ground=LiftGround.OTHER, reason="双方另有安排")
    before = await ours(courts, measure_id)
    with pytest.raises(DuplicateOf):
        await conversion.convert(courts.ours.node, HANDLER, measure_id, before.version, rz.NUMBER)
    assert await ours(courts, measure_id) == before
    await courts.ours.act(lambda conn: conn.execute("DELETE FROM measure_orders"))

    after = await conversion.convert(courts.ours.node, HANDLER, measure_id, before.version, rz.NUMBER)
    await from_elsewhere(courts, units, THIRD)
    await swept(courts)

    queue = await queue_views.read(courts.ours.node, HANDLER, asset_id=None, measure_id=after.id, task_id=None)
    assert queue.reported_by == SHEXIAN
    assert [(one.court, one.measure_id) for one in queue.places] == [(KAIHUA, after.id), (THIRD, None)]


async def test_a_term_that_no_law_gives_is_not_believed(courts: Pair, units: rz.Units) -> None:
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    before = await ours(courts, measure_id)
    assert before.effective_at is not None
    too_late = civil_date(before.effective_at).replace(year=before.effective_at.year + 3)
    async with courts.theirs.node.pool.acquire() as conn:
        await conn.execute("UPDATE measure_queue SET held_since = effective_at, held_until = $1", too_late)

    await swept(courts)

    assert await ours(courts, measure_id) == before
    assert await courts.ours.count("queue_reports") == 0


async def test_a_renewal_from_afar_counts_from_the_unit(courts: Pair, units: rz.Units) -> None:
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    before = await ours(courts, measure_id)
    assert before.expires_on is not None

    await orders.renew(courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_2))
    await delegated(courts, units, M.RENEW_SEAL, measure_id)
    await swept(courts)
    renewed = await ours(courts, measure_id)

    assert (renewed.status, renewed.task_id) == (S.RENEWED, before.task_id)
    assert renewed.expires_on == before.expires_on.replace(year=before.expires_on.year + 2)
    async with courts.ours.node.pool.acquire() as conn:
        (order,) = await measure_orders.of_measures(conn, [measure_id])
    assert order.status is OrderStatus.DONE
    assert [one.status for one in await history(courts, measure_id)] == [S.EFFECTIVE, S.RENEWED]
    async with courts.theirs.node.pool.acquire() as conn:
        entry = await measure_queue.by_measure(conn, KAIHUA, measure_id)
    assert entry is not None
    assert (entry.status, entry.expires_on) == (S.RENEWED, renewed.expires_on)


async def test_an_order_that_nobody_carries_out_gives_way_to_another(courts: Pair, units: rz.Units) -> None:
    """The renewal's task came back: what is to be lifted meanwhile does not wait for it for ever."""
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    before = await ours(courts, measure_id)
    await orders.renew(courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_2))
    task = await courts.in_progress(
        matter=M.RENEW_SEAL, documents=tz.papers(M.RENEW_SEAL), kinds=(), measure_id=measure_id
    )
    named = Named(measure_id, (await ours(courts, measure_id)).version, RULING_3)

    with pytest.raises(DuplicateOf):
        await orders.lift(courts.ours.node, HANDLER, named, ground=LiftGround.DEBT_CLEARED)
    await courts.ours.act(lambda conn: conn.execute("UPDATE tasks SET status = 'RETURNED' WHERE id = $1", task.id))
    await orders.lift(courts.ours.node, HANDLER, named, ground=LiftGround.DEBT_CLEARED)

    async with courts.ours.node.pool.acquire() as conn:
        found = await measure_orders.of_measures(conn, [measure_id])
    assert {one.act: one.status for one in found} == {"RENEW": "OVERTAKEN", "LIFT": "ORDERED"}


async def test_a_lift_from_afar_lets_the_next_in(courts: Pair, units: rz.Units) -> None:
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    await from_elsewhere(courts, units, THIRD)
    before = await ours(courts, measure_id)

    paid = "UPDATE cases SET status = 'CLOSED', closing_method = 'FULLY_ENFORCED', closed_on = '2025-07-14'"
    await courts.ours.act(lambda conn: conn.execute(paid))  # what is paid is given back, although nobody works on it
    await orders.lift(
        courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_3), ground=LiftGround.DEBT_CLEARED
    )
    await delegated(courts, units, M.UNSEAL, measure_id)
    await swept(courts)
    lifted = await ours(courts, measure_id)

    assert (lifted.status, lifted.lift_ground) == (S.LIFTED, "DEBT_CLEARED")
    async with courts.theirs.node.pool.acquire() as conn:
        entry = await measure_queue.by_measure(conn, KAIHUA, measure_id)
        assert entry is not None
        queue = await measure_queue.of_assets(conn, [entry.asset_key])
    assert [(one.status, one.rank) for one in queue] == [(S.LIFTED, None), (S.EFFECTIVE, 1)]
    assert queue[1].effective_at == queue[0].released_at


async def test_a_disposal_from_afar_frees_the_thing(courts: Pair, units: rz.Units) -> None:
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    await from_elsewhere(courts, units, THIRD)
    before = await ours(courts, measure_id)

    await orders.extinguish(courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_3))
    await delegated(courts, units, M.TRANSFER_TITLE, measure_id)
    await swept(courts)

    assert (await ours(courts, measure_id)).status is S.EXTINGUISHED
    async with courts.theirs.node.pool.acquire() as conn:
        statuses = [row["status"] for row in await conn.fetch("SELECT status FROM measure_queue")]
    assert statuses == ["EXTINGUISHED", "EXTINGUISHED"]


@pytest.mark.parametrize(
    ("matter", "refusal"),
    [
        (M.RENEW_SEAL, LegalDocumentMissing),
        (M.UNSEAL, LegalDocumentMissing),
        (M.UNFREEZE, MeasureNotForAsset),
        (M.RENEW_EQUITY_FREEZE, MeasureNotForAsset),
    ],
)
async def test_a_change_that_nobody_ordered_is_not_delegated(
    courts: Pair, units: rz.Units, matter: DelegatedMatterType, refusal: type[RuleBroken]
) -> None:
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    before = await courts.ours.count("tasks")

    with pytest.raises(refusal):
        await courts.created(matter=matter, documents=tz.papers(matter), kinds=(), measure_id=measure_id)

    assert await courts.ours.count("tasks") == before


async def test_a_renewal_is_not_delegated_once_the_term_is_over(courts: Pair, units: rz.Units) -> None:
    """It was ordered in time; whoever delegates it the day after asks for what no registry can do."""
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    last_day = civil_date(courts.ours.node.clock.now())
    await courts.ours.act(lambda conn: conn.execute("UPDATE measures SET expires_on = $1", last_day))
    before = await ours(courts, measure_id)
    await orders.renew(courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_2))
    tz_clock(courts).set(datetime.combine(last_day + timedelta(days=1), datetime.min.time(), SHANGHAI))
    known = await courts.ours.count("tasks"), await courts.ours.count("outbox")

    with pytest.raises(TransitionNotAllowed):
        await courts.created(matter=M.RENEW_SEAL, documents=tz.papers(M.RENEW_SEAL), kinds=(), measure_id=measure_id)

    assert (await courts.ours.count("tasks"), await courts.ours.count("outbox")) == known


async def test_what_is_on_its_way_is_not_lifted_by_the_ruling_alone(courts: Pair, units: rz.Units) -> None:
    """The other court's registry may have it on its books by now: the task is withdrawn first, or answers."""
    measure_id = await tz.ruled(courts)
    task = await courts.in_progress(
        matter=M.SEIZE_VEHICLE, documents=tz.papers(M.SEIZE_VEHICLE), kinds=(), measure_id=measure_id
    )
    before = await ours(courts, measure_id)

    with pytest.raises(TransitionNotAllowed):
        await orders.lift(
            courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_3), ground=LiftGround.DEBT_CLEARED
        )

    assert await ours(courts, measure_id) == before
    await courts.ours.act(lambda conn: conn.execute("UPDATE tasks SET status = 'WITHDRAWN' WHERE id = $1", task.id))
    await orders.lift(
        courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_3), ground=LiftGround.DEBT_CLEARED
    )
    assert (await ours(courts, measure_id)).status is S.LIFTED


async def test_what_was_registered_after_the_withdrawal_is_not_lost(courts: Pair, units: rz.Units) -> None:
    """The notice was out when the log ended: no receipt follows, and the report says so in its stead."""
    measure_id = await tz.ruled(courts)
    task = await courts.in_progress(
        matter=M.SEIZE_VEHICLE, documents=tz.papers(M.SEIZE_VEHICLE), kinds=(), measure_id=measure_id
    )
    key = uuid4().hex
    await notices.serve(
        courts.theirs.node, THEIR_OFFICER, measure_id=None, task_id=task.id, unit_id=None, idempotency_key=key
    )
    for court in (courts.ours, courts.theirs):
        await court.act(lambda conn: conn.execute("UPDATE tasks SET status = 'WITHDRAWN', holder = NULL"))
    before = await ours(courts, measure_id)
    await orders.lift(
        courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_3), ground=LiftGround.DEBT_CLEARED
    )
    await unit_worker.run_once(courts.theirs.node, units, lambda: 0.5)

    await swept(courts)

    stands = await ours(courts, measure_id)
    assert (stands.status, stands.rank, stands.executing_court) == (S.EFFECTIVE, 1, SHEXIAN)
    newest = (await history(courts, measure_id))[-1]
    assert (newest.status, newest.ground, newest.court) == (S.EFFECTIVE, "CORRECTED", SHEXIAN)


async def test_a_measure_is_sent_once(courts: Pair) -> None:
    measure_id = await tz.ruled(courts)
    first, second = [
        await courts.approved(measure_id=measure_id, matter=matter, documents=tz.papers(matter), kinds=())
        for matter in (M.SEIZE_VEHICLE, M.SEIZE_MOVABLE)
    ]
    await dispatching.dispatch(courts.ours.node, tz.CENTRE, first.id, first.version)

    with pytest.raises(DuplicateOf):
        await dispatching.dispatch(courts.ours.node, tz.CENTRE, second.id, second.version)

    assert (await ours(courts, measure_id)).task_id == first.id


async def test_what_was_lifted_since_the_draft_is_not_sent(courts: Pair) -> None:
    measure_id = await tz.ruled(courts)
    given: dict[str, Any] = {"matter": M.SEIZE_VEHICLE, "documents": tz.papers(M.SEIZE_VEHICLE), "kinds": ()}
    task = await courts.approved(measure_id=measure_id, **given)
    before = await ours(courts, measure_id)
    await orders.lift(
        courts.ours.node, HANDLER, Named(measure_id, before.version, RULING_3), ground=LiftGround.DEBT_CLEARED
    )

    with pytest.raises(TransitionNotAllowed):
        await dispatching.dispatch(courts.ours.node, tz.CENTRE, task.id, task.version)

    assert await courts.ours.count("outbox") == 0


@pytest.mark.parametrize("is_drafted", [False, True])
async def test_what_proves_exempt_after_the_ruling_is_not_delegated(courts: Pair, is_drafted: bool) -> None:
    measure_id = await tz.ruled(courts)
    given: dict[str, Any] = {"matter": M.SEIZE_VEHICLE, "documents": tz.papers(M.SEIZE_VEHICLE), "kinds": ()}
    task = await courts.approved(measure_id=measure_id, **given) if is_drafted else None
    await courts.ours.act(lambda conn: conn.execute("UPDATE assets SET exemption = 'DAILY_NECESSITIES'"))

    with pytest.raises(ExemptProperty):
        await (
            courts.created(measure_id=measure_id, **given)
            if task is None
            else dispatching.dispatch(courts.ours.node, tz.CENTRE, task.id, task.version)
        )

    assert await courts.ours.count("outbox") == 0
    assert (await ours(courts, measure_id)).status is S.RULED


async def test_an_older_report_changes_nothing(courts: Pair, units: rz.Units) -> None:
    """The report of the promotion overtakes the one of waiting."""
    await from_elsewhere(courts, units, FIRST)
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    await measure_sweeps.sweep(courts.theirs.node)
    (old,) = [row for row in await courts.road.queued(SHEXIAN) if row.peer == KAIHUA]
    tz_clock(courts).advance(timedelta(days=800))
    await measure_sweeps.sweep(courts.theirs.node)
    new = [row for row in await courts.road.queued(SHEXIAN) if row.peer == KAIHUA and row.id != old.id]

    for row in [*new, old]:
        assert await courts.road.deliver(SHEXIAN, row) == "ACCEPTED"

    assert (await ours(courts, measure_id)).status is S.EFFECTIVE


async def test_a_restored_court_is_heard_again(courts: Pair, units: rz.Units) -> None:
    """Its database counts from where the backup stood; what it says now is newer all the same."""
    await from_elsewhere(courts, units, FIRST)
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    await from_elsewhere(courts, units, THIRD)
    await swept(courts)
    await courts.theirs.act(lambda conn: conn.execute("UPDATE measure_queue SET version = 1, told_version = 1"))
    tz_clock(courts).advance(timedelta(days=800))

    await swept(courts)

    assert (await ours(courts, measure_id)).status is S.EFFECTIVE


async def test_who_may_not_read_the_case_reads_no_queue(courts: Pair, units: rz.Units) -> None:
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)

    with pytest.raises(NotFound):
        await queue_views.read(
            courts.ours.node, rz.caller(KAIHUA, 3), asset_id=None, measure_id=measure_id, task_id=None
        )


NOW = datetime(2025, 7, 14, 1, tzinfo=UTC)


async def test_a_court_that_had_nothing_registered_reports_nothing(courts: Pair, units: rz.Units) -> None:
    """Another court had the measure registered meanwhile: what 歙县 still says of its own queue does not move it."""
    await from_elsewhere(courts, units, FIRST)
    measure_id = await tz.ruled(courts)
    await delegated(courts, units, M.SEIZE_VEHICLE, measure_id)
    await swept(courts)
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("UPDATE measures SET executing_court = '皖1022' WHERE id = $1", measure_id)
        before = await conn.fetch("SELECT court, version FROM queue_reports")
    tz_clock(courts).advance(timedelta(days=800))
    await swept(courts)

    assert (await ours(courts, measure_id)).status is S.WAITING
    async with courts.ours.node.pool.acquire() as conn:
        assert await conn.fetch("SELECT court, version FROM queue_reports") == before


def report(step: dict[str, Any], entry: dict[str, Any]) -> MeasureReportPayload:
    """Of a measure that stands, but for what is given."""
    stood: dict[str, Any] = {"status": "EFFECTIVE", "at": NOW, "effective_at": NOW, "expires_on": date(2026, 7, 13)}
    place: dict[str, Any] = {"rank": 1, "court": FIRST, "kind": "SEIZE", "status": "EFFECTIVE", "registered_at": NOW}
    return MeasureReportPayload(
        measure_id=uuid4(),
        version=1,
        as_of=NOW,
        rank=1,
        steps=[MeasureStepPayload(**(stood | step))],
        entries=[QueueEntryPayload(**(place | entry))],
    )


@pytest.mark.parametrize(
    ("step", "entry"),
    [
        ({"expires_on": date.max}, {}),
        ({"effective_at": datetime.max.replace(tzinfo=UTC)}, {}),
        ({"effective_at": NOW.replace(tzinfo=None)}, {}),
        ({"at": datetime.min.replace(tzinfo=UTC)}, {}),
        ({}, {"expires_on": date.max}),
        ({}, {"effective_at": datetime.min.replace(tzinfo=UTC)}),
        ({}, {"registered_at": NOW.replace(tzinfo=None)}),
        ({}, {"term_years": 4}),
        ({}, {"term_years": 0}),
    ],
)
def test_days_that_nobody_could_reckon_with_are_refused(step: dict[str, Any], entry: dict[str, Any]) -> None:
    checking.check_payload(b"{}", report({}, {}), NOW)

    with pytest.raises(NotAPayload):
        checking.check_payload(b"{}", report(step, entry), NOW)
