"""What is decided about a request: by the court, and after it by the superior court; what is upheld is done at once."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from db import answers, sanctions
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.corrections import CorrectionView
from enforcement.corrections.opening import Opened, note, opened, saved, subject
from enforcement.court import CourtNode
from enforcement.rules.correction import (
    TERMS,
    CorrectionDecision,
    CorrectionStatus,
    Verdict,
    check_move,
    check_verdict,
    corrected_entry,
)
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Act, Caller, check
from enforcement.rules.task_refusals import SelfApprovalForbidden


async def decide(
    court: CourtNode, caller: Caller | None, correction_id: UUID, version: int, verdict: Verdict
) -> CorrectionView:
    """The request, decided; what is upheld is done. Bureau chief or president, who had no part in it.

    Raises:
        Forbidden, NotFound, StaleVersion, TransitionNotAllowed.
        SelfApprovalForbidden: the caller handles the case, or wrote the request down.
        Malformed: CORRECTION.
    """
    officer, now = check(caller, Act.DECIDE_CORRECTION), court.clock.now()
    check_verdict(verdict, with_reason=True)
    async with transaction(court.pool) as conn:
        about = await opened(conn, correction_id, version)
        status = _status_by(verdict, CorrectionStatus.REJECTED)
        check_move(about.status, status, of=CorrectionStatus.PENDING)
        _check_other(officer, about)
        today = civil_date(now)
        decided = replace(
            about.correction,
            status=status,
            decided_by=officer.officer_id,
            decided_at=now,
            rejection_reason=verdict.rejection_reason,
            correct_by=None if _is_rejected(verdict) else TERMS.calendar.due(today, TERMS.correct),
            entry_revision=await _carry_out(conn, about, verdict, today),
        )
        await note(court, conn, officer, AuditAction.DECIDE_CORRECTION, about, outcome=status)
        return await saved(conn, decided)


async def record_reconsideration(
    court: CourtNode, caller: Caller | None, correction_id: UUID, version: int, verdict: Verdict, *, decided_on: date
) -> CorrectionView:
    """The request as the superior court decided it; what is upheld is done. Bureau chief or president.

    Raises:
        RuleBroken: as `decide`.
        Malformed: PERIOD; part decidedOn.
    """
    officer, today = check(caller, Act.DECIDE_CORRECTION), civil_date(court.clock.now())
    check_verdict(verdict, with_reason=False)
    async with transaction(court.pool) as conn:
        about = await opened(conn, correction_id, version)
        status = _status_by(verdict, CorrectionStatus.CONFIRMED)
        check_move(about.status, status, of=CorrectionStatus.RECONSIDERATION)
        _check_other(officer, about)
        asked = about.correction
        assert asked.reconsideration_on is not None  # the superior court was asked
        if not asked.reconsideration_on <= decided_on <= today:
            raise Malformed("PERIOD", "decidedOn")
        decided = replace(
            asked,
            status=status,
            reconsidered_on=decided_on,
            reconsidered_by=officer.officer_id,
            correct_by=None if _is_rejected(verdict) else TERMS.calendar.due(decided_on, TERMS.correct),
            entry_revision=await _carry_out(conn, about, verdict, today),
        )
        await note(court, conn, officer, AuditAction.RECORD_RECONSIDERATION, about, outcome=status)
        return await saved(conn, decided)


def _check_other(officer: Caller, about: Opened) -> None:
    """Raises SelfApprovalForbidden: the officer listed the debtor, or wrote the request down."""
    if officer.officer_id in {about.case.handler_id, about.correction.recorded_by}:
        raise SelfApprovalForbidden


def _is_rejected(verdict: Verdict) -> bool:
    return verdict.decision is CorrectionDecision.REJECT


def _status_by(verdict: Verdict, rejected: CorrectionStatus) -> CorrectionStatus:
    match verdict.decision:
        case CorrectionDecision.REMOVE:
            return CorrectionStatus.REMOVED
        case CorrectionDecision.CORRECT:
            return CorrectionStatus.CORRECTED
        case CorrectionDecision.REJECT:
            return rejected


async def _carry_out(conn: Conn, about: Opened, verdict: Verdict, today: date) -> int | None:
    """Change the entry as it was decided, and forget what was answered about the person; the entry's new revision."""
    if _is_rejected(verdict):
        return None
    if verdict.corrected is None:
        revision = await sanctions.remove_entry(conn, about.entry.id, today)
    else:
        ground, until_on = corrected_entry(about.entry, verdict.corrected)
        revision = await sanctions.correct_entry(conn, about.entry.id, ground, until_on)
    await answers.forget(conn, await subject(conn, about))
    return revision
