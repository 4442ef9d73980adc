"""What an entrusted court tells the ordering one of an assisting unit: that it is silent, objects, or was answered.

Consequences of these statements; each runs at both courts and warns the ordering one, whose measure it is.
"""

from datetime import date
from uuid import UUID

from db.pool import Conn
from db.records.tasks import StatementRecord, TaskRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import warnings_raised
from enforcement.court import CourtNode
from enforcement.payloads import Payload


class UnitSilentPayload(Payload, frozen=True, kw_only=True):
    """协助单位未答复."""

    notice: UUID
    unit_name: str
    since: date


class UnitObjectedPayload(Payload, frozen=True, kw_only=True):
    """协助单位异议."""

    notice: UUID
    unit_name: str
    reason: str
    due_on: date


class UnitObjectionAnsweredPayload(Payload, frozen=True, kw_only=True):
    """异议答复."""

    notice: UUID
    unit_name: str
    decision: str


async def silent(
    court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: UnitSilentPayload
) -> None:
    """The ordering court is warned that a unit elsewhere does not answer."""
    if task.delegating_court != court.code:
        return
    await warnings_raised.raise_(
        court,
        conn,
        WarningKind.NOTICE_UNANSWERED,
        About(case_id=task.case_id, task_id=task.id),
        once=str(said.id),
        cause=WarningCause.SILENCE,
        officer=task.officer,
        due_on=payload.since,
    )


async def objected(
    court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: UnitObjectedPayload
) -> None:
    """The ordering court is warned that a unit elsewhere objects to its measure."""
    if task.delegating_court != court.code:
        return
    await warnings_raised.raise_(
        court,
        conn,
        WarningKind.UNIT_OBJECTION_DUE,
        About(case_id=task.case_id, task_id=task.id),
        once=str(said.id),
        level=WarningLevel.NOTICE,
        officer=task.officer,
        due_on=payload.due_on,
    )
