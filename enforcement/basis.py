"""On what basis an officer acts: an own case in their hands, or a task of another court that was assigned to them.

Invariant: nobody searches, rules, serves or records without one of the two.
"""

from uuid import UUID

import msgspec

from db import cases, parties, tasks
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import MeasureRecord
from db.records.cases import OPEN, CaseRecord, CaseStatus
from db.records.parties import PartyRecord, PartyRole
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import TaskContent
from enforcement.rules import case_number
from enforcement.rules.courts import UnknownCourtCode
from enforcement.rules.refusals import CaseNotOpen, DebtorNotNamed, NotFound, NotJudgmentDebtor, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import NotAssigned
from enforcement.rules.task_status import DelegatedTaskStatus
from federation.wire.errors import UnknownCourt


async def own_case(court: CourtNode, conn: Conn, caller: Caller, number: str) -> CaseRecord:
    """The case of this court with that number, locked, if it is in the caller's hands: its handler, or a clerk.

    Raises:
        Malformed: not a case number.
        NotFound: no such case here.
        NotAssigned: another handler's.
    """
    canonical = case_number.canonical(number, today=civil_date(court.clock.now()))
    case = await cases.lock(conn, canonical)
    if case is None:
        raise NotFound
    if case.handler_id != caller.officer_id and Role.CLERK not in caller.roles:
        raise NotAssigned
    return case


async def held_case(court: CourtNode, conn: Conn, caller: Caller, number: str) -> CaseRecord:
    """Like `own_case`, of its handler alone."""
    case = await own_case(court, conn, caller, number)
    if case.handler_id != caller.officer_id:  # a clerk's office books money in every case, and does nothing else in it
        raise NotAssigned
    return case


async def open_case(court: CourtNode, conn: Conn, caller: Caller, number: str) -> CaseRecord:
    """Like `held_case`, and the case is being worked on.

    Raises:
        CaseNotOpen: suspended, deferred or closed.
    """
    case = await held_case(court, conn, caller, number)
    if case.status not in OPEN:
        raise CaseNotOpen
    return case


def check_unclosed(case: CaseRecord) -> None:
    """Return if money may still come in: asked after an idempotency key, so that a repetition is answered for ever.

    Raises:
        CaseNotOpen: closed.
    """
    if case.status is CaseStatus.CLOSED:
        raise CaseNotOpen


def check_handler(case: CaseRecord, caller: Caller) -> None:
    """Return if the case is in the caller's own hands. Raises NotAssigned."""
    if case.handler_id != caller.officer_id:
        raise NotAssigned


async def handled_case(court: CourtNode, conn: Conn, caller: Caller, number: str) -> CaseRecord:
    """Like `own_case`, of its handler alone, and money may still come in: also while suspended or deferred.

    Raises:
        CaseNotOpen: closed.
    """
    case = await own_case(court, conn, caller, number)
    check_unclosed(case)
    check_handler(case, caller)
    return case


async def debtor_of(conn: Conn, case: CaseRecord, debtor_id: UUID | None) -> PartyRecord:
    """The debtor that is meant; the only one when none is named.

    Raises:
        NotJudgmentDebtor: the named person is no debtor in the case.
        DebtorNotNamed: the case has several debtors and none was named.
    """
    debtors = [entry.party for entry in await parties.of_case(conn, case.id) if entry.role is PartyRole.DEBTOR]
    if debtor_id is None:
        if len(debtors) != 1:
            raise DebtorNotNamed
        return debtors[0]
    for debtor in debtors:
        if debtor.id == debtor_id:
            return debtor
    raise NotJudgmentDebtor


def content_of(court: CourtNode, task: TaskRecord) -> TaskContent:
    """What the delegating court asks for, in clear."""
    raw = court.at_rest.decrypt(task.content, context=tasks.CONTEXT)
    return msgspec.json.decode(raw, type=TaskContent)


async def content_of_task(court: CourtNode, conn: Conn, task_id: UUID) -> TaskContent:
    """What a task of this court, of either direction, is about. Raises NotFound."""
    task = await tasks.find(conn, task_id)
    if task is None:
        raise NotFound
    return content_of(court, task)


async def carries_out(conn: Conn, task: TaskRecord, measure: MeasureRecord) -> bool:
    """Whether the task was delegated in the measure's case, or in one that it was resumed from meanwhile (恢复执行)."""
    if task.case_id is None or measure.case_id is None:
        return False
    return await cases.goes_on_with(conn, measure.case_id, task.case_id)


async def assigned_task(court: CourtNode, conn: Conn, caller: Caller, task_id: UUID) -> tuple[TaskRecord, TaskContent]:
    """The task that another court entrusted to this one, locked: in progress and assigned to the caller.

    Raises:
        NotFound: no such inbound task.
        NotAssigned: another officer has it.
        TransitionNotAllowed: it is not in progress.
    """
    task = await tasks.lock(conn, task_id)
    if task is None or task.entrusted_court != court.code:
        raise NotFound
    if task.officer != caller.officer_id:
        raise NotAssigned
    if task.status != DelegatedTaskStatus.IN_PROGRESS:
        raise TransitionNotAllowed(task.status, DelegatedTaskStatus.IN_PROGRESS)
    return task, content_of(court, task)


def venue(court: CourtNode, code: str | None, part: str = "venueCourt") -> str:
    """Where something of a case happened: a court of the zone, by its code; None: here. `part` names the input field.

    Raises:
        UnknownCourtCode: no member has it.
    """
    if code in {None, court.code}:
        return court.code
    try:
        return court.directory.current().court(code).code
    except UnknownCourt:
        raise UnknownCourtCode(part) from None
