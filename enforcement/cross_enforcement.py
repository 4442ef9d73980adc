"""Proposing cross-enforcement (交叉执行) to a superior court, and writing down what it decided.

Invariant: a proposal and a decision are records. No case, and no jurisdiction, is changed by either.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db import case_transfers, cases
from db.clock import civil_date
from db.ids import new_id
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.case_transfers import CrossEnforcementRecord
from enforcement import audit, once
from enforcement.court import CourtNode
from enforcement.rules import case_number, cursors, rights
from enforcement.rules.case_transfer import check_reference
from enforcement.rules.cross_enforcement import (
    CrossEnforcementDecision,
    CrossEnforcementGround,
    CrossEnforcementMode,
    deciding_court,
)
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import RIGHTS, Act, Caller
from enforcement.rules.task_refusals import NotAssigned

_MOST = 100
_FIELD = "crossEnforcementProposals"


@dataclass(frozen=True, slots=True)
class NewProposal:
    """Which of the five modes, why, for which cases of which courts."""

    mode: CrossEnforcementMode
    ground: CrossEnforcementGround
    case_numbers: tuple[str, ...]


async def propose(
    court: CourtNode, caller: Caller | None, new: NewProposal, *, idempotency_key: str
) -> CrossEnforcementRecord:
    """The proposal, with the lowest court above all the cases' courts; the same key again gives the one it made.

    Raises:
        Forbidden.
        Malformed: CASE_NUMBER, CASES (none, too many, or one twice).
        NotFound: none of the cases is one of this court, or one that should be is not here.
        NotAssigned: a handler, and none of the court's cases among them is theirs.
    """
    officer, now = rights.check(caller, Act.PROPOSE_CROSS_ENFORCEMENT), court.clock.now()
    today = civil_date(now)
    numbers = [case_number.canonical(text, today=today) for text in new.case_numbers]
    if not 0 < len(numbers) <= _MOST or len(set(numbers)) != len(numbers):
        raise Malformed("CASES", "caseNumbers")
    courts = {number: case_number.parse(number, today=today).court for number in numbers}
    deciding = deciding_court(courts.values())
    async with transaction(court.pool) as conn:
        proposal_id = new_id(now)
        made = await once.claim(
            court,
            conn,
            officer,
            idempotency_key,
            Act.PROPOSE_CROSS_ENFORCEMENT,
            new,
            result_id=proposal_id,
            now=now,
        )
        if made is not None:
            return _there(await case_transfers.lock_proposal(conn, made))
        own = [await cases.by_number(conn, number) for number in numbers if courts[number] == court.code]
        if not own or None in own:
            raise NotFound
        is_theirs = any(case is not None and case.handler_id == officer.officer_id for case in own)
        if not is_theirs and not officer.roles & RIGHTS[Act.DECIDE_CASE_TRANSFER]:
            raise NotAssigned
        proposal = CrossEnforcementRecord(
            id=proposal_id,
            mode=new.mode,
            ground=new.ground,
            case_numbers=numbers,
            deciding_court=deciding,
            proposed_by=officer.officer_id,
            proposed_at=now,
        )
        await case_transfers.insert_proposal(conn, proposal)
        await audit.note(court, conn, officer, AuditAction.CROSS_ENFORCEMENT, outcome=new.mode, object_id=proposal_id)
        return proposal


async def record_decision(
    court: CourtNode,
    caller: Caller | None,
    proposal_id: UUID,
    version: int,
    decision: CrossEnforcementDecision,
    decision_no: str,
    decided_on: date,
) -> CrossEnforcementRecord:
    """The proposal with what the superior court decided; nothing else follows from it here. Chief or president.

    Raises:
        Forbidden, NotFound, StaleVersion.
        TransitionNotAllowed: it was decided.
        Malformed: PERIOD, TEXT.
    """
    officer, now = rights.check(caller, Act.DECIDE_CASE_TRANSFER), court.clock.now()
    async with transaction(court.pool) as conn:
        proposal = _there(await case_transfers.lock_proposal(conn, proposal_id))
        if proposal.version != version:
            raise StaleVersion(proposal.version)
        if proposal.decision is not None:
            raise TransitionNotAllowed(proposal.decision, decision)
        if not civil_date(proposal.proposed_at) <= decided_on <= civil_date(now):
            raise Malformed("PERIOD", "decidedOn")
        number = check_reference(decision_no, "decisionNo")
        decided = await case_transfers.decide(
            conn,
            replace(
                proposal,
                decision=decision,
                decision_no=number,
                decided_on=decided_on,
                recorded_by=officer.officer_id,
            ),
        )
        await audit.note(court, conn, officer, AuditAction.CROSS_ENFORCEMENT, outcome=decision, object_id=proposal_id)
        return decided


async def page(
    court: CourtNode, caller: Caller | None, *, first: int, after: str | None
) -> Page[CrossEnforcementRecord]:
    """The newest first: a handler's own and those about own cases; who decides or watches over the court reads all.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    if caller is None or not caller.roles & (RIGHTS[Act.PROPOSE_CROSS_ENFORCEMENT] | RIGHTS[Act.READ_AUDIT]):
        raise Forbidden
    is_watching = caller.roles & (RIGHTS[Act.DECIDE_CASE_TRANSFER] | RIGHTS[Act.READ_AUDIT])
    position, wanted = cursors.read(_FIELD, after, cursors.instant, UUID), check_first(first) + 1
    async with court.pool.acquire() as conn:
        officer = None if is_watching else caller.officer_id
        found = await case_transfers.proposals(conn, officer=officer, after=position, limit=wanted)
    return page_of(_FIELD, found, first, lambda row: (row.proposed_at.isoformat(), row.id))


def _there(proposal: CrossEnforcementRecord | None) -> CrossEnforcementRecord:
    if proposal is None:
        raise NotFound
    return proposal
