"""What either court does in a transfer beside sending and filing: supplement, strike-off, return, conclusion.

Source: 委托执行规定 arts. 7-13. A step that the other court must know of is a signed statement to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from db import case_transfers
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord, CaseStatus
from enforcement.case_transfers import accounts
from enforcement.case_transfers.contents import CaseTransferStepPayload
from enforcement.case_transfers.opening import close, note, opened
from enforcement.case_transfers.saying import say
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules import rights
from enforcement.rules.case_transfer import (
    SUPPLEMENT,
    CaseTransferPaper,
    CaseTransferStatus,
    CaseTransferStep,
    check_move,
    check_reference,
    check_withdrawn,
    due,
)
from enforcement.rules.refusals import CaseNotOpen, Malformed, NotFound, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import NotAssigned
from enforcement.rules.transfer import check_digest

_S: Final = CaseTransferStatus
_STRUCK_OFF_IN: Final = frozenset({_S.FILED, _S.RETURN_PENDING_HIGH_COURT, _S.CONCLUDED})


@dataclass(frozen=True, slots=True)
class NewStep:
    """Which step, on which day, with what it needs: papers asked for, papers given, an approval's number."""

    step: CaseTransferStep
    on: date
    papers: tuple[CaseTransferPaper, ...] = ()
    documents: tuple[tuple[CaseTransferPaper, str], ...] = ()
    approval_no: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """Whose step it is, what it needs, what it makes of the transfer; `is_told`: the other court hears of it."""

    direction: str
    act: Act
    follows: Callable[[CaseTransferRecord, NewStep], CaseTransferRecord]
    is_told: bool = True


async def record(
    court: CourtNode, caller: Caller | None, transfer_id: UUID, version: int, new: NewStep
) -> CaseTransferRecord:
    """The transfer after the step. The own case's handler, or bureau chief and president, by what it is.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion, TransitionNotAllowed, StatementUnderWay.
        TermStillRuns: the delegating court may still supplement.
        CaseNotOpen: what is concluded is not closed yet, or what is struck off is closed.
        Malformed: PERIOD, PAPERS, DOCUMENT, TEXT.
    """
    rule = _RULES[new.step]
    officer, now = rights.check(caller, rule.act), court.clock.now()
    async with transaction(court.pool) as conn:
        transfer, case = await opened(conn, transfer_id, version, direction=rule.direction)
        if rule.act is Act.PROPOSE_CASE_TRANSFER and (case is None or case.handler_id != officer.officer_id):
            raise NotAssigned
        if not civil_date(transfer.sent_at or transfer.proposed_at) <= new.on <= civil_date(now):
            raise Malformed("PERIOD", "on")
        changed = replace(rule.follows(transfer, new), refused_code=None)
        if changed.status != transfer.status:
            check_move(_S(transfer.status), _S(changed.status))
        await _close(conn, case, new)
        if rule.is_told:
            payload = _told(new, changed)
            if new.step is CaseTransferStep.RETURN and case is not None:
                payload = msgspec.structs.replace(payload, account=await accounts.of_case(court, conn, case, new.on))
            saved = await say(court, conn, officer, transfer, changed, payload, case)
        else:
            saved = await case_transfers.save(conn, changed)
        await note(court, conn, officer, saved, None if case is None else case.number)
        return saved


def _told(new: NewStep, changed: CaseTransferRecord) -> CaseTransferStepPayload:
    return CaseTransferStepPayload(
        status=changed.status,
        on=new.on,
        papers=list(new.papers),
        documents=[DocumentRef(kind=kind, number="", sha256=digest) for kind, digest in new.documents],
        was_withdrawn=changed.was_withdrawn,
        approval_no=changed.high_court_approval_no,
    )


async def _close(conn: Conn, case: CaseRecord | None, new: NewStep) -> None:
    """Close the own case where the step says so. Raises CaseNotOpen, NotFound."""
    if new.step is CaseTransferStep.CONCLUDE and (case is None or case.status is not CaseStatus.CLOSED):
        raise CaseNotOpen
    if new.step in {CaseTransferStep.STRIKE_OFF, CaseTransferStep.RETURN}:
        if case is None:
            raise NotFound
        await close(conn, case, new.on)


