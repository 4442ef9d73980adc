"""What a court whose database was restored does with its own statements about transfers that it has forgotten.

Invariant: as in `hearing`, what comes before what it refers to waits. A case that was filed and forgotten is written
again under its number, in the hands that the other court was told of.
"""

from dataclasses import replace

from db import case_transfers, cases
from db.clock import civil_date
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord, CaseStatus
from db.records.court_statements import CourtStatementRecord
from enforcement.case_transfers import accounts, checking, filed_case
from enforcement.case_transfers.contents import CaseTransferPayload, CaseTransferStepPayload
from enforcement.case_transfers.hearing import about
from enforcement.case_transfers.opening import announce, close
from enforcement.court import CourtNode
from enforcement.rules.case_transfer import (
    SUPPLEMENT,
    CaseTransferStatus,
    check_move,
    conclude_by,
    due,
)
from enforcement.rules.refusals import RuleBroken, TransitionNotAllowed
from federation.delivery.node import Refused

_S = CaseTransferStatus


async def sent_before(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CaseTransferPayload) -> None:
    """This court entrusted the case. Raises Refused: NOT_A_PARTY, the case is not known here."""
    case = await cases.lock(conn, payload.case_number)
    if case is None:
        raise Refused("NOT_A_PARTY")
    known = await case_transfers.lock(conn, said.id)
    transfer = known or CaseTransferRecord(
        id=said.id,
        direction="OUTBOUND",
        peer=said.peer,
        case_id=case.id,
        peer_case_number=None,
        status=_S.PROPOSED,
        content=b"",
        proposed_by=None,
        proposed_at=said.at,
    )
    if transfer.status != _S.PROPOSED:
        return
    content = filed_case.encrypted(court, payload)
    transfer = replace(transfer, status=_S.SENT, sent_at=said.at, head=said.id, content=content)
    if known is None:
        await case_transfers.insert(conn, transfer)
    else:
        await case_transfers.save(conn, transfer)
    if payload.account is not None:  # what was recorded after the backup was made
        await accounts.keep_payments(conn, transfer.id, case, payload.account.payments)
    await announce(court, conn, transfer)


async def stepped_before(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: CaseTransferStepPayload
) -> None:
    """This court did something in a transfer. Raises Refused: STATEMENT_NOT_ALLOWED; NotYet, NotAPayload."""
    transfer, case = await about(conn, said, payload)
    status = checking.word(CaseTransferStatus, payload.status)
    try:
        check_move(_S(transfer.status), status)
    except TransitionNotAllowed:
        raise Refused("STATEMENT_NOT_ALLOWED") from None
    if status is _S.FILED and transfer.filed_on is None and case is None:
        case = await _case(court, conn, transfer, payload)
    if status is _S.RETURNED and case is not None and case.status is not CaseStatus.CLOSED:
        await close(conn, case, payload.on)
    changed = replace(_after(transfer, status, payload), status=status, head=said.id)
    changed = replace(changed, case_id=None if case is None else case.id)
    await announce(court, conn, await case_transfers.save(conn, changed))


async def _case(
    court: CourtNode, conn: Conn, transfer: CaseTransferRecord, payload: CaseTransferStepPayload
) -> CaseRecord | None:
    """The case that was filed; None where the other court was not told in whose hands it is."""
    if payload.case_number is None:
        return None
    known = await cases.lock(conn, payload.case_number)
    if known is not None or payload.handler is None:
        return known
    try:
        return await filed_case.make(
            court,
            conn,
            filed_case.content_of(court, transfer),
            number=payload.case_number,
            handler_id=payload.handler,
            today=civil_date(court.clock.now()),
        )
    except RuleBroken as refusal:
        raise Refused(str(refusal.code)) from None


def _after(
    transfer: CaseTransferRecord, status: CaseTransferStatus, payload: CaseTransferStepPayload
) -> CaseTransferRecord:
    match status:
        case CaseTransferStatus.FILED if transfer.filed_on is None:
            return replace(transfer, filed_on=payload.on, due_on=conclude_by(payload.on))
        case CaseTransferStatus.SUPPLEMENTING:
            return replace(transfer, due_on=due(payload.on, SUPPLEMENT))
        case CaseTransferStatus.SENT:
            return replace(transfer, due_on=None)
        case CaseTransferStatus.RETURNED | CaseTransferStatus.CONCLUDED:
            return replace(
                transfer,
                ended_on=payload.on,
                due_on=None,
                was_withdrawn=payload.was_withdrawn,
                high_court_approval_no=payload.approval_no,
            )
        case _:
            return transfer
