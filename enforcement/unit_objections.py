"""Objections of assisting units (协助单位异议) to notices: raised, warned of, answered within 15 days.

Upheld: the notice counts as refused by the unit. Dismissed: the unit has to answer it, within its days from then on
(objection_answers.py). The court whose measure it is hears of both by statements beside the task.

Invariant: one open objection per notice.
"""

from uuid import UUID

from db import notices, unit_objections
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn
from db.records.searches import NoticeRecord, NoticeStatus, UnitObjectionRecord
from db.records.tasks import TaskRecord
from db.records.warnings_raised import About, WarningKind, WarningLevel
from enforcement import notice_hands, warnings_raised
from enforcement.court import CourtNode
from enforcement.notice_hands import Written
from enforcement.payloads import Payload
from enforcement.rules.refusals import RuleBroken, TransitionNotAllowed
from enforcement.rules.statements import StatementKind
from enforcement.rules.unit_answers import TERMS, UnitReason
from enforcement.tasks import statements
from enforcement.tasks.unit_statements import UnitObjectedPayload

_OTHER = UnitReason.OTHER


async def raise_(
    court: CourtNode,
    conn: Conn,
    notice: NoticeRecord,
    task: TaskRecord | None,
    reason: str | None,
    written: Written | None,
) -> None:
    """Write an objection down, warn of its day, and tell the court whose measure it is. `task` is locked."""
    now = court.clock.now()
    objection = UnitObjectionRecord(
        id=new_id(now),
        notice_id=notice.id,
        reason=reason or _OTHER,
        raised_at=now,
        due_on=TERMS.objection_due(civil_date(now)),
        paper=None if written is None else written.paper,
    )
    if notice.status is not NoticeStatus.SERVED or not await unit_objections.insert(conn, objection):
        return
    await notices.wait_for_hand(conn, notice.id)
    await warn(court, conn, notice, objection, WarningLevel.WARNING, "raised")
    if task is not None:
        payload = UnitObjectedPayload(
            notice=notice.id,
            unit_name=notice.unit_name,
            reason=objection.reason,
            due_on=objection.due_on,
        )
        await tell(court, conn, task, StatementKind.UNIT_OBJECTED, payload)


async def check_none_open(conn: Conn, notice_id: UUID) -> None:
    """Return if no objection to the notice waits for the court. Raises TransitionNotAllowed."""
    for objection in await unit_objections.of_notices(conn, [notice_id]):
        if objection.decision is None:
            raise TransitionNotAllowed("OBJECTED", NoticeStatus.ANSWERED)


async def tell(court: CourtNode, conn: Conn, task: TaskRecord, kind: StatementKind, payload: Payload) -> None:
    """Say it to the court whose measure it is, while the task still lets this one speak."""
    try:
        await statements.send(court, conn, task, kind, payload, now=court.clock.now())
    except RuleBroken:
        return  # the task ended, or its log is not confirmed yet: the warning here stands


async def warn(
    court: CourtNode,
    conn: Conn,
    notice: NoticeRecord,
    objection: UnitObjectionRecord,
    level: WarningLevel,
    stage: str,
) -> bool:
    """Raise the objection's warning of that stage for whose notice it is."""
    hands = await notice_hands.of(conn, notice)
    return await warnings_raised.raise_(
        court,
        conn,
        WarningKind.UNIT_OBJECTION_DUE,
        About(case_id=hands.case_id, task_id=hands.task_id, measure_id=hands.measure_id, notice_id=notice.id),
        once=f"{objection.id} {stage}",
        level=level,
        officer=hands.officer,
        due_on=objection.due_on,
    )


async def of_notice(court: CourtNode, notice_id: UUID) -> list[UnitObjectionRecord]:
    """The objections to a notice that the caller may read, oldest first."""
    async with court.pool.acquire() as conn:
        return await unit_objections.of_notices(conn, [notice_id])
