"""A transfer with the own case that it is about, locked in one order, and what was done in it as it is announced.

Invariant: whoever locks a case and its transfer locks the case first, so that nobody waits for each other.
"""

from datetime import date
from typing import Final
from uuid import UUID

from db import case_transfers, cases, events
from db.pool import Conn
from db.records.audit import AuditAction
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord, CaseStatus, ClosingMethod
from enforcement import audit
from enforcement.court import CourtNode
from enforcement.rules.refusals import CaseNotOpen, NotFound, StaleVersion
from enforcement.rules.rights import Caller

TOPIC: Final = "case_transfer"
CASE_TOPIC: Final = "case"
REOPENED: Final = "CASE_REOPENED"
MISSING: Final = "EARLIER_STATEMENT_MISSING"


async def locked(conn: Conn, transfer_id: UUID) -> tuple[CaseTransferRecord, CaseRecord | None] | None:
    """The transfer and the own case, if there is one, both locked; None when there is no such transfer.

    Raises:
        StaleVersion: somebody gave it its case between the two locks.
    """
    seen = await case_transfers.get(conn, transfer_id)
    if seen is None:
        return None
    case = None if seen.case_id is None else next(iter(await cases.lock_ids(conn, [seen.case_id])), None)
    transfer = there(await case_transfers.lock(conn, transfer_id))
    if transfer.case_id != seen.case_id:
        raise StaleVersion(transfer.version)
    return transfer, case


async def opened(
    conn: Conn, transfer_id: UUID, version: int, *, direction: str | None = None
) -> tuple[CaseTransferRecord, CaseRecord | None]:
    """The same for an officer who read that version. Raises NotFound, StaleVersion."""
    found = await locked(conn, transfer_id)
    if found is None or direction not in {None, found[0].direction}:
        raise NotFound
    if found[0].version != version:
        raise StaleVersion(found[0].version)
    return found


def there(transfer: CaseTransferRecord | None) -> CaseTransferRecord:
    """Raises NotFound."""
    if transfer is None:
        raise NotFound
    return transfer


async def close(conn: Conn, case: CaseRecord, on: date) -> None:
    """Strike the case off; it is locked. Raises CaseNotOpen."""
    if case.status is CaseStatus.CLOSED:
        raise CaseNotOpen
    moved = await cases.move(conn, case, CaseStatus.CLOSED, closing_method=ClosingMethod.CANCELLED, closed_on=on)
    assert moved is not None  # it is locked


async def reopen(court: CourtNode, conn: Conn, case: CaseRecord, status: CaseStatus = CaseStatus.IN_PROGRESS) -> None:
    """A case that was struck off for its transfer goes on; it is locked."""
    if case.status is not CaseStatus.CLOSED or case.closing_method is not ClosingMethod.CANCELLED:
        return
    moved = await cases.move(conn, case, status)
    assert moved is not None  # it is locked
    await events.add(conn, topic=CASE_TOPIC, ref=case.id, kind=REOPENED, now=court.clock.now())


async def note(
    court: CourtNode, conn: Conn, officer: Caller, transfer: CaseTransferRecord, case_number: str | None
) -> None:
    """Announce and chain what an officer did."""
    await announce(court, conn, transfer)
    await audit.note(
        court,
        conn,
        officer,
        AuditAction.TRANSFER_CASE,
        outcome=transfer.status,
        case_number=case_number,
        object_id=transfer.id,
    )


async def announce(court: CourtNode, conn: Conn, transfer: CaseTransferRecord) -> None:
    """Announce how the transfer stands now."""
    await events.add(conn, topic=TOPIC, ref=transfer.id, kind=transfer.status, now=court.clock.now())
