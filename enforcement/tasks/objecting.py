"""异议 in a delegated matter: whichever court receives it tells the other; the court whose act it is decides.

received at either court -> signed, kept at both: the task is marked OBJECTION_PENDING, and the thing is not disposed of
at either -> decided within 15 days, warned of before -> the decision crosses back, the mark goes; what the law still
forbids (a third party may sue, the suit lasts, the objection was founded) stays refused.

Invariant: nothing is decided by time. Who objects, to what and why travels encrypted; the zone hears that it happened.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from db import objections
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.objections import ObjectionRecord
from db.records.tasks import TaskRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import sweeping, warnings_raised
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.objections import objection_of
from enforcement.payloads import AssetRef
from enforcement.rules import objection as rules
from enforcement.rules import rights
from enforcement.rules.objection import ObjectionKind, ObjectionOutcome
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import HandlerMayNotDecide, ReturnReasonRequired, ThingNotOfTask
from enforcement.tasks import overlay_consequences, saying, statements
from enforcement.tasks.statement_contents import ObjectionDecisionPayload, ObjectionPayload

_K: Final = StatementKind
_OLDEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewObjection:
    """Who objects to what, since when, and which of the task's two courts decides.

    `asset` names a thing of its own; else it is the thing that the task names, else all that the task is about.
    """

    kind: ObjectionKind
    filed_on: date
    decides: str
    objector: str
    reason: str
    asset: AssetRef | None = None
    measure_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDecision:
    """How an objection ended, or what came after; `served_on` begins the objector's time to sue."""

    outcome: ObjectionOutcome
    decided_on: date
    ruling_no: str = ""
    served_on: date | None = None
    text: str = ""


async def forward(
    court: CourtNode, caller: Caller | None, task_id: UUID, new: NewObjection, *, idempotency_key: str
) -> TaskRecord:
    """转交异议 that this court received: both courts know of it from now on.

    Raises:
        Forbidden, NotFound, NotAssigned, IdempotencyKeyReused: see `saying.begin`.
        Malformed: PERIOD, filed ahead or longer than a year ago; COURTS, neither of the two decides.
        ReturnReasonRequired: nobody objects, or to nothing.
        TransitionNotAllowed: the courts share no task yet. ContentNotAccepted.
        ThingNotOfTask: this court decides, and the thing or the measure is not the task's.
    """
    officer = rights.check(caller, Act.FORWARD_OBJECTION)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task, statement_id = await saying.begin(
            court, conn, officer, Act.FORWARD_OBJECTION, idempotency_key, new, task_id, direction=None, now=now
        )
        if statement_id is None:
            return task
        _check(task, new, civil_date(now))
        content = content_of(court, task)
        payload = ObjectionPayload(
            kind=new.kind.value,
            filed_on=new.filed_on,
            decides=new.decides,
            objector=new.objector,
            text=new.reason,
            officer=officer.officer_id,
            asset=new.asset or content.asset,
            measure_id=new.measure_id or (content.measure_id if new.asset is None else None),
        )
        if new.decides == court.code and not await overlay_consequences.is_of_task(court, conn, task, payload):
            raise ThingNotOfTask
        await statements.send(
            court, conn, task, _K.OBJECTION, payload, officer=officer.officer_id, statement_id=statement_id, now=now
        )
    return task


def _check(task: TaskRecord, new: NewObjection, today: date) -> None:
    if not today - _OLDEST <= new.filed_on <= today:
        raise Malformed("PERIOD", "filedOn")
    if new.decides not in {task.delegating_court, task.entrusted_court}:
        raise Malformed("COURTS", "decidedBy")
    for part, text in (("reason", new.reason), ("objector", new.objector)):
        if not text.strip():
            raise ReturnReasonRequired(part)


async def decide(
    court: CourtNode,
    caller: Caller | None,
    task_id: UUID,
    objection_id: UUID,
    new: NewDecision,
    *,
    idempotency_key: str,
) -> TaskRecord:
    """异议裁定 of this court, whose act it is, by its bureau chief or president; never by who handles the task.

    Raises:
        Forbidden, NotFound, IdempotencyKeyReused: see `saying.begin`; no such objection, or another court decides.
        HandlerMayNotDecide, ObjectionDecided.
        Malformed: PERIOD; before it was filed, ahead, or served before it was decided.
        ReturnReasonRequired: a decision without its ruling's number. ContentNotAccepted.
    """
    officer = rights.check(caller, Act.DECIDE_OBJECTION)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        asked = [objection_id, new]
        task, statement_id = await saying.begin(
            court, conn, officer, Act.DECIDE_OBJECTION, idempotency_key, asked, task_id, direction=None, now=now
        )
        if statement_id is None:
            return task
        if task.officer == officer.officer_id:
            raise HandlerMayNotDecide
        row = await objections.find(conn, objection_id)
        if row is None or row.task_id != task.id or row.decides != court.code:
            raise NotFound
        _check_decision(row, new, civil_date(now))
        payload = ObjectionDecisionPayload(
            outcome=new.outcome.value,
            decided_on=new.decided_on,
            served_on=new.served_on,
            ruling_no=new.ruling_no,
            text=new.text,
            officer=officer.officer_id,
        )
        await statements.send(
            court,
            conn,
            task,
            _K.OBJECTION_DECIDED,
            payload,
            refers=objection_id,
            officer=officer.officer_id,
            statement_id=statement_id,
            now=now,
        )
    return task


def _check_decision(row: ObjectionRecord, new: NewDecision, today: date) -> None:
    rules.check_outcome(ObjectionKind(row.kind), objection_of(row).outcome, new.outcome)
    if not row.filed_on <= new.decided_on <= today:
        raise Malformed("PERIOD", "decidedOn")
    if new.served_on is not None and not new.decided_on <= new.served_on <= today:
        raise Malformed("PERIOD", "servedOn")
    if new.outcome in rules.RULED and not new.ruling_no.strip():
        raise ReturnReasonRequired("rulingNo")
    if new.outcome is ObjectionOutcome.DISMISSED and new.served_on is None:
        raise Malformed("PERIOD", "servedOn")


async def warn(court: CourtNode) -> int:
    """Say that this court has an objection to decide soon, or that the day is past; each once. How many were raised."""
    today = civil_date(court.clock.now())
    before = today + court.limits.objection_warned_before

    async def find(conn: Conn, after: UUID | None, limit: int) -> list[ObjectionRecord]:
        return await objections.undecided(conn, court.code, due_by=before, after=after, limit=limit)

    async def look(conn: Conn, row: ObjectionRecord) -> bool:
        is_late = row.due_on < today
        return await warnings_raised.raise_(
            court,
            conn,
            WarningKind.OBJECTION_OVERDUE if is_late else WarningKind.OBJECTION_DUE,
            About(task_id=row.task_id),
            once=str(row.id),
            cause=WarningCause.REVIEW,
            level=WarningLevel.URGENT if is_late else WarningLevel.WARNING,
            due_on=row.due_on,
        )

    return await sweeping.each(court, find, look, key=lambda row: row.id)
