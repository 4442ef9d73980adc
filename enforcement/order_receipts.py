"""What a unit answered to an order: the measure is renewed, lifted or ended as of the unit's registration, or stays.

Invariant: an order is closed once. A renewal that the unit registered on the last day counts, however late its receipt
comes; one that it registered later does not.
"""

from datetime import date, datetime
from typing import Final, NamedTuple

from db import assets, events, measure_events, measure_orders, measures
from db.measure_events import Change
from db.pool import Conn
from db.records.assets import MeasureRecord, MeasureStatus
from db.records.measure_life import NoticeAct, OrderRecord, OrderStatus
from db.records.searches import ReceiptResult
from enforcement.measures import TOPIC
from enforcement.payloads import AssistanceReceiptPayload
from enforcement.rules.measure_queue import lapses_at
from enforcement.rules.term import expires_on

_STANDING: Final = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED, MeasureStatus.EXPIRED})
_ENDS: Final = {NoticeAct.LIFT: MeasureStatus.LIFTED, NoticeAct.TRANSFER: MeasureStatus.EXTINGUISHED}


class _After(NamedTuple):
    status: MeasureStatus
    expires_on: date | None


async def apply(
    conn: Conn,
    order: OrderRecord,
    receipt: AssistanceReceiptPayload,
    *,
    executing_court: str,
    now: datetime,
) -> None:
    """Close the order, which is locked and open, by the receipt, and change its measure unless it has changed already.

    It has where the asset lies in this district, by its queue, and where a report came before the receipt.
    """
    if receipt.result != ReceiptResult.REGISTERED or receipt.registered_at is None:
        await _closed(conn, order, OrderStatus.REFUSED, receipt, now)
        return
    measure = await measures.lock(conn, order.measure_id)
    assert measure is not None  # foreign key
    wanted = MeasureStatus.RENEWED if order.act is NoticeAct.RENEW else _ENDS[order.act]
    if not await measure_events.has(conn, measure.id, wanted, receipt.registered_at, receipt_id=receipt.id):
        after = _after(measure, order, receipt.registered_at)
        if after is None:
            await _closed(conn, order, OrderStatus.OVERTAKEN, receipt, now)
            return
        await _change(conn, measure, order, receipt, after, executing_court, now)
    if order.act is NoticeAct.LIFT:
        await measures.set_lift_ground(conn, measure.id, order.ground)
    await _closed(conn, order, OrderStatus.DONE, receipt, now)


def _after(measure: MeasureRecord, order: OrderRecord, at: datetime) -> _After | None:
    """What the registration at `at` makes of the measure; None when it had ended before."""
    last_day = measure.expires_on
    is_in_force = measure.status in _STANDING and (last_day is None or at < lapses_at(last_day))
    if order.act is not NoticeAct.RENEW:
        is_waiting = measure.status is MeasureStatus.WAITING
        return _After(_ENDS[order.act], last_day) if is_in_force or is_waiting else None
    if not is_in_force or last_day is None or order.term_years is None:
        return None
    return _After(MeasureStatus.RENEWED, expires_on(last_day, order.term_years))


async def _change(
    conn: Conn,
    measure: MeasureRecord,
    order: OrderRecord,
    receipt: AssistanceReceiptPayload,
    after: _After,
    executing_court: str,
    now: datetime,
) -> None:
    assert receipt.registered_at is not None  # the caller looked
    await measures.set_standing(
        conn,
        measure.id,
        after.status,
        rank=measure.rank,
        effective_at=measure.effective_at,
        expires_on=after.expires_on,
        at=receipt.registered_at,
    )
    change = Change(
        measure_id=measure.id,
        at=receipt.registered_at,
        status=after.status,
        court=executing_court,
        officer=order.ordered_by,
        ground=order.ground,
        ruling_no=order.ruling_no,
        receipt_id=receipt.id,
        rank=receipt.rank if after.status is MeasureStatus.RENEWED else None,
        effective_at=measure.effective_at,
        expires_on=after.expires_on,
    )
    await measure_events.add(conn, [change], now=now)
    await assets.follow_measures(conn, [measure.id])
    await events.add(conn, topic=TOPIC, ref=measure.id, kind=after.status, now=now)


async def _closed(
    conn: Conn, order: OrderRecord, status: OrderStatus, receipt: AssistanceReceiptPayload, now: datetime
) -> None:
    await measure_orders.close(conn, order.id, status, receipt_id=receipt.id, at=now)
    await events.add(conn, topic=TOPIC, ref=order.measure_id, kind=f"{order.act}_{status}", now=now)
