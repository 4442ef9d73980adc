"""The hand-over: the command centre sends an approved task out; the entrusted node takes it in."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import assets, measures, tasks
from db.pool import Conn, transaction
from db.records.assets import MeasureRecord
from db.records.tasks import TaskRecord
from enforcement import objections, things
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.rules import matter, rights
from enforcement.rules.exemption import check_exempt
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import DuplicateOf, StaleVersion
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_log import EventType
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus, check_move
from enforcement.tasks import grounds, history, log, opening, standards
from enforcement.tasks.history import InternalAct

_BATCH: Final = 100


async def dispatch(court: CourtNode, caller: Caller | None, task_id: UUID, version: int) -> TaskRecord:
    """Send an approved task to the entrusted court: the first event of the shared log, and its message.

    Raises:
        CaseNotOpen, MembershipSuspended, MatterNotAgreed, LegalDocumentMissing: what held at the draft holds no more.
        ObjectionPending, EnforcementSuspended: it disposes of what somebody objected about.
    """
    officer = rights.check(caller, Act.DISPATCH_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        return await dispatched(court, conn, officer, task, now)


async def dispatched(court: CourtNode, conn: Conn, officer: Caller, task: TaskRecord, now: datetime) -> TaskRecord:
    """A locked task, sent in the caller's transaction; raises as `dispatch` does."""
    check_move(DelegatedTaskStatus(task.status), DelegatedTaskStatus.DISPATCHED)
    await grounds.check_case(conn, task.case_id, task.matter)
    grounds.check_courts(court, task.delegating_court, task.entrusted_court, task.matter)
    content = content_of(court, task)
    rules = await standards.rules_of(conn, task, now)
    matter.check_papers(task.matter, [document.kind for document in content.documents], rules)
    await objections.check_task(court, conn, task, now)
    if content.measure_id is not None:
        await _bind_measure(conn, content.measure_id, task)
    task = await history.add(conn, court.at_rest, task, InternalAct.DISPATCHED, officer.officer_id, now=now)
    return await log.append(court, conn, task, EventType.DISPATCHED, content, now=now)


async def _bind_measure(conn: Conn, measure_id: UUID, task: TaskRecord) -> None:
    """The measure stays the ordering court's; from now on the entrusted court carries it out.

    One that is registered already stays bound to the task by which it was: this one changes it.

    Raises:
        ExemptProperty: since it was ruled somebody found that the law keeps the asset out of reach.
        TransitionNotAllowed, DuplicateOf: since the draft it was lifted, carried out, or sent by another task.
    """
    measure: MeasureRecord | None = await measures.get(conn, measure_id)
    if measure is not None:
        grounds.check_order(DelegatedMatterType(task.matter), measure)
    if measure is None or measure.task_id == task.id or measure.registered_at is not None:
        return
    asset = await assets.get(conn, measure.asset_id)
    assert asset is not None  # foreign key
    check_exempt((await things.of(conn, asset)).exemptions)
    other = None if measure.task_id is None else await tasks.find(conn, measure.task_id)
    if other is not None and other.status not in ENDED and grounds.carries_out(other.matter):
        if grounds.carries_out(task.matter):
            raise DuplicateOf(other.id)
        return
    bound = replace(measure, task_id=task.id, executing_court=task.entrusted_court)
    if await measures.update(conn, bound) is None:
        raise StaleVersion(measure.version)


async def receive_left_over(court: CourtNode) -> int:
    """Take in what was dispatched to this court and not answered yet; run at the start of a node. How many."""
    received = 0
    while True:
        async with court.pool.acquire() as conn:
            waiting = await tasks.left_over(conn, _BATCH)
        if not waiting:
            return received
        before = received
        for task_id in waiting:
            async with transaction(court.pool) as conn:
                task = await tasks.lock(conn, task_id)
                is_left = task is not None and task.status == DelegatedTaskStatus.DISPATCHED
                if task is not None and is_left and not log.is_lost(court, task):
                    await log.append(court, conn, task, EventType.RECEIVED, now=court.clock.now())
                    received += 1
        if received == before:  # this court was declared lost
            return received
