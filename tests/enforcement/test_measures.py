"""Measures: ruled within the law, effective by receipt alone, each receipt once, served where the asset lies.

Long, because a measure's whole life is told here, on one pair of courts.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import assets, cases, measures, notices, task_events
from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.assets import AssetKind, AssetStatus, MeasureKind, MeasureRecord, MeasureStatus
from db.records.searches import NoticeRecord, NoticeStatus, ReceiptResult
from db.records.tasks import TaskRecord
from enforcement import measures as acts
from enforcement import notice_answers, receipts, unit_worker
from enforcement import notices as serving
from enforcement.measures import NewMeasure
from enforcement.payloads import (
    AssistanceReceiptPayload,
    FeedbackPayload,
    HandlingStep,
    InventoryItem,
    SeizureInventory,
)
from enforcement.rules.refusals import (
    AssistanceOutOfScope,
    DuplicateOf,
    ExceedsClaim,
    ExemptProperty,
    Forbidden,
    Malformed,
    MeasureNotForAsset,
    NotDebtorsAsset,
    NotFound,
    RuleBroken,
    TermTooLong,
    TransitionNotAllowed,
)
from enforcement.rules.rights import Role
from enforcement.rules.task_refusals import EvidenceRequired, IdempotencyKeyReused, LegalDocumentMissing, NotAssigned
from enforcement.tasks import handling
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

HANDLER = rz.caller(KAIHUA)


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


async def ruled(home: rz.Court, asset_id: UUID, *, key: str = "r", **changes: Any) -> MeasureRecord:
    new = NewMeasure(rz.NUMBER, asset_id, MeasureKind.SEIZE, rz.RULING, term_years=2)
    return await acts.rule(home.node, HANDLER, replace(new, **changes), idempotency_key=key)


async def serve(court: rz.Court, *, key: str = "n", who: Any = None, **what: Any) -> Any:
    given = {"measure_id": None, "task_id": None, "unit_id": None} | what
    officer = who or rz.caller(court.node.code)
    return await serving.serve(court.node, officer, idempotency_key=key, **given)


async def work(court: rz.Court, units: rz.Units) -> int:
    return await unit_worker.run_once(court.node, units, lambda: 0.5)


async def reread(court: rz.Court, measure_id: UUID) -> MeasureRecord:
    async with court.node.pool.acquire() as conn:
        found = await measures.get(conn, measure_id)
    assert found is not None
    return found


async def home_car(home: rz.Court, units: rz.Units, **changes: Any) -> UUID:
    """A car of the debtor that the home county's vehicle office knows."""
    units.store.add_holding("u-330824-vehicle", rz.DEBTOR_NO, {"plate": rz.PLATE, "vin": rz.VIN})
    return await rz.add_asset(home, **changes)


async def test_ruled_is_not_effective(home: rz.Court) -> None:
    measure = await ruled(home, await rz.add_asset(home), value=Decimal("58000.00"))

    assert (measure.status, measure.rank, measure.effective_at, measure.expires_on) == ("RULED", None, None, None)
    assert (measure.ordering_court, measure.term_years, measure.value) == (KAIHUA, 2, Decimal("58000.00"))


