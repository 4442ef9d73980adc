"""评价: the delegating court says once how a completed task was handled; both courts see it."""

from dataclasses import dataclass
from uuid import UUID

from db import task_statements
from db.pool import transaction
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.rules import evaluation, rights
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import AlreadyEvaluated
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import opening, saying, statements
from enforcement.tasks.statement_contents import EvaluationPayload


@dataclass(frozen=True, slots=True)
class NewEvaluation:
    """From 1 to 5, and why."""

    score: int
    text: str = ""


async def evaluate(
    court: CourtNode, caller: Caller | None, task_id: UUID, new: NewEvaluation, *, idempotency_key: str
) -> TaskRecord:
    """评价 of a completed task, by the handler who delegated it or the bureau chief.

    Raises:
        Forbidden, NotFound, NotAssigned, IdempotencyKeyReused: see `saying.begin`.
        TransitionNotAllowed: the task is not completed.
        Malformed: SCORE. EvaluationTooLate, AlreadyEvaluated, ContentNotAccepted.
    """
    officer = rights.check(caller, Act.EVALUATE_TASK)
    now, act = court.clock.now(), Act.EVALUATE_TASK
    async with transaction(court.pool) as conn:
        task, statement_id = await saying.begin(
            court, conn, officer, act, idempotency_key, new, task_id, direction=opening.OUTBOUND, now=now
        )
        if statement_id is None:
            return task
        if task.status != DelegatedTaskStatus.COMPLETED:
            raise TransitionNotAllowed(task.status, StatementKind.EVALUATED)
        evaluation.check(new.score, task.status_at, now, court.limits.evaluate_within)
        before = await task_statements.outlines(conn, task.id, [StatementKind.EVALUATED])
        if any(each.refused_code is None for each in before):
            raise AlreadyEvaluated
        payload = EvaluationPayload(score=new.score, text=new.text, officer=officer.officer_id)
        await statements.send(
            court,
            conn,
            task,
            StatementKind.EVALUATED,
            payload,
            officer=officer.officer_id,
            statement_id=statement_id,
            now=now,
        )
    return task
