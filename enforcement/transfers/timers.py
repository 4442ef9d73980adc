"""Requests for transfer whose day comes: a warning at both courts before it, and one when it is over."""

from datetime import date
from uuid import UUID

from db import transfers
from db.clock import civil_date
from db.pool import Conn
from db.records.transfers import TransferRecord
from db.records.warnings_raised import WarningLevel
from enforcement import sweeping
from enforcement.court import CourtNode
from enforcement.rules.transfer import TERMS
from enforcement.transfers.hearing import warn


async def sweep(court: CourtNode) -> int:
    """Warn of answers that are due within three days, or overdue; how many warnings were raised."""
    today = civil_date(court.clock.now())

    async def find(conn: Conn, after: tuple[date, UUID] | None, limit: int) -> list[TransferRecord]:
        return await transfers.due(conn, today + TERMS.warn_before, after=after, limit=limit)

    async def look(conn: Conn, transfer: TransferRecord) -> bool:
        is_over = _due_on(transfer) < today
        level = WarningLevel.URGENT if is_over else WarningLevel.WARNING
        return await warn(court, conn, transfer, level, "overdue" if is_over else "due")

    return await sweeping.each(court, find, look, key=lambda transfer: (_due_on(transfer), transfer.id))


def _due_on(transfer: TransferRecord) -> date:
    assert transfer.due_on is not None  # it was found by it
    return transfer.due_on