def _ended_unsent(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    if transfer.status != _S.PROPOSED:
        raise TransitionNotAllowed(transfer.status, _S.RETURNED)
    is_withdrawn = new.step is CaseTransferStep.WITHDRAW
    return replace(transfer, status=_S.RETURNED, ended_on=new.on, was_withdrawn=is_withdrawn)


def _ask(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    if not new.papers:
        raise Malformed("PAPERS", "papers")
    return replace(transfer, status=_S.SUPPLEMENTING, due_on=due(new.on, SUPPLEMENT))


def _supplement(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    if not new.documents:
        raise Malformed("PAPERS", "documents")
    for _, digest in new.documents:
        check_digest(digest)
    if transfer.status != _S.SUPPLEMENTING:
        raise TransitionNotAllowed(transfer.status, _S.SENT)
    return replace(transfer, status=_S.SENT, due_on=None)


def _withdrawn(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    if transfer.status != _S.SUPPLEMENTING:
        raise TransitionNotAllowed(transfer.status, _S.RETURNED)
    check_withdrawn(transfer.due_on, new.on)
    return replace(transfer, status=_S.RETURNED, ended_on=new.on, due_on=None, was_withdrawn=True)


def _strike_off(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    is_done = transfer.filed_on is None or transfer.struck_off_on is not None
    if is_done or transfer.status not in _STRUCK_OFF_IN:
        raise TransitionNotAllowed(transfer.status, CaseTransferStep.STRIKE_OFF)
    return replace(transfer, struck_off_on=new.on, due_on=None)


def _ask_return(transfer: CaseTransferRecord, _new: NewStep) -> CaseTransferRecord:
    return replace(transfer, status=_S.RETURN_PENDING_HIGH_COURT)


def _refused(transfer: CaseTransferRecord, _new: NewStep) -> CaseTransferRecord:
    if transfer.status != _S.RETURN_PENDING_HIGH_COURT:
        raise TransitionNotAllowed(transfer.status, _S.FILED)
    return replace(transfer, status=_S.FILED)


def _return(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    if transfer.status != _S.RETURN_PENDING_HIGH_COURT:
        raise TransitionNotAllowed(transfer.status, _S.RETURNED)
    approval = check_reference(new.approval_no, "approvalNo")
    return replace(transfer, status=_S.RETURNED, high_court_approval_no=approval, ended_on=new.on, due_on=None)


def _conclude(transfer: CaseTransferRecord, new: NewStep) -> CaseTransferRecord:
    return replace(transfer, status=_S.CONCLUDED, ended_on=new.on, due_on=None)


_IN, _OUT = "INBOUND", "OUTBOUND"
_DECIDE, _HANDLE = Act.DECIDE_CASE_TRANSFER, Act.PROPOSE_CASE_TRANSFER
_RULES: Final[Mapping[CaseTransferStep, _Rule]] = {
    CaseTransferStep.WITHDRAW: _Rule(_OUT, _HANDLE, _ended_unsent, is_told=False),
    CaseTransferStep.REFUSE: _Rule(_OUT, _DECIDE, _ended_unsent, is_told=False),
    CaseTransferStep.ASK_SUPPLEMENT: _Rule(_IN, _DECIDE, _ask),
    CaseTransferStep.SUPPLEMENT: _Rule(_OUT, _HANDLE, _supplement),
    CaseTransferStep.DEEM_WITHDRAWN: _Rule(_IN, _DECIDE, _withdrawn),
    CaseTransferStep.STRIKE_OFF: _Rule(_OUT, _HANDLE, _strike_off, is_told=False),
    CaseTransferStep.REQUEST_RETURN: _Rule(_IN, _DECIDE, _ask_return),
    CaseTransferStep.RETURN_REFUSED: _Rule(_IN, _DECIDE, _refused),
    CaseTransferStep.RETURN: _Rule(_IN, _DECIDE, _return),
    CaseTransferStep.CONCLUDE: _Rule(_IN, _HANDLE, _conclude),
}
