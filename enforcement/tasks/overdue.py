"""What is late about delegated tasks, and what falls due: marks, reminders, warnings, and evidence of silence.

Each court looks at its own row, so both come to the same without a message. Before a term ends, and on its last day,
whoever has to act is reminded (`TASK_DUE`). Once it is missed, the mark OVERDUE (or NOT_BEGUN) stands beside the state
at both courts until the act comes, both are warned, and the court that waits puts the silence on record.

Invariant: nothing is done by time but marks, warnings and records: no state moves, and nobody gets the right to append.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from db import events, lives, task_clocks, task_events, task_history, tasks, warnings_raised
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.tasks import OverlayRecord, TaskRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from db.task_clocks import Due
from enforcement import sweeping
from enforcement.court import CourtNode
from enforcement.rules import task_clocks as rules
from enforcement.rules.deadlines import DEFAULT_TERMS
from enforcement.rules.task_clocks import ACTS_BY, Running, TaskTerm
from enforcement.rules.task_status import ENDED
from enforcement.tasks import log, projection, silence
from enforcement.warnings_raised import raise_

_AT_ONCE: Final = 200
_FARTHEST: Final = timedelta(days=14)  # beyond any run of days off
UNREACHABLE: Final = "NODE_UNREACHABLE"
_UNANSWERED: Final = ("CUSTODY", "GATEWAY_UNREACHABLE", "UNREACHABLE")
"""Why a message is still queued although its destination said nothing about it."""


async def sweep(court: CourtNode) -> int:
    """Mark what is late, remind of what falls due, each once; how many tasks were late, due or waiting."""
    now = court.clock.now()
    return await _late(court, now) + await _due(court, now) + await _waiting(court, now)


async def note_late(conn: Conn, task: TaskRecord, now: datetime) -> None:
    """Let the mark stand at once if `task`, which is locked, is acted upon after its term."""
    for clock in rules.missed(rules.running(task), now):
        await task_history.stand_overlay(conn, _mark(task, clock))


async def _late(court: CourtNode, now: datetime) -> int:
    received_before = now - timedelta(days=DEFAULT_TERMS.begin.days)

    async def missed(conn: Conn, after: Due | None, limit: int) -> list[Due]:
        return await task_clocks.missed(conn, now, after=after, limit=limit)

    async def not_begun(conn: Conn, after: Due | None, limit: int) -> list[Due]:
        return await task_clocks.not_begun(conn, received_before, after=after, limit=limit)

    async def unanswered(conn: Conn, after: Due | None, limit: int) -> list[Due]:
        return await task_clocks.unanswered(conn, civil_date(now), after=after, limit=limit)

    async def look(conn: Conn, found: Due) -> bool:
        task = await tasks.lock(conn, found.id)
        if task is not None and task.status not in ENDED and not task.is_disputed:
            await _mark_late(court, conn, task, now)
        return True

    ways = (missed, not_begun, unanswered)
    return sum([await sweeping.each(court, way, look, key=lambda found: found) for way in ways])


async def _mark_late(court: CourtNode, conn: Conn, task: TaskRecord, now: datetime) -> None:
    """The marks, warnings and record of what `task`, which is locked, is late with; none while its log grows back."""
    if await lives.is_pending(conn, task.other_court):
        return
    for clock in rules.missed(rules.running(task, paused_days=await paused_days(conn, task)), now):
        await task_history.stand_overlay(conn, _mark(task, clock))
        if not await _warn(court, conn, task, clock):
            continue
        await events.add(conn, topic=log.TOPIC, ref=task.id, kind=clock.mark, now=now)
        if ACTS_BY[clock.term] is not projection.side_of(task, court.code):
            await silence.keep(court, conn, task, clock, now)


async def paused_days(conn: Conn, task: TaskRecord, *, until_seq: int | None = None) -> int:
    """How many days papers were awaited, as far as the log goes; 0 of a task that was begun, where nobody asks."""
    if task.status not in rules.NOT_BEGUN:
        return 0
    events = await task_events.of_tasks(conn, [task.id])
    return rules.paused(event for event in events if until_seq is None or event.seq <= until_seq)


def _mark(task: TaskRecord, clock: Running) -> OverlayRecord:
    return OverlayRecord(task.id, clock.mark, clock.missed_at, task.own_court, clock.code)


async def _warn(court: CourtNode, conn: Conn, task: TaskRecord, clock: Running) -> bool:
    """Warn of a missed term; False when it was warned of before."""
    is_first = clock.term is TaskTerm.FIRST_ACT
    return await raise_(
        court,
        conn,
        WarningKind.FIRST_ACT_OVERDUE if is_first else WarningKind.TASK_OVERDUE,
        About(task_id=task.id, case_id=task.case_id),
        once=f"{task.id} {clock.term} {clock.missed_at.isoformat()}",
        cause=WarningCause.SILENCE if ACTS_BY[clock.term] is not _own_side(task) else WarningCause.TERM,
        level=WarningLevel.URGENT,
        officer=task.officer,
        due_on=clock.due_on,
        since=clock.missed_at,
    )


async def _due(court: CourtNode, now: datetime) -> int:
    """Remind whoever of this court has to act soon."""
    until = now + timedelta(days=court.limits.task_remind_days) + _FARTHEST
    reminded, after = 0, None
    while True:
        async with transaction(court.pool) as conn:
            found = await task_clocks.due_between(conn, now, until, after=after, limit=_AT_ONCE)
            reminded += await _remind_of(court, conn, [each.id for each in found], now)
        if len(found) < _AT_ONCE:
            return reminded
        after = found[-1]


async def _remind_of(court: CourtNode, conn: Conn, found: list[UUID], now: datetime) -> int:
    """Remind of those of these tasks of which nobody was reminded yet at the stage that they have reached."""
    today, before = civil_date(now), court.limits.task_remind_days
    wanted: dict[str, tuple[TaskRecord, Running, str]] = {}
    for task in await tasks.several(conn, found):
        for clock in rules.running(task):
            stage = clock.stage(today, before=before)
            if stage is not None and ACTS_BY[clock.term] is _own_side(task):
                wanted[f"{task.id} {clock.term} {clock.due_on} {stage}"] = (task, clock, stage)
    known = await warnings_raised.known(conn, [f"{WarningKind.TASK_DUE} {once}" for once in wanted])
    new = [once for once in wanted if f"{WarningKind.TASK_DUE} {once}" not in known]
    for once in new:
        await _remind(court, conn, *wanted[once], once=once)
    return len(new)


async def _remind(court: CourtNode, conn: Conn, task: TaskRecord, clock: Running, stage: str, *, once: str) -> None:
    await raise_(
        court,
        conn,
        WarningKind.TASK_DUE,
        About(task_id=task.id, case_id=task.case_id),
        once=once,
        level=WarningLevel.WARNING if stage == "LAST_DAY" else WarningLevel.NOTICE,
        officer=task.officer,
        due_on=clock.due_on,
    )


def _own_side(task: TaskRecord) -> object:
    return projection.side_of(task, task.own_court)


async def _waiting(court: CourtNode, now: datetime) -> int:
    """待投递: mark tasks about which a message waits for a court that does not answer."""
    since = now - timedelta(minutes=court.limits.unreachable_minutes)

    async def find(conn: Conn, after: UUID | None, limit: int) -> list[tuple[UUID, str | None]]:
        return await task_clocks.waiting(conn, since=since, errors=_UNANSWERED, after=after, limit=limit)

    async def look(conn: Conn, found: tuple[UUID, str | None]) -> bool:
        task = await tasks.lock(conn, found[0])
        if task is not None:
            await task_history.stand_overlay(conn, OverlayRecord(task.id, UNREACHABLE, now, court.code, found[1]))
            await events.add(conn, topic=log.TOPIC, ref=task.id, kind=UNREACHABLE, now=now)
        return True

    return await sweeping.each(court, find, look, key=lambda found: found[0])