async def test_receipt_makes_effective(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    asset_id = await home_car(home, units)
    measure = await ruled(home, asset_id)
    clock.set(datetime(2025, 7, 15, 2, 0, tzinfo=UTC))
    notice = await serve(home, measure_id=measure.id)
    assert (await reread(home, measure.id)).status is MeasureStatus.NOTICE_SENT

    await work(home, units)

    done = await reread(home, measure.id)
    assert (done.status, done.rank, done.executing_court) == ("EFFECTIVE", 1, KAIHUA)
    assert done.registered_at == done.effective_at == clock.now()
    assert done.expires_on == date(2027, 7, 15)
    async with home.node.pool.acquire() as conn:
        asset = await assets.get(conn, asset_id)
        answered = await notices.get(conn, notice.id)
        (receipt,) = await notices.receipts_of_measures(conn, [measure.id])
    assert asset is not None
    assert asset.status is AssetStatus.CONTROLLED
    assert answered is not None
    assert answered.status is NoticeStatus.ANSWERED
    assert (receipt.notice_id, receipt.result, receipt.rank) == (notice.id, ReceiptResult.REGISTERED, 1)


async def test_later_one_waits(home: rz.Court, units: rz.Units) -> None:
    units.store.add_holding("u-330824-vehicle", rz.DEBTOR_NO, {"plate": rz.PLATE}, prior=["浙0127"])
    measure = await ruled(home, await rz.add_asset(home, identity={"plate": rz.PLATE}))
    await serve(home, measure_id=measure.id)

    await work(home, units)

    done = await reread(home, measure.id)
    assert (done.status, done.rank) == ("WAITING", 2)
    assert done.registered_at is not None
    assert (done.effective_at, done.expires_on) == (None, None)


async def test_refused_notice_may_be_served_again(home: rz.Court, units: rz.Units) -> None:
    measure = await ruled(home, await home_car(home, units))
    await serve(home, measure_id=measure.id)
    units.refuses = True
    await work(home, units)
    assert (await reread(home, measure.id)).status is MeasureStatus.REFUSED

    units.refuses = False
    await serve(home, measure_id=measure.id, key="again")
    await work(home, units)

    assert (await reread(home, measure.id)).status is MeasureStatus.EFFECTIVE
    with pytest.raises(DuplicateOf):
        await serve(home, measure_id=measure.id, key="third")


async def test_killed_worker_registers_once(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    """The registry registered, the worker died before it recorded: one registration, one receipt."""
    measure = await ruled(home, await home_car(home, units))
    await serve(home, measure_id=measure.id)
    units.loses_answer = True
    await work(home, units)
    assert (await reread(home, measure.id)).status is MeasureStatus.NOTICE_SENT
    assert await home.count("assistance_receipts") == 0

    units.loses_answer = False
    clock.advance(timedelta(hours=1))
    await work(home, units)
    await work(home, units)

    assert len(units.asked) == 2
    assert len(set(units.asked)) == 1
    assert units.store.registrations(units.asked[0]) == 1
    assert await home.count("assistance_receipts") == 1
    done = await reread(home, measure.id)
    assert (done.status, done.rank) == ("EFFECTIVE", 1)
    assert done.effective_at == clock.now() - timedelta(hours=1)  # when it was registered, not when we heard of it


async def test_same_answer_twice_counts_once(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    measure = await ruled(home, await home_car(home, units))
    await serve(home, measure_id=measure.id)
    async with transaction(home.node.pool) as conn:
        (claimed,) = await notices.claim(conn, clock.now(), until=clock.now() + unit_worker.LEASE, limit=9)

    await notice_answers.offer(home.node, units, claimed, 1.0)
    await notice_answers.offer(home.node, units, claimed, 1.0)

    assert await home.count("assistance_receipts") == 1
    assert (await reread(home, measure.id)).version == 3


async def test_same_key_same_measure(home: rz.Court) -> None:
    asset_id = await rz.add_asset(home)

    assert await ruled(home, asset_id) == await ruled(home, asset_id)
    with pytest.raises(IdempotencyKeyReused):
        await ruled(home, asset_id, value=Decimal("1.00"))
    assert await home.count("measures") == 1


async def test_over_sealing_shows_figures(home: rz.Court) -> None:
    """Outstanding 100,000; controlled 90,000; a house of 900,000 is asked for."""
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE cases SET amount_applied = 98610, principal = 98610, performance_due_on = NULL")
    await ruled(home, await rz.add_asset(home), value=Decimal("90000.00"))
    house = await rz.add_asset(home, kind=AssetKind.REAL_ESTATE, identity={"unit_no": "1"}, estimated_value=None)

    with pytest.raises(ExceedsClaim) as refusal:
        await ruled(home, house, key="h", kind=MeasureKind.SEAL, value=Decimal("900000.00"), term_years=3)

    figures = refusal.value
    assert (figures.controlled, figures.requested) == (Decimal("90000.00"), Decimal("900000.00"))
    assert figures.claim == Decimal("98610.00") + Decimal("1379.15")  # with the fee
    assert await home.count("measures") == 1


async def test_a_thing_taken_whole_counts_no_less_than_its_estimate(home: rz.Court) -> None:
    house = await rz.add_asset(
        home, kind=AssetKind.REAL_ESTATE, identity={"unit_no": "1"}, estimated_value=Decimal("900000.00")
    )

    with pytest.raises(ExceedsClaim) as refusal:
        await ruled(home, house, kind=MeasureKind.SEAL, value=Decimal("10000.00"), term_years=3)

    assert refusal.value.requested == Decimal("900000.00")
    assert await home.count("measures") == 0


async def test_one_asset_counts_once(home: rz.Court) -> None:
    asset_id = await rz.add_asset(home)
    await ruled(home, asset_id, value=Decimal("90000.00"), kind=MeasureKind.SEAL)

    second = await ruled(home, asset_id, key="s", value=Decimal("90000.00"), ruling_no=rz.NUMBER + "之二")

    assert second.status is MeasureStatus.RULED


async def test_mortgage_is_not_ours(home: rz.Court) -> None:
    measure = await ruled(home, await rz.add_asset(home, mortgage_amount=Decimal("50000.00")))

    assert measure.value == Decimal("8000.00")


RULE_REFUSALS: list[tuple[dict[str, Any], dict[str, Any], type[RuleBroken]]] = [
    ({"exemption": "DAILY_NECESSITIES"}, {}, ExemptProperty),
    ({}, {"term_years": 3}, TermTooLong),
    ({}, {"term_years": 0}, TermTooLong),
    ({}, {"kind": MeasureKind.FREEZE}, MeasureNotForAsset),
    ({}, {"ruling_no": rz.NUMBER}, Malformed),
    ({}, {"ruling_no": "（2025）浙0824执366号之一"}, Malformed),
    ({}, {"value": Decimal("0.00")}, Malformed),
    ({"estimated_value": None}, {}, Malformed),
    ({}, {"case_number": "（2025）浙0824执999号"}, NotFound),
]


@pytest.mark.parametrize(("asset", "changes", "refusal"), RULE_REFUSALS)
async def test_unlawful_measure_is_refused(
    home: rz.Court, asset: dict[str, Any], changes: dict[str, Any], refusal: type[RuleBroken]
) -> None:
    asset_id = await rz.add_asset(home, **asset)

    with pytest.raises(refusal):
        await ruled(home, asset_id, **changes)

    for table in ("measures", "events", "idempotency"):
        assert await home.count(table) == 0


async def test_others_assets_are_out_of_reach(home: rz.Court) -> None:
    applicants = await rz.add_asset(home, owner_id=home.rows.parties[1].id)

    with pytest.raises(NotDebtorsAsset):
        await ruled(home, applicants)
    with pytest.raises(NotFound):
        await ruled(home, uuid4())
    with pytest.raises(Forbidden):
        await acts.rule(
            home.node,
            rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF),
            NewMeasure(rz.NUMBER, applicants, MeasureKind.SEIZE, rz.RULING),
            idempotency_key="x",
        )
    assert await home.count("measures") == 0


async def test_notice_stays_in_the_district(home: rz.Court, units: rz.Units) -> None:
    """The car lies in 歙县: 开化 delegates, it does not serve."""
    measure = await ruled(home, await rz.add_asset(home, division="341021"))

    with pytest.raises(AssistanceOutOfScope):
        await serve(home, measure_id=measure.id)

    assert await home.count("assistance_notices") == 0
    assert (await reread(home, measure.id)).status is MeasureStatus.RULED
    assert units.asked == []


@pytest.mark.parametrize("unit_id", ["u-330824-land", "u-341021-vehicle", "u-none"])
async def test_wrong_unit_is_refused(home: rz.Court, unit_id: str) -> None:
    measure = await ruled(home, await rz.add_asset(home))

    with pytest.raises(AssistanceOutOfScope):
        await serve(home, measure_id=measure.id, unit_id=unit_id)
    assert await home.count("assistance_notices") == 0


async def test_only_one_notice_at_a_time(home: rz.Court) -> None:
    measure = await ruled(home, await rz.add_asset(home))
    first = await serve(home, measure_id=measure.id)

    assert await serve(home, measure_id=measure.id) == first
    with pytest.raises(DuplicateOf) as refusal:
        await serve(home, measure_id=measure.id, key="other")
    assert refusal.value.id == first.id
    assert await home.count("assistance_notices") == 1


async def test_notice_needs_its_officer(home: rz.Court) -> None:
    measure = await ruled(home, await rz.add_asset(home))

    for who, refusal in [
        (rz.caller(KAIHUA, 2), NotAssigned),
        (rz.caller(KAIHUA, 2, Role.HANDLER, Role.CLERK), NotAssigned),
        (rz.caller(KAIHUA, 4, Role.CLERK), Forbidden),
    ]:
        with pytest.raises(refusal):
            await serve(home, measure_id=measure.id, who=who)
    bases: list[dict[str, Any]] = [{}, {"measure_id": measure.id, "task_id": uuid4()}]
    for what in bases:
        with pytest.raises(Malformed):
            await serve(home, **what)
    with pytest.raises(NotFound):
        await serve(home, measure_id=uuid4())
    with pytest.raises(NotFound):
        await serve(home, task_id=uuid4())
    assert await home.count("assistance_notices") == 0


async def obtained(away: rz.Court, units: rz.Units, measure_id: UUID | None) -> tuple[TaskRecord, Any]:
    """歙县 serves the notice for 开化's task: the task and the receipt."""
    task = await rz.add_task(away, rz.seizure(measure_id))
    await serve(away, task_id=task.id)
    await work(away, units)
    async with away.node.pool.acquire() as conn:
        (receipt,) = await receipts.receipts_of(conn, away.node.at_rest, task.id)
    return task, receipt


async def test_entrusted_court_obtains_the_receipt(away: rz.Court, units: rz.Units) -> None:
    measure_id = uuid4()

    task, receipt = await obtained(away, units, measure_id)

    assert (receipt.measure_id, receipt.rank, receipt.ruling_no) == (measure_id, 1, rz.RULING)
    async with away.node.pool.acquire() as conn:
        (event,) = await task_events.of_tasks(conn, [task.id])
        step = msgspec.json.decode(
            away.node.at_rest.decrypt(event.payload, context=task_events.CONTEXT), type=HandlingStep
        )
    assert (event.type, step.kind, step.receipt) == ("STEP_RECORDED", "RECEIPT_RECEIVED", receipt)
    assert await away.count("outbox") == 1
    assert await away.count("measures") == 0  # the measure belongs to the ordering court


async def test_unit_registers_the_ordering_court(away: rz.Court, units: rz.Units) -> None:
    await obtained(away, units, uuid4())

    assert units.store.courts_registered("u-341021-vehicle") == [KAIHUA]


async def test_withdrawn_task_keeps_its_receipt(away: rz.Court, units: rz.Units) -> None:
    task = await rz.add_task(away, rz.seizure(uuid4()))
    await serve(away, task_id=task.id)
    async with away.node.pool.acquire() as conn:
        await conn.execute("UPDATE tasks SET status = 'WITHDRAWN', holder = NULL")

    await work(away, units)

    assert await away.count("assistance_receipts") == 1
    assert await away.count("task_events") == await away.count("outbox") == 0


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (rz.content(), LegalDocumentMissing),
        (rz.seizure(None, division="330824"), AssistanceOutOfScope),
        (msgspec.structs.replace(rz.seizure(None), term_years=3), TermTooLong),
        (msgspec.structs.replace(rz.seizure(None), measure_kind="FREEZE"), MeasureNotForAsset),
    ],
)
async def test_task_without_grounds_serves_nothing(away: rz.Court, what: Any, refusal: type[RuleBroken]) -> None:
    task = await rz.add_task(away, what)

    with pytest.raises(refusal):
        await serve(away, task_id=task.id)
    assert await away.count("assistance_notices") == 0


