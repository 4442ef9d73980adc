"""Following what happens to any object of one topic: for desks that watch their tasks, measures or warnings.

It polls the table of events by its index, so that a subscription holds no connection while nothing happens, and
resumes in whichever process. Invariant: every event behind a position is met once, in the order of the positions,
however late its transaction was committed.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import anyio

from db import events, tasks, warnings_raised
from db.events import Position
from db.records.tasks import TaskRecord
from db.records.warnings_raised import WarningKind, WarningRecord
from enforcement import measure_views
from enforcement.court import CourtNode
from enforcement.measure_views import MeasureView
from enforcement.measures import TOPIC as MEASURE
from enforcement.rules import rights
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.tasks import reading
from enforcement.tasks.log import TOPIC as TASK
from enforcement.warnings_raised import TOPIC as WARNING
from enforcement.warnings_raised import may_read

POLL_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Changed:
    """An object that something happened to, and the position behind it."""

    ref: UUID
    position: Position


async def changed(
    court: CourtNode, topic: str, *, after: Position | None, poll_s: float = POLL_S
) -> AsyncGenerator[Changed, None]:
    """Objects of the topic, each time that something happened to them; several times at once are told as one.

    Without `after` what happens from now on.

    Raises:
        Malformed: CURSOR; `after` is ahead of everything.
    """
    async with court.pool.acquire() as conn:
        now = await events.here(conn)
    if after is not None and int(after.xact) > int(now.xact):
        raise Malformed("CURSOR", "after")
    position = after or now
    while True:
        async with court.pool.acquire() as conn:
            happened, position = await events.behind(conn, topic=topic, position=position)
        for ref in dict.fromkeys(change.ref for change in happened):
            yield Changed(ref, position)
        if not happened:
            await anyio.sleep(poll_s)


async def of_tasks(
    court: CourtNode, caller: Caller | None, *, direction: str | None, after: Position | None
) -> AsyncGenerator[tuple[TaskRecord, Position], None]:
    """Tasks that the caller may know of, as they stand after each change.

    Raises:
        Forbidden.
        Malformed: CURSOR.
    """
    officer = rights.check(caller, Act.READ_TASK)
    async for one in changed(court, TASK, after=after):
        async with court.pool.acquire() as conn:
            task = await tasks.find(conn, one.ref)
        if task is not None and reading.may_read(officer, task) and direction in {None, task.direction}:
            yield task, one.position


async def of_measures(
    court: CourtNode, caller: Caller | None, *, after: Position | None
) -> AsyncGenerator[tuple[MeasureView, Position], None]:
    """Measures of cases that the caller may read, as they stand after each change.

    Raises:
        Forbidden.
        Malformed: CURSOR.
    """
    rights.check(caller, Act.READ_CASE)
    async for one in changed(court, MEASURE, after=after):
        try:
            yield await measure_views.read(court, caller, one.ref), one.position
        except NotFound:
            continue


async def of_warnings(
    court: CourtNode, caller: Caller | None, *, kinds: frozenset[WarningKind] | None, after: Position | None
) -> AsyncGenerator[tuple[WarningRecord, Position], None]:
    """Warnings that the caller may read, as they are raised.

    Raises:
        Forbidden.
        Malformed: CURSOR.
    """
    officer = rights.check(caller, Act.READ_WARNINGS)
    async for one in changed(court, WARNING, after=after):
        async with court.pool.acquire() as conn:
            warning = await warnings_raised.find(conn, one.ref)
        if warning is not None and may_read(officer, warning) and (kinds is None or warning.kind in kinds):
            yield warning, one.position
