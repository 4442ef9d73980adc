"""Tasks as officers of the own court read them: by id, and what belongs to several of them at once.

Invariant: a handler reads the tasks in their hands; other offices read the court's (rules/scopes.py). What an office
may not read is masked (enforcement/masked.py) before it leaves this module.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar
from uuid import UUID

import anyio

from db import supervision_marks, task_events, task_history, task_requests, task_statements, tasks
from db.pool import Conn
from db.records.supervision_marks import SupervisionMarkRecord
from db.records.tasks import (
    HistoryRecord,
    OverlayRecord,
    RequestRecord,
    StatementRecord,
    TaskEventRecord,
    TaskRecord,
)
from enforcement import basis, masked
from enforcement.court import CourtNode
from enforcement.payloads import Payload, TaskContent
from enforcement.rules import rights, scopes
from enforcement.rules.paging import MOST, check_first
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_log import EventType
from enforcement.rules.task_status import ENDED
from enforcement.tasks import contents, history
from enforcement.tasks.statement_kinds import KINDS


@dataclass(frozen=True, slots=True)
class EventView:
    """An event of the shared log with its payload, as the caller may read it."""

    event: TaskEventRecord
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement beside the log with its payload, as the caller may read it."""

    said: StatementRecord
    payload: Payload


async def read(court: CourtNode, caller: Caller | None, task_id: UUID) -> TaskRecord:
    """The task, if the caller may know of it.

    Raises:
        Forbidden, NotFound.
    """
    rights.check(caller, Act.READ_TASK)
    async with court.pool.acquire() as conn:
        return await read_within(conn, caller, task_id)


async def read_within(conn: Conn, caller: Caller | None, task_id: UUID) -> TaskRecord:
    """The same within a transaction.

    Raises:
        Forbidden, NotFound.
    """
    officer = rights.check(caller, Act.READ_TASK)
    task = await tasks.find(conn, task_id)
    if task is None or not may_read(officer, task):
        raise NotFound
    return task


def may_read(officer: Caller, task: TaskRecord) -> bool:
    """Whether who reads tasks may know of this one: a handler of those in their hands, a party of those that ended."""
    hands = (task.officer, task.created_by)
    return scopes.knows_task(officer, hands=hands, case_id=task.case_id, status=task.status)


def content_of(court: CourtNode, caller: Caller, task: TaskRecord) -> TaskContent:
    """What the task asks for, as the caller may read it."""
    content = basis.content_of(court, task)
    return content if scopes.reads_identity(caller) else masked.payload_of(content)


def urgent_mark(task: TaskRecord) -> OverlayRecord:
    """The mark of an urgent task, until it is over."""
    over_at = task.status_at if task.status in ENDED else None
    return OverlayRecord(task.id, "URGENT", task.created_at, task.delegating_court, cleared_at=over_at)


@dataclass(frozen=True, slots=True)
class Said:
    """Which statements beside a log: the last `first` of these kinds, up to one that is named."""

    kinds: tuple[StatementKind, ...] | None = None
    first: int = MOST
    before: UUID | None = None


R = TypeVar("R")
P = TypeVar("P", bound=Payload)


class _ByTask(Generic[R]):
    """Rows of one kind for several tasks, read once, when the first of them is asked for."""

    def __init__(self, read_all: Callable[[], Awaitable[list[R]]], key: Callable[[R], UUID | None]) -> None:
        self._read_all = read_all
        self._key = key
        self._lock = anyio.Lock()
        self._rows: dict[UUID | None, list[R]] | None = None

    async def of(self, task_id: UUID) -> list[R]:
        async with self._lock:
            if self._rows is None:
                rows: dict[UUID | None, list[R]] = {}
                for row in await self._read_all():
                    rows.setdefault(self._key(row), []).append(row)
                self._rows = rows
        return self._rows.get(task_id, [])


