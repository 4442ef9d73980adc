"""Measures as an officer reads them: each with its asset and the receipts that gave it its state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from db import (
    assets,
    cases,
    measure_approvals,
    measure_events,
    measure_orders,
    measures,
    notices,
    over_freezes,
    proportionality_checks,
    seizures,
)
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetRecord, MeasureRecord
from db.records.control import MeasureApprovalRecord, OverFreezeRecord, ProportionRecord, SeizureRecord
from db.records.measure_life import MeasureEventRecord, OrderRecord
from db.records.searches import ReceiptRecord
from enforcement.cases import AssetView, CaseFile, asset_view, opened
from enforcement.court import CourtNode
from enforcement.rules import rights, scopes
from enforcement.rules.measure import status_on
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Act, Caller


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order, with its reason in clear."""

    order: OrderRecord
    reason: str | None


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure, the asset it lies on, its receipts and changes, oldest first, and on which figures it was ruled."""

    measure: MeasureRecord
    asset: AssetView
    receipts: tuple[ReceiptRecord, ...]
    history: tuple[MeasureEventRecord, ...] = ()
    proportion: ProportionRecord | None = None
    approval: MeasureApprovalRecord | None = None
    orders: tuple[OrderView, ...] = ()
    seizure: SeizureRecord | None = None
    over_freeze: OverFreezeRecord | None = None


async def of_files(conn: Conn, files: Mapping[UUID, CaseFile], ordered: Sequence[MeasureRecord]) -> list[MeasureView]:
    """Those of the measures whose case is among the opened `files`, by case: a fixed number of queries."""
    readable = [one for one in ordered if one.case_id in files]
    known = {asset.id: asset for asset in await assets.of_ids(conn, [one.asset_id for one in readable])}
    return await _views(conn, files, readable, known)


async def _views(
    conn: Conn, files: Mapping[UUID, CaseFile], ordered: Sequence[MeasureRecord], known: Mapping[UUID, AssetRecord]
) -> list[MeasureView]:
    ids = [one.id for one in ordered]
    answered = await notices.receipts_of_measures(conn, ids)
    changes = await measure_events.of_measures(conn, ids)
    ordered_of = await measure_orders.of_measures(conn, ids)
    weighed = {check.measure_id: check for check in await proportionality_checks.of_measures(conn, ids)}
    seized = {seizure.measure_id: seizure for seizure in await seizures.of_measures(conn, ids)}
    excesses = {found.measure_id: found for found in await over_freezes.of_measures(conn, ids)}
    asked = {approval.measure_id: approval for approval in await measure_approvals.of_measures(conn, ids)}
    return [
        MeasureView(
            _current(files[one.case_id], one),
            asset_view(files[one.case_id], known[one.asset_id]),
            tuple(receipt for receipt in answered if receipt.measure_id == one.id),
            tuple(change for change in changes if change.measure_id == one.id),
            proportion=weighed.get(one.id),
            approval=asked.get(one.id),
            orders=tuple(_order(files[one.case_id], order) for order in ordered_of if order.measure_id == one.id),
            seizure=seized.get(one.id),
            over_freeze=excesses.get(one.id),
        )
        for one in ordered
        if one.case_id is not None
    ]


def _order(file: CaseFile, order: OrderRecord) -> OrderView:
    at_rest = file.court.at_rest
    reason = None if order.reason is None else at_rest.text(order.reason, context=measure_orders.REASON)
    return OrderView(order, reason if scopes.reads_identity(file.reader) else None)


def _current(file: CaseFile, one: MeasureRecord) -> MeasureRecord:
    today = civil_date(file.court.clock.now())
    return replace(one, status=status_on(one.status, one.expires_on, today))


async def read(court: CourtNode, caller: Caller | None, measure_id: UUID) -> MeasureView:
    """One measure that this court ordered in a case which the caller may read.

    Raises:
        Forbidden, NotFound.
    """
    officer = rights.check(caller, Act.READ_CASE)
    async with court.pool.acquire() as conn:
        measure = await measures.get(conn, measure_id)
        case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
        if measure is None or case is None:
            raise NotFound
        file = opened(court, officer, case)
        asset = await assets.get(conn, measure.asset_id)
        assert asset is not None  # foreign key
        (view,) = await _views(conn, {case.id: file}, [measure], {asset.id: asset})
    return view


async def asset_view_for(court: CourtNode, caller: Caller | None, asset: AssetRecord) -> AssetView:
    """An asset of a case which the caller may read. Raises Forbidden, NotFound."""
    officer = rights.check(caller, Act.READ_CASE)
    async with court.pool.acquire() as conn:
        case = await cases.get(conn, asset.case_id)
    if case is None:
        raise NotFound
    return asset_view(opened(court, officer, case), asset)
