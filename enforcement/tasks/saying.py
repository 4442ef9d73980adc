"""How an act that says something beside the log begins: its key claimed, its task locked and in the caller's hands."""

from datetime import datetime
from uuid import UUID

from db import tasks
from db.ids import new_id
from db.pool import Conn
from db.records.tasks import TaskRecord
from enforcement import once
from enforcement.court import CourtNode
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Act, Caller, Role
from enforcement.tasks import opening


async def begin(
    court: CourtNode,
    conn: Conn,
    officer: Caller,
    act: Act,
    key: str,
    asked: object,
    task_id: UUID,
    *,
    direction: str | None,
    now: datetime,
) -> tuple[TaskRecord, UUID | None]:
    """The task, locked, and the id of the statement to make; None when the key made one before.

    A handler without another office acts on the tasks in their own hands.

    Raises:
        NotFound: there is no such task, or it goes the other way.
        NotAssigned: it is in another handler's hands.
        Malformed, IdempotencyKeyReused: see `once.claim`.
    """
    statement_id = new_id(now)
    made = await once.claim(court, conn, officer, key, act, [task_id, asked], result_id=statement_id, now=now)
    task = await tasks.lock(conn, task_id)
    if task is None or (direction is not None and task.direction != direction):
        raise NotFound
    if officer.roles <= {Role.HANDLER}:
        opening.check_officer(task, officer)
    return task, None if made is not None else statement_id
