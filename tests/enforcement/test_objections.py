"""Objections between two courts: marked, barring disposal at both, decided by the court whose act it is, warned of."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db import assets, findings, objections
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import AssetKind, MeasureKind
from db.records.tasks import TaskRecord
from enforcement import findings as findings_of
from enforcement import measures, notices
from enforcement import objections as guard
from enforcement.measures import NewMeasure
from enforcement.payloads import AssetRef, FeedbackPayload, FindingPayload
from enforcement.rules.feedback import FeedbackResult
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.objection import ObjectionKind, ObjectionOutcome
from enforcement.rules.refusals import Forbidden, NotFound, RuleBroken
from enforcement.rules.rights import Role
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import (
    EnforcementSuspended,
    HandlerMayNotDecide,
    NotAssigned,
    ObjectionDecided,
    ObjectionPending,
    ReturnReasonRequired,
    ThingNotOfTask,
)
from enforcement.tasks import dispatching, drafting, handling, objecting
from enforcement.tasks.objecting import NewDecision, NewObjection
from enforcement.tasks.statement_contents import FoundPayload, ObjectionDecisionPayload, ObjectionPayload
from federation.delivery.node import Refused
from tests.enforcement import registry_zone
from tests.enforcement.registry_zone import NUMBER
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    HANDLER,
    PRESIDENT,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    papers,
    ruled,
    search,
    who,
)
from tests.enforcement.test_complaints import marks, statement_id
from tests.enforcement.test_task_statements import said
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
FILED = date(2025, 7, 14)
CAR = AssetRef(kind="VEHICLE", identity={"plate": "皖JX9999"}, division="341021")
SEIZE = DelegatedMatterType.SEIZE_VEHICLE
THIRD_PARTY = NewObjection(ObjectionKind.THIRD_PARTY, FILED, KAIHUA, "案外人样某", "车辆系本人所有")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def seizing(courts: Pair) -> TaskRecord:
    """A car in 歙县 that is to be seized for 开化, in progress there."""
    measure_id = await ruled(courts)
    return await courts.in_progress(matter=SEIZE, documents=papers(SEIZE), kinds=(), measure_id=measure_id)


async def objected(courts: Pair, task: TaskRecord, new: NewObjection = THIRD_PARTY, court: str = SHEXIAN) -> UUID:
    """The objection, received at a court and known to both."""
    caller = THEIR_OFFICER if court == SHEXIAN else HANDLER
    await objecting.forward(courts.road.courts[court], caller, task.id, new, idempotency_key=uuid4().hex)
    await courts.road.run()
    return await statement_id(courts, task.id, StatementKind.OBJECTION, court)


def decision(outcome: ObjectionOutcome, day: date = FILED, **changes: Any) -> NewDecision:
    served = day if outcome is ObjectionOutcome.DISMISSED else None
    return replace(NewDecision(outcome, day, "（2025）浙0824执异7号", served_on=served), **changes)


async def decided(courts: Pair, task: TaskRecord, objection: UUID, new: NewDecision) -> None:
    await objecting.decide(courts.ours.node, PRESIDENT, task.id, objection, new, idempotency_key=uuid4().hex)
    await courts.road.run()


async def barred(courts: Pair, court: str, task: TaskRecord) -> str | None:
    """Why the thing that the task names may not be disposed of at the court; None when it may."""
    node = courts.road.courts[court]
    disposing = replace(await courts.task(court, task.id), matter=DelegatedMatterType.TRANSFER_TITLE.value)
    async with transaction(node.pool) as conn:
        try:
            await guard.check_task(node, conn, disposing, node.clock.now())
        except (ObjectionPending, EnforcementSuspended) as refused:
            return refused.code
    return None


async def test_objection_bars_disposal_at_both_courts_until_decided(courts: Pair, clock: SetClock) -> None:
    task = await seizing(courts)
    ours, theirs = await courts.both(task.id)
    free = [await barred(courts, KAIHUA, ours), await barred(courts, SHEXIAN, theirs)]
    objection = await objected(courts, task)
    pending = [await barred(courts, KAIHUA, ours), await barred(courts, SHEXIAN, theirs)]
    marked = [await marks(courts, court, task.id, "OBJECTION_PENDING") for court in (KAIHUA, SHEXIAN)]
    clock.advance(timedelta(days=3))
    await decided(courts, task, objection, decision(ObjectionOutcome.NOT_ADMITTED, date(2025, 7, 17)))

    assert free == [None, None]
    assert pending == ["OBJECTION_PENDING"] * 2
    assert marked == [[("THIRD_PARTY", True)]] * 2
    assert [await barred(courts, KAIHUA, ours), await barred(courts, SHEXIAN, theirs)] == [None, None]
    for court in (KAIHUA, SHEXIAN):
        assert await marks(courts, court, task.id, "OBJECTION_PENDING") == [("THIRD_PARTY", False)]
    assert courts.road.refusals == []


@pytest.mark.parametrize(("decides", "stands"), [(KAIHUA, False), (SHEXIAN, True)])
async def test_objection_that_was_refused_bars_only_where_it_is_decided(
    courts: Pair, decides: str, stands: bool
) -> None:
    """The other court did not take it: what it would decide nobody ever would."""
    task, theirs = await seizing(courts), courts.theirs.node
    new = replace(THIRD_PARTY, decides=decides)
    await objecting.forward(theirs, THEIR_OFFICER, task.id, new, idempotency_key=uuid4().hex)
    assert await barred(courts, SHEXIAN, task) == "OBJECTION_PENDING"
    (row,) = await courts.road.queued(SHEXIAN)

    await courts.road.close(SHEXIAN, row, "REFUSED", "TOO_MANY_STATEMENTS")

    assert await barred(courts, SHEXIAN, task) == ("OBJECTION_PENDING" if stands else None)
    assert await marks(courts, SHEXIAN, task.id, "OBJECTION_PENDING") == [("THIRD_PARTY", stands)]


async def test_dismissed_third_party_has_its_days_to_sue(courts: Pair, clock: SetClock) -> None:
    """Served on 14 July: nothing is disposed of until the 29th; sued on the way, not before the judgment."""
    task = await seizing(courts)
    objection = await objected(courts, task)
    await decided(courts, task, objection, decision(ObjectionOutcome.DISMISSED))
    dismissed = await barred(courts, SHEXIAN, task)
    cleared = await marks(courts, SHEXIAN, task.id, "OBJECTION_PENDING")
    clock.set(datetime(2025, 7, 30, 1, tzinfo=UTC))
    free = await barred(courts, SHEXIAN, task)
    await decided(courts, task, objection, decision(ObjectionOutcome.SUED))
    sued = await barred(courts, SHEXIAN, task)
    clock.advance(timedelta(days=90))
    await decided(courts, task, objection, decision(ObjectionOutcome.BARRED, date(2025, 10, 20)))

    assert (dismissed, free, sued) == ("OBJECTION_PENDING", None, "OBJECTION_PENDING")
    assert cleared == [("THIRD_PARTY", False)]
    for court in (KAIHUA, SHEXIAN):
        assert await barred(courts, court, task) == "ENFORCEMENT_SUSPENDED"
        assert (await marks(courts, court, task.id, "OBJECTION_PENDING"))[-1][1] is False


async def test_later_outcome_waits_for_the_earlier(courts: Pair) -> None:
    task = await seizing(courts)
    objection = await objected(courts, task)
    for outcome in (ObjectionOutcome.FOUNDED, ObjectionOutcome.PERMITTED):
        await objecting.decide(
            courts.ours.node, PRESIDENT, task.id, objection, decision(outcome), idempotency_key=uuid4().hex
        )
    first, second = await courts.road.queued(KAIHUA)

    assert await courts.road.deliver(KAIHUA, second) == "NOT_YET"
    assert await courts.road.deliver(KAIHUA, first) == "ACCEPTED"
    assert await barred(courts, SHEXIAN, task) == "ENFORCEMENT_SUSPENDED"
    assert await courts.road.deliver(KAIHUA, second) == "ACCEPTED"
    assert await barred(courts, SHEXIAN, task) is None


async def test_objection_received_at_the_delegating_court(courts: Pair) -> None:
    task = await seizing(courts)

    await objected(courts, task, court=KAIHUA)

    assert await barred(courts, SHEXIAN, task) == "OBJECTION_PENDING"


async def test_entrusted_court_decides_of_its_own_conduct(courts: Pair) -> None:
    task = await seizing(courts)
    conduct = replace(THIRD_PARTY, kind=ObjectionKind.CONDUCT, decides=SHEXIAN)
    objection = await objected(courts, task, conduct, KAIHUA)

    await objecting.decide(
        courts.theirs.node, THEIR_CHIEF, task.id, objection, decision(ObjectionOutcome.DISMISSED), idempotency_key="d"
    )
    await courts.road.run()

    assert [await barred(courts, court, task) for court in (KAIHUA, SHEXIAN)] == [None, None]


async def test_other_things_are_free(courts: Pair) -> None:
    """What is objected about another car bars nothing here, at neither court."""
    task = await seizing(courts)
    another = AssetRef(kind="VEHICLE", identity={"plate": "皖JX9999"}, division="341021")

    await objected(courts, task, replace(THIRD_PARTY, asset=another))

    assert [await barred(courts, court, task) for court in (KAIHUA, SHEXIAN)] == [None, None]
    assert await marks(courts, KAIHUA, task.id, "OBJECTION_PENDING") == [("THIRD_PARTY", True)]


@pytest.mark.parametrize("strange", ["asset", "measure"])
async def test_court_does_not_bar_what_is_not_the_tasks(courts: Pair, strange: str) -> None:
    """歙县 would decide itself, of another thing of 开化: nothing would ever end it there."""
    task = await seizing(courts)
    another = AssetRef(kind="VEHICLE", identity={"plate": "浙HX9999"}, division="330824")
    named = {"asset": another} if strange == "asset" else {"measure_id": uuid4()}
    new = replace(THIRD_PARTY, decides=SHEXIAN, **named)

    act = objecting.forward(courts.theirs.node, THEIR_OFFICER, task.id, new, idempotency_key="o")

    assert (await refused(courts, act)).code == "THING_NOT_OF_TASK"


def strange(asset: AssetRef | None = None, measure_id: UUID | None = None) -> ObjectionPayload:
    """What a node of 歙县 says that asks nobody at home."""
    return ObjectionPayload(
        kind="CONDUCT", filed_on=FILED, decides=SHEXIAN, objector="样某", text="异议", officer=THEIR_OFFICER.officer_id,
        asset=asset, measure_id=measure_id,
    )  # fmt: skip


async def test_strange_measure_is_refused_for_good_once_all_finds_are_told(courts: Pair) -> None:
    task = await courts.in_progress()
    nothing = FeedbackPayload(result=FeedbackResult.NOT_FOUND_ASSET, searched=["341021-VEHICLES"])
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, nothing)
    await courts.road.run()

    await said(courts, SHEXIAN, task.id, strange(CAR), StatementKind.OBJECTION)
    await courts.road.run()

    assert courts.road.refusals == ["THING_NOT_OF_TASK"]
    assert await courts.ours.count("objections") == 0


async def found(courts: Pair, task: TaskRecord, asset: AssetRef, owner: str = "UNSTATED") -> None:
    """歙县 found the thing for the task, and says so; not delivered yet."""
    node = courts.theirs.node
    find = FindingPayload(
        id=uuid4(), kind=asset.kind, identity=asset.identity, division=asset.division, description="样", unit_id="u",
        unit_name="车管所", source="PROVINCIAL_NETWORK", as_of=node.clock.now(), owner=owner,
    )  # fmt: skip
    async with transaction(node.pool) as conn:
        await findings.insert(conn, findings_of._received(node, task, find, node.clock.now()))
    if owner != "OTHER":
        await said(courts, SHEXIAN, task.id, FoundPayload(findings=[find]), StatementKind.FOUND)


async def test_objection_about_a_find_waits_for_the_find(courts: Pair) -> None:
    """The road brings the objection first: it is not refused for good, and bars the thing once the find is there."""
    task = await courts.in_progress()
    await found(courts, task, CAR)
    new = replace(THIRD_PARTY, kind=ObjectionKind.CONDUCT, decides=SHEXIAN, asset=CAR)
    await objecting.forward(courts.theirs.node, THEIR_OFFICER, task.id, new, idempotency_key="o")
    find, objection = await courts.road.queued(SHEXIAN)

    assert await courts.road.deliver(SHEXIAN, objection) == "NOT_YET"
    assert await courts.ours.count("objections") == 0
    assert await courts.road.deliver(SHEXIAN, find) == "ACCEPTED"
    assert await courts.road.deliver(SHEXIAN, objection) == "ACCEPTED"
    assert await courts.ours.count("objections") == 1


async def test_objection_about_a_find_that_nobody_was_told_of_is_not_said(courts: Pair) -> None:
    """The registry names somebody else as its owner: it crosses with the feedback, and only then can be spoken of."""
    task = await courts.in_progress()
    await found(courts, task, CAR, owner="OTHER")
    new = replace(THIRD_PARTY, kind=ObjectionKind.CONDUCT, decides=SHEXIAN, asset=CAR)

    def forward() -> Awaitable[Any]:
        return objecting.forward(courts.theirs.node, THEIR_OFFICER, task.id, new, idempotency_key=uuid4().hex)

    assert isinstance(await refused(courts, forward()), ThingNotOfTask)
    version = (await courts.task(SHEXIAN, task.id)).version
    done = FeedbackPayload(result=FeedbackResult.NOT_FOUND_ASSET)
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, version, done)
    await forward()
    await courts.road.run()

    assert courts.road.refusals == []
    assert await courts.ours.count("objections") == 1


async def test_settled_objections_hide_no_open_one(courts: Pair) -> None:
    """A thousand about the thing were withdrawn; the one after them bars it."""
    task = await seizing(courts)
    await objected(courts, task)
    sql = """
        INSERT INTO objections (id, task_id, kind, author, decides, filed_on, due_on, asset_key, measure_id, outcome,
                                decided_on, decided_by)
        SELECT gen_random_uuid(), task_id, kind, author, decides, filed_on - 1, due_on - 1, asset_key, measure_id,
               'WITHDRAWN', filed_on, id
          FROM objections, generate_series(1, 1000)
    """
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute(sql)

    assert await barred(courts, KAIHUA, task) == "OBJECTION_PENDING"


async def test_task_without_a_thing_is_barred_as_a_whole(courts: Pair) -> None:
    task = await courts.in_progress()

    await objected(courts, task)

    assert await barred(courts, SHEXIAN, task) == "OBJECTION_PENDING"


TABLES = (
    "task_statements",
    "objections",
    "task_overlays",
    "outbox",
    "events",
    "measures",
    "assistance_notices",
    "task_events",
)


async def counts(courts: Pair) -> list[int]:
    return [await court.count(table) for court in (courts.ours, courts.theirs) for table in TABLES]


async def refused(courts: Pair, act: Awaitable[Any]) -> RuleBroken:
    """What the act is refused with; nothing may be written or queued at either court."""
    before = await counts(courts)
    with pytest.raises(RuleBroken) as caught:
        await act
    assert await counts(courts) == before
    return caught.value


async def transfer(courts: Pair) -> TaskRecord:
    """The draft of a task that has the title of 开化's ruled car passed on by 歙县."""
    async with courts.ours.node.pool.acquire() as conn:
        measure_id = await conn.fetchval("SELECT id FROM measures")
    matter = DelegatedMatterType.TRANSFER_TITLE
    new = search(matter=matter, documents=papers(matter), kinds=(), measure_id=measure_id)
    return await drafting.create(courts.ours.node, HANDLER, new, idempotency_key=uuid4().hex)


