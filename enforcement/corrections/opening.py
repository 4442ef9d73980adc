"""A request for correction under an act: with its entry and its case, locked, at the version that was read."""

from dataclasses import dataclass
from uuid import UUID

from db import cases, corrections, parties, sanctions
from db.pool import Conn
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.corrections import CorrectionRecord, CorrectionView
from db.records.sanctions import ListedRecord
from enforcement import audit
from enforcement.court import CourtNode
from enforcement.rules.correction import CorrectionStatus
from enforcement.rules.refusals import NotFound, StaleVersion
from enforcement.rules.rights import Caller


@dataclass(frozen=True, slots=True)
class Opened:
    """The request, the entry that it disputes, and the case in which its debtor was listed."""

    view: CorrectionView
    entry: ListedRecord
    case: CaseRecord

    @property
    def correction(self) -> CorrectionRecord:
        return self.view.correction

    @property
    def status(self) -> CorrectionStatus:
        return CorrectionStatus(self.correction.status)


async def opened(conn: Conn, correction_id: UUID, version: int) -> Opened:
    """The request with its entry, both locked: the entry first, as whoever disputes it does.

    Raises:
        NotFound, StaleVersion.
    """
    known = await corrections.get(conn, correction_id)
    entry = None if known is None else await sanctions.lock_entry(conn, known.correction.entry_id)
    view = await corrections.lock(conn, correction_id)
    if entry is None or view is None:
        raise NotFound
    if view.correction.version != version:
        raise StaleVersion(view.correction.version)
    case = await cases.get(conn, entry.case_id)
    assert case is not None  # foreign key
    return Opened(view, entry, case)


async def subject(conn: Conn, about: Opened) -> bytes:
    """The keyed hash of the debtor."""
    party = await parties.get(conn, about.entry.party_id)
    assert party is not None  # foreign key
    return party.identifier_key


async def note(
    court: CourtNode, conn: Conn, officer: Caller, action: AuditAction, about: Opened, *, outcome: str
) -> None:
    """Queue the act for the audit trail."""
    await audit.note(
        court,
        conn,
        officer,
        action,
        outcome=outcome,
        subject=await subject(conn, about),
        case_number=about.case.number,
        object_id=about.correction.id,
    )


async def saved(conn: Conn, changed: CorrectionRecord) -> CorrectionView:
    """The request, written with its next version; it is locked."""
    await corrections.update(conn, changed)
    view = await corrections.get(conn, changed.id)
    assert view is not None  # it is locked
    return view
