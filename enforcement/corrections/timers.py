"""Terms of requests for correction that run out: a warning before each, and one when it is over."""

from datetime import datetime
from uuid import UUID

from db import corrections
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn
from db.records.corrections import CorrectionRecord
from db.records.warnings_raised import WarningCause, WarningKind, WarningRecord
from enforcement import sweeping, warnings_raised
from enforcement.court import CourtNode
from enforcement.rules.correction import TERMS, CorrectionStatus


async def warn(court: CourtNode) -> int:
    """Raise what is due within three days, and what is overdue, each once; how many warnings were raised."""
    by = civil_date(court.clock.now()) + TERMS.warn_before

    async def find(conn: Conn, after: tuple[datetime, UUID] | None, limit: int) -> list[CorrectionRecord]:
        return await corrections.due(conn, by, after=after, limit=limit)

    async def look(conn: Conn, correction: CorrectionRecord) -> bool:
        return await warnings_raised.add(conn, _warning(court, correction))

    return await sweeping.each(court, find, look, key=lambda correction: (correction.recorded_at, correction.id))


def _warning(court: CourtNode, correction: CorrectionRecord) -> WarningRecord:
    is_review = correction.status == CorrectionStatus.PENDING
    cause = WarningCause.REVIEW if is_review else WarningCause.RECONSIDERATION
    due_on = correction.due_on if is_review else correction.reconsideration_due_on
    assert due_on is not None  # a reconsideration has its own
    now = court.clock.now()
    kind = WarningKind.CORRECTION_DUE if civil_date(now) <= due_on else WarningKind.CORRECTION_OVERDUE
    return WarningRecord(
        id=new_id(now),
        at=now,
        kind=kind,
        cause=cause,
        once_key=f"{kind} {cause} {correction.id}",
        court=court.code,
        correction_id=correction.id,
        due_on=due_on,
    )