async def test_delegated_disposal_stops_at_every_step(courts: Pair, clock: SetClock) -> None:
    """The same car: its transfer is refused when it is submitted, approved and dispatched."""
    task = await seizing(courts)
    node = courts.ours.node
    draft = await transfer(courts)
    objection = await objected(courts, task)
    at_submission = await refused(courts, drafting.submit(node, HANDLER, draft.id, draft.version))
    await decided(courts, task, objection, decision(ObjectionOutcome.WITHDRAWN))
    submitted = await drafting.submit(node, HANDLER, draft.id, draft.version)
    clock.advance(timedelta(minutes=1))
    second = await objected(courts, task)
    at_approval = await refused(courts, drafting.approve(node, PRESIDENT, draft.id, submitted.version))
    await decided(courts, task, second, decision(ObjectionOutcome.WITHDRAWN))
    approved = await drafting.approve(node, PRESIDENT, draft.id, submitted.version)
    clock.advance(timedelta(minutes=1))
    await objected(courts, task)
    at_dispatch = await refused(courts, dispatching.dispatch(node, CENTRE, draft.id, approved.version))

    assert [each.code for each in (at_submission, at_approval, at_dispatch)] == ["OBJECTION_PENDING"] * 3


async def test_entrusted_court_serves_no_notice_of_a_disposal(courts: Pair) -> None:
    task = await seizing(courts)
    node = courts.ours.node
    draft = await transfer(courts)
    draft = await drafting.submit(node, HANDLER, draft.id, draft.version)
    draft = await drafting.approve(node, PRESIDENT, draft.id, draft.version)
    sent = await dispatching.dispatch(node, CENTRE, draft.id, draft.version)
    await courts.road.run()
    inbound = await courts.task(SHEXIAN, sent.id)
    signed = await handling.sign_for(
        courts.theirs.node, who(SHEXIAN, 7, Role.COMMAND_CENTRE), inbound.id, inbound.version
    )
    await handling.assign(courts.theirs.node, THEIR_CHIEF, signed.id, signed.version, THEIR_OFFICER.officer_id)
    await objected(courts, task)

    served = await refused(
        courts,
        notices.serve(
            courts.theirs.node,
            THEIR_OFFICER,
            measure_id=None,
            task_id=sent.id,
            unit_id=None,
            idempotency_key="n",
        ),
    )

    assert served.code == "OBJECTION_PENDING"


