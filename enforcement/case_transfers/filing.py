"""The entrusted court files the case that crossed (受托法院立案): one of its own, with the other's parties and sums."""

from dataclasses import dataclass, replace
from uuid import UUID

from db import officers
from db.clock import civil_date
from db.pool import transaction
from db.records.case_transfers import CaseTransferRecord
from enforcement.case_transfers import filed_case
from enforcement.case_transfers.contents import CaseTransferStepPayload
from enforcement.case_transfers.opening import note, opened
from enforcement.case_transfers.saying import say
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.case_transfer import CaseTransferStatus, check_move, conclude_by
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import UnknownOfficer


@dataclass(frozen=True, slots=True)
class NewFiling:
    """Under which number (None: the court's next one of the year), in whose hands."""

    transfer_id: UUID
    version: int
    handler_id: str
    case_number: str | None = None


async def file(court: CourtNode, caller: Caller | None, new: NewFiling) -> CaseTransferRecord:
    """The transfer, FILED, with a case of this court; the other court is told. Bureau chief or president.

    Raises:
        Forbidden, NotFound, StaleVersion, TransitionNotAllowed, StatementUnderWay.
        UnknownOfficer: no handler of this court.
        DuplicateOf: the number is another case's.
        Malformed: CASE_NUMBER.
    """
    officer, now = rights.check(caller, Act.DECIDE_CASE_TRANSFER), court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        transfer, _ = await opened(conn, new.transfer_id, new.version, direction="INBOUND")
        check_move(CaseTransferStatus(transfer.status), CaseTransferStatus.FILED)
        handler = await officers.get(conn, new.handler_id)
        if handler is None or not handler.active or Role.HANDLER not in handler.roles:
            raise UnknownOfficer("handlerId")
        content = filed_case.content_of(court, transfer)
        case = await filed_case.make(court, conn, content, number=new.case_number, handler_id=handler.id, today=today)
        filed = replace(
            transfer,
            case_id=case.id,
            status=CaseTransferStatus.FILED,
            filed_on=today,
            due_on=conclude_by(today),
        )
        payload = CaseTransferStepPayload(
            status=CaseTransferStatus.FILED, on=today, case_number=case.number, handler=handler.id
        )
        saved = await say(court, conn, officer, transfer, filed, payload)
        await note(court, conn, officer, saved, case.number)
        return saved
