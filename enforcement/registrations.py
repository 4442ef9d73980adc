"""What a unit of this district registered, as it enters the asset's queue: measure, renewal, lift, disposal.

Invariant: what is entered is what the receipt says; a refusal enters nothing. What was said of a measure before its
registration was heard of is looked up when it is, in the receipts that were kept.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from db import measure_orders, measure_queue, measures, notices
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.assets import AssetKind, MeasureKind, MeasureStatus
from db.records.measure_life import NoticeAct, OrderRecord, QueueRecord
from db.records.searches import NoticeRecord, ReceiptResult
from enforcement import measure_queues, receipts
from enforcement.channels import NoticeRequest
from enforcement.court import CourtNode
from enforcement.measure_queues import Cause
from enforcement.payloads import AssistanceReceiptPayload
from enforcement.rules.asset_identity import named_by
from enforcement.rules.measure import AT_ONCE, status_by_rank
from enforcement.rules.measure_queue import LIVE, Release, Renewal
from enforcement.rules.term import expires_on

_ENDS: Final = {NoticeAct.LIFT: MeasureStatus.LIFTED, NoticeAct.TRANSFER: MeasureStatus.EXTINGUISHED}


async def take(
    court: CourtNode,
    conn: Conn,
    notice: NoticeRecord,
    request: NoticeRequest,
    receipt: AssistanceReceiptPayload,
    *,
    order: OrderRecord | None = None,
    now: datetime,
) -> None:
    """Bring what the receipt says into the queue, in the transaction that keeps the receipt; `order` is behind it."""
    if receipt.result != ReceiptResult.REGISTERED or receipt.registered_at is None or receipt.rank is None:
        return
    act = NoticeAct(request.act)
    if act is NoticeAct.CONTROL:
        if MeasureKind(request.measure_kind) not in AT_ONCE:
            await measure_queues.enter(court, conn, _entry(court, notice, request, receipt), now)
            await _said_before(court, conn, receipt)
        await notices.set_queued(conn, [notice.id])
        if notice.measure_id is not None:
            await measures.set_queued(conn, [notice.measure_id])
        return
    await _changed(court, conn, request, receipt, order)


async def _changed(
    court: CourtNode,
    conn: Conn,
    request: NoticeRequest,
    receipt: AssistanceReceiptPayload,
    order: OrderRecord | None,
) -> None:
    """Bring a renewal, a lift or a disposal into the queue of the measure, or of the asset."""
    assert receipt.registered_at is not None  # a registration has it
    act, key = NoticeAct(request.act), _key(court, request)
    await measure_queue.lock(conn, key)
    entry = await find(court, conn, request, receipt)
    if entry is None:
        if act is NoticeAct.TRANSFER:
            await measure_queues.dispose(court, conn, key, receipt.registered_at)
        return
    cause = Cause(
        entry.id,
        receipt.id,
        officer=None if order is None else order.ordered_by,
        ground=None if order is None else order.ground,
        ruling_no=request.ruling_no,
    )
    if act is NoticeAct.RENEW:
        renewal = Renewal(receipt.registered_at, request.term_years)
        await measure_queues.renew(court, conn, entry, renewal, cause)
    else:
        await measure_queues.release(court, conn, entry, Release(receipt.registered_at, _ENDS[act]), cause)


async def _said_before(court: CourtNode, conn: Conn, receipt: AssistanceReceiptPayload) -> None:
    """Bring in what the registry said of a measure before the receipt of its registration came."""
    if receipt.measure_id is None:
        return
    for known in await notices.receipts_of_measures(conn, [receipt.measure_id]):
        notice = await notices.get(conn, known.notice_id) if known.court == court.code else None
        if notice is None or notice.act is NoticeAct.CONTROL or known.result is not ReceiptResult.REGISTERED:
            continue
        request = msgspec.json.decode(notices.request(court.at_rest, notice), type=NoticeRequest)
        orders = await measure_orders.of_measures(conn, [receipt.measure_id])
        order = next((one for one in orders if one.id == notice.order_id), None)
        await _changed(court, conn, request, receipts.payload(court.at_rest, known), order)


def _key(court: CourtNode, request: NoticeRequest) -> bytes:
    return court.at_rest.blind(*named_by(AssetKind(request.asset_kind), request.identity))


def _entry(
    court: CourtNode, notice: NoticeRecord, request: NoticeRequest, receipt: AssistanceReceiptPayload
) -> QueueRecord:
    """The entry as the receipt has it; an own measure's bears its id, another court's that of the notice."""
    assert receipt.registered_at is not None and receipt.rank is not None  # noqa: PT018  (a registration has both)
    is_first = receipt.rank == 1
    ends = expires_on(civil_date(receipt.registered_at), request.term_years) if is_first else None
    return QueueRecord(
        id=notice.measure_id or notice.id,
        asset_key=_key(court, request),
        asset_kind=AssetKind(request.asset_kind),
        kind=MeasureKind(request.measure_kind),
        ordering_court=request.court,
        measure_id=receipt.measure_id,
        task_id=notice.task_id,
        case_number=court.at_rest.encrypt(request.case_number, context=measure_queue.CASE_NUMBER),
        ruling_no=court.at_rest.encrypt(request.ruling_no, context=measure_queue.RULING_NO),
        term_years=request.term_years,
        registered_at=receipt.registered_at,
        registry_rank=receipt.rank,
        renewed_at=[],
        renewed_years=[],
        released_at=None,
        released_as=None,
        held_since=None,
        held_until=None,
        held_as=None,
        status=status_by_rank(receipt.rank),
        rank=receipt.rank,
        effective_at=receipt.registered_at if is_first else None,
        expires_on=ends,
        version=1,
    )


async def find(
    court: CourtNode, conn: Conn, request: NoticeRequest, receipt: AssistanceReceiptPayload
) -> QueueRecord | None:
    """The entry of the measure that a notice renews, lifts or ends; None when it was not registered through here.

    By the ordering court's id of it; else by that court's ruling, or as its only one on the asset.
    """
    if receipt.measure_id is not None:
        entry = await measure_queue.by_measure(conn, request.court, receipt.measure_id)
        if entry is not None:
            return entry
    queue = await measure_queue.of_assets(conn, [_key(court, request)])
    theirs = [one for one in queue if one.ordering_court == request.court]
    return _under(court, theirs, request.registered_ruling) or _only(theirs)


def _under(court: CourtNode, entries: Sequence[QueueRecord], ruling_no: str | None) -> QueueRecord | None:
    for one in entries:
        known = None if one.ruling_no is None else court.at_rest.text(one.ruling_no, context=measure_queue.RULING_NO)
        if ruling_no is not None and known == ruling_no:
            return one
    return None


def _only(entries: Sequence[QueueRecord]) -> QueueRecord | None:
    standing = [one for one in entries if one.status in LIVE]
    return standing[0] if len(standing) == 1 else None


async def take_over(court: CourtNode, *, limit: int) -> int:
    """Enter what was registered for tasks of other courts before queues were kept; how many notices were looked at."""
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        old = await notices.unqueued(conn, limit=limit)
        for notice in old:
            request = msgspec.json.decode(notices.request(court.at_rest, notice), type=NoticeRequest)
            known = await notices.receipt_of(conn, notice.id)
            if known is not None:
                await take(court, conn, notice, request, receipts.payload(court.at_rest, known), now=now)
        await notices.set_queued(conn, [notice.id for notice in old])
    return len(old)