async def at_home(home: rz.Court, task: TaskRecord, what: Any) -> TaskRecord:
    return await rz.add_task(home, what, task.id)


async def take(home: rz.Court, task: TaskRecord, receipt: AssistanceReceiptPayload) -> int:
    async with transaction(home.node.pool) as conn:
        return await receipts.take_receipts(home.node, conn, task, [receipt], home.node.clock.now())


async def test_receipt_from_afar_makes_effective(
    home: rz.Court, away: rz.Court, units: rz.Units, clock: SetClock
) -> None:
    measure = await ruled(home, await rz.add_asset(home, division="341021"))
    clock.set(datetime(2025, 7, 15, 2, 0, tzinfo=UTC))
    far, receipt = await obtained(away, units, measure.id)
    task = await at_home(home, far, rz.seizure(measure.id))

    assert await take(home, task, receipt) == 1
    assert await take(home, task, receipt) == 0

    done = await reread(home, measure.id)
    assert (done.status, done.rank, done.ordering_court, done.executing_court) == ("EFFECTIVE", 1, KAIHUA, SHEXIAN)
    assert (done.expires_on, done.task_id, done.version) == (date(2027, 7, 15), task.id, 2)
    assert await home.count("assistance_receipts") == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"measure_id": uuid4()},
        {"ruling_no": "（2025）浙0824执366号之一"},
        {"rank": None},
        {"registered_at": None},
        {"registered_at": datetime(2020, 1, 1, tzinfo=UTC)},  # before the ruling
        {"rank": 0},
        {"result": "REFUSED"},
        {"result": "DONE"},
    ],
)
async def test_foreign_receipt_changes_nothing(
    home: rz.Court, away: rz.Court, units: rz.Units, forged: dict[str, Any]
) -> None:
    measure = await ruled(home, await rz.add_asset(home, division="341021"))
    far, receipt = await obtained(away, units, measure.id)
    task = await at_home(home, far, rz.seizure(measure.id))

    assert await take(home, task, msgspec.structs.replace(receipt, **forged)) == 0

    assert (await reread(home, measure.id)).status is MeasureStatus.RULED
    assert await home.count("assistance_receipts") == 0


