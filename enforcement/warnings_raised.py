"""Warnings (预警) as those see them who watch over the court, and who took note of each."""

from typing import Final
from uuid import UUID

from db import warnings_raised
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.warnings_raised import WarningKind, WarningRecord
from enforcement import audit
from enforcement.court import CourtNode
from enforcement.rules import cursors
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, check
from enforcement.rules.task_refusals import SelfApprovalForbidden

_ACKNOWLEDGED: Final = "ACKNOWLEDGED"


async def page(
    court: CourtNode, caller: Caller | None, *, kind: WarningKind | None, only_open: bool, first: int, after: str | None
) -> Page[WarningRecord]:
    """The newest first. Bureau chief, president, auditor.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    check(caller, Act.READ_WARNINGS)
    position, wanted = cursors.read("warnings", after, cursors.instant, UUID), check_first(first) + 1
    async with transaction(court.pool) as conn:
        found = await warnings_raised.page(conn, kind=kind, only_open=only_open, after=position, limit=wanted)
    return page_of("warnings", found, first, lambda row: (row.at.isoformat(), row.id))


async def acknowledge(court: CourtNode, caller: Caller | None, warning_id: UUID, version: int) -> WarningRecord:
    """The warning, with who took note of it, and when. Bureau chief, president, auditor; never whom it is about.

    Raises:
        Forbidden, NotFound, StaleVersion.
        TransitionNotAllowed: somebody took note of it before.
        SelfApprovalForbidden: it is about the caller.
    """
    officer = check(caller, Act.READ_WARNINGS)
    async with transaction(court.pool) as conn:
        warning = await warnings_raised.lock(conn, warning_id)
        if warning is None:
            raise NotFound
        if warning.version != version:
            raise StaleVersion(warning.version)
        if warning.acknowledged_by is not None:
            raise TransitionNotAllowed(_ACKNOWLEDGED, _ACKNOWLEDGED)
        if (warning.court, warning.officer) == (court.code, officer.officer_id):
            raise SelfApprovalForbidden
        await audit.note(court, conn, officer, AuditAction.ACKNOWLEDGE_WARNING, object_id=warning_id)
        return await warnings_raised.acknowledge(conn, warning_id, by=officer.officer_id, at=court.clock.now())
