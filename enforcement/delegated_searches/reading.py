"""Searches at several courts as officers of the own court read them: by id, by case, and what belongs to several.

Invariant: a handler reads the own searches, other offices those of the court (rules/scopes.py), parties none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

import anyio

from db import delegated_search_tasks, delegated_searches, findings, task_events, task_history, tasks
from db.records.delegated_searches import DelegatedSearchRecord, SearchTaskRecord
from db.records.tasks import OverlayRecord, TaskEventRecord, TaskRecord
from enforcement import cases
from enforcement.cases import FindingView
from enforcement.court import CourtNode
from enforcement.delegated_searches import covering
from enforcement.delegated_searches.making import known
from enforcement.delegated_searches.moving import current
from enforcement.rules import cursors, rights, scopes
from enforcement.rules.delegated_search import Coverage
from enforcement.rules.paging import Page, check_first, page_of, portions
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.tasks import reading

_FIELD: Final = "delegatedSearches"
_FINDINGS: Final = "delegatedSearchFindings"
Row = TypeVar("Row")


async def read(court: CourtNode, caller: Caller | None, search_id: UUID) -> DelegatedSearchRecord:
    """A search of this court that the caller may know of. Raises Forbidden, NotFound."""
    officer = rights.check(caller, Act.READ_CASE)
    async with court.pool.acquire() as conn:
        search = await known(conn, search_id)
    if not scopes.sees_search(officer, search.created_by):
        raise NotFound
    return search


async def page(
    court: CourtNode, caller: Caller | None, case_number: str, *, first: int, after: str | None
) -> Page[DelegatedSearchRecord]:
    """At most `first` (1 to 100) searches of a case that the caller may open, oldest first.

    Raises:
        Forbidden, Malformed, NotFound.
    """
    file = await cases.open_file(court, caller, case_number)
    position, limit = cursors.read(_FIELD, after, cursors.instant, UUID), check_first(first) + 1
    async with court.pool.acquire() as conn:
        found = await delegated_searches.page_of_case(conn, file.case.id, after=position, limit=limit)
    cut = page_of(_FIELD, found, first, lambda search: (search.created_at.isoformat(), search.id))
    seen = [place for place, search in enumerate(cut.rows) if scopes.sees_search(file.reader, search.created_by)]
    return Page([cut.rows[place] for place in seen], [cut.cursors[place] for place in seen], cut.has_next)


class SearchBatch:
    """What belongs to the searches of one answer: one query per kind, however many searches."""

    def __init__(self, court: CourtNode, caller: Caller, found: Sequence[DelegatedSearchRecord]) -> None:
        self.court = court
        self.caller = caller
        self._ids = [search.id for search in found]
        self._lock = anyio.Lock()
        self._links: dict[UUID, list[SearchTaskRecord]] | None = None
        self._tasks: dict[UUID, TaskRecord] = {}
        self._events: dict[UUID, list[TaskEventRecord]] | None = None
        self._overlays: dict[UUID, list[OverlayRecord]] = {}
        self._kinds: Mapping[UUID, frozenset[str]] = {}

    async def coverage(self, search: DelegatedSearchRecord) -> Coverage:
        """What is known of the search now, court by court."""
        async with self._lock:
            await self._read_tasks()
            await self._read_evidence()
        told = [self._told(link) for link in current(self._of(search))]
        return covering.of_search(self.court, search, told, self.court.clock.now())

    async def tasks(self, search: DelegatedSearchRecord) -> list[TaskRecord]:
        """The search's tasks that the caller may know of, by court and number, replaced ones included."""
        async with self._lock:
            await self._read_tasks()
        found = [self._tasks[link.task_id] for link in self._of(search)]
        return [task for task in found if reading.may_read(self.caller, task)]

    async def findings(self, search: DelegatedSearchRecord, first: int, after: str | None) -> Page[FindingView]:
        """What the courts found, of all tasks, oldest first. Raises Malformed: PAGE, CURSOR."""
        position, limit = cursors.read(_FINDINGS, after, cursors.instant, UUID), check_first(first) + 1
        async with self._lock:
            await self._read_tasks()
        ids = [link.task_id for link in self._of(search)]
        async with self.court.pool.acquire() as conn:
            found = await findings.page_of_tasks(conn, ids, after=position, limit=limit)
        cut = page_of(_FINDINGS, found, first, lambda finding: (finding.recorded_at.isoformat(), finding.id))
        return cut.shown(lambda finding: cases.finding_view(self.court, self.caller, finding))

    def current_task(self, search: DelegatedSearchRecord, court: str) -> TaskRecord:
        """The task that counts at a court; `coverage` has read it."""
        return next(self._tasks[link.task_id] for link in current(self._of(search)) if link.court == court)

    def may_read(self, task: TaskRecord) -> bool:
        """Whether the caller may know of the task itself."""
        return reading.may_read(self.caller, task)

    def _of(self, search: DelegatedSearchRecord) -> list[SearchTaskRecord]:
        return (self._links or {}).get(search.id, [])

    def _told(self, link: SearchTaskRecord) -> covering.Told:
        task = self._tasks[link.task_id]
        return covering.Told(
            task,
            self._overlays.get(task.id, []),
            (self._events or {}).get(task.id, []),
            self._kinds.get(task.id, frozenset()),
        )

    async def _read_tasks(self) -> None:
        if self._links is not None:
            return
        async with self.court.pool.acquire() as conn:
            links = await delegated_search_tasks.of_searches(conn, self._ids)
            ids = [link.task_id for link in links]
            rows = [task for part in portions(ids) for task in await tasks.several(conn, part)]
        self._tasks = {task.id: task for task in rows}
        self._links = _grouped(links, lambda link: link.search_id)

    async def _read_evidence(self) -> None:
        if self._events is not None:
            return
        counting = [link.task_id for links in (self._links or {}).values() for link in current(links)]
        async with self.court.pool.acquire() as conn:
            said = await task_events.of_types(conn, counting, list(covering.TELLING))
            self._overlays = _grouped(await task_history.overlays_of(conn, counting), lambda mark: mark.task_id)
            self._kinds = await findings.kinds_of_tasks(conn, counting)
        self._events = _grouped(said, lambda event: event.task_id)


def _grouped(rows: Sequence[Row], key: Callable[[Row], UUID]) -> dict[UUID, list[Row]]:
    """The rows of each key, in their order."""
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
