"""What an assisting unit answered to a notice: by its channel, or on paper, brought from its counter and written down.

registered | refused    the receipt, and the measure's new state or the task's step: the same, however the answer came
objected                the court answers it within 15 days; meanwhile nobody asks the unit again
silent beyond its days  a warning, and a statement to the court whose measure it is
not whole, by program    no answer: the same request again, until there is one

Invariant: one receipt per notice. A paper receipt has its digest, who brought it and who wrote it down.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from db import events, measure_orders, measures, notices, tasks
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.measure_life import NoticeAct
from db.records.searches import NoticeRecord, NoticeStatus
from db.records.tasks import TaskRecord
from enforcement import audit, basis, notice_hands, once, order_receipts, receipts, registrations, unit_objections
from enforcement.channels import NoAnswer, NoticeAnswer, NoticeRequest, SearchChannel
from enforcement.court import CourtNode
from enforcement.notice_hands import Written
from enforcement.payloads import AssistanceReceiptPayload, HandlingStep
from enforcement.rules import rights
from enforcement.rules.refusals import Malformed, NotFound, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.search import pause_after
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import NotTheHolder, TaskDisputed
from enforcement.rules.transfer import check_digest
from enforcement.rules.unit_answers import UnitAnswer, UnitReason, check_answer, check_registration
from enforcement.tasks import log


@dataclass(frozen=True, slots=True)
class PaperReceipt:
    """What stands on a unit's paper; `brought_by` is the officer who brought it."""

    notice_id: UUID
    answer: UnitAnswer
    receipt_no: str
    brought_by: str
    paper: str
    rank: int | None = None
    registered_at: datetime | None = None
    reason: UnitReason | None = None


async def record(court: CourtNode, caller: Caller | None, new: PaperReceipt, *, idempotency_key: str) -> NoticeRecord:
    """The notice, with what the unit said to it; the same key again changes nothing.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, UnknownOfficer.
        Malformed: RECEIPT, DOCUMENT.
        TransitionNotAllowed: it is answered already, or the court has to answer an objection first.
    """
    officer = rights.check(caller, Act.SERVE_NOTICE)
    check_digest(new.paper, "paperSha256")
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        notice = await notice_hands.mine(court, conn, officer, new.notice_id)
        receipt_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.SERVE_NOTICE, new, result_id=receipt_id, now=now
        )
        if made is None:
            await notice_hands.check_officer(conn, new.brought_by)
            await unit_objections.check_none_open(conn, notice.id)
            if notice.status is not NoticeStatus.SERVED:
                raise TransitionNotAllowed(notice.status, NoticeStatus.ANSWERED)
            check_answer(
                new.answer,
                receipt_no=new.receipt_no,
                rank=new.rank,
                registered_at=new.registered_at,
                reason=new.reason,
                served_at=notice.served_at,
                now=now,
            )
            answer = NoticeAnswer(
                receipt_id=receipt_id,
                result=new.answer.value,
                receipt_no=new.receipt_no.strip(),
                rank=new.rank,
                registered_at=new.registered_at,
                reason=new.reason,
            )
            by_hand = Written(officer.officer_id, new.brought_by, new.paper)
            await take(court, conn, notice, notice_hands.request_of(court, notice), answer, by_hand)
            await audit.note(court, conn, officer, AuditAction.RECORD_RECEIPT, outcome=new.answer, object_id=notice.id)
        found = await notices.get(conn, notice.id)
    if found is None:
        raise NotFound
    return found


async def offer(court: CourtNode, channel: SearchChannel, notice: NoticeRecord, jitter: float) -> None:
    """Serve a claimed notice on its unit and record the receipt, or leave it for the next attempt.

    An answer that no paper of the unit could bear, such as a registration without a place, is none.
    """
    request = msgspec.json.decode(notices.request(court.at_rest, notice), type=NoticeRequest)
    try:
        answer = await channel.serve(notice.unit_id, request)
        _check_whole(answer, notice, court.clock.now())
    except NoAnswer as silence:
        async with transaction(court.pool) as conn:
            until = court.clock.now() + pause_after(notice.attempts, jitter)
            await notices.postpone(conn, notice.id, until=until, reason=silence.reason)
    else:
        async with transaction(court.pool) as conn:
            await take(court, conn, notice, request, answer)


def _check_whole(answer: NoticeAnswer, notice: NoticeRecord, now: datetime) -> None:
    try:
        check_registration(
            UnitAnswer(answer.result),
            receipt_no=answer.receipt_no,
            rank=answer.rank,
            registered_at=answer.registered_at,
            served_at=notice.served_at,
            now=now,
        )
    except Malformed:
        raise NoAnswer("FAULTY") from None


async def take(
    court: CourtNode,
    conn: Conn,
    notice: NoticeRecord,
    request: NoticeRequest,
    answer: NoticeAnswer,
    written: Written | None = None,
) -> None:
    """Bring an answer in, in the caller's transaction. A second one to the same notice changes nothing."""
    now = court.clock.now()
    task = None if notice.task_id is None else await tasks.lock(conn, notice.task_id)
    if answer.result == UnitAnswer.OBJECTED:
        await unit_objections.raise_(court, conn, notice, task, answer.reason, written)
        return
    if not await notices.mark_answered(conn, notice.id):
        return
    about = notice.measure_id if task is None else basis.content_of(court, task).measure_id
    receipt = AssistanceReceiptPayload(
        id=answer.receipt_id,
        notice_id=notice.id,
        measure_id=about,
        unit_id=notice.unit_id,
        unit_name=notice.unit_name,
        result=answer.result,
        receipt_no=answer.receipt_no,
        rank=answer.rank,
        registered_at=answer.registered_at,
        ruling_no=request.ruling_no,
        reason=answer.reason,
    )
    if not await receipts.keep(
        court, conn, receipt, obtained_by=court.code, task_id=notice.task_id, now=now, written=written
    ):
        return
    if task is not None:
        await _tell(court, conn, task, notice, receipt, now)
    elif notice.measure_id is not None and notice.act is NoticeAct.CONTROL:
        measure = await measures.lock(conn, notice.measure_id)
        assert measure is not None  # foreign key
        await receipts.apply(conn, measure, receipt, executing_court=court.code, now=now)
    order = None if notice.order_id is None else await measure_orders.lock(conn, notice.order_id)
    await registrations.take(court, conn, notice, request, receipt, order=order, now=now)
    if order is not None:
        await order_receipts.apply(conn, order, receipt, executing_court=court.code, now=now)


async def _tell(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    notice: NoticeRecord,
    receipt: AssistanceReceiptPayload,
    now: datetime,
) -> None:
    """Put the receipt into the shared log, so that the ordering court learns of it before the feedback.

    A task that this court may not append to any more keeps the receipt for its feedback.
    """
    step = HandlingStep(kind="RECEIPT_RECEIVED", at=now, officers=[notice.served_by], receipt=receipt)
    try:
        await log.append(court, conn, task, EventType.STEP_RECORDED, step, now=now)
    except (NotTheHolder, TaskDisputed, TransitionNotAllowed):
        await events.add(conn, topic=log.TOPIC, ref=task.id, kind="RECEIPT_KEPT", now=now)
