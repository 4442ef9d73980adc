"""What moves a search at several courts as a whole: one act of one officer, for every task that waits for it.

Invariant: the search and its tasks are locked in that order, tasks by id; either all of it is written, or nothing.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final, TypeAlias
from uuid import UUID

from db import delegated_search_tasks, delegated_searches, events, tasks
from db.pool import Conn, transaction
from db.records.delegated_searches import DelegatedSearchRecord, DelegatedSearchStatus, SearchTaskRecord
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.delegated_searches.making import TOPIC, check_courts
from enforcement.rules import rights
from enforcement.rules.delegated_search import check_move
from enforcement.rules.refusals import NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import NotAssigned, RequestPending, ReturnReasonRequired
from enforcement.rules.task_status import INTERNAL, WITHDRAWABLE, DelegatedTaskStatus
from enforcement.tasks import dispatching, drafting, requests

_W: Final = DelegatedSearchStatus
_S: Final = DelegatedTaskStatus
_OPEN: Final = INTERNAL | {_S.DISPATCHED} | WITHDRAWABLE
_Step: TypeAlias = Callable[[Conn, TaskRecord], Awaitable[TaskRecord]]


async def submit(court: CourtNode, caller: Caller | None, search_id: UUID, version: int) -> DelegatedSearchRecord:
    """Ask the chief's approval again, after it was refused.

    Raises:
        NotAssigned: another handler's search.
        RuleBroken: see `drafting.submit`.
    """
    officer, now = rights.check(caller, Act.SUBMIT_TASK), court.clock.now()
    async with transaction(court.pool) as conn:
        search = await _locked(conn, search_id, version, _W.PENDING_APPROVAL)
        _check_own(search, officer)
        await _each(conn, search, {_S.DRAFT}, lambda conn, task: drafting.submitted(court, conn, officer, task, now))
        return await _moved(court, conn, search, _W.PENDING_APPROVAL)


async def approve(
    court: CourtNode, caller: Caller | None, search_id: UUID, version: int, *, opinion: str = ""
) -> DelegatedSearchRecord:
    """Approve the search, and with it every task that waits for approval.

    Raises:
        SelfApprovalForbidden: the approver asked for it.
    """
    officer, now = rights.check(caller, Act.APPROVE_TASK), court.clock.now()
    async with transaction(court.pool) as conn:
        search = await _locked(conn, search_id, version, _W.APPROVED)
        await _each(
            conn,
            search,
            {_S.PENDING_APPROVAL},
            lambda conn, task: drafting.approved(court, conn, officer, task, opinion, now),
        )
        return await _moved(court, conn, search, _W.APPROVED)


async def refuse_approval(
    court: CourtNode, caller: Caller | None, search_id: UUID, version: int, *, opinion: str
) -> DelegatedSearchRecord:
    """Send the search back to its handler, with the reason.

    Raises:
        ReturnReasonRequired: no opinion.
    """
    officer, now = rights.check(caller, Act.APPROVE_TASK), court.clock.now()
    async with transaction(court.pool) as conn:
        search = await _locked(conn, search_id, version, _W.DRAFT)
        if not opinion.strip():
            raise ReturnReasonRequired("opinion")
        await _each(
            conn,
            search,
            {_S.PENDING_APPROVAL},
            lambda conn, task: drafting.sent_back(court, conn, officer, task, opinion, now),
        )
        return await _moved(court, conn, search, _W.DRAFT)


async def dispatch(court: CourtNode, caller: Caller | None, search_id: UUID, version: int) -> DelegatedSearchRecord:
    """Send every approved task of the search to its court.

    Raises:
        CourtsRefused: courts that cannot be asked any more; nothing is sent.
        CaseNotOpen, LegalDocumentMissing: what held when it was asked for holds no more.
    """
    officer, now = rights.check(caller, Act.DISPATCH_TASK), court.clock.now()
    async with transaction(court.pool) as conn:
        search = await _locked(conn, search_id, version, _W.DISPATCHED)
        waiting = await _tasks(conn, search, {_S.APPROVED})
        check_courts(court, sorted(task.entrusted_court for task in waiting))
        for task in waiting:
            await dispatching.dispatched(court, conn, officer, task, now)
        return await _moved(court, conn, search, _W.DISPATCHED)


async def withdraw(
    court: CourtNode, caller: Caller | None, search_id: UUID, version: int, *, reason: str
) -> DelegatedSearchRecord:
    """Withdraw every task that is not answered: at once while it is internal, else as a request to its court.

    Raises:
        ReturnReasonRequired: no reason.
        NotAssigned: a handler withdraws another's search.
        TransitionNotAllowed: every court has answered, or it was withdrawn before.
    """
    officer, now = rights.check(caller, Act.WITHDRAW_TASK), court.clock.now()
    async with transaction(court.pool) as conn:
        search = await _locked(conn, search_id, version, _W.WITHDRAWN)
        if Role.BUREAU_CHIEF not in officer.roles:
            _check_own(search, officer)
        if not reason.strip():
            raise ReturnReasonRequired
        unanswered = await _tasks(conn, search, _OPEN)
        if not unanswered:
            raise TransitionNotAllowed(search.status, _W.WITHDRAWN)
        for task in unanswered:
            try:
                await requests.withdrawn(court, conn, officer, task, reason, now)
            except RequestPending:
                continue  # asked for by itself before
        return await _moved(court, conn, search, _W.WITHDRAWN)


async def _locked(conn: Conn, search_id: UUID, version: int, wanted: DelegatedSearchStatus) -> DelegatedSearchRecord:
    """The search, locked, if it may come to `wanted`. Raises NotFound, StaleVersion, TransitionNotAllowed."""
    search = await delegated_searches.lock(conn, search_id)
    if search is None:
        raise NotFound
    if search.version != version:
        raise StaleVersion(search.version)
    check_move(search.status, wanted)
    return search


def _check_own(search: DelegatedSearchRecord, officer: Caller) -> None:
    if search.created_by != officer.officer_id:
        raise NotAssigned


async def _tasks(
    conn: Conn, search: DelegatedSearchRecord, statuses: Collection[DelegatedTaskStatus]
) -> list[TaskRecord]:
    """The tasks that count at each court and stand in one of `statuses`, locked by id."""
    counting = current(await delegated_search_tasks.of_searches(conn, [search.id]))
    locked = [await tasks.lock(conn, task_id) for task_id in sorted(link.task_id for link in counting)]
    return [task for task in locked if task is not None and task.status in statuses]


async def _each(
    conn: Conn, search: DelegatedSearchRecord, statuses: Collection[DelegatedTaskStatus], step: _Step
) -> None:
    for task in await _tasks(conn, search, statuses):
        await step(conn, task)


async def _moved(
    court: CourtNode, conn: Conn, search: DelegatedSearchRecord, status: DelegatedSearchStatus
) -> DelegatedSearchRecord:
    now = court.clock.now()
    moved = await delegated_searches.move(conn, search, status, now)
    assert moved is not None  # its row is locked at this version
    await events.add(conn, topic=TOPIC, ref=search.id, kind=status, now=now)
    return moved


def current(links: Collection[SearchTaskRecord]) -> list[SearchTaskRecord]:
    """Of each court's tasks the one that counts: the last clone."""
    newest: dict[tuple[UUID, str], SearchTaskRecord] = {}
    for link in links:
        known = newest.get((link.search_id, link.court))
        if known is None or known.no < link.no:
            newest[link.search_id, link.court] = link
    return list(newest.values())
