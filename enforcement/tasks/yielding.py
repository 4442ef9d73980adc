"""A court that was declared lost comes back, and finds that the delegating court has taken a task's log back.

PEN_TAKEN continues the log where the delegating court's copy stood. What this court has written after that stays on
record, void: the delegating court has gone on without it.

Invariant: only the directory takes the log from a court, never the other court's word; a version that this court does
not hold yet is waited for.
"""

from dataclasses import replace

from db import task_events
from db.pool import Conn
from db.records.tasks import TaskEventRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.rules import task_steps
from enforcement.rules.task_log import EMPTY, Head
from enforcement.tasks import answering, arriving, log, projection
from federation.delivery.node import NotYet


async def accept(court: CourtNode, conn: Conn, task: TaskRecord | None, event: TaskEventRecord) -> None:
    """Take in that the other court took back the log of `task`, which is locked.

    Raises:
        NotYet: what it continues has not come yet.
        Refused: COURT_NOT_LOST; or it does not fit the log.
    """
    if task is None:
        raise NotYet(task_steps.MISSING)
    standing = [each for each in await task_events.of_tasks(conn, [task.id]) if each.standing == "APPLIED"]
    kept, void = standing[: event.seq - 1], standing[event.seq - 1 :]
    row = projection.taken_back(task, kept) if void and kept else task
    lost_at = court.directory.current().lost_at(task.entrusted_court)
    verdict = task_steps.yield_pen(
        _before(row, event, kept),
        projection.log_event(task, event),
        projection.side_of(task, event.author),
        is_lost=lost_at is not None and lost_at <= event.at,
    )
    arriving.check(verdict)
    assert verdict.head is not None  # it is applied
    now = court.clock.now()
    for each in void:
        await task_events.set_standing(conn, each, "VOID")
    await task_events.add(conn, event, now)
    saved = await log.save(conn, projection.applied(row, event, verdict.head), now, kind=event.type)
    await answering.end_taken(conn, saved, now)


def _before(row: TaskRecord, event: TaskEventRecord, kept: list[TaskEventRecord]) -> Head | None:
    """Where this court's log stood before that number; None when it is shorter."""
    if len(kept) < event.seq - 1:
        return None
    return replace(projection.head_of(row), seq=event.seq - 1) if kept else EMPTY
