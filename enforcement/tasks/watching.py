"""Following one task: emits it as it stands, then each time that it changed; or what changed behind a position.

It polls the table of changes by its index, so that a subscription holds no connection while nothing happens, and
resumes in whichever process. Invariant: a task is told as it stood at its position, in one snapshot with it.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import anyio

from db import events
from db.pool import snapshot
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Caller
from enforcement.tasks import log, reading

POLL_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task, and the newest of its changes at that instant: a row of `events`, 0 before the first."""

    task: TaskRecord
    position: int


async def changes(
    court: CourtNode, caller: Caller | None, task_id: UUID, *, after: int | None = None, poll_s: float = POLL_S
) -> AsyncGenerator[TaskChange, None]:
    """The task now and after each change, several at once as one; with `after` only what changed behind it.

    Raises:
        Forbidden, NotFound: at the start, or when the task leaves the caller's hands.
        Malformed: CURSOR; `after` is ahead of every change.
    """
    async with snapshot(court.pool) as conn:
        task = await reading.read_within(conn, caller, task_id)
        position = await events.last_id(conn, topic=log.TOPIC, ref=task_id)
    if after is not None and not 0 <= after <= position:
        raise Malformed("CURSOR", "after")
    if after is None or after < position:
        yield TaskChange(task, position)
    while True:
        await anyio.sleep(poll_s)
        async with snapshot(court.pool) as conn:
            newest = await events.last_id(conn, topic=log.TOPIC, ref=task_id)
            if newest == position:
                continue
            task = await reading.read_within(conn, caller, task_id)
        position = newest
        yield TaskChange(task, position)
