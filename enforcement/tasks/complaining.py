"""投诉: the delegating court complains of a task, the entrusted court answers, its superior hears of the ground.

complained: both courts mark the task COMPLAINED; the zone is told the ground, a code -> answered within some working
days, or closed by who complained: the mark goes. Without an answer both are warned, and the superior court sees it.

Invariant: at most one complaint of a task is open. The reason travels encrypted; the superior court hears the ground.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db import task_statements
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.tasks import OutlineRecord, StatementRecord, TaskRecord
from db.records.warnings_raised import About, WarningCause, WarningKind
from enforcement import sweeping, warnings_raised
from enforcement.court import CourtNode
from enforcement.rules import complaint, rights
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import ComplaintAnswered, ComplaintOpen, ReturnReasonRequired
from enforcement.tasks import contents, opening, overdue, overlay_consequences, saying, statements
from enforcement.tasks.statement_contents import ComplaintAnswerPayload, ComplaintClosedPayload, ComplaintPayload

_K: Final = StatementKind
_SETTLED: Final = (_K.COMPLAINT_ANSWERED, _K.COMPLAINT_CLOSED)


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """On which ground, and the concrete reason."""

    ground: ComplaintGround
    reason: str


async def complain(
    court: CourtNode, caller: Caller | None, task_id: UUID, new: NewComplaint, *, idempotency_key: str
) -> TaskRecord:
    """投诉, by the delegating court's bureau chief, president or command centre.

    Raises:
        Forbidden, NotFound, IdempotencyKeyReused: see `saying.begin`.
        TransitionNotAllowed, ComplaintTooEarly: the ground is not true of the task now.
        ReturnReasonRequired: no reason. ComplaintOpen: one is open. ContentNotAccepted.
    """
    officer = rights.check(caller, Act.COMPLAIN_OF_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task, statement_id = await saying.begin(
            court, conn, officer, Act.COMPLAIN_OF_TASK, idempotency_key, new, task_id,
            direction=opening.OUTBOUND, now=now,
        )  # fmt: skip
        if statement_id is None:
            return task
        if not new.reason.strip():
            raise ReturnReasonRequired
        terms = court.limits.complaints
        complaint.check(task, new.ground, now, paused_days=await overdue.paused_days(conn, task))
        said_before = await task_statements.outlines(conn, task.id, overlay_consequences.COMPLAINTS)
        if overlay_consequences.open_complaints(said_before):
            raise ComplaintOpen
        answer_by = terms.calendar.due(civil_date(now), terms.answer_within)
        said = ComplaintPayload(
            ground=new.ground.value, text=new.reason, answer_by=answer_by, officer=officer.officer_id
        )
        await statements.send(
            court, conn, task, _K.COMPLAINED, said, officer=officer.officer_id, statement_id=statement_id, now=now
        )
    return task


async def answer(
    court: CourtNode, caller: Caller | None, task_id: UUID, complaint_id: UUID, text: str, *, idempotency_key: str
) -> TaskRecord:
    """投诉答复, by the entrusted court's bureau chief, president or command centre; once.

    Raises:
        Forbidden, NotFound, IdempotencyKeyReused: see `saying.begin`; no such complaint of the task.
        ReturnReasonRequired: nothing is said. ComplaintAnswered, ContentNotAccepted.
    """
    officer = rights.check(caller, Act.ANSWER_COMPLAINT)
    said = ComplaintAnswerPayload(text=text, officer=officer.officer_id)
    return await _settle(
        court, officer, task_id, complaint_id, said, (Act.ANSWER_COMPLAINT, opening.INBOUND), idempotency_key
    )


async def close(
    court: CourtNode, caller: Caller | None, task_id: UUID, complaint_id: UUID, text: str, *, idempotency_key: str
) -> TaskRecord:
    """结束投诉, by the court that complained, answered or not.

    Raises:
        Forbidden, NotFound, IdempotencyKeyReused: see `saying.begin`; no such complaint of the task.
        ComplaintAnswered: it was closed. ContentNotAccepted.
    """
    officer = rights.check(caller, Act.COMPLAIN_OF_TASK)
    said = ComplaintClosedPayload(text=text, officer=officer.officer_id)
    return await _settle(
        court, officer, task_id, complaint_id, said, (Act.COMPLAIN_OF_TASK, opening.OUTBOUND), idempotency_key
    )


async def _settle(
    court: CourtNode,
    officer: Caller,
    task_id: UUID,
    complaint_id: UUID,
    payload: ComplaintAnswerPayload | ComplaintClosedPayload,
    way: tuple[Act, str],
    key: str,
) -> TaskRecord:
    (act, direction), now = way, court.clock.now()
    kind = _K.COMPLAINT_ANSWERED if isinstance(payload, ComplaintAnswerPayload) else _K.COMPLAINT_CLOSED
    async with transaction(court.pool) as conn:
        asked = [complaint_id, kind, payload.text]
        task, statement_id = await saying.begin(
            court, conn, officer, act, key, asked, task_id, direction=direction, now=now
        )
        if statement_id is None:
            return task
        said = await task_statements.outlines(conn, task.id, overlay_consequences.COMPLAINTS)
        _check_open(said, complaint_id, kind)
        if kind is _K.COMPLAINT_ANSWERED and not payload.text.strip():
            raise ReturnReasonRequired("text")
        await statements.send(
            court,
            conn,
            task,
            kind,
            payload,
            refers=complaint_id,
            officer=officer.officer_id,
            statement_id=statement_id,
            now=now,
        )
    return task


def _check_open(said: list[OutlineRecord], complaint_id: UUID, kind: StatementKind) -> None:
    """Return if the complaint is one of them, and nothing of `kind` has been said of it, nor was it closed."""
    taken = [each for each in said if each.refused_code is None]
    if all((each.id, each.kind) != (complaint_id, _K.COMPLAINED) for each in taken):
        raise NotFound
    if any(each.refers == complaint_id and each.kind in {kind, _K.COMPLAINT_CLOSED} for each in taken):
        raise ComplaintAnswered


async def warn(court: CourtNode) -> int:
    """Say, at either court, that a complaint was not answered by its day; once. How many warnings were raised."""
    today = civil_date(court.clock.now())

    async def find(conn: Conn, after: tuple[datetime, UUID] | None, limit: int) -> list[StatementRecord]:
        return await task_statements.unsettled(conn, _K.COMPLAINED, _SETTLED, after=after, limit=limit)

    async def look(conn: Conn, said: StatementRecord) -> bool:
        due = _answer_by(court, said)
        return today > due and await warnings_raised.raise_(
            court,
            conn,
            WarningKind.COMPLAINT_UNANSWERED,
            About(task_id=said.task_id),
            once=str(said.id),
            cause=WarningCause.SILENCE,
            due_on=due,
        )

    return await sweeping.each(court, find, look, key=lambda said: (said.at, said.id))


def _answer_by(court: CourtNode, said: StatementRecord) -> date:
    return contents.read(payload_of(court, said), ComplaintPayload).answer_by


def payload_of(court: CourtNode, said: StatementRecord) -> bytes:
    """What the statement's commitment stands for."""
    return court.at_rest.decrypt(said.payload, context=task_statements.CONTEXT)
