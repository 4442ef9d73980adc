"""Inbox and outbox (收件箱、发件箱): pages of tasks in the order that a desk works in, and how many stand where.

Invariant: a list and its counts speak of the same tasks: those that the caller may know of.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db import cases, task_lists
from db.pool import Conn
from db.records.tasks import TaskCount, TaskOrder, TaskRecord
from db.task_lists import TaskFilter
from enforcement.court import CourtNode
from enforcement.rules import cursors, rights, scopes
from enforcement.rules.areas import Area, reads
from enforcement.rules.deadlines import end_of
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_status import ENDED
from enforcement.tasks.opening import OUTBOUND

_FIELD: Final = "delegatedTasks"
_LAST: Final = "none"
"""In a cursor, the place of a task that nobody has to move by a day: behind all that are due."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a desk asks for; None means any. `case` is a number of this court: tasks of it alone."""

    direction: str | None = None
    statuses: tuple[str, ...] | None = None
    matters: tuple[str, ...] | None = None
    urgent: bool | None = None
    other_court: str | None = None
    held_here: bool = False
    overdue: bool = False
    due_by: date | None = None
    case: str | None = None


async def page(
    court: CourtNode, caller: Caller | None, wanted: Wanted, order: TaskOrder, *, first: int, after: str | None
) -> Page[TaskRecord]:
    """At most `first` (1 to 100) tasks behind the cursor `after`, which is of the same order.

    By YOUNGEST a walk meets each task once; by DUE and CHANGED a task that moved meanwhile may be met again, or not.

    Raises:
        Forbidden.
        Malformed: PAGE, part first; CURSOR.
    """
    officer = rights.check(caller, Act.READ_TASK)
    check_first(first)
    field = f"{_FIELD}.{order}"
    position = cursors.read(field, after, _place, UUID)
    async with court.pool.acquire() as conn:
        asked = await _filter(court, conn, officer, wanted)
        found = await task_lists.page(conn, asked, order, after=position, limit=first + 1)
    return page_of(field, found, first, lambda task: (_written(task_lists.place(task, order)), task.id))


async def counts(court: CourtNode, caller: Caller | None, wanted: Wanted) -> list[TaskCount]:
    """Per direction and state: how many tasks, how many of them overdue, how many wait for this court.

    Raises:
        Forbidden.
    """
    officer = rights.check(caller, Act.READ_TASK)
    async with court.pool.acquire() as conn:
        asked = await _filter(court, conn, officer, wanted)
        return await task_lists.counts(conn, asked, now=court.clock.now(), own_court=court.code)


async def _filter(court: CourtNode, conn: Conn, officer: Caller, wanted: Wanted) -> TaskFilter:
    now = court.clock.now()
    dues = [now] if wanted.overdue else []
    if wanted.due_by is not None:
        dues.append(end_of(wanted.due_by))
    asked = TaskFilter(
        direction=wanted.direction,
        statuses=wanted.statuses,
        matters=wanted.matters,
        urgent=wanted.urgent,
        other_court=wanted.other_court,
        holder=court.code if wanted.held_here else None,
        due_by=min(dues, default=None),
    )
    if wanted.case is not None:
        case = await cases.by_number(conn, wanted.case)
        asked = replace(asked, direction=OUTBOUND, case_ids=() if case is None else (case.id,))
    return asked if scopes.reads_court(officer, Area.TASKS) else _own(officer, asked)


def _own(reader: Caller, wanted: TaskFilter) -> TaskFilter:
    """The filter with what `reading.may_read` says of one task."""
    if reads(reader.roles, Area.TASKS):
        return replace(wanted, officer=reader.officer_id)
    asked = ENDED if wanted.statuses is None else ENDED.intersection(wanted.statuses)
    own = set(reader.own_cases)
    cases_asked = own if wanted.case_ids is None else own.intersection(wanted.case_ids)
    return replace(wanted, case_ids=tuple(cases_asked), statuses=tuple(sorted(asked)))


def _place(text: str) -> datetime | None:
    return None if text == _LAST else cursors.instant(text)


def _written(place: datetime | None) -> str:
    return _LAST if place is None else place.isoformat()
