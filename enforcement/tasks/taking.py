"""Taking tasks back from a court that the courts of the zone declared lost (失联): time passes nothing, they decide.

the directory says that the court is lost, from an instant on (signed by more than two thirds of the courts)
  -> every open task whose log that court holds: PEN_TAKEN, from the head that is held here; the task has ended,
     RETURNED, and may be cloned for another court; its handler is warned
  -> a restored database waits no longer for what the lost court would confirm

Tasks that the lost court had delegated stay with this court: it goes on, feeds back, and keeps what it did.

Invariant: nothing here looks at how long a court has been silent.
"""

import logging
from typing import Final
from uuid import UUID

from db import lives, tasks
from db.pool import Conn, transaction
from db.records.tasks import TaskRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import sweeping
from enforcement.court import CourtNode
from enforcement.rules import task_steps
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import CourtLost
from enforcement.tasks import answering, log, projection, resyncing
from enforcement.tasks.contents import PenTakenPayload
from enforcement.warnings_raised import raise_

_LOG: Final = logging.getLogger("enforcement.tasks")


async def sweep(court: CourtNode) -> int:
    """Take back what lost courts hold of this court's tasks; how many tasks."""
    view = court.directory.current()
    lost = [entry.code for entry in view.courts() if entry.code != court.code and view.is_lost(entry.code)]
    return sum([await _from(court, peer) for peer in lost])


async def _from(court: CourtNode, peer: str) -> int:
    async with transaction(court.pool) as conn:
        if await lives.release(conn, peer, court.clock.now()):
            _LOG.warning("a lost court is not waited for", extra={"peer": peer})
            await resyncing.catch_up(court, conn, peer)

    async def held(conn: Conn, after: UUID | None, limit: int) -> list[UUID]:
        return await tasks.held_by(conn, peer, after=after, limit=limit)

    async def take(conn: Conn, task_id: UUID) -> bool:
        task = await tasks.lock(conn, task_id)
        return task is not None and await _take(court, conn, task)

    return await sweeping.each(court, held, take, key=lambda found: found)


async def _take(court: CourtNode, conn: Conn, task: TaskRecord) -> bool:
    view, now = court.directory.current(), court.clock.now()
    side, lost_at = projection.side_of(task, court.code), view.lost_at(task.entrusted_court)
    is_taken = task_steps.takes_pen(projection.head_of(task), side, is_lost=log.is_lost(court, task))
    if not is_taken or lost_at is None:
        return False
    payload = PenTakenPayload(reason=CourtLost.code, directory=view.version, lost_at=lost_at)
    saved = await log.append(court, conn, task, EventType.PEN_TAKEN, payload, now=now, is_confirmed=True)
    await answering.end_taken(conn, saved, now)
    await raise_(
        court,
        conn,
        WarningKind.TASK_TAKEN_BACK,
        About(task_id=task.id, case_id=task.case_id),
        once=str(task.id),
        cause=WarningCause.SILENCE,
        level=WarningLevel.URGENT,
        officer=task.officer,
    )
    return True