async def test_ordering_court_takes_no_money(courts: Pair) -> None:
    """An account in 歙县: its freeze goes on, its deduction does not."""
    task = await courts.in_progress(kinds=(AssetKind.BANK_DEPOSIT,))
    asset_id = await _account(courts)
    async with courts.ours.node.pool.acquire() as conn:
        asset = await assets.get(conn, asset_id)
    assert asset is not None
    named = AssetRef(
        kind=asset.kind.value, identity=assets.identity(courts.ours.node.at_rest, asset), division=asset.division
    )
    await found(courts, task, named)
    await courts.road.run()
    await objected(courts, task, replace(THIRD_PARTY, asset=named), KAIHUA)

    def rule(kind: MeasureKind, no: str) -> Awaitable[Any]:
        new = NewMeasure(NUMBER, asset_id, kind, f"{NUMBER}之{no}")
        return measures.rule(courts.ours.node, HANDLER, new, idempotency_key=uuid4().hex)

    assert isinstance(await refused(courts, rule(MeasureKind.DEDUCT, "二")), ObjectionPending)
    await rule(MeasureKind.FREEZE, "三")


async def _account(courts: Pair) -> UUID:
    return await registry_zone.add_asset(
        courts.ours, kind=AssetKind.BANK_DEPOSIT, identity={"account": "6299993308240000016"}, division="341021"
    )


