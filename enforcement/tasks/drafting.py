"""What the delegating court does before anything leaves it: draft, submit, approve, clone; four eyes on each task."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec

from db import delegated_search_tasks, tasks
from db.pool import Conn, transaction
from db.records.tasks import TaskRecord
from enforcement import objections, once
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.payloads import TaskContent
from enforcement.rules import matter, rights
from enforcement.rules.matter import Approval
from enforcement.rules.refusals import DuplicateOf, NotFound, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import (
    ApprovalRequired,
    ReturnReasonRequired,
    SelfApprovalForbidden,
)
from enforcement.rules.task_status import DelegatedTaskStatus, check_move
from enforcement.tasks import contents, grounds, history, log, opening, standards
from enforcement.tasks.grounds import NewTask
from enforcement.tasks.history import InternalAct

_S: Final = DelegatedTaskStatus


async def create(court: CourtNode, caller: Caller | None, new: NewTask, *, idempotency_key: str) -> TaskRecord:
    """A draft of `new`; the same key again gives the task it made.

    Raises:
        Forbidden: the caller is no handler.
        DuplicateOf: an open task asks for the same, or the key made something else.
        RuleBroken: see `grounds.check`.
    """
    officer = rights.check(caller, Act.CREATE_TASK)
    now, task_id = court.clock.now(), uuid4()
    async with transaction(court.pool) as conn:
        made = await once.claim(court, conn, officer, idempotency_key, Act.CREATE_TASK, new, result_id=task_id, now=now)
        return await drafted(court, conn, officer, new, task_id) if made is None else await known(conn, made)


async def drafted(court: CourtNode, conn: Conn, officer: Caller, new: NewTask, task_id: UUID) -> TaskRecord:
    """A draft of `new` in the caller's transaction; raises as `create` does."""
    ground = await grounds.check(court, conn, officer, new)
    if new.follow_up_of is not None:
        await _check_followed(conn, new.follow_up_of, ground.case.id)
    content = msgspec.structs.replace(ground.content, follow_up_of=new.follow_up_of)
    task = draft(court, officer, task_id, content, new.entrusted_court, case_id=ground.case.id, urgent=new.urgent)
    return await _keep(court, conn, officer, task, InternalAct.CREATED)


async def clone(
    court: CourtNode,
    caller: Caller | None,
    returned_id: UUID,
    version: int,
    *,
    idempotency_key: str,
    entrusted_court: str | None = None,
) -> TaskRecord:
    """A new draft with the content of a task that was returned; for another court, if one is named.

    Raises:
        TransitionNotAllowed: the task was not returned.
        RuleBroken: see `create`; the case and the two courts are checked anew.
    """
    officer = rights.check(caller, Act.CREATE_TASK)
    now, task_id = court.clock.now(), uuid4()
    async with transaction(court.pool) as conn:
        asked = returned_id if entrusted_court is None else [returned_id, entrusted_court]
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.CREATE_TASK, asked, result_id=task_id, now=now
        )
        if made is not None:
            return await known(conn, made)
        old = await opening.locked(conn, returned_id, version, direction=opening.OUTBOUND)
        opening.check_officer(old, officer)
        if old.status != _S.RETURNED:
            raise TransitionNotAllowed(old.status, _S.DRAFT.value)
        case = await grounds.check_case(conn, old.case_id, old.matter)
        entrusted = entrusted_court or old.entrusted_court
        grounds.check_courts(court, old.delegating_court, entrusted, old.matter)
        content = content_of(court, old)
        task = draft(court, officer, task_id, content, entrusted, case_id=case.id, urgent=old.urgent)
        kept = await _keep(court, conn, officer, task, InternalAct.CLONED)
        if entrusted == old.entrusted_court:  # another court searches another district
            await delegated_search_tasks.follow(conn, old.id, kept.id)
        return kept


def draft(
    court: CourtNode,
    officer: Caller,
    task_id: UUID,
    content: TaskContent,
    entrusted: str,
    *,
    case_id: UUID,
    urgent: bool,
) -> TaskRecord:
    """A draft's row, not written yet. `task_id` is random: the zone will see it."""
    now = court.clock.now()
    return TaskRecord(
        id=task_id,
        direction=opening.OUTBOUND,
        delegating_court=court.code,
        entrusted_court=entrusted,
        matter=content.matter,
        status=_S.DRAFT.value,
        holder=court.code,
        urgent=urgent,
        content=court.at_rest.encrypt(contents.write(content), context=tasks.CONTEXT),
        case_id=case_id,
        duplicate_key=grounds.duplicate_key(court.at_rest, court.code, entrusted, content),
        follow_up_of=content.follow_up_of,
        created_by=officer.officer_id,
        submitted_by=None,
        officer=officer.officer_id,
        head_seq=0,
        head_digest="",
        resume=None,
        history_no=0,
        history_digest="",
        status_at=now,
        received_at=None,
        asked_at=None,
        due_on=None,
        due_at=None,
        answer_due_on=None,
        is_disputed=False,
        version=1,
        created_at=now,
        changed_at=now,
    )