class TaskBatch:
    """What belongs to the tasks of one answer; one query per kind, however many tasks."""

    def __init__(self, court: CourtNode, caller: Caller, found: Sequence[TaskRecord]) -> None:
        self.court = court
        self.caller = caller
        self._ids = [task.id for task in found]
        self._origins_of = {task.id: task.follow_up_of for task in found if task.follow_up_of is not None}
        self.events: _ByTask[EventView] = _ByTask(self._events, lambda view: view.event.task_id)
        self.acts: _ByTask[HistoryRecord] = _ByTask(self._acts, lambda act: act.task_id)
        self.requests: _ByTask[RequestRecord] = _ByTask(self._requests, lambda request: request.task_id)
        self._statements: dict[Said, _ByTask[StatementView]] = {}
        self.overlays: _ByTask[OverlayRecord] = _ByTask(self._overlays, lambda overlay: overlay.task_id)
        self.supervisions: _ByTask[SupervisionMarkRecord] = _ByTask(self._supervisions, lambda mark: mark.task_id)
        self.follow_ups: _ByTask[TaskRecord] = _ByTask(self._follow_ups, lambda task: task.follow_up_of)
        self._origins: _ByTask[TaskRecord] = _ByTask(self._found_origins, lambda task: task.id)

    async def origin(self, task_id: UUID) -> TaskRecord | None:
        """The task that this one continues, if this court has it and the caller may read it."""
        origin_id = self._origins_of.get(task_id)
        rows = [] if origin_id is None else await self._origins.of(origin_id)
        return rows[0] if rows else None

    async def _events(self) -> list[EventView]:
        async with self.court.pool.acquire() as conn:
            rows = await task_events.of_tasks(conn, self._ids)
        return [self._view(event) for event in rows]

    def _view(self, event: TaskEventRecord) -> EventView:
        raw = self.court.at_rest.decrypt(event.payload, context=task_events.CONTEXT)
        payload = contents.read_event(raw, EventType(event.type))
        return EventView(event, None if payload is None else self._shown(payload))

    def _shown(self, payload: P) -> P:
        return payload if scopes.reads_identity(self.caller) else masked.payload_of(payload)

    async def statements(self, task_id: UUID, said: Said) -> list[StatementView]:
        """What was said beside the task's log.

        Raises:
            Malformed: PAGE.
            NotFound: no statement is named to page back from.
        """
        if said not in self._statements:
            self._statements[said] = _ByTask(partial(self._said, said), lambda view: view.said.task_id)
        return await self._statements[said].of(task_id)

    async def _said(self, said: Said) -> list[StatementView]:
        limit = check_first(said.first)
        async with self.court.pool.acquire() as conn:
            before = None if said.before is None else await task_statements.place(conn, self._ids, said.before)
            if before is None and said.before is not None:
                raise NotFound
            rows = await task_statements.newest(conn, self._ids, kinds=said.kinds, before=before, limit=limit)
        return [self._statement(row) for row in rows]

    def _statement(self, said: StatementRecord) -> StatementView:
        raw = self.court.at_rest.decrypt(said.payload, context=task_statements.CONTEXT)
        payload = contents.read(raw, KINDS[StatementKind(said.kind)].payload)
        return StatementView(said, self._shown(payload))

    def note(self, act: HistoryRecord) -> str:
        """An act's note in clear; empty for who reads no identities, for it may name somebody."""
        return history.note(self.court.at_rest, act) if scopes.reads_identity(self.caller) else ""

    async def _acts(self) -> list[HistoryRecord]:
        async with self.court.pool.acquire() as conn:
            return await task_history.of_tasks(conn, self._ids)

    async def _requests(self) -> list[RequestRecord]:
        async with self.court.pool.acquire() as conn:
            return await task_requests.of_tasks(conn, self._ids)

    async def _overlays(self) -> list[OverlayRecord]:
        async with self.court.pool.acquire() as conn:
            return await task_history.overlays_of(conn, self._ids)

    async def _supervisions(self) -> list[SupervisionMarkRecord]:
        async with self.court.pool.acquire() as conn:
            return await supervision_marks.of_tasks(conn, self._ids)

    async def _found_origins(self) -> list[TaskRecord]:
        async with self.court.pool.acquire() as conn:
            found = await tasks.several(conn, list(self._origins_of.values()))
        return [task for task in found if may_read(self.caller, task)]

    async def _follow_ups(self) -> list[TaskRecord]:
        async with self.court.pool.acquire() as conn:
            found = await tasks.follow_ups(conn, self._ids)
        return [task for task in found if may_read(self.caller, task)]
