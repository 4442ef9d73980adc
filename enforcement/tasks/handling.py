"""What the entrusted court does (受托法院): sign for, assign, record steps, feed back, ask for papers, return."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import structs

from db import officers, task_events
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.tasks import TaskRecord
from enforcement import objections
from enforcement.court import CourtNode
from enforcement.payloads import AssistanceReceiptPayload, FeedbackPayload, HandlingStep, SeizureInventory
from enforcement.rules import feedback as rules
from enforcement.rules import handling as work
from enforcement.rules import matter, rights
from enforcement.rules.feedback import FeedbackResult, ReturnReason
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import CommunicationRequiredBeforeReturn, ReturnReasonRequired, UnknownOfficer
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import contents, conversation, history, hooks, log, opening
from enforcement.tasks.contents import Communication, GroundsPayload, SupplementRequestPayload
from enforcement.tasks.history import InternalAct

_S: Final = DelegatedTaskStatus


async def sign_for(court: CourtNode, caller: Caller | None, task_id: UUID, version: int) -> TaskRecord:
    """签收: the command centre has the task and answers for it."""
    officer = rights.check(caller, Act.SIGN_FOR_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.INBOUND)
        log.check_holder(court, task, EventType.SIGNED_FOR)
        task = await history.add(conn, court.at_rest, task, InternalAct.SIGNED_FOR, officer.officer_id, now=now)
        return await log.append(court, conn, task, EventType.SIGNED_FOR, now=now)


async def assign(court: CourtNode, caller: Caller | None, task_id: UUID, version: int, officer_id: str) -> TaskRecord:
    """分派: to a handler of this court; the first assignment starts the work, a later one only changes hands.

    Raises:
        UnknownOfficer: no active handler here has that id.
    """
    chief = rights.check(caller, Act.ASSIGN_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.INBOUND)
        started = task.status == _S.IN_PROGRESS and task.holder == court.code
        if not started:
            log.check_holder(court, task, EventType.STARTED)
        await _check_officers(conn, [officer_id], role=Role.HANDLER)
        task = replace(task, officer=officer_id)
        task = await history.add(
            conn, court.at_rest, task, InternalAct.ASSIGNED, chief.officer_id, note=officer_id, now=now
        )
        if started:
            return await log.save(conn, task, now, kind=InternalAct.ASSIGNED.value)
        return await log.append(court, conn, task, EventType.STARTED, now=now)


async def record_step(
    court: CourtNode, caller: Caller | None, task_id: UUID, version: int, step: HandlingStep
) -> TaskRecord:
    """办理步骤, by the officer it was assigned to; see `append_step`."""
    officer = rights.check(caller, Act.RECORD_STEP)
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.INBOUND)
        log.check_holder(court, task, EventType.STEP_RECORDED)
        opening.check_officer(task, officer)
        act, now = InternalAct.STEP_RECORDED, court.clock.now()
        task = await history.add(conn, court.at_rest, task, act, officer.officer_id, now=now)
        return await append_step(court, conn, task, step)


async def append_step(court: CourtNode, conn: Conn, task: TaskRecord, step: HandlingStep) -> TaskRecord:
    """Append a step to an entrusted task, which the caller has locked: the step crosses to the delegating court.

    Raises:
        UnknownOfficer: the officers of the step.
        RuleBroken: see enforcement/rules/handling.py.
        TransitionNotAllowed, NotTheHolder: the task is not in progress here.
    """
    log.check_holder(court, task, EventType.STEP_RECORDED)
    await _check_officers(conn, step.officers)
    return await log.append(court, conn, task, EventType.STEP_RECORDED, step, now=court.clock.now())


async def _check_signatures(conn: Conn, signatures: list[str]) -> None:
    """Return if two officers of this court signed the inventory, which no step brings along."""
    known = [await officers.get(conn, name) for name in set(signatures)]
    if sum(officer is not None and officer.active for officer in known) < rules.ON_SITE_OFFICERS:
        raise Malformed("INVENTORY", "signatures")


async def _check_officers(conn: Conn, officer_ids: list[str], *, role: Role | None = None) -> None:
    for officer_id in officer_ids:
        known = await officers.get(conn, officer_id)
        if known is None or not known.active or (role is not None and role not in known.roles):
            raise UnknownOfficer


async def submit_feedback(
    court: CourtNode, caller: Caller | None, task_id: UUID, version: int, given: FeedbackPayload
) -> TaskRecord:
    """反馈: the result, with every find, receipt and inventory of the task; the delegating court acts next.

    Raises:
        EvidenceRequired: an act is claimed, and neither a unit's registration nor an inventory proves it, or a receipt
            is still to come.
        Malformed: INVALID_INVENTORY or INVALID_PERIOD; the inventory proves nothing.
        NotAssigned: another officer handles the task.
        ObjectionPending, EnforcementSuspended: it says that what somebody objected about was disposed of.
    """
    officer = rights.check(caller, Act.SUBMIT_FEEDBACK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.INBOUND)
        log.check_holder(court, task, EventType.FED_BACK)
        opening.check_officer(task, officer)
        if FeedbackResult(given.result) in rules.DONE:
            await objections.check_task(court, conn, task, now)
        if given.inventory is not None:
            await _check_signatures(conn, given.inventory.signatures)
        full = await _with_evidence(court, conn, task, given)
        is_proved = work.is_proved(full.receipts, full.inventory)
        has_evidence = is_proved and not await hooks.awaits_receipt(conn, task)
        rules.check_evidence(matter.rule(task.matter), FeedbackResult(full.result), has_evidence=has_evidence)
        task = await history.add(conn, court.at_rest, task, InternalAct.FED_BACK, officer.officer_id, now=now)
        return await log.append(court, conn, task, EventType.FED_BACK, full, now=now)


async def _with_evidence(court: CourtNode, conn: Conn, task: TaskRecord, given: FeedbackPayload) -> FeedbackPayload:
    """What the officer wrote, completed by what the searches found and the steps proved."""
    searched = await hooks.evidence(court, conn, task)
    receipts: dict[UUID, AssistanceReceiptPayload] = {}
    inventory: SeizureInventory | None = None
    for event in await task_events.of_tasks(conn, [task.id]):
        if event.type != EventType.STEP_RECORDED or event.standing != "APPLIED":
            continue
        step = contents.read(court.at_rest.decrypt(event.payload, context=task_events.CONTEXT), HandlingStep)
        inventory = step.inventory or inventory
        if step.receipt is not None:
            receipts[step.receipt.id] = step.receipt
    receipts |= {receipt.id: receipt for receipt in (*searched.receipts, *given.receipts)}
    findings = {found.id: found for found in (*searched.findings, *given.findings)}
    return FeedbackPayload(
        result=given.result,
        note=given.note,
        findings=list(findings.values()),
        receipts=list(receipts.values()),
        inventory=given.inventory or inventory,
        searched=sorted({*searched.units, *given.searched}),
        words=list(searched.words),
    )


async def request_supplement(
    court: CourtNode,
    caller: Caller | None,
    task_id: UUID,
    version: int,
    wanted: SupplementRequestPayload,
) -> TaskRecord:
    """要求补充: name the papers that are missing; the clock of this court stands until they come.

    A communication that `wanted` brings along is written down as the record of a call.

    Raises:
        ReturnReasonRequired: no paper named.
        CommunicationRequiredBeforeReturn: the courts have not spoken.
        Malformed: PERIOD; the courts cannot have spoken then.
    """
    officer = rights.check(caller, Act.REQUEST_SUPPLEMENT)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.INBOUND)
        log.check_holder(court, task, EventType.SUPPLEMENT_REQUESTED)
        if not wanted.papers:
            raise ReturnReasonRequired("papers")
        spoke = await conversation.communication(court, conn, task, wanted.communication, officer.officer_id, now)
        if spoke is None:
            raise CommunicationRequiredBeforeReturn
        wanted = structs.replace(wanted, communication=spoke)
        task = await history.add(
            conn, court.at_rest, task, InternalAct.SUPPLEMENT_REQUESTED, officer.officer_id, now=now
        )
        return await log.append(court, conn, task, EventType.SUPPLEMENT_REQUESTED, wanted, now=now)


async def return_task(
    court: CourtNode,
    caller: Caller | None,
    task_id: UUID,
    version: int,
    *,
    reason: ReturnReason,
    note: str = "",
    communication: Communication | None,
) -> TaskRecord:
    """退回, by the bureau chief, after the two courts spoke. There is no way to say "too busy".

    A `communication` is written down as the record of a call; it may be left out when the conversation has one.

    Raises:
        CommunicationRequiredBeforeReturn: nobody spoke, or papers are the reason and were not asked for in vain.
        Malformed: PERIOD; the courts cannot have spoken then.
    """
    chief = rights.check(caller, Act.RETURN_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.INBOUND)
        log.check_holder(court, task, EventType.RETURNED)
        spoke = await conversation.communication(court, conn, task, communication, chief.officer_id, now)
        await _check_return(conn, task, reason, spoke, now)
        task = await history.add(conn, court.at_rest, task, InternalAct.RETURNED, chief.officer_id, note=note, now=now)
        grounds = GroundsPayload(reason=reason.value, note=note, communication=spoke)
        return await log.append(court, conn, task, EventType.RETURNED, grounds, now=now)


async def _check_return(
    conn: Conn, task: TaskRecord, reason: ReturnReason, communication: Communication | None, now: datetime
) -> None:
    rules.check_return(
        reason,
        has_communication=communication is not None,
        was_supplemented=await task_events.count(conn, task.id, EventType.SUPPLEMENTED) > 0,
        supplement_due_on=task.due_on if task.status == _S.SUPPLEMENT_REQUESTED else None,
        today=civil_date(now),
    )
