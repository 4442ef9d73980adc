"""Warnings (预警): how one is raised, who sees it, and who took note of it.

Who watches over the court sees all; a handler sees those of their own cases and tasks. Invariant: a warning decides
nothing; it is raised once by its key, in the transaction that found its cause, and announced for subscriptions.
"""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from db import events, warnings_raised
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.warnings_raised import (
    ABOUT_OFFICERS,
    About,
    WarningCause,
    WarningKind,
    WarningLevel,
    WarningRecord,
)
from db.warnings_raised import WarningFilter
from enforcement import audit
from enforcement.court import CourtNode
from enforcement.rules import cursors
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import RIGHTS, Act, Caller, Role, check
from enforcement.rules.task_refusals import SelfApprovalForbidden

TOPIC: Final = "warning"
_ACKNOWLEDGED: Final = "ACKNOWLEDGED"
_FARTHEST_DAYS: Final = 3660
_WATCHERS: Final = RIGHTS[Act.READ_WARNINGS] - {Role.HANDLER}
_OF_HANDLERS: Final = tuple(kind for kind in WarningKind if kind not in ABOUT_OFFICERS)


async def raise_(
    court: CourtNode,
    conn: Conn,
    kind: WarningKind,
    about: About,
    *,
    once: str,
    cause: WarningCause = WarningCause.TERM,
    level: WarningLevel = WarningLevel.WARNING,
    officer: str | None = None,
    due_on: date | None = None,
    since: datetime | None = None,
    figure: int | None = None,
) -> bool:
    """Raise a warning of this court in the caller's transaction; False when it was raised before.

    `officer` is whose case or task it is: they see it, beside those who watch over the court. `once` tells this
    warning from every other of its kind: the id of what it is about and, where it may come again, the term or stage.
    """
    now = court.clock.now()
    warning = WarningRecord(
        id=new_id(now),
        at=now,
        kind=kind,
        cause=cause,
        once_key=f"{kind} {once}",
        court=court.code,
        officer=officer,
        level=level,
        since=since,
        figure=figure,
        due_on=due_on,
        **asdict(about),
    )
    return await add(conn, warning)


async def add(conn: Conn, warning: WarningRecord) -> bool:
    """Write a warning down and announce it; False when it was raised before."""
    is_new = await warnings_raised.add(conn, warning)
    if is_new:
        await events.add(conn, topic=TOPIC, ref=warning.id, kind=warning.kind, now=warning.at)
    return is_new


async def page(
    court: CourtNode,
    caller: Caller | None,
    wanted: WarningFilter,
    *,
    due_within_days: int | None = None,
    first: int,
    after: str | None,
) -> Page[WarningRecord]:
    """The newest first. Bureau chief, president, auditor all; a handler those of their own cases and tasks.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR; PERIOD, part dueWithinDays.
    """
    officer = check(caller, Act.READ_WARNINGS)
    position, limit = cursors.read("warnings", after, cursors.instant, UUID), check_first(first) + 1
    if due_within_days is not None:
        if not 0 <= due_within_days <= _FARTHEST_DAYS:
            raise Malformed("PERIOD", "dueWithinDays")
        wanted = replace(wanted, due_by=civil_date(court.clock.now()) + timedelta(days=due_within_days))
    if not _watches(officer):
        kinds = _OF_HANDLERS if wanted.kinds is None else tuple(set(wanted.kinds) & set(_OF_HANDLERS))
        wanted = replace(wanted, officer=officer.officer_id, kinds=kinds)
    async with transaction(court.pool) as conn:
        found = await warnings_raised.page(conn, wanted, after=position, limit=limit)
    return page_of("warnings", found, first, lambda row: (row.at.isoformat(), row.id))


async def acknowledge(court: CourtNode, caller: Caller | None, warning_id: UUID, version: int) -> WarningRecord:
    """The warning, with who took note of it, and when. Whoever may read it; never whom it is about.

    Raises:
        Forbidden, NotFound, StaleVersion.
        TransitionNotAllowed: somebody took note of it before.
        SelfApprovalForbidden: it is about the caller.
    """
    officer = check(caller, Act.READ_WARNINGS)
    async with transaction(court.pool) as conn:
        warning = await warnings_raised.lock(conn, warning_id)
        if warning is None or not may_read(officer, warning):
            raise NotFound
        if warning.version != version:
            raise StaleVersion(warning.version)
        if warning.acknowledged_by is not None:
            raise TransitionNotAllowed(_ACKNOWLEDGED, _ACKNOWLEDGED)
        if warning.kind in ABOUT_OFFICERS and (warning.court, warning.officer) == (court.code, officer.officer_id):
            raise SelfApprovalForbidden
        await audit.note(court, conn, officer, AuditAction.ACKNOWLEDGE_WARNING, object_id=warning_id)
        return await warnings_raised.acknowledge(conn, warning_id, by=officer.officer_id, at=court.clock.now())


def _watches(officer: Caller) -> bool:
    """Whether the officer watches over the whole court."""
    return bool(officer.roles & _WATCHERS)


def may_read(officer: Caller, warning: WarningRecord) -> bool:
    """Whether the officer may know of the warning: who watches over the court, and whose case or task it is about."""
    return _watches(officer) or (warning.kind not in ABOUT_OFFICERS and warning.officer == officer.officer_id)
