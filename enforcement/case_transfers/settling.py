"""How an own statement about a transfer ended at the other court: taken in, or refused and taken back.

Invariant: what the other court refused did not happen: the transfer, and the own case with it, go back to where they
stood, the code of the refusal stays on the transfer, and the case's handler is warned.
"""

from dataclasses import replace

import msgspec

from db import case_transfers
from db.clock import civil_date
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord, CaseStatus
from db.records.court_statements import CourtStatementRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import warnings_raised
from enforcement.case_transfers.contents import CaseTransferPayload, CaseTransferStepPayload, Kept
from enforcement.case_transfers.opening import announce, close, locked, reopen
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules.case_transfer import CaseTransferStatus

_S = CaseTransferStatus


async def sent_settled(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, _payload: CaseTransferPayload, code: str | None
) -> None:
    """The entrusted court took the case in, or refused it: it never left, and may be proposed anew."""
    if code is None:
        await case_transfers.arrived(conn, said.id, said.id)
        return
    found = await locked(conn, said.id)
    if found is None or found[0].status != _S.SENT or found[0].head not in {None, said.id}:
        return
    transfer, case = found
    today = civil_date(court.clock.now())
    ended = replace(transfer, status=_S.RETURNED, ended_on=today, due_on=None)
    await _taken_back(court, conn, ended, case, said, code)


async def step_settled(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, _payload: CaseTransferStepPayload, code: str | None
) -> None:
    """The other court took the step in, or refused it: it is undone."""
    assert said.refers is not None  # each step refers to its transfer
    if code is None:
        await case_transfers.arrived(conn, said.refers, said.id)
        return
    found = await locked(conn, said.refers)
    if found is None:
        return
    transfer, case = found
    if transfer.head == said.id and transfer.before is not None:
        kept = msgspec.convert(transfer.before, type=Kept)
        await _undo(court, conn, case, transfer, kept)
        back = {name: getattr(kept, name) for name in Kept.__struct_fields__ if name != "case_status"}
        transfer = replace(transfer, **back)
    await _taken_back(court, conn, transfer, case, said, code)


async def word_settled(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, _payload: Payload, code: str | None
) -> None:
    """The other court took in what it was told, or refused it: what is so here stays, and the handler is warned."""
    if code is None or said.refers is None:
        return
    found = await locked(conn, said.refers)
    if found is not None:
        await _warn(court, conn, found[1], said)


async def _undo(
    court: CourtNode, conn: Conn, case: CaseRecord | None, transfer: CaseTransferRecord, kept: Kept
) -> None:
    """What the step did to the own case: one that was filed is struck off, one that was struck off goes on."""
    if case is None:
        return
    if kept.case_id is None and case.status is not CaseStatus.CLOSED:
        await close(conn, case, civil_date(court.clock.now()))
    elif transfer.status == _S.RETURNED and kept.case_status is not None:
        await reopen(court, conn, case, CaseStatus(kept.case_status))


async def _taken_back(
    court: CourtNode,
    conn: Conn,
    transfer: CaseTransferRecord,
    case: CaseRecord | None,
    said: CourtStatementRecord,
    code: str,
) -> None:
    changed = replace(transfer, refused_code=code, under_way=False, before=None)
    await announce(court, conn, await case_transfers.save(conn, changed))
    await _warn(court, conn, case, said)


async def _warn(court: CourtNode, conn: Conn, case: CaseRecord | None, said: CourtStatementRecord) -> None:
    await warnings_raised.raise_(
        court,
        conn,
        WarningKind.STATEMENT_REFUSED,
        About(case_id=None if case is None else case.id),
        once=str(said.id),
        cause=WarningCause.REFUSAL,
        level=WarningLevel.URGENT,
        officer=None if case is None else case.handler_id,
    )
