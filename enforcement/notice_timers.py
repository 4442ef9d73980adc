"""Notices to which nobody answered in the days that the unit promises, and objections whose day comes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from db import notices, tasks, unit_objections, units
from db.clock import civil_date
from db.pool import Conn
from db.records.searches import NoticeRecord, UnitObjectionRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import notice_hands, sweeping, warnings_raised
from enforcement.court import CourtNode
from enforcement.rules.statements import StatementKind
from enforcement.rules.unit_answers import TERMS
from enforcement.tasks.unit_statements import UnitSilentPayload
from enforcement.unit_objections import tell, warn


async def sweep(court: CourtNode) -> None:
    """Warn of silent units, each notice once, and tell the court whose measure it is; warn of objections due."""
    today = civil_date(court.clock.now())

    async def silent(conn: Conn, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[tuple[datetime, UUID]]:
        return await notices.silent(conn, today, after=after, limit=limit)

    async def look(conn: Conn, found: tuple[datetime, UUID]) -> None:
        notice = await notices.get(conn, found[1])
        if notice is not None:
            await _silent(court, conn, notice)

    async def due(conn: Conn, after: tuple[date, UUID] | None, limit: int) -> Sequence[UnitObjectionRecord]:
        return await unit_objections.due(conn, today + TERMS.warn_before, after=after, limit=limit)

    await sweeping.each(court, silent, look, key=lambda found: found)
    await sweeping.each(
        court, due, lambda conn, one: _due(court, conn, one, today), key=lambda one: (one.due_on, one.id)
    )


async def _due(court: CourtNode, conn: Conn, objection: UnitObjectionRecord, today: date) -> bool:
    notice = await notices.get(conn, objection.notice_id)
    assert notice is not None  # foreign key
    is_over = objection.due_on < today
    level = WarningLevel.URGENT if is_over else WarningLevel.WARNING
    return await warn(court, conn, notice, objection, level, "overdue" if is_over else "due")


async def _silent(court: CourtNode, conn: Conn, notice: NoticeRecord) -> None:
    """The warning here and, for a task, the statement to the ordering court: both in one transaction, once."""
    task = None if notice.task_id is None else await tasks.lock(conn, notice.task_id)
    hands, unit = await notice_hands.of(conn, notice), await units.get(conn, notice.unit_id)
    objections = await unit_objections.of_notices(conn, [notice.id])
    since = max([notice.served_at, *(each.decided_at for each in objections if each.decided_at is not None)])
    due_on = civil_date(since) + timedelta(days=0 if unit is None else unit.promised_days)
    is_new = await warnings_raised.raise_(
        court,
        conn,
        WarningKind.NOTICE_UNANSWERED,
        About(case_id=hands.case_id, task_id=hands.task_id, measure_id=hands.measure_id, notice_id=notice.id),
        once=f"{notice.id} {due_on}",
        cause=WarningCause.SILENCE,
        officer=hands.officer,
        due_on=due_on,
    )
    if is_new and task is not None:
        payload = UnitSilentPayload(notice=notice.id, unit_name=notice.unit_name, since=due_on)
        await tell(court, conn, task, StatementKind.UNIT_SILENT, payload)
