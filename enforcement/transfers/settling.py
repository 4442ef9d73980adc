"""How an own answer or dispute about a transfer request ended at the other court: what it refused is undone.

A decision stays: it is the superior court's, as an own officer wrote it down, whatever the other court says of it.
Invariant: what was decided since stays; the code of the refusal stays on the request, and the case's
handler is warned.
"""

from dataclasses import replace

from db import cases, events, transfers
from db.pool import Conn
from db.records.court_statements import CourtStatementRecord
from db.records.transfers import TransferRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import warnings_raised
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules.transfer import TransferStatus

_S = TransferStatus
_TOPIC = "transfer"


async def answer_settled(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, _payload: Payload, code: str | None
) -> None:
    """The asking court did not take the answer in: the request waits for one again."""
    transfer = await _refused(conn, said, code, {_S.TRANSFERRED, _S.DECLINED, _S.DISPUTED})
    if transfer is not None and code is not None:
        before = _S.PENDING if transfer.disputed_at is None else _S.DISPUTED
        back = replace(transfer, status=before, answered_at=None, reason=None, reserved=None, informed_on=None)
        await _taken_back(court, conn, back, said, code)


async def dispute_settled(
    court: CourtNode, conn: Conn, said: CourtStatementRecord, _payload: Payload, code: str | None
) -> None:
    """The first court did not take the dispute in: the request stands as it did before, declined or unanswered."""
    transfer = await _refused(conn, said, code, {_S.DISPUTED})
    if transfer is not None and code is not None:
        before = _S.PENDING if transfer.answered_at is None else _S.DECLINED
        await _taken_back(
            court, conn, replace(transfer, status=before, deciding_court=None, disputed_at=None), said, code
        )


async def _refused(
    conn: Conn, said: CourtStatementRecord, code: str | None, states: set[TransferStatus]
) -> TransferRecord | None:
    """The request, locked, if the statement was refused and nothing followed it."""
    if code is None or said.refers is None:
        return None
    transfer = await transfers.lock(conn, said.refers)
    return transfer if transfer is not None and transfer.status in states else None


async def _taken_back(
    court: CourtNode, conn: Conn, transfer: TransferRecord, said: CourtStatementRecord, code: str
) -> None:
    await transfers.update(conn, replace(transfer, refused_code=code))
    await events.add(conn, topic=_TOPIC, ref=transfer.id, kind=transfer.status, now=court.clock.now())
    case = await cases.get(conn, transfer.case_id)
    await warnings_raised.raise_(
        court,
        conn,
        WarningKind.STATEMENT_REFUSED,
        About(case_id=transfer.case_id, measure_id=transfer.measure_id),
        once=str(said.id),
        cause=WarningCause.REFUSAL,
        level=WarningLevel.URGENT,
        officer=None if case is None else case.handler_id,
    )
