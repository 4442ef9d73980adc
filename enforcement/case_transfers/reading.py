"""Transfers of cases as officers read them, and the warnings when somebody's day has passed."""

from datetime import date
from typing import Final
from uuid import UUID

from db import case_transfers, cases
from db.clock import civil_date
from db.pool import transaction
from db.records.case_transfers import CaseTransferRecord
from db.records.warnings_raised import About, WarningKind
from enforcement import warnings_raised
from enforcement.court import CourtNode
from enforcement.rules import case_transfer as rules
from enforcement.rules import cursors
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import RIGHTS, Act, Caller

_BATCH: Final = 500
_FIELD: Final = "caseTransfers"


async def page(court: CourtNode, caller: Caller | None, *, first: int, after: str | None) -> Page[CaseTransferRecord]:
    """The newest first: a handler those of own cases, bureau chief and president all.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    if caller is None or not caller.roles & (RIGHTS[Act.PROPOSE_CASE_TRANSFER] | RIGHTS[Act.DECIDE_CASE_TRANSFER]):
        raise Forbidden
    handler = None if caller.roles & RIGHTS[Act.DECIDE_CASE_TRANSFER] else caller.officer_id
    position, wanted = cursors.read(_FIELD, after, cursors.instant, UUID), check_first(first) + 1
    async with court.pool.acquire() as conn:
        found = await case_transfers.page(conn, handler_id=handler, after=position, limit=wanted)
    return page_of(_FIELD, found, first, lambda row: (row.proposed_at.isoformat(), row.id))


def conclude_by(transfer: CaseTransferRecord) -> date | None:
    """The day by which the entrusted court concludes; after it the applicant may ask its superior court (art. 13)."""
    return None if transfer.filed_on is None else rules.conclude_by(transfer.filed_on)


async def warn(court: CourtNode) -> int:
    """Raise CASE_TRANSFER_DUE for each transfer whose day has passed, once for each day; how many were raised."""
    today, raised = civil_date(court.clock.now()), 0
    while True:
        async with transaction(court.pool) as conn:
            found = await case_transfers.overdue(conn, today, limit=_BATCH)
            for each in found:
                case = None if each.case_id is None else await cases.get(conn, each.case_id)
                raised += await warnings_raised.raise_(
                    court,
                    conn,
                    WarningKind.CASE_TRANSFER_DUE,
                    About(case_id=each.case_id),
                    once=f"{each.id} {each.due_on}",
                    officer=None if case is None else case.handler_id,
                    due_on=each.due_on,
                )
        if len(found) < _BATCH:
            return raised
