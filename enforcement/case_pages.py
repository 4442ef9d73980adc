"""What hangs on a case and may grow without end, page by page: oldest first, by values that never change.

Invariant: as `enforcement/cases.py`: it is read through an opened file, and masked as that says.
"""

from datetime import date
from uuid import UUID

from db import assets, findings, measures, payments, searches
from db.records.money import PaymentRecord
from db.records.searches import SearchRecord
from enforcement import measure_views
from enforcement.cases import AssetView, CaseFile, FindingView, asset_view, finding_view
from enforcement.measure_views import MeasureView
from enforcement.rules import cursors
from enforcement.rules.paging import Page, check_first, page_of


async def assets_of(file: CaseFile, first: int, after: str | None) -> Page[AssetView]:
    """The assets found in the case. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("assets", after, date.fromisoformat, UUID)
    wanted = check_first(first) + 1
    async with file.court.pool.acquire() as conn:
        found = await assets.page_of_case(conn, file.case.id, after=position, limit=wanted)
    page = page_of("assets", found, first, lambda asset: (asset.found_on, asset.id))
    return page.shown(lambda asset: asset_view(file, asset))


async def measures_of(file: CaseFile, first: int, after: str | None) -> Page[MeasureView]:
    """The measures ordered in the case: three queries, however many there are. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("measures", after, date.fromisoformat, UUID)
    wanted = check_first(first) + 1
    async with file.court.pool.acquire() as conn:
        found = await measures.page_of_case(conn, file.case.id, after=position, limit=wanted)
        page = page_of("measures", found, first, lambda measure: (measure.ruled_on, measure.id))
        views = await measure_views.of_files(conn, {file.case.id: file}, page.rows)
    return Page(views, page.cursors, page.has_next)


async def searches_of(file: CaseFile, first: int, after: str | None) -> Page[SearchRecord]:
    """The searches made in the case by this court. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("searches", after, cursors.instant, UUID)
    wanted = check_first(first) + 1
    async with file.court.pool.acquire() as conn:
        found = await searches.page_of_case(conn, file.case.id, after=position, limit=wanted)
    return page_of("searches", found, first, lambda search: (search.requested_at.isoformat(), search.id))


async def findings_of(file: CaseFile, first: int, after: str | None) -> Page[FindingView]:
    """What was found for the case: here, or by courts that were asked to search. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("findings", after, cursors.instant, UUID)
    wanted = check_first(first) + 1
    async with file.court.pool.acquire() as conn:
        found = await findings.page_of_case(conn, file.case.id, after=position, limit=wanted)
    page = page_of("findings", found, first, lambda finding: (finding.recorded_at.isoformat(), finding.id))
    return page.shown(lambda finding: finding_view(file.court, finding, is_masked=file.is_masked))


async def payments_of(file: CaseFile, first: int, after: str | None) -> Page[PaymentRecord]:
    """The payments received in the case. Raises Malformed: PAGE, CURSOR."""
    position = cursors.read("payments", after, date.fromisoformat, UUID)
    wanted = check_first(first) + 1
    async with file.court.pool.acquire() as conn:
        found = await payments.page_of_case(conn, file.case.id, after=position, limit=wanted)
    return page_of("payments", found, first, lambda payment: (payment.paid_on, payment.id))
