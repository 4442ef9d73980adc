"""Acts of officers that are refused: nothing is written, nothing is queued."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from db.clock import SetClock
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode, Limits
from enforcement.payloads import DocumentRef, FeedbackPayload, HandlingStep
from enforcement.rules.feedback import ReturnReason
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import CaseNotOpen, Forbidden, RuleBroken, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import RIGHTS, Act, Caller, Role
from enforcement.rules.task_refusals import (
    ApprovalRequired,
    CommunicationRequiredBeforeReturn,
    NotAssigned,
    NotTheHolder,
    ReturnReasonRequired,
    SelfApprovalForbidden,
    TwoOfficersRequired,
    UnknownOfficer,
)
from enforcement.tasks import concluding, dispatching, drafting, handling, requests
from enforcement.tasks.contents import Communication, SupplementPayload, SupplementRequestPayload
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    DIGEST,
    HANDLER,
    PRESIDENT,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    papers,
    who,
)
from tests.federation.zone import DIVISIONS, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
TABLES = ("tasks", "task_events", "task_history", "task_requests", "events", "outbox", "idempotency")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def state(courts: Pair) -> list[Any]:
    """Everything that an act may write, at both courts."""
    found: list[Any] = []
    for court in (courts.ours, courts.theirs):
        found += [await court.count(table) for table in TABLES]
        async with court.node.pool.acquire() as conn:
            found += await conn.fetch("SELECT id, version, status FROM tasks ORDER BY id")
    return found


async def refused(courts: Pair, error: type[RuleBroken], work: Awaitable[object]) -> RuleBroken:
    before = await state(courts)
    with pytest.raises(error) as caught:
        await work
    assert await state(courts) == before
    return caught.value


@dataclass(frozen=True)
class Deed:
    """An act, as a function of court, caller and task."""

    act: Act
    do: Callable[[CourtNode, Caller, TaskRecord], Awaitable[object]]


def spoke(clock: SetClock) -> Communication:
    return Communication(at=clock.now(), channel="PHONE")


def deeds(clock: SetClock) -> list[Deed]:
    step = HandlingStep(kind="OTHER", at=clock.now(), officers=["o-341021-02"])
    wanted = SupplementRequestPayload(papers=["RULING"], communication=spoke(clock))
    more = SupplementPayload(documents=[DocumentRef(kind="RULING", number="", sha256=DIGEST)])
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    out = ReturnReason.OUT_OF_SCOPE
    return [
        Deed(Act.SUBMIT_TASK, lambda c, w, t: drafting.submit(c, w, t.id, t.version)),
        Deed(Act.APPROVE_TASK, lambda c, w, t: drafting.approve(c, w, t.id, t.version)),
        Deed(Act.APPROVE_TASK, lambda c, w, t: drafting.refuse_approval(c, w, t.id, t.version, opinion="补")),
        Deed(Act.DISPATCH_TASK, lambda c, w, t: dispatching.dispatch(c, w, t.id, t.version)),
        Deed(Act.SIGN_FOR_TASK, lambda c, w, t: handling.sign_for(c, w, t.id, t.version)),
        Deed(Act.ASSIGN_TASK, lambda c, w, t: handling.assign(c, w, t.id, t.version, "o-341021-02")),
        Deed(Act.RECORD_STEP, lambda c, w, t: handling.record_step(c, w, t.id, t.version, step)),
        Deed(Act.SUBMIT_FEEDBACK, lambda c, w, t: handling.submit_feedback(c, w, t.id, t.version, feedback)),
        Deed(Act.REQUEST_SUPPLEMENT, lambda c, w, t: handling.request_supplement(c, w, t.id, t.version, wanted)),
        Deed(
            Act.RETURN_TASK,
            lambda c, w, t: handling.return_task(c, w, t.id, t.version, reason=out, communication=spoke(clock)),
        ),
        Deed(Act.CONFIRM_TASK, lambda c, w, t: concluding.confirm(c, w, t.id, t.version)),
        Deed(Act.CONFIRM_TASK, lambda c, w, t: concluding.reject_feedback(c, w, t.id, t.version, reason="再查")),
        Deed(Act.SUPPLEMENT_TASK, lambda c, w, t: requests.supplement(c, w, t.id, t.version, more)),
        Deed(Act.WITHDRAW_TASK, lambda c, w, t: requests.withdraw(c, w, t.id, t.version, reason="已履行")),
        Deed(Act.CREATE_TASK, lambda c, w, t: drafting.clone(c, w, t.id, t.version, idempotency_key="c")),
    ]


async def test_every_act_is_some_offices(courts: Pair, clock: SetClock) -> None:
    task = await courts.created()
    before = await state(courts)

    for deed in deeds(clock):
        for role in Role:
            if role not in RIGHTS[deed.act]:
                with pytest.raises(Forbidden):
                    await deed.do(courts.ours.node, who(KAIHUA, 11, role), task)
        with pytest.raises(Forbidden):
            await deed.do(courts.ours.node, None, task)  # type: ignore[arg-type]  # nobody signed in

    assert await state(courts) == before


ALLOWED: dict[tuple[str, str], set[str]] = {
    (KAIHUA, "DRAFT"): {"SUBMIT_TASK", "WITHDRAW_TASK"},
    (KAIHUA, "RECEIVED"): {"WITHDRAW_TASK"},
    (SHEXIAN, "RECEIVED"): {"SIGN_FOR_TASK", "REQUEST_SUPPLEMENT", "RETURN_TASK"},
    (KAIHUA, "IN_PROGRESS"): {"WITHDRAW_TASK"},
    (SHEXIAN, "IN_PROGRESS"): {
        "ASSIGN_TASK",
        "RECORD_STEP",
        "SUBMIT_FEEDBACK",
        "REQUEST_SUPPLEMENT",
        "RETURN_TASK",
    },
}


@pytest.mark.parametrize("status", ["DRAFT", "RECEIVED", "IN_PROGRESS"])
async def test_out_of_turn_writes_nothing(courts: Pair, clock: SetClock, status: str) -> None:
    made = {"DRAFT": courts.created, "RECEIVED": courts.received, "IN_PROGRESS": courts.in_progress}[status]
    task_id = (await made()).id
    for code in (KAIHUA,) if status == "DRAFT" else (KAIHUA, SHEXIAN):
        court = courts.road.courts[code]
        task = await courts.task(code, task_id)
        every = Caller(task.officer or f"o-{DIVISIONS[code]}-02", code, frozenset(Role))
        for deed in deeds(clock):
            if deed.act not in ALLOWED[code, status]:
                await refused(courts, RuleBroken, deed.do(court, every, task))


async def test_stale_version_is_told(courts: Pair, clock: SetClock) -> None:
    task = await courts.created()

    error = await refused(courts, StaleVersion, drafting.submit(courts.ours.node, HANDLER, task.id, task.version - 1))

    assert isinstance(error, StaleVersion)
    assert error.current == task.version


async def test_four_eyes_approve(courts: Pair) -> None:
    both = Caller(HANDLER.officer_id, KAIHUA, frozenset({Role.HANDLER, Role.BUREAU_CHIEF}))
    task = await courts.created()
    task = await drafting.submit(courts.ours.node, both, task.id, task.version)

    await refused(courts, SelfApprovalForbidden, drafting.approve(courts.ours.node, both, task.id, task.version))

    approved = await drafting.approve(courts.ours.node, CHIEF, task.id, task.version)
    assert approved.status == "APPROVED"


async def test_coercion_needs_the_president(courts: Pair) -> None:
    summons = DelegatedMatterType.ASSIST_SUMMONS
    task = await courts.created(matter=summons, documents=papers(summons), kinds=())
    task = await drafting.submit(courts.ours.node, HANDLER, task.id, task.version)

    await refused(courts, ApprovalRequired, drafting.approve(courts.ours.node, CHIEF, task.id, task.version))

    assert (await drafting.approve(courts.ours.node, PRESIDENT, task.id, task.version)).status == "APPROVED"


async def test_refused_approval_goes_back_to_draft(courts: Pair) -> None:
    node = courts.ours.node
    task = await courts.created()
    task = await drafting.submit(node, HANDLER, task.id, task.version)
    await refused(
        courts, ReturnReasonRequired, drafting.refuse_approval(node, CHIEF, task.id, task.version, opinion=" ")
    )

    back = await drafting.refuse_approval(node, CHIEF, task.id, task.version, opinion="补充线索")

    assert (back.status, back.submitted_by) == ("DRAFT", None)


async def test_closed_case_stops_the_dispatch(courts: Pair) -> None:
    task = await courts.approved()
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET status = 'SUSPENDED'")

    await refused(courts, CaseNotOpen, dispatching.dispatch(courts.ours.node, CENTRE, task.id, task.version))


async def test_assignment_is_to_a_handler_here(courts: Pair) -> None:
    task = await courts.received()
    task = await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)

    for officer in ("o-330824-01", "o-341021-99"):
        await refused(
            courts,
            UnknownOfficer,
            handling.assign(courts.theirs.node, THEIR_CHIEF, task.id, task.version, officer),
        )


async def test_steps_are_the_assigned_officers(courts: Pair, clock: SetClock) -> None:
    node = courts.theirs.node
    task = await courts.in_progress()
    alone = HandlingStep(kind="SEIZED", at=clock.now(), officers=["o-341021-02"])
    strange = HandlingStep(kind="OTHER", at=clock.now(), officers=["o-330824-01"])

    other = who(SHEXIAN, 3, Role.HANDLER)
    await refused(courts, NotAssigned, handling.record_step(node, other, task.id, task.version, strange))
    await refused(courts, TwoOfficersRequired, handling.record_step(node, THEIR_OFFICER, task.id, task.version, alone))
    await refused(courts, UnknownOfficer, handling.record_step(node, THEIR_OFFICER, task.id, task.version, strange))


async def test_delegating_court_waits_for_its_turn(courts: Pair) -> None:
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)

    await refused(courts, NotTheHolder, concluding.confirm(courts.ours.node, HANDLER, own.id, own.version))


async def test_second_rejection_goes_to_a_supervisor(courts: Pair) -> None:
    task = await courts.in_progress()
    for round_no in range(2):
        task = await courts.task(SHEXIAN, task.id)
        feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
        await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
        await courts.road.run()
        own = await courts.task(KAIHUA, task.id)
        again = concluding.reject_feedback(courts.ours.node, HANDLER, own.id, own.version, reason="再查")
        if round_no == 0:
            await again
            await courts.road.run()
        else:
            await refused(courts, ApprovalRequired, again)


async def test_rejections_are_a_setting(courts: Pair) -> None:
    ours = replace(courts.ours.node, limits=Limits(feedback_rejections=0))
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    await courts.road.run()
    own = await courts.task(KAIHUA, task.id)

    again = concluding.reject_feedback(ours, HANDLER, own.id, own.version, reason="再查")

    await refused(courts, ApprovalRequired, again)


async def test_return_follows_conversation_and_deadline(courts: Pair, clock: SetClock) -> None:
    """SC-22: refused without communication; after asking and three days' silence accepted."""
    node = courts.theirs.node
    task = await courts.in_progress()
    due_before = task.answer_due_on
    late = ReturnReason.SUPPLEMENT_NOT_PROVIDED
    unheard = handling.return_task(node, THEIR_CHIEF, task.id, task.version, reason=late, communication=None)
    await refused(courts, CommunicationRequiredBeforeReturn, unheard)
    wanted = SupplementRequestPayload(papers=["RULING"], communication=spoke(clock))
    task = await handling.request_supplement(node, THEIR_CENTRE, task.id, task.version, wanted)
    await courts.road.run()
    early = handling.return_task(node, THEIR_CHIEF, task.id, task.version, reason=late, communication=spoke(clock))
    await refused(courts, CommunicationRequiredBeforeReturn, early)
    assert due_before is not None

    clock.advance(timedelta(days=4))
    returned = await handling.return_task(
        node, THEIR_CHIEF, task.id, task.version, reason=late, communication=spoke(clock)
    )
    await courts.road.run()

    assert returned.holder is None
    assert (await courts.task(KAIHUA, task.id)).status == "RETURNED"


async def test_only_a_returned_task_is_cloned(courts: Pair, clock: SetClock) -> None:
    ours, node = courts.ours.node, courts.theirs.node
    task = await courts.received()
    own = await courts.task(KAIHUA, task.id)
    await refused(
        courts, TransitionNotAllowed, drafting.clone(ours, HANDLER, own.id, own.version, idempotency_key="c-1")
    )
    await handling.return_task(
        node, THEIR_CHIEF, task.id, task.version, reason=ReturnReason.OUT_OF_SCOPE, communication=spoke(clock)
    )
    await courts.road.run()
    own = await courts.task(KAIHUA, task.id)

    copy = await drafting.clone(ours, HANDLER, own.id, own.version, idempotency_key="c-1")

    assert (copy.status, copy.matter, copy.entrusted_court) == ("DRAFT", own.matter, own.entrusted_court)
    assert copy.id != own.id
    assert copy.duplicate_key == own.duplicate_key
