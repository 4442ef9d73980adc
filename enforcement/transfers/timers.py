"""Requests for transfer whose day comes: a warning at both courts before it, and one when it is over."""

from db import transfers
from db.clock import civil_date
from db.pool import transaction
from db.records.warnings_raised import WarningLevel
from enforcement.court import CourtNode
from enforcement.rules.transfer import TERMS
from enforcement.transfers.hearing import warn


async def sweep(court: CourtNode) -> int:
    """Warn of answers that are due within three days, or overdue; how many warnings were raised."""
    today = civil_date(court.clock.now())
    raised = 0
    async with transaction(court.pool) as conn:
        for transfer in await transfers.due(conn, today + TERMS.warn_before):
            assert transfer.due_on is not None  # it was found by it
            is_over = transfer.due_on < today
            level = WarningLevel.URGENT if is_over else WarningLevel.WARNING
            raised += await warn(court, conn, transfer, level, "overdue" if is_over else "due")
    return raised
