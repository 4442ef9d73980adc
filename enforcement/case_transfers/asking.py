"""Measures that another court holds for a case that is here: read as it reports them, and asked for what they need."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from db import case_transfers, cases, measures_elsewhere
from db.ids import new_id
from db.measures_elsewhere import ElsewhereRecord
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord, CaseStatus
from enforcement import audit, court_statements, once
from enforcement.case_transfers.contents import HeldMeasure, MeasureAskedPayload
from enforcement.case_transfers.opening import locked
from enforcement.court import CourtNode
from enforcement.rules import cursors, rights
from enforcement.rules.case_transfer import CaseTransferStatus, MeasureElsewhereAct, has_case
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import CaseNotOpen, Forbidden, NotFound, TransitionNotAllowed
from enforcement.rules.rights import RIGHTS, Act, Caller
from enforcement.rules.task_refusals import NotAssigned

ASKED: Final = "CASE_TRANSFER_MEASURE_ASKED"
_FIELD: Final = "measuresElsewhere"
_STANDING: Final = frozenset({"EFFECTIVE", "WAITING", "RENEWED"})


@dataclass(frozen=True, slots=True)
class NewRequest:
    """Which measure of which transfer, by the other court's id, and what it should do with it."""

    transfer_id: UUID
    measure_id: UUID
    act: MeasureElsewhereAct


async def page(
    court: CourtNode, caller: Caller | None, transfer_id: UUID, *, first: int, after: str | None
) -> Page[HeldMeasure]:
    """What the other court holds for the case. The own case's handler; bureau chief and president.

    Raises:
        Forbidden, NotFound, NotAssigned.
        Malformed: PAGE, CURSOR.
    """
    if caller is None or not caller.roles & (RIGHTS[Act.PROPOSE_CASE_TRANSFER] | RIGHTS[Act.DECIDE_CASE_TRANSFER]):
        raise Forbidden
    position, wanted = cursors.read(_FIELD, after, str, UUID), check_first(first) + 1
    async with court.pool.acquire() as conn:
        transfer = await case_transfers.get(conn, transfer_id)
        case = None if transfer is None or transfer.case_id is None else await cases.get(conn, transfer.case_id)
        _check(caller, transfer, case)
        last = None if position is None else position[1]
        found = await measures_elsewhere.page(conn, transfer_id, after=last, limit=wanted)
    shown = [content_of(court, row) for row in found]
    return page_of(_FIELD, shown, first, lambda each: (each.version, each.measure_id))


async def ask(court: CourtNode, caller: Caller | None, new: NewRequest, *, idempotency_key: str) -> HeldMeasure:
    """The measure, about which the other court is asked; the same key again asks once. The own case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned.
        CaseNotOpen: the case is closed here, and what stands for it is to be lifted at most.
        TransitionNotAllowed: the case is not here; or the measure does not stand any more, or waits and has no term.
    """
    officer, now = rights.check(caller, Act.PROPOSE_CASE_TRANSFER), court.clock.now()
    async with transaction(court.pool) as conn:
        transfer, case = await _opened(conn, officer, new.transfer_id)
        row = await measures_elsewhere.find(conn, transfer.id, new.measure_id)
        if row is None or case is None:
            raise NotFound
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.PROPOSE_CASE_TRANSFER, new, result_id=new_id(now), now=now
        )
        if made is not None:
            return content_of(court, row)
        if not has_case(transfer.direction, CaseTransferStatus(transfer.status)):
            raise TransitionNotAllowed(transfer.status, new.act)
        is_renewal = new.act is MeasureElsewhereAct.RENEW
        if is_renewal and case.status is CaseStatus.CLOSED:
            raise CaseNotOpen
        if row.status not in _STANDING or (is_renewal and row.status == "WAITING"):
            raise TransitionNotAllowed(row.status, new.act)
        payload = MeasureAskedPayload(measure_id=new.measure_id, act=new.act)
        await court_statements.send(
            court, conn, transfer.peer, ASKED, payload, refers=transfer.id, officer=officer.officer_id
        )
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.TRANSFER_CASE,
            outcome=f"{new.act}_ASKED",
            case_number=case.number,
            object_id=transfer.id,
        )
        return content_of(court, row)


def content_of(court: CourtNode, row: ElsewhereRecord) -> HeldMeasure:
    """The measure as the other court reported it."""
    raw = court.at_rest.decrypt(row.content, context=measures_elsewhere.CONTEXT)
    return msgspec.json.decode(raw, type=HeldMeasure)


async def _opened(conn: Conn, officer: Caller, transfer_id: UUID) -> tuple[CaseTransferRecord, CaseRecord | None]:
    """The transfer and its case, locked. Raises NotFound, NotAssigned."""
    transfer, case = await locked(conn, transfer_id) or (None, None)
    return _check(officer, transfer, case), case


def _check(officer: Caller, transfer: CaseTransferRecord | None, case: CaseRecord | None) -> CaseTransferRecord:
    """The transfer; of a chief any, of a handler that of an own case. Raises NotFound, NotAssigned."""
    if transfer is None:
        raise NotFound
    is_own = case is not None and case.handler_id == officer.officer_id
    if not is_own and not officer.roles & RIGHTS[Act.DECIDE_CASE_TRANSFER]:
        raise NotAssigned
    return transfer