async def known(conn: Conn, task_id: UUID) -> TaskRecord:
    """The task that an idempotency key made before. Raises NotFound."""
    task = await tasks.find(conn, task_id)
    if task is None:
        raise NotFound
    return task


async def _keep(court: CourtNode, conn: Conn, officer: Caller, task: TaskRecord, act: InternalAct) -> TaskRecord:
    """Write a new draft, with the first act of its history."""
    duplicate = await tasks.open_duplicate(conn, task.duplicate_key)
    if duplicate is None and not await tasks.add(conn, task):  # lost a race against the same task
        duplicate = await tasks.open_duplicate(conn, task.duplicate_key)
    if duplicate is not None:
        raise DuplicateOf(duplicate)
    now = task.created_at
    changed = await history.add(conn, court.at_rest, task, act, officer.officer_id, now=now)
    return await log.save(conn, changed, now, kind=act.value)


async def _check_followed(conn: Conn, task_id: UUID, case_id: UUID) -> None:
    followed = await tasks.find(conn, task_id)
    if followed is None or followed.direction != opening.OUTBOUND or followed.case_id != case_id:
        raise NotFound


async def submit(court: CourtNode, caller: Caller | None, task_id: UUID, version: int) -> TaskRecord:
    """Ask the chief's approval.

    Raises:
        CaseNotOpen: the case was closed since.
        LegalDocumentMissing: by a standard that has come into force since.
        ObjectionPending, EnforcementSuspended: it disposes of what somebody objected about.
        RuleBroken: not the drafter's task, or not a draft.
    """
    officer = rights.check(caller, Act.SUBMIT_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        return await submitted(court, conn, officer, task, now)


async def submitted(court: CourtNode, conn: Conn, officer: Caller, task: TaskRecord, now: datetime) -> TaskRecord:
    """A locked draft, submitted in the caller's transaction; raises as `submit` does."""
    opening.check_officer(task, officer)
    check_move(DelegatedTaskStatus(task.status), _S.PENDING_APPROVAL)
    await grounds.check_case(conn, task.case_id, task.matter)
    papers = [document.kind for document in content_of(court, task).documents]
    matter.check_papers(task.matter, papers, await standards.rules_of(conn, task, now))
    await objections.check_task(court, conn, task, now)
    task = replace(task, submitted_by=officer.officer_id)
    return await moved(court, conn, task, _S.PENDING_APPROVAL, InternalAct.SUBMITTED, officer, now=now)


async def approve(
    court: CourtNode, caller: Caller | None, task_id: UUID, version: int, *, opinion: str = ""
) -> TaskRecord:
    """Approve the task; coercion of a person needs the president.

    Raises:
        SelfApprovalForbidden: the approver submitted or drafted it.
        ApprovalRequired: the matter needs the president.
        ObjectionPending, EnforcementSuspended: see `submit`.
    """
    officer = rights.check(caller, Act.APPROVE_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        return await approved(court, conn, officer, task, opinion, now)


async def approved(
    court: CourtNode, conn: Conn, officer: Caller, task: TaskRecord, opinion: str, now: datetime
) -> TaskRecord:
    """A locked task, approved in the caller's transaction; raises as `approve` does."""
    check_move(DelegatedTaskStatus(task.status), _S.APPROVED)
    _check_eyes(task, officer)
    await objections.check_task(court, conn, task, now)
    return await moved(court, conn, task, _S.APPROVED, InternalAct.APPROVED, officer, note=opinion, now=now)


async def refuse_approval(
    court: CourtNode, caller: Caller | None, task_id: UUID, version: int, *, opinion: str
) -> TaskRecord:
    """Send the task back to its drafter, with the reason.

    Raises:
        ReturnReasonRequired: no opinion.
    """
    officer = rights.check(caller, Act.APPROVE_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        return await sent_back(court, conn, officer, task, opinion, now)


async def sent_back(
    court: CourtNode, conn: Conn, officer: Caller, task: TaskRecord, opinion: str, now: datetime
) -> TaskRecord:
    """A locked task, sent back in the caller's transaction; raises as `refuse_approval` does."""
    check_move(DelegatedTaskStatus(task.status), _S.DRAFT)
    if not opinion.strip():
        raise ReturnReasonRequired("opinion")
    task = replace(task, submitted_by=None)
    return await moved(court, conn, task, _S.DRAFT, InternalAct.APPROVAL_REFUSED, officer, note=opinion, now=now)


def _check_eyes(task: TaskRecord, officer: Caller) -> None:
    if officer.officer_id in {task.submitted_by, task.created_by}:
        raise SelfApprovalForbidden
    if matter.rule(task.matter).approval is Approval.PRESIDENT and Role.PRESIDENT not in officer.roles:
        raise ApprovalRequired


async def moved(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    status: DelegatedTaskStatus,
    act: InternalAct,
    officer: Caller,
    *,
    note: str = "",
    now: datetime,
) -> TaskRecord:
    """Write an internal act and the state it leads to; the other court learns nothing of it."""
    task = await history.add(conn, court.at_rest, task, act, officer.officer_id, note=note, now=now)
    holder = None if status is _S.WITHDRAWN else task.holder
    changed = replace(task, status=status.value, holder=holder, status_at=now)
    return await log.save(conn, changed, now, kind=act.value)