async def test_bad_objection_writes_nothing(courts: Pair, clock: SetClock) -> None:
    task = await seizing(courts)
    clock.advance(timedelta(days=2))

    def forward(new: NewObjection, task_id: UUID = task.id, caller: Any = THEIR_OFFICER) -> Awaitable[Any]:
        return objecting.forward(courts.theirs.node, caller, task_id, new, idempotency_key=uuid4().hex)

    cases = [
        (forward(replace(THIRD_PARTY, filed_on=date(2025, 7, 17))), "INVALID_PERIOD"),
        (forward(replace(THIRD_PARTY, filed_on=date(2024, 7, 1))), "INVALID_PERIOD"),
        (forward(replace(THIRD_PARTY, decides="浙0822")), "INVALID_COURTS"),
        (forward(replace(THIRD_PARTY, reason=" ")), ReturnReasonRequired.code),
        (forward(replace(THIRD_PARTY, objector="")), ReturnReasonRequired.code),
        (forward(replace(THIRD_PARTY, objector="长" * 201)), "CONTENT_NOT_ACCEPTED"),
        (forward(THIRD_PARTY, uuid4()), NotFound.code),
        (forward(THIRD_PARTY, caller=who(SHEXIAN, 3, Role.HANDLER)), NotAssigned.code),
        (forward(THIRD_PARTY, caller=who(SHEXIAN, 4, Role.CLERK)), Forbidden.code),
    ]
    for act, code in cases:
        assert (await refused(courts, act)).code == code


