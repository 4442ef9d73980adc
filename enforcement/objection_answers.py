"""The court's answer to a unit's objection (答复协助单位异议)."""

from dataclasses import replace
from uuid import UUID

from db import notices, tasks, unit_objections
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.searches import NoticeRecord, ObjectionDecision, UnitObjectionRecord
from enforcement import audit, notice_answers, notice_hands
from enforcement.channels import NoticeAnswer
from enforcement.court import CourtNode
from enforcement.notice_hands import Written
from enforcement.rules import rights
from enforcement.rules.refusals import NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.statements import StatementKind
from enforcement.rules.transfer import check_digest
from enforcement.tasks.unit_statements import UnitObjectionAnsweredPayload
from enforcement.unit_objections import tell


async def answer(
    court: CourtNode,
    caller: Caller | None,
    objection_id: UUID,
    version: int,
    decision: ObjectionDecision,
    paper: str,
) -> NoticeRecord:
    """The notice: refused, if the objection is upheld; else it waits for the unit's receipt again.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, StaleVersion.
        Malformed: DOCUMENT.
        TransitionNotAllowed: it is answered already.
    """
    officer = rights.check(caller, Act.SERVE_NOTICE)
    check_digest(paper, "paperSha256")
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        objection = await unit_objections.lock(conn, objection_id)
        if objection is None:
            raise NotFound
        notice = await notice_hands.mine(court, conn, officer, objection.notice_id)
        if objection.decision is not None:
            raise TransitionNotAllowed(objection.decision, decision)
        if objection.version != version:
            raise StaleVersion(objection.version)
        decided = replace(
            objection, decision=decision, decided_by=officer.officer_id, decided_at=now, decision_paper=paper
        )
        await unit_objections.decide(conn, decided)
        if decision is ObjectionDecision.UPHOLD:
            await _refused(court, conn, notice, decided)
        task = None if notice.task_id is None else await tasks.lock(conn, notice.task_id)
        if task is not None:
            payload = UnitObjectionAnsweredPayload(notice=notice.id, unit_name=notice.unit_name, decision=decision)
            await tell(court, conn, task, StatementKind.UNIT_OBJECTION_ANSWERED, payload)
        await audit.note(court, conn, officer, AuditAction.ANSWER_UNIT_OBJECTION, outcome=decision, object_id=notice.id)
        found = await notices.get(conn, notice.id)
        assert found is not None  # none is deleted
    return found


async def _refused(court: CourtNode, conn: Conn, notice: NoticeRecord, objection: UnitObjectionRecord) -> None:
    """The unit need not register: as if it had refused, with the reason of its objection."""
    assert objection.decided_by is not None  # it is decided
    receipt = NoticeAnswer(
        receipt_id=objection.id, result="REFUSED", receipt_no=str(objection.id), reason=objection.reason
    )
    written = None
    if objection.paper is not None:
        written = Written(objection.decided_by, objection.decided_by, objection.paper)
    await notice_answers.take(court, conn, notice, notice_hands.request_of(court, notice), receipt, written)