async def test_receipt_of_another_case_changes_nothing(home: rz.Court, away: rz.Court, units: rz.Units) -> None:
    measure = await ruled(home, await rz.add_asset(home, division="341021"))
    far, receipt = await obtained(away, units, measure.id)
    other = replace(home.case, id=uuid4(), number="（2025）浙0824执366号")
    async with transaction(home.node.pool) as conn:
        await cases.insert(conn, other)
    task = await rz.add_task(home, rz.seizure(measure.id), far.id, case_id=other.id)

    assert await take(home, task, receipt) == 0
    assert (await reread(home, measure.id)).status is MeasureStatus.RULED


async def test_feedback_waits_for_the_receipt(away: rz.Court, units: rz.Units) -> None:
    task = await rz.add_task(away, rz.seizure(uuid4()))
    await serve(away, task_id=task.id)
    inventory = SeizureInventory(
        items=[InventoryItem(name="小型轿车", quantity=1)],
        place="歙县",
        started_at=away.node.clock.now(),
        finished_at=away.node.clock.now(),
        custodian="歙县人民法院",
        debtor_present=True,
        signatures=["o-341021-01", "o-341021-02"],
    )
    done = FeedbackPayload(result="DONE_FULL", inventory=inventory)

    with pytest.raises(EvidenceRequired):
        await handling.submit_feedback(away.node, rz.caller(SHEXIAN), task.id, task.version, done)
    assert await away.count("task_events") == 0
    await work(away, units)
    fed_back = await handling.submit_feedback(away.node, rz.caller(SHEXIAN), task.id, task.version + 1, done)

    assert fed_back.status == "FED_BACK"


