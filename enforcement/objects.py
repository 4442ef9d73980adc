"""Objects of this court by id, of whatever kind, as the fields that show them would (统一标识读取).

Invariant: an id opens nothing. Each kind is read by the rule of the use-case that reads it in its place: what hangs on
a case through its opened file, a search as its requester may, a task as officers of its courts may. What the caller may
not read is left out, and so is what does not exist: nobody can tell which.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from db import (
    assets,
    cases,
    delegated_searches,
    findings,
    measures,
    objects,
    payments,
    searches,
    settlements,
    suspensions,
    tasks,
)
from db.objects import ObjectKind
from db.pool import Conn
from db.records.cases import DeferralRecord
from db.records.claims import SuspensionRecord
from db.records.delegated_searches import DelegatedSearchRecord
from db.records.money import PaymentRecord, SettlementRecord
from db.records.searches import SearchRecord
from db.records.tasks import TaskRecord
from enforcement import cases as case_files
from enforcement import measure_views
from enforcement.case_money import settlement_views
from enforcement.case_money.settlement_views import SettlementView
from enforcement.cases import AssetView, CaseFile, FindingView
from enforcement.court import CourtNode
from enforcement.measure_views import MeasureView
from enforcement.rules import scopes
from enforcement.rules.areas import Area, reads
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import RIGHTS, Act, Caller
from enforcement.tasks import reading

Readable: TypeAlias = (
    CaseFile
    | AssetView
    | MeasureView
    | SearchRecord
    | FindingView
    | PaymentRecord
    | SettlementView
    | DeferralRecord
    | SuspensionRecord
    | TaskRecord
    | DelegatedSearchRecord
)
Found: TypeAlias = dict[UUID, Readable]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One officer reads, within one connection."""

    court: CourtNode
    officer: Caller
    conn: Conn

    async def files(self, case_ids: Iterable[UUID | None]) -> dict[UUID, CaseFile]:
        """Those of the cases that the officer may open: one query."""
        wanted = sorted({case_id for case_id in case_ids if case_id is not None})
        opened: dict[UUID, CaseFile] = {}
        for case in await cases.of_ids(self.conn, wanted) if wanted else ():
            try:
                opened[case.id] = case_files.opened(self.court, self.officer, case)
            except NotFound:
                continue
        return opened


async def read(court: CourtNode, caller: Caller | None, ids: Sequence[UUID]) -> Found:
    """By id, those of `ids` (at most 100) that are objects of this court and that the caller may read.

    One statement finds the kinds; at most five read each kind, however many objects of it there are.
    """
    found: Found = {}
    if caller is None or not ids:
        return found
    async with court.pool.acquire() as conn:
        known = await objects.kinds(conn, ids)
        here = _Reading(court, caller, conn)
        for kind, (act, reader) in _READERS.items():
            wanted = [each for each, its_kind in known.items() if its_kind is kind]
            if wanted and caller.roles & RIGHTS[act]:
                found |= await reader(here, wanted)
    return found


async def _cases(here: _Reading, ids: list[UUID]) -> Found:
    return dict((await here.files(ids)).items())


async def _assets(here: _Reading, ids: list[UUID]) -> Found:
    rows = await assets.of_ids(here.conn, ids)
    files, owned = await here.files(row.case_id for row in rows), scopes.owned_assets(here.officer)
    return {
        row.id: case_files.asset_view(files[row.case_id], row)
        for row in rows
        if row.case_id in files and (owned is None or owned.has(row.owner_id, row.status))
    }


async def _measures(here: _Reading, ids: list[UUID]) -> Found:
    rows = await measures.of_ids(here.conn, ids)
    files, owned = await here.files(row.case_id for row in rows), scopes.owned_measures(here.officer)
    views = await measure_views.of_files(here.conn, files, rows)
    return {
        view.measure.id: view
        for view in views
        if owned is None or owned.has(view.asset.asset.owner_id, view.measure.status)
    }


async def _searches(here: _Reading, ids: list[UUID]) -> Found:
    rows = await searches.of_ids(here.conn, ids)
    return {row.id: row for row in rows if scopes.sees_search(here.officer, row.requested_by)}


async def _findings(here: _Reading, ids: list[UUID]) -> Found:
    """Those of a case with its file; those made for another court's task with the search that brought them."""
    rows = await findings.of_ids(here.conn, ids)
    files = await here.files(row.case_id for row in rows)
    for_tasks = {row.search_id for row in rows if row.case_id is None and row.search_id is not None}
    known = await searches.of_ids(here.conn, sorted(for_tasks)) if for_tasks else []
    seen = {search.id for search in known if scopes.sees_search(here.officer, search.requested_by)}
    own = {row.id for row in rows if row.case_id is None and row.search_id in seen}
    return {
        row.id: case_files.finding_view(here.court, here.officer, row)
        for row in rows
        if (row.case_id in files or row.id in own) and reads(here.officer.roles, Area.SEARCHES)
    }


_Row = TypeVar("_Row", PaymentRecord, SettlementRecord, DeferralRecord, SuspensionRecord)


async def _of_open_files(here: _Reading, rows: list[_Row]) -> list[_Row]:
    files = await here.files(row.case_id for row in rows)
    return [row for row in rows if row.case_id in files]


async def _payments(here: _Reading, ids: list[UUID]) -> Found:
    return {row.id: row for row in await _of_open_files(here, await payments.of_ids(here.conn, ids))}


async def _settlements(here: _Reading, ids: list[UUID]) -> Found:
    rows = await _of_open_files(here, await settlements.of_ids(here.conn, ids))
    return {view.settlement.id: view for view in await settlement_views.views(here.conn, rows)}


async def _deferrals(here: _Reading, ids: list[UUID]) -> Found:
    return {row.id: row for row in await _of_open_files(here, await settlements.deferrals(here.conn, ids))}


async def _suspensions(here: _Reading, ids: list[UUID]) -> Found:
    return {row.id: row for row in await _of_open_files(here, await suspensions.of_ids(here.conn, ids))}


async def _tasks(here: _Reading, ids: list[UUID]) -> Found:
    rows = await tasks.several(here.conn, ids)
    return {row.id: row for row in rows if reading.may_read(here.officer, row)}


async def _delegated_searches(here: _Reading, ids: list[UUID]) -> Found:
    rows = await delegated_searches.of_ids(here.conn, ids)
    return {row.id: row for row in rows if scopes.sees_search(here.officer, row.created_by)}


_Reader: TypeAlias = Callable[[_Reading, list[UUID]], Awaitable[Found]]
_READERS: Final[Mapping[ObjectKind, tuple[Act, _Reader]]] = {
    ObjectKind.CASE: (Act.READ_CASE, _cases),
    ObjectKind.ASSET: (Act.READ_CASE, _assets),
    ObjectKind.MEASURE: (Act.READ_CASE, _measures),
    ObjectKind.SEARCH: (Act.READ_CASE, _searches),
    ObjectKind.FINDING: (Act.READ_CASE, _findings),
    ObjectKind.PAYMENT: (Act.READ_CASE, _payments),
    ObjectKind.SETTLEMENT: (Act.READ_CASE, _settlements),
    ObjectKind.DEFERRAL: (Act.READ_CASE, _deferrals),
    ObjectKind.SUSPENSION: (Act.READ_CASE, _suspensions),
    ObjectKind.TASK: (Act.READ_TASK, _tasks),
    ObjectKind.DELEGATED_SEARCH: (Act.READ_CASE, _delegated_searches),
}
"""Each kind with the act that its use-case asks leave for."""