async def test_bad_decision_writes_nothing(courts: Pair) -> None:
    task = await seizing(courts)
    objection = await objected(courts, task)
    founded = decision(ObjectionOutcome.FOUNDED)

    def decide(new: NewDecision, court: str = KAIHUA, caller: Any = PRESIDENT, which: UUID = objection) -> Any:
        node = courts.road.courts[court]
        return objecting.decide(node, caller, task.id, which, new, idempotency_key=uuid4().hex)

    both = who(KAIHUA, 1, Role.HANDLER, Role.BUREAU_CHIEF)  # who delegated the task, whatever else they are
    cases = [
        (decide(founded, SHEXIAN, THEIR_CHIEF), NotFound.code),
        (decide(founded, which=uuid4()), NotFound.code),
        (decide(founded, caller=HANDLER), Forbidden.code),
        (decide(founded, caller=both), HandlerMayNotDecide.code),
        (decide(replace(founded, ruling_no="")), ReturnReasonRequired.code),
        (decide(replace(founded, decided_on=date(2025, 7, 13))), "INVALID_PERIOD"),
        (decide(replace(founded, decided_on=date(2025, 7, 15))), "INVALID_PERIOD"),
        (decide(decision(ObjectionOutcome.DISMISSED, served_on=None)), "INVALID_PERIOD"),
        (decide(decision(ObjectionOutcome.SUED)), ObjectionDecided.code),
    ]
    for act, code in cases:
        assert (await refused(courts, act)).code == code
    await decided(courts, task, objection, founded)
    assert (await refused(courts, decide(founded, caller=CHIEF))).code == ObjectionDecided.code


