"""Complaints and evaluations between two courts: marked at both, answered, closed, warned of; forged ones refused."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import pair_counts, task_statements
from db.clock import SetClock
from db.records.assets import AssetKind
from db.records.tasks import TaskRecord
from enforcement import workload
from enforcement.payloads import FeedbackPayload
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.feedback import FeedbackResult
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, RuleBroken, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import (
    AlreadyEvaluated,
    ComplaintAnswered,
    ComplaintOpen,
    ComplaintTooEarly,
    EvaluationTooLate,
    IdempotencyKeyReused,
    NotAssigned,
    ReturnReasonRequired,
)
from enforcement.rules.task_status import BY_ENTRUSTED_COURT
from enforcement.tasks import complaining, concluding, evaluating, handling, messages
from enforcement.tasks.complaining import NewComplaint
from enforcement.tasks.evaluating import NewEvaluation
from enforcement.tasks.statement_contents import ComplaintAnswerPayload, ComplaintPayload, EvaluationPayload
from federation.delivery.node import Refused
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    take_in,
    who,
)
from tests.enforcement.test_task_overdue import asked, supplemented
from tests.enforcement.test_task_statements import message, said
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
SIXTEENTH = datetime(2025, 7, 30, 1, tzinfo=UTC)
NOT_BEGUN = NewComplaint(ComplaintGround.NOT_BEGUN, "十六日未开始办理")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def marks(courts: Pair, court: str, task_id: UUID, kind: str = "COMPLAINED") -> list[tuple[str | None, bool]]:
    """Code and whether it stands, of each mark of the kind."""
    sql = "SELECT code, cleared_at FROM task_overlays WHERE task_id = $1 AND kind = $2 ORDER BY at"
    async with courts.road.courts[court].pool.acquire() as conn:
        return [(row[0], row[1] is None) for row in await conn.fetch(sql, task_id, kind)]


async def complained(courts: Pair, clock: SetClock) -> tuple[TaskRecord, UUID]:
    """A task that nobody signed for until the sixteenth day, and the complaint about it, at both courts."""
    task = await courts.received()
    clock.set(SIXTEENTH)
    await complaining.complain(courts.ours.node, CHIEF, task.id, NOT_BEGUN, idempotency_key=uuid4().hex)
    await courts.road.run()
    return task, await statement_id(courts, task.id, StatementKind.COMPLAINED)


async def statement_id(courts: Pair, task_id: UUID, kind: StatementKind, court: str = KAIHUA) -> UUID:
    async with courts.road.courts[court].pool.acquire() as conn:
        found = await task_statements.newest(conn, [task_id], limit=100)
    return [each.id for each in found if each.kind == kind][-1]


async def completed(courts: Pair) -> TaskRecord:
    """At the delegating court; 歙县 found nothing and said so."""
    task = await courts.in_progress()
    nothing = FeedbackPayload(result=FeedbackResult.NOT_FOUND_ASSET, searched=["341021-VEHICLES"])
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, nothing)
    await courts.road.run()
    ours = await courts.task(KAIHUA, task.id)
    done = await concluding.confirm(courts.ours.node, HANDLER, ours.id, ours.version)
    await courts.road.run()
    return done


async def test_complaint_marks_the_task_at_both_courts(courts: Pair, clock: SetClock) -> None:
    task, _ = await complained(courts, clock)
    before = await courts.both(task.id)

    for court in (KAIHUA, SHEXIAN):
        assert await marks(courts, court, task.id) == [("NOT_BEGUN", True)]
    assert await courts.both(task.id) == before
    assert courts.road.refusals == []


@pytest.mark.parametrize("ends", ["answered", "closed"])
async def test_mark_goes_when_the_complaint_is(courts: Pair, clock: SetClock, ends: str) -> None:
    task, complaint = await complained(courts, clock)
    clock.advance(timedelta(days=1))

    if ends == "answered":
        await complaining.answer(
            courts.theirs.node, THEIR_CHIEF, task.id, complaint, "已安排承办人", idempotency_key="a"
        )
    else:
        await complaining.close(courts.ours.node, CENTRE, task.id, complaint, "", idempotency_key="c")
    await courts.road.run()

    for court in (KAIHUA, SHEXIAN):
        assert await marks(courts, court, task.id) == [("NOT_BEGUN", False)]


async def test_answered_complaint_may_be_closed_and_followed(courts: Pair, clock: SetClock) -> None:
    task, complaint = await complained(courts, clock)
    await complaining.answer(courts.theirs.node, THEIR_CENTRE, task.id, complaint, "在办", idempotency_key="a")
    await courts.road.run()

    await complaining.close(courts.ours.node, CHIEF, task.id, complaint, "谢谢", idempotency_key="c")
    clock.advance(timedelta(days=1))
    await complaining.complain(courts.ours.node, CHIEF, task.id, NOT_BEGUN, idempotency_key="again")
    await courts.road.run()

    for court in (KAIHUA, SHEXIAN):
        assert await marks(courts, court, task.id) == [("NOT_BEGUN", False), ("NOT_BEGUN", True)]


async def test_order_of_arrival_does_not_matter(courts: Pair, clock: SetClock) -> None:
    """歙县 hears of the second complaint before it hears that the first was closed."""
    task, complaint = await complained(courts, clock)
    clock.advance(timedelta(days=1))
    await complaining.close(courts.ours.node, CHIEF, task.id, complaint, "", idempotency_key="c")
    clock.advance(timedelta(days=1))
    await complaining.complain(courts.ours.node, CHIEF, task.id, NOT_BEGUN, idempotency_key="again")

    for row in reversed(await courts.road.queued(KAIHUA)):
        assert await courts.road.deliver(KAIHUA, row) == "ACCEPTED"

    assert (await marks(courts, SHEXIAN, task.id))[-1] == ("NOT_BEGUN", True)
    assert (await marks(courts, KAIHUA, task.id))[-1] == ("NOT_BEGUN", True)


async def test_same_key_complains_once(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    clock.set(SIXTEENTH)

    for _ in range(2):
        await complaining.complain(courts.ours.node, CHIEF, task.id, NOT_BEGUN, idempotency_key="k")

    assert await courts.ours.count("task_statements") == 1
    with pytest.raises(IdempotencyKeyReused):
        await complaining.complain(
            courts.ours.node, CHIEF, task.id, NewComplaint(ComplaintGround.DISPUTE, "另"), idempotency_key="k"
        )


TABLES = ("task_statements", "task_overlays", "outbox", "events", "idempotency", "workload_credits")


async def counts(courts: Pair) -> list[int]:
    return [await court.count(table) for court in (courts.ours, courts.theirs) for table in TABLES]


async def refused(courts: Pair, act: Awaitable[Any]) -> RuleBroken:
    """What the act is refused with; nothing may be written or queued at either court."""
    before = await counts(courts)
    with pytest.raises(RuleBroken) as caught:
        await act
    assert await counts(courts) == before
    return caught.value


def complain(courts: Pair, task_id: UUID, new: NewComplaint = NOT_BEGUN, caller: Caller = CHIEF) -> Awaitable[Any]:
    return complaining.complain(courts.ours.node, caller, task_id, new, idempotency_key=uuid4().hex)


async def test_bad_complaint_writes_nothing(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    early = await refused(courts, complain(courts, task.id))
    clock.set(SIXTEENTH)
    cases: list[tuple[Awaitable[Any], type[RuleBroken]]] = [
        (complain(courts, task.id, caller=HANDLER), Forbidden),
        (complain(courts, task.id, NewComplaint(ComplaintGround.NOT_BEGUN, "  ")), ReturnReasonRequired),
        (complain(courts, task.id, NewComplaint(ComplaintGround.NOT_ANSWERED, "迟")), TransitionNotAllowed),
        (complain(courts, uuid4()), NotFound),
        # 歙县 does not complain of a task that it handles.
        (
            complaining.complain(courts.theirs.node, THEIR_CHIEF, task.id, NOT_BEGUN, idempotency_key="x"),
            NotFound,
        ),
    ]

    assert isinstance(early, ComplaintTooEarly)
    for act, wanted in cases:
        assert isinstance(await refused(courts, act), wanted)


async def test_second_complaint_waits_for_the_first(courts: Pair, clock: SetClock) -> None:
    task, complaint = await complained(courts, clock)
    answer = complaining.answer

    assert isinstance(await refused(courts, complain(courts, task.id)), ComplaintOpen)
    unsaid = answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, " ", idempotency_key="a")
    assert isinstance(await refused(courts, unsaid), ReturnReasonRequired)
    other = answer(courts.theirs.node, THEIR_CHIEF, task.id, uuid4(), "答", idempotency_key="a")
    assert isinstance(await refused(courts, other), NotFound)
    own = answer(courts.ours.node, CHIEF, task.id, complaint, "自答", idempotency_key="a")
    assert isinstance(await refused(courts, own), NotFound)
    await answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "答", idempotency_key="a")
    again = answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "再答", idempotency_key="b")
    assert isinstance(await refused(courts, again), ComplaintAnswered)


async def test_both_courts_are_warned_of_silence_once(courts: Pair, clock: SetClock) -> None:
    """Complained of on Wednesday 30 July: five working days end on 6 August."""
    await complained(courts, clock)
    found = "SELECT kind, due_on::text, task_id IS NOT NULL FROM warnings WHERE kind = 'COMPLAINT_UNANSWERED'"

    clock.set(datetime(2025, 8, 6, 15, 59, tzinfo=UTC))
    for court in (courts.ours.node, courts.theirs.node):
        await complaining.warn(court)
    assert [await court.count("warnings") for court in (courts.ours, courts.theirs)] == [0, 0]
    clock.advance(timedelta(minutes=1))
    for court in (courts.ours.node, courts.theirs.node) * 2:
        await complaining.warn(court)

    for court in (courts.ours.node, courts.theirs.node):
        async with court.pool.acquire() as conn:
            rows = [tuple(row) for row in await conn.fetch(found)]
        assert rows == [("COMPLAINT_UNANSWERED", "2025-08-06", True)]


async def test_answer_that_was_refused_is_none(courts: Pair, clock: SetClock) -> None:
    """The complaint stands as before, is warned of when its day is over, and may be answered again."""
    task, complaint = await complained(courts, clock)
    theirs = courts.theirs.node
    await complaining.answer(theirs, THEIR_CHIEF, task.id, complaint, "答", idempotency_key="a")
    (answer,) = await courts.road.queued(SHEXIAN)
    await courts.road.close(SHEXIAN, answer, "REFUSED", "TOO_MANY_STATEMENTS")

    assert await marks(courts, SHEXIAN, task.id) == [("NOT_BEGUN", True)]
    clock.set(datetime(2025, 8, 7, tzinfo=UTC))
    assert await complaining.warn(theirs) == 1
    await complaining.answer(theirs, THEIR_CHIEF, task.id, complaint, "再答", idempotency_key="again")
    await courts.road.run()

    for court in (KAIHUA, SHEXIAN):
        assert await marks(courts, court, task.id) == [("NOT_BEGUN", False)]


async def test_zone_is_told_the_ground_and_no_other(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    clock.set(SIXTEENTH)
    await complain(courts, task.id)
    row, header, told = await message(courts, KAIHUA)
    assert header.track is not None

    lied = msgspec.structs.replace(header, track=msgspec.structs.replace(header.track, event="COMPLAINT_HANDLING"))
    with pytest.raises(Refused) as caught:
        await take_in(courts.theirs.node, lied, messages.encode(told))

    assert (row.peer, header.track.event) == (SHEXIAN, "COMPLAINT_NOT_BEGUN")
    assert caught.value.code == "TRACK_MISMATCH"
    assert await courts.theirs.count("task_statements") == 0


async def test_zone_is_told_which_complaint(courts: Pair, clock: SetClock) -> None:
    """Complaint, answer and end name it alike, also in a message that is issued again; a note names nothing."""
    task, complaint = await complained(courts, clock)
    await said(courts, KAIHUA, task.id)
    await complaining.answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "答", idempotency_key="a")
    await courts.road.run()
    await complaining.close(courts.ours.node, CHIEF, task.id, complaint, "", idempotency_key="c")
    (end,) = await courts.road.queued(KAIHUA)
    await courts.road.close(KAIHUA, end, "EXPIRED", None)

    sql = """SELECT track ->> 'event' AS event, re, re_digest FROM outbox WHERE re IS NOT NULL ORDER BY number"""
    async with courts.ours.node.pool.acquire() as conn:
        ours = [tuple(row) for row in await conn.fetch(sql)]
        digest = await conn.fetchval("SELECT digest FROM task_statements WHERE id = $1", complaint)
    async with courts.theirs.node.pool.acquire() as conn:
        theirs = [tuple(row) for row in await conn.fetch(sql)]
    assert ours == [
        ("COMPLAINT_NOT_BEGUN", complaint, digest),
        ("COMPLAINT_CLOSED", complaint, digest),
        ("COMPLAINT_CLOSED", complaint, digest),
    ]
    assert theirs == [("COMPLAINT_ANSWERED", complaint, digest)]


@pytest.mark.parametrize("named", ["another", "none"])
async def test_zone_is_told_of_no_other_complaint(courts: Pair, clock: SetClock, named: str) -> None:
    """An earlier release names none, and is heard."""
    task = await courts.received()
    clock.set(SIXTEENTH)
    await complain(courts, task.id)
    _, header, told = await message(courts, KAIHUA)
    about = {"re": uuid4(), "re_digest": "0" * 64} if named == "another" else {"re": None, "re_digest": None}
    header = msgspec.structs.replace(header, **about)

    if named == "none":
        await take_in(courts.theirs.node, header, messages.encode(told))
    else:
        with pytest.raises(Refused) as caught:
            await take_in(courts.theirs.node, header, messages.encode(told))
        assert caught.value.code == "TRACK_MISMATCH"
    assert await courts.theirs.count("task_statements") == (named == "none")


@pytest.mark.parametrize(
    ("ground", "after"),
    [
        (ComplaintGround.NOT_BEGUN, timedelta(days=15)),  # the last of the fifteen days
        (ComplaintGround.NOT_SIGNED_FOR, timedelta(days=1)),  # the last day to sign for it
        (ComplaintGround.RETURNED_WITHOUT_GROUND, timedelta(days=30)),
        (ComplaintGround.NOT_ANSWERED, timedelta(days=30)),  # nobody has signed for it
    ],
)
async def test_complaint_that_the_log_does_not_bear_out_is_refused(
    courts: Pair, clock: SetClock, ground: ComplaintGround, after: timedelta
) -> None:
    """A node that has gone wrong says it; superior courts would read it. At home it is as if it had not been said."""
    task = await courts.received()
    clock.advance(after)
    payload = ComplaintPayload(
        ground=ground.value, text="逾期", answer_by=clock.now().date() + timedelta(days=7), officer=CHIEF.officer_id
    )
    await said(courts, KAIHUA, task.id, payload, StatementKind.COMPLAINED)
    await courts.road.run()

    assert courts.road.refusals == ["STATEMENT_NOT_ALLOWED"]
    assert await courts.theirs.count("task_statements") == 0
    assert await marks(courts, KAIHUA, task.id) == [(ground.value, False)]
    refused_id = await statement_id(courts, task.id, StatementKind.COMPLAINED)
    closing = complaining.close(courts.ours.node, CHIEF, task.id, refused_id, "", idempotency_key="c")
    assert isinstance(await refused(courts, closing), NotFound)
    clock.set(datetime(2025, 8, 20, 1, tzinfo=UTC))
    await complaining.warn(courts.ours.node)
    assert await courts.ours.count("warnings") == 0
    await complain(courts, task.id)
    await courts.road.run()
    assert (await marks(courts, SHEXIAN, task.id)) == [("NOT_BEGUN", True)]


async def test_days_for_which_papers_were_awaited_are_not_complained_of(courts: Pair, clock: SetClock) -> None:
    """Asked for on the day of receipt, 14 July, they came on the 16th: the last day to begin is the 31st."""
    task = await asked(courts, await courts.received(), clock)
    clock.set(datetime(2025, 7, 16, 1, tzinfo=UTC))
    await supplemented(courts, task)
    await courts.road.run()
    clock.set(datetime(2025, 7, 31, 1, tzinfo=UTC))
    early = await refused(courts, complain(courts, task.id))
    payload = ComplaintPayload(
        ground=NOT_BEGUN.ground.value, text="逾期", answer_by=clock.now().date(), officer=CHIEF.officer_id
    )
    await said(courts, KAIHUA, task.id, payload, StatementKind.COMPLAINED)  # by a node that has gone wrong
    await courts.road.run()

    clock.set(datetime(2025, 8, 1, 1, tzinfo=UTC))
    await complain(courts, task.id)
    await courts.road.run()

    async with courts.ours.node.pool.acquire() as conn:
        (figures,) = await pair_counts.by_pair(
            conn,
            datetime(2025, 7, 1, tzinfo=UTC),
            clock.now(),
            sign_urgent_within=timedelta(hours=2),
            now=clock.now(),
            entrusted_acts_in=BY_ENTRUSTED_COURT,
        )
    assert isinstance(early, ComplaintTooEarly)
    assert courts.road.refusals == ["STATEMENT_NOT_ALLOWED"]
    assert figures.complaints == 1
    assert await marks(courts, SHEXIAN, task.id) == [("NOT_BEGUN", True)]


async def test_answer_to_something_else_is_refused_for_good(courts: Pair, clock: SetClock) -> None:
    """A node that has gone wrong answers a note as if it were a complaint."""
    task = await courts.in_progress()
    note = await said(courts, KAIHUA, task.id)
    await courts.road.run()
    with pytest.raises(Refused) as caught:
        await said(
            courts,
            SHEXIAN,
            task.id,
            ComplaintAnswerPayload(text="答", officer="o-341021-05"),
            StatementKind.COMPLAINT_ANSWERED,
            refers=note.id,
        )
    assert caught.value.code == "STATEMENT_NOT_ALLOWED"


@pytest.mark.parametrize("ends", ["answered", "closed"])
async def test_settled_complaint_is_not_answered_again(courts: Pair, clock: SetClock, ends: str) -> None:
    """Not by the node that has gone wrong; at the gateway it would settle the complaint that is open now."""
    task, complaint = await complained(courts, clock)
    payload = ComplaintAnswerPayload(text="答", officer="o-341021-05")
    if ends == "answered":
        await complaining.answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "答", idempotency_key="a")
    else:
        await complaining.close(courts.ours.node, CHIEF, task.id, complaint, "", idempotency_key="c")
    await courts.road.run()
    clock.advance(timedelta(minutes=1))
    await complain(courts, task.id)
    await courts.road.run()

    with pytest.raises(Refused) as caught:
        await said(courts, SHEXIAN, task.id, payload, StatementKind.COMPLAINT_ANSWERED, refers=complaint)

    assert caught.value.code == "STATEMENT_NOT_ALLOWED"
    assert (await marks(courts, KAIHUA, task.id))[-1] == ("NOT_BEGUN", True)


async def test_answer_said_before_the_end_comes_after_it(courts: Pair, clock: SetClock) -> None:
    task, complaint = await complained(courts, clock)
    await complaining.answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "答", idempotency_key="a")
    clock.advance(timedelta(minutes=1))
    await complaining.close(courts.ours.node, CHIEF, task.id, complaint, "", idempotency_key="c")

    await courts.road.run()

    assert courts.road.refusals == []
    assert await courts.ours.count("task_statements") == await courts.theirs.count("task_statements") == 3


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=1)])
async def test_answer_to_a_closed_complaint_is_refused_on_hearing(
    courts: Pair, clock: SetClock, later: timedelta
) -> None:
    """歙县 has not heard of the end yet."""
    task, complaint = await complained(courts, clock)
    await complaining.close(courts.ours.node, CHIEF, task.id, complaint, "", idempotency_key="c")
    clock.advance(later)
    await complaining.answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "答", idempotency_key="a")

    (row,) = await courts.road.queued(SHEXIAN)

    assert await courts.road.deliver(SHEXIAN, row) == "REFUSED"
    assert await courts.ours.count("task_statements") == 2


async def test_evaluation_is_shown_at_both_courts(courts: Pair) -> None:
    task = await completed(courts)

    await evaluating.evaluate(courts.ours.node, HANDLER, task.id, NewEvaluation(4, "及时"), idempotency_key="e")
    await courts.road.run()

    ours = await statement_id(courts, task.id, StatementKind.EVALUATED)
    theirs = await statement_id(courts, task.id, StatementKind.EVALUATED, SHEXIAN)
    assert ours == theirs
    assert courts.road.refusals == []


async def test_evaluation_that_was_refused_is_none(courts: Pair) -> None:
    """The score counts in no figure, and the task may be evaluated again."""
    task, node = await completed(courts), courts.ours.node
    await evaluating.evaluate(node, HANDLER, task.id, NewEvaluation(1), idempotency_key="e")
    (row,) = await courts.road.queued(KAIHUA)
    await courts.road.close(KAIHUA, row, "REFUSED", "TOO_MANY_STATEMENTS")
    assert await courts.ours.count("task_evaluations") == 0

    await evaluating.evaluate(node, HANDLER, task.id, NewEvaluation(4), idempotency_key="again")
    await courts.road.run()

    for court in (courts.ours, courts.theirs):
        assert await court.node.pool.fetchval("SELECT score FROM task_evaluations") == 4


async def test_bad_evaluation_writes_nothing(courts: Pair, clock: SetClock) -> None:
    open_task = await courts.in_progress(kinds=(AssetKind.REAL_ESTATE,))
    task = await completed(courts)
    node = courts.ours.node

    def evaluate(task_id: UUID, score: int = 5, caller: Caller = HANDLER) -> Awaitable[Any]:
        return evaluating.evaluate(node, caller, task_id, NewEvaluation(score), idempotency_key=uuid4().hex)

    assert isinstance(await refused(courts, evaluate(open_task.id)), TransitionNotAllowed)
    assert isinstance(await refused(courts, evaluate(task.id, 6)), Malformed)
    assert isinstance(await refused(courts, evaluate(task.id, caller=who(KAIHUA, 2, Role.HANDLER))), NotAssigned)
    assert isinstance(await refused(courts, evaluate(task.id, caller=CENTRE)), Forbidden)
    theirs = evaluating.evaluate(courts.theirs.node, THEIR_CHIEF, task.id, NewEvaluation(5), idempotency_key="x")
    assert isinstance(await refused(courts, theirs), NotFound)
    await evaluate(task.id)
    assert isinstance(await refused(courts, evaluate(task.id)), AlreadyEvaluated)
    clock.advance(timedelta(days=31))
    other = await completed_later(courts, clock)
    assert isinstance(await refused(courts, evaluate(other.id)), EvaluationTooLate)


async def completed_later(courts: Pair, clock: SetClock) -> TaskRecord:
    """Another task, completed 31 days ago."""
    task = await completed(courts)
    clock.advance(timedelta(days=31))
    return task


async def test_second_evaluation_of_a_court_gone_wrong_is_refused(courts: Pair) -> None:
    task = await completed(courts)
    await evaluating.evaluate(courts.ours.node, CHIEF, task.id, NewEvaluation(1), idempotency_key="e")
    again = EvaluationPayload(score=5, officer=CHIEF.officer_id)

    with pytest.raises(Refused) as caught:
        await said(courts, KAIHUA, task.id, again, StatementKind.EVALUATED)

    assert caught.value.code == "STATEMENT_NOT_ALLOWED"
    assert await courts.ours.count("task_statements") == 1


async def test_completed_task_counts_once_for_its_officer(courts: Pair, clock: SetClock) -> None:
    await completed(courts)
    today = clock.now().date()
    read: Callable[..., Awaitable[workload.Workload]] = workload.of_period

    theirs = await read(courts.theirs.node, THEIR_CHIEF, today, today)
    own = await read(courts.theirs.node, THEIR_OFFICER, today, today)
    another = await read(courts.theirs.node, who(SHEXIAN, 3, Role.HANDLER), today, today)
    ours = await read(courts.ours.node, CHIEF, today, today)

    assert [(each.officer, each.matter, each.tasks) for each in theirs.credits] == [
        (THEIR_OFFICER.officer_id, "INVESTIGATE_ASSETS", 1)
    ]
    assert (theirs.counts.numerator, theirs.counts.denominator, theirs.tasks) == (1, 10, 1)
    assert own.credits == theirs.credits
    assert (another.tasks, ours.tasks) == (0, 0)
    with pytest.raises(Malformed):
        await read(courts.theirs.node, THEIR_CHIEF, today + timedelta(days=1), today)
