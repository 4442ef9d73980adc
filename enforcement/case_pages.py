"""What hangs on cases and may grow without end, page by page: oldest first, by values that never change.

Each list is read for all the cases of a page of cases at once: as many queries as for one case. Invariant: as
`enforcement/cases.py`: it is read through opened files, and masked as that says.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from db import assets, clues, findings, measures, payments, searches
from db.records.money import PaymentRecord
from db.records.searches import FindingRecord, SearchRecord
from enforcement import measure_views
from enforcement.cases import AssetView, CaseFile, Files, FindingView, asset_view, finding_view, pool_of
from enforcement.clues import ClueView, view_in
from enforcement.measure_views import MeasureView
from enforcement.rules import cursors, scopes
from enforcement.rules.paging import Page, check_first, page_of, portions
from enforcement.rules.rights import Caller


class _OfCase(Protocol):
    @property
    def case_id(self) -> UUID | None: ...


Row = TypeVar("Row", bound=_OfCase)


async def assets_of(files: Files, first: int, after: str | None) -> Mapping[UUID, Page[AssetView]]:
    """The assets found in each case. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("assets", after, date.fromisoformat, UUID)
    wanted = check_first(first) + 1
    async with pool_of(files).acquire() as conn:
        owned = scopes.owned_assets(_reader(files))
        found = await assets.page_of_cases(conn, list(files), after=position, limit=wanted, owned=owned)
    pages = _by_case("assets", files, found, first, lambda asset: (asset.found_on, asset.id))
    return {case_id: page.shown(partial(asset_view, files[case_id])) for case_id, page in pages.items()}


async def measures_of(files: Files, first: int, after: str | None) -> Mapping[UUID, Page[MeasureView]]:
    """The measures ordered in each case: a query, and two for each hundred. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("measures", after, date.fromisoformat, UUID)
    wanted = check_first(first) + 1
    async with pool_of(files).acquire() as conn:
        owned = scopes.owned_measures(_reader(files))
        found = await measures.page_of_cases(conn, list(files), after=position, limit=wanted, owned=owned)
        pages = _by_case("measures", files, found, first, lambda measure: (measure.ruled_on, measure.id))
        shown = [row for page in pages.values() for row in page.rows]
        views = [view for part in portions(shown) for view in await measure_views.of_files(conn, files, part)]
    of_case = {case_id: [view for view in views if view.measure.case_id == case_id] for case_id in files}
    return {case_id: Page(of_case[case_id], page.cursors, page.has_next) for case_id, page in pages.items()}


async def searches_of(files: Files, first: int, after: str | None) -> Mapping[UUID, Page[SearchRecord]]:
    """The searches made in each case by this court. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("searches", after, cursors.instant, UUID)
    wanted = check_first(first) + 1
    async with pool_of(files).acquire() as conn:
        found = await searches.page_of_cases(conn, list(files), after=position, limit=wanted)
    return _by_case("searches", files, found, first, lambda search: (search.requested_at.isoformat(), search.id))


async def findings_of(files: Files, first: int, after: str | None) -> Mapping[UUID, Page[FindingView]]:
    """What was found for each case: here, or by courts that were asked to search. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("findings", after, cursors.instant, UUID)
    wanted = check_first(first) + 1
    async with pool_of(files).acquire() as conn:
        found = await findings.page_of_cases(conn, list(files), after=position, limit=wanted)
    pages = _by_case("findings", files, found, first, lambda finding: (finding.recorded_at.isoformat(), finding.id))
    return {case_id: page.shown(partial(_finding, files[case_id])) for case_id, page in pages.items()}


async def clues_of(files: Files, first: int, after: str | None) -> Mapping[UUID, Page[ClueView]]:
    """The clues brought to each case. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("clues", after, cursors.instant, UUID)
    wanted = check_first(first) + 1
    async with pool_of(files).acquire() as conn:
        found = await clues.page_of_cases(conn, list(files), after=position, limit=wanted)
    pages = _by_case("clues", files, found, first, lambda clue: (clue.submitted_at.isoformat(), clue.id))
    return {case_id: page.shown(partial(view_in, files[case_id])) for case_id, page in pages.items()}


def _reader(files: Files) -> Caller:
    """Who opened the files: one reader, in one request."""
    return next(iter(files.values())).reader


def _finding(file: CaseFile, finding: FindingRecord) -> FindingView:
    return finding_view(file.court, file.reader, finding)


async def payments_of(files: Files, first: int, after: str | None) -> Mapping[UUID, Page[PaymentRecord]]:
    """The payments received in each case. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("payments", after, date.fromisoformat, UUID)
    wanted = check_first(first) + 1
    async with pool_of(files).acquire() as conn:
        found = await payments.page_of_cases(conn, list(files), after=position, limit=wanted)
    return _by_case("payments", files, found, first, lambda payment: (payment.paid_on, payment.id))


def _by_case(
    field: str, files: Files, found: Sequence[Row], first: int, place: Callable[[Row], tuple[object, object]]
) -> dict[UUID, Page[Row]]:
    rows: dict[UUID | None, list[Row]] = {case_id: [] for case_id in files}
    for row in found:
        rows[row.case_id].append(row)
    return {case_id: page_of(field, rows[case_id], first, place) for case_id in files}
