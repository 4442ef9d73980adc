"""In whose hands a notice is: the handler of the own measure's case, or the officer of the task."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from db import cases, measures, notices, officers, tasks
from db.pool import Conn
from db.records.searches import NoticeRecord
from enforcement import basis
from enforcement.channels import NoticeRequest
from enforcement.court import CourtNode
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import NotAssigned, UnknownOfficer


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote a paper answer down, who brought it, and its digest."""

    recorded_by: str
    brought_by: str
    paper: str


@dataclass(frozen=True, slots=True)
class Hands:
    """What a warning about a notice says: its case here, its measure or task, and its officer."""

    case_id: UUID | None
    measure_id: UUID | None
    task_id: UUID | None
    officer: str | None


async def mine(court: CourtNode, conn: Conn, officer: Caller, notice_id: UUID) -> NoticeRecord:
    """The notice, if its measure's case, locked, or its task, locked, is in the caller's hands.

    Raises:
        NotFound, NotAssigned, CaseNotOpen.
    """
    notice = await notices.get(conn, notice_id)
    if notice is None:
        raise NotFound
    if notice.task_id is not None:
        task = await tasks.lock(conn, notice.task_id)
        if task is None or task.entrusted_court != court.code:
            raise NotFound
        if task.officer != officer.officer_id:
            raise NotAssigned
        return notice
    assert notice.measure_id is not None  # one of the two is there
    measure = await measures.get(conn, notice.measure_id)
    case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    if case is None:
        raise NotFound
    await basis.own_case(court, conn, officer, case.number)
    if case.handler_id != officer.officer_id:
        raise NotAssigned
    return notice


async def of(conn: Conn, notice: NoticeRecord) -> Hands:
    """Whose the notice is now."""
    if notice.task_id is not None:
        task = await tasks.find(conn, notice.task_id)
        return Hands(None, None, notice.task_id, None if task is None else task.officer)
    measure = None if notice.measure_id is None else await measures.get(conn, notice.measure_id)
    case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    handler = None if case is None else case.handler_id
    return Hands(None if case is None else case.id, notice.measure_id, None, handler)


async def check_officer(conn: Conn, officer_id: str) -> None:
    """Return if it is an active officer of this court. Raises UnknownOfficer."""
    found = await officers.get(conn, officer_id)
    if found is None or not found.active:
        raise UnknownOfficer("broughtBy")


def request_of(court: CourtNode, notice: NoticeRecord) -> NoticeRequest:
    """The notice in clear."""
    return msgspec.json.decode(notices.request(court.at_rest, notice), type=NoticeRequest)
