"""Notices that carry out orders on a measure that a unit of this district registered (续行、解除、过户)."""

from uuid import UUID

import msgspec

from db import assets, measure_queue, notices, searches, units
from db.ids import new_id
from db.pool import Conn
from db.records.assets import AssetRecord, MeasureRecord
from db.records.cases import CaseRecord
from db.records.measure_life import NoticeAct, OrderRecord
from db.records.searches import NoticeRecord, NoticeStatus
from enforcement.channels import NoticeRequest
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller
from enforcement.rules.term import check_term
from enforcement.rules.units import to_serve


async def serve(
    court: CourtNode,
    conn: Conn,
    officer: Caller,
    case: CaseRecord,
    measure: MeasureRecord,
    asset: AssetRecord,
    order: OrderRecord,
    unit_id: str | None,
) -> NoticeRecord:
    """Serve the order on the unit that registered the measure, else on the one named, or the only one.

    Raises:
        AssistanceOutOfScope, UnitNotNamed.
    """
    before = [one for one in await notices.of_measures(conn, [measure.id]) if one.act is NoticeAct.CONTROL]
    meant = unit_id or (before[-1].unit_id if before else None)
    unit = to_serve(await units.listed(conn, division=court.division), court.division, asset.kind, meant)
    notice_id = new_id(order.ordered_at)
    request = NoticeRequest(
        id=notice_id,
        court=court.code,
        served_by=court.code,
        case_number=case.number,
        ruling_no=order.ruling_no,
        measure_kind=measure.kind,
        asset_kind=asset.kind,
        identity=assets.identity(court.at_rest, asset),
        term_years=order.term_years or check_term(asset.kind, measure.term_years),
        act=order.act,
        registration=before[-1].id if before else None,
        registered_ruling=measure.ruling_no,
    )
    notice = NoticeRecord(
        id=notice_id,
        measure_id=measure.id,
        task_id=None,
        unit_id=unit.id,
        unit_name=unit.name,
        request=court.at_rest.encrypt(msgspec.json.encode(request), context=notices.REQUEST),
        served_by=officer.officer_id,
        served_at=order.ordered_at,
        status=NoticeStatus.SERVED,
        attempts=0,
        next_attempt_at=order.ordered_at,
        reason=None,
        act=order.act,
        order_id=order.id,
    )
    await notices.insert(conn, notice)
    await searches.wake(conn)
    return notice


async def registration_of(conn: Conn, ordering_court: str, measure_id: UUID | None) -> UUID | None:
    """The notice by which this court had another court's measure registered, if it was this one."""
    entry = None if measure_id is None else await measure_queue.by_measure(conn, ordering_court, measure_id)
    return None if entry is None or entry.task_id is None else entry.id