@pytest.mark.parametrize(
    "said",
    [
        {"rank": None},
        {"rank": 0},
        {"registered_at": None},
        {"registered_at": datetime(2025, 7, 14, 9)},  # noqa: DTZ001  (what is refused)
        {"registered_at": datetime(2025, 7, 1, tzinfo=UTC)},
        {"registered_at": datetime(2026, 7, 14, tzinfo=UTC)},
        {"receipt_no": " "},
        {"result": "REFUSED"},
    ],
)
async def test_what_no_paper_could_say_is_no_answer(
    home: rz.Court, units: rz.Units, clock: SetClock, said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = await ruled(home, await home_car(home, units))
    await serve(home, measure_id=measure.id)
    right = units.store.register

    def wrong(*asked: Any, **given: Any) -> Any:
        return msgspec.structs.replace(right(*asked, **given), **said)

    with monkeypatch.context() as patched:
        patched.setattr(units.store, "register", wrong)
        await work(home, units)
    (notice,) = await home_notices(home, measure.id)
    unheard = (await reread(home, measure.id)).status, await home.count("assistance_receipts"), notice.reason
    clock.advance(timedelta(minutes=10))
    await work(home, units)

    assert unheard == (MeasureStatus.NOTICE_SENT, 0, "FAULTY")
    assert (await reread(home, measure.id)).status is MeasureStatus.EFFECTIVE


async def home_notices(home: rz.Court, measure_id: UUID) -> list[NoticeRecord]:
    async with home.node.pool.acquire() as conn:
        return await notices.of_measures(conn, [measure_id])


async def test_effective_one_takes_no_second_receipt(home: rz.Court, units: rz.Units) -> None:
    measure = await ruled(home, await home_car(home, units))
    await serve(home, measure_id=measure.id)
    await work(home, units)
    effective = await reread(home, measure.id)
    async with home.node.pool.acquire() as conn:
        (known,) = await notices.receipts_of_measures(conn, [measure.id])
    later = msgspec.structs.replace(receipts.payload(home.node.at_rest, known), id=uuid4(), rank=2)

    with pytest.raises(TransitionNotAllowed):
        async with transaction(home.node.pool) as conn:
            await receipts.apply(conn, effective, later, executing_court=KAIHUA, now=home.node.clock.now())
    assert await reread(home, measure.id) == effective
