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
    async with court.pool.acquire() as conn:
        found = await task_clocks.missed(
            conn, now=now, received_before=received_before, answered_before=civil_date(now), limit=_AT_ONCE
        )
    for task_id in found:
        async with transaction(court.pool) as conn:
            task = await tasks.lock(conn, task_id)
            if task is not None and task.status not in ENDED and not task.is_disputed:
                await _mark_late(court, conn, task, now)
    return len(found)


async def _mark_late(court: CourtNode, conn: Conn, task: TaskRecord, now: datetime) -> None:
    """The marks, warnings and record of what `task`, which is locked, is late with; none while its log grows back."""
    if await lives.is_pending(conn, task.other_court):
        return
    paused = 0
    if task.status in rules.NOT_BEGUN:
        paused = rules.paused(await task_events.of_tasks(conn, [task.id]))
    for clock in rules.missed(rules.running(task, paused_days=paused), now):
        await task_history.stand_overlay(conn, _mark(task, clock))
        if not await _warn(court, conn, task, clock):
            continue
        await events.add(conn, topic=log.TOPIC, ref=task.id, kind=clock.mark, now=now)
        if ACTS_BY[clock.term] is not projection.side_of(task, court.code):
            await silence.keep(court, conn, task, clock, now)


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
    today, before = civil_date(now), court.limits.task_remind_days
    async with transaction(court.pool) as conn:
        found = await task_clocks.due_between(conn, now, now + timedelta(days=before) + _FARTHEST, limit=_AT_ONCE * 10)
        wanted: dict[str, tuple[TaskRecord, Running, str]] = {}
        for task in await _several(conn, found):
            for clock in rules.running(task):
                stage = clock.stage(today, before=before)
                if stage is not None and ACTS_BY[clock.term] is _own_side(task):
                    wanted[f"{task.id} {clock.term} {clock.due_on} {stage}"] = (task, clock, stage)
        known = await warnings_raised.known(conn, [f"{WarningKind.TASK_DUE} {once}" for once in wanted])
        new = [once for once in wanted if f"{WarningKind.TASK_DUE} {once}" not in known]
        for once in new:
            await _remind(court, conn, *wanted[once], once=once)
    return len(new)


async def _several(conn: Conn, found: list[UUID]) -> list[TaskRecord]:
    """The tasks of these ids, a few hundred at a time."""
    return [task for i in range(0, len(found), _AT_ONCE) for task in await tasks.several(conn, found[i : i + _AT_ONCE])]


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
    async with court.pool.acquire() as conn:
        found = await task_clocks.waiting(conn, since=since, errors=_UNANSWERED, limit=_AT_ONCE)
    for task_id, code in found:
        async with transaction(court.pool) as conn:
            task = await tasks.lock(conn, task_id)
            if task is not None:
                await task_history.stand_overlay(conn, OverlayRecord(task.id, UNREACHABLE, now, court.code, code))
                await events.add(conn, topic=log.TOPIC, ref=task.id, kind=UNREACHABLE, now=now)
    return len(found)
