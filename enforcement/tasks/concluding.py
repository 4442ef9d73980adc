"""What the delegating court does with a feedback (反馈): confirm it, which ends the log, or send it back once."""

from uuid import UUID

from db import task_events
from db.pool import transaction
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import ApprovalRequired, ReturnReasonRequired
from enforcement.tasks import history, log, opening
from enforcement.tasks.contents import GroundsPayload
from enforcement.tasks.history import InternalAct


async def confirm(court: CourtNode, caller: Caller | None, task_id: UUID, version: int) -> TaskRecord:
    """确认办结: the feedback is accepted and the task is over."""
    officer = rights.check(caller, Act.CONFIRM_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        log.check_holder(court, task, EventType.COMPLETED)
        opening.check_officer(task, officer)
        task = await history.add(conn, court.at_rest, task, InternalAct.CONFIRMED, officer.officer_id, now=now)
        return await log.append(court, conn, task, EventType.COMPLETED, now=now)


async def reject_feedback(
    court: CourtNode, caller: Caller | None, task_id: UUID, version: int, *, reason: str
) -> TaskRecord:
    """不接受反馈: the entrusted court goes on with the task, for the reason given.

    Raises:
        ReturnReasonRequired: no reason.
        ApprovalRequired: it was sent back as often as practice allows; a superior court decides.
    """
    officer = rights.check(caller, Act.CONFIRM_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        log.check_holder(court, task, EventType.FEEDBACK_REJECTED)
        opening.check_officer(task, officer)
        if not reason.strip():
            raise ReturnReasonRequired
        if await task_events.count(conn, task.id, EventType.FEEDBACK_REJECTED) >= court.limits.feedback_rejections:
            raise ApprovalRequired
        act = InternalAct.FEEDBACK_REJECTED
        task = await history.add(conn, court.at_rest, task, act, officer.officer_id, note=reason, now=now)
        return await log.append(court, conn, task, EventType.FEEDBACK_REJECTED, GroundsPayload(reason=reason), now=now)
