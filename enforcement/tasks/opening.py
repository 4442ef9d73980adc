"""How an act finds the task it is about: locked, at the version the caller read, in the caller's hands."""

from uuid import UUID

from db import tasks
from db.pool import Conn
from db.records.tasks import TaskRecord
from enforcement.rules.refusals import NotFound, StaleVersion
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import NotAssigned

OUTBOUND = "OUTBOUND"
INBOUND = "INBOUND"


async def locked(conn: Conn, task_id: UUID, version: int, *, direction: str | None = None) -> TaskRecord:
    """The task, locked until the transaction ends.

    Raises:
        NotFound: there is none, or it goes the other way.
        StaleVersion: it changed since the caller read it.
    """
    task = await tasks.lock(conn, task_id)
    if task is None or (direction is not None and task.direction != direction):
        raise NotFound
    if task.version != version:
        raise StaleVersion(task.version)
    return task


async def found(conn: Conn, task_id: UUID) -> TaskRecord:
    """The task, locked, at whatever version: for what changes nothing of its row.

    Raises:
        NotFound.
    """
    task = await tasks.lock(conn, task_id)
    if task is None:
        raise NotFound
    return task


def check_officer(task: TaskRecord, caller: Caller) -> None:
    """Return if the task is in this officer's hands: the handler who drafted it, or the one it was assigned to.

    Raises:
        NotAssigned.
    """
    if task.officer != caller.officer_id:
        raise NotAssigned