async def test_decision_of_the_wrong_court_is_refused_for_good(courts: Pair) -> None:
    """A node that has gone wrong decides what is the other court's to decide."""
    task = await seizing(courts)
    objection = await objected(courts, task)
    payload = ObjectionDecisionPayload(outcome="WITHDRAWN", decided_on=FILED, officer="o-341021-05")

    with pytest.raises(Refused) as caught:
        await said(courts, SHEXIAN, task.id, payload, StatementKind.OBJECTION_DECIDED, refers=objection)

    assert caught.value.code == "STATEMENT_NOT_ALLOWED"
    assert await barred(courts, SHEXIAN, task) == "OBJECTION_PENDING"


async def test_court_is_warned_before_and_after_the_last_day(courts: Pair, clock: SetClock) -> None:
    """Filed on 14 July, to be decided by the 29th: warned from the 26th on, and again on the 30th; 歙县 never."""
    task = await seizing(courts)
    await objected(courts, task)
    sql = "SELECT kind FROM warnings ORDER BY at"
    found: list[list[str]] = []
    for day in (25, 26, 29, 30, 31):
        clock.set(datetime(2025, 7, day, 1, tzinfo=UTC))
        for node in (courts.ours.node, courts.theirs.node):
            await objecting.warn(node)
        async with courts.ours.node.pool.acquire() as conn:
            found.append([row["kind"] for row in await conn.fetch(sql)])

    due, late = ["OBJECTION_DUE"], ["OBJECTION_DUE", "OBJECTION_OVERDUE"]
    assert found == [[], due, due, late, late]
    assert await courts.theirs.count("warnings") == 0


async def test_both_courts_find_the_same_objection(courts: Pair) -> None:
    """Each by a hash of its own: neither could look the thing up in the other's table."""
    task = await seizing(courts)
    objection = await objected(courts, task)
    rows = []
    for court in (courts.ours.node, courts.theirs.node):
        async with court.pool.acquire() as conn:
            rows.append(await objections.find(conn, objection))

    ours, theirs = rows
    assert ours is not None
    assert theirs is not None
    assert replace(ours, asset_key=None) == replace(theirs, asset_key=None)
    assert ours.asset_key != theirs.asset_key
    assert (ours.due_on, ours.decides, ours.author) == (date(2025, 7, 29), KAIHUA, SHEXIAN)
