"""Following what happens to any object of one topic: for desks that watch their tasks, searches, measures or warnings.

It polls the table of events by its index, so that a subscription holds no connection while nothing happens, and
resumes in whichever process. Invariant: every event behind a position is met once, in the order of the positions,
however late its transaction was committed.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import anyio

from db import delegated_search_tasks, delegated_searches, events, tasks, warnings_raised
from db.events import Position
from db.pool import Conn
from db.records.delegated_searches import DelegatedSearchRecord
from db.records.tasks import ChangeRecord, TaskRecord
from db.records.warnings_raised import WarningKind, WarningRecord
from enforcement import measure_views
from enforcement.court import CourtNode
from enforcement.measure_views import MeasureView
from enforcement.measures import TOPIC as MEASURE
from enforcement.rules import rights, scopes
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.tasks import reading
from enforcement.tasks.announcing import DELEGATED_SEARCH
from enforcement.tasks.log import TOPIC as TASK
from enforcement.warnings_raised import TOPIC as WARNING
from enforcement.warnings_raised import may_read

POLL_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Changed:
    """An object that something happened to, and the position behind it."""

    ref: UUID
    position: Position


async def happened(
    court: CourtNode, topics: Sequence[str], *, after: Position | None, poll_s: float = POLL_S
) -> AsyncGenerator[tuple[list[ChangeRecord], Position], None]:
    """What happened to objects of the topics, never nothing, each time with the position behind it.

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
            found, position = await events.behind(conn, topics=topics, position=position)
        if found:
            yield found, position
        else:
            await anyio.sleep(poll_s)


async def changed(court: CourtNode, topic: str, *, after: Position | None) -> AsyncGenerator[Changed, None]:
    """Objects of the topic, each time that something happened to them; several times at once are told as one.

    Raises:
        Malformed: see `happened`.
    """
    async for found, position in happened(court, [topic], after=after):
        for ref in dict.fromkeys(change.ref for change in found):
            yield Changed(ref, position)


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


async def of_searches(
    court: CourtNode, caller: Caller | None, *, search_id: UUID | None, after: Position | None
) -> AsyncGenerator[tuple[DelegatedSearchRecord, Position], None]:
    """Searches at several courts that the caller may see, after each change of one, of a task of it or of its finds.

    Raises:
        Forbidden.
        Malformed: CURSOR.
    """
    officer = rights.check(caller, Act.READ_CASE)
    async for found, position in happened(court, [TASK, DELEGATED_SEARCH], after=after):
        async with court.pool.acquire() as conn:
            meant = await _searches(conn, found)
        for search in meant:
            if search_id in {None, search.id} and scopes.sees_search(officer, search.created_by):
                yield search, position


async def _searches(conn: Conn, found: Sequence[ChangeRecord]) -> list[DelegatedSearchRecord]:
    """The searches that the changes are of, each once, as they stand."""
    whole = [change.ref for change in found if change.topic == DELEGATED_SEARCH]
    parts = list(dict.fromkeys(change.ref for change in found if change.topic == TASK))
    ids = sorted({*whole, *await delegated_search_tasks.searches_of(conn, parts)})
    return await delegated_searches.of_ids(conn, ids)
