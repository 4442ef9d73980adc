"""Assistance receipts (回执): the only thing that makes a measure EFFECTIVE or WAITING.

Invariant: a receipt counts once, by its id and by its notice. One that an entrusted court sent counts only for a
measure that this court ordered, in the case of that very task or one resumed from it, under the ruling that the receipt
names.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from db import assets, events, measure_events, measure_orders, measures, notices
from db.at_rest import AtRest
from db.clock import civil_date
from db.measure_events import Change
from db.pool import Conn
from db.records.assets import AssetStatus, MeasureRecord, MeasureStatus
from db.records.measure_life import NoticeAct
from db.records.searches import ReceiptRecord, ReceiptResult
from db.records.tasks import TaskRecord
from enforcement import basis, order_receipts
from enforcement.court import CourtNode
from enforcement.measures import TOPIC
from enforcement.notice_hands import Written
from enforcement.payloads import AssistanceReceiptPayload
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.measure import AT_ONCE, check_move, status_by_rank
from enforcement.rules.measure_orders import act_of
from enforcement.rules.refusals import StaleVersion, TransitionNotAllowed
from enforcement.rules.term import expires_on


def payload(at_rest: AtRest, receipt: ReceiptRecord) -> AssistanceReceiptPayload:
    """The receipt as it crosses to the ordering court, encrypted on the way."""
    return AssistanceReceiptPayload(
        id=receipt.id,
        notice_id=receipt.notice_id,
        measure_id=receipt.measure_id,
        unit_id=receipt.unit_id,
        unit_name=receipt.unit_name,
        result=receipt.result,
        receipt_no=receipt.receipt_no,
        rank=receipt.rank,
        registered_at=receipt.registered_at,
        ruling_no=at_rest.text(receipt.ruling_no, context=notices.RULING_NO),
        reason=receipt.reason,
    )


async def receipts_of(conn: Conn, at_rest: AtRest, task_id: UUID) -> list[AssistanceReceiptPayload]:
    """The receipts that this court obtained, or was sent, for the task: for its feedback."""
    return [payload(at_rest, receipt) for receipt in await notices.receipts_of_task(conn, task_id)]


async def keep(
    court: CourtNode,
    conn: Conn,
    receipt: AssistanceReceiptPayload,
    *,
    obtained_by: str,
    task_id: UUID | None,
    now: datetime,
    written: Written | None = None,
) -> bool:
    """Write the receipt; False when it, or another of the same notice, is known already."""
    return await notices.insert_receipt(
        conn,
        ReceiptRecord(
            id=receipt.id,
            notice_id=receipt.notice_id,
            measure_id=receipt.measure_id,
            task_id=task_id,
            court=obtained_by,
            unit_id=receipt.unit_id,
            unit_name=receipt.unit_name,
            result=ReceiptResult(receipt.result),
            receipt_no=receipt.receipt_no,
            rank=receipt.rank,
            registered_at=receipt.registered_at,
            reason=receipt.reason,
            ruling_no=court.at_rest.encrypt(receipt.ruling_no, context=notices.RULING_NO),
            received_at=now,
            recorded_by=None if written is None else written.recorded_by,
            brought_by=None if written is None else written.brought_by,
            paper=None if written is None else written.paper,
        ),
    )


async def apply(
    conn: Conn, measure: MeasureRecord, receipt: AssistanceReceiptPayload, *, executing_court: str, now: datetime
) -> MeasureRecord:
    """Give the measure the state that the receipt says, and the asset's with it.

    Raises:
        TransitionNotAllowed: the measure is past waiting for a receipt.
        StaleVersion: it changed meanwhile.
    """
    if measure.status in {MeasureStatus.RULED, MeasureStatus.REFUSED}:  # another court served the notice for us
        measure = replace(measure, status=MeasureStatus.NOTICE_SENT, notice_sent_at=receipt.registered_at or now)
    changed = replace(_after(measure, receipt), executing_court=executing_court)
    check_move(measure.status, changed.status)
    saved = await measures.update(conn, changed)
    if saved is None:
        raise StaleVersion(measure.version)
    await measure_events.add(conn, [_change(saved, receipt, now)], now=now)
    if saved.status is MeasureStatus.EFFECTIVE and saved.kind in AT_ONCE:
        saved = await _carried_out(conn, saved, receipt, now)
    elif saved.status is MeasureStatus.EFFECTIVE:
        await _control(conn, saved.asset_id)
    await events.add(conn, topic=TOPIC, ref=saved.id, kind=saved.status, now=now)
    return saved


def _change(saved: MeasureRecord, receipt: AssistanceReceiptPayload, now: datetime) -> Change:
    return Change(
        measure_id=saved.id,
        at=receipt.registered_at or now,
        status=saved.status,
        court=saved.executing_court,
        ground=receipt.reason,
        ruling_no=saved.ruling_no,
        receipt_id=receipt.id,
        rank=saved.rank if saved.status is not MeasureStatus.REFUSED else None,
        effective_at=saved.effective_at,
        expires_on=saved.expires_on,
    )


async def _carried_out(
    conn: Conn, measure: MeasureRecord, receipt: AssistanceReceiptPayload, now: datetime
) -> MeasureRecord:
    """Money that was transferred is under no control any more: the measure has done its work."""
    done = await measures.update(conn, replace(measure, status=MeasureStatus.EXTINGUISHED))
    if done is None:
        raise StaleVersion(measure.version)
    await measure_events.add(conn, [_change(done, receipt, now)], now=now)
    return done


def _after(measure: MeasureRecord, receipt: AssistanceReceiptPayload) -> MeasureRecord:
    """Effective from its registration at the unit, for its term in calendar years; a waiting one has no term yet."""
    if receipt.result != ReceiptResult.REGISTERED or receipt.rank is None or receipt.registered_at is None:
        return replace(measure, status=MeasureStatus.REFUSED)
    status = MeasureStatus.EFFECTIVE if measure.kind in AT_ONCE else status_by_rank(receipt.rank)
    registered = replace(measure, status=status, rank=receipt.rank, registered_at=receipt.registered_at)
    if status is not MeasureStatus.EFFECTIVE:
        return registered
    years = None if measure.kind in AT_ONCE else measure.term_years
    ends = None if years is None else expires_on(civil_date(receipt.registered_at), years)
    return replace(registered, effective_at=receipt.registered_at, expires_on=ends)


async def _control(conn: Conn, asset_id: UUID) -> None:
    asset = await assets.get(conn, asset_id)
    if asset is not None and asset.status is AssetStatus.FOUND:
        await assets.move(conn, asset, AssetStatus.CONTROLLED)


async def take_receipts(
    court: CourtNode, conn: Conn, task: TaskRecord, received: Sequence[AssistanceReceiptPayload], now: datetime
) -> int:
    """Apply, in the caller's transaction, what the entrusted court of `task` obtained; how many counted.

    A receipt that was applied before, or that is not about this task's measure, changes nothing.
    """
    counted = 0
    for receipt in received:
        measure = await _ours(court, conn, task, receipt)
        if measure is None or not _is_whole(receipt):
            continue
        if act_of(DelegatedMatterType(task.matter)) is not NoticeAct.CONTROL:
            counted += await _order(court, conn, task, measure, receipt, now)
            continue
        about = replace(measure, task_id=task.id)
        known = msgspec.structs.replace(receipt, measure_id=measure.id)
        if not await keep(court, conn, known, obtained_by=task.entrusted_court, task_id=task.id, now=now):
            continue
        try:
            await apply(conn, about, known, executing_court=task.entrusted_court, now=now)
        except TransitionNotAllowed:
            continue  # lifted meanwhile, or made effective by an earlier receipt: this one is kept beside it
        counted += 1
    return counted


async def _order(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    measure: MeasureRecord,
    receipt: AssistanceReceiptPayload,
    now: datetime,
) -> bool:
    """Close the order that the task carries by what the entrusted court obtained; False when that was done before."""
    known = msgspec.structs.replace(receipt, measure_id=measure.id)
    if not await keep(court, conn, known, obtained_by=task.entrusted_court, task_id=task.id, now=now):
        return False
    waiting = await measure_orders.open_of(conn, measure.id)
    order = None if waiting is None else await measure_orders.lock(conn, waiting.id)
    if order is None or order.ruling_no != receipt.ruling_no:
        return False
    await order_receipts.apply(conn, order, known, executing_court=task.entrusted_court, now=now)
    return True


async def _ours(
    court: CourtNode, conn: Conn, task: TaskRecord, receipt: AssistanceReceiptPayload
) -> MeasureRecord | None:
    """The measure that the task was about, locked, if this court ordered it and the receipt names it and its ruling."""
    content = basis.content_of(court, task)
    measure = None if content.measure_id is None else await measures.lock(conn, content.measure_id)
    is_new = act_of(DelegatedMatterType(task.matter)) is NoticeAct.CONTROL
    if (
        measure is None
        or receipt.measure_id not in {None, measure.id}
        or measure.ordering_court != court.code
        or not await basis.carries_out(conn, task, measure)
        or receipt.ruling_no != (measure.ruling_no if is_new else content.ruling_no)
        or (receipt.registered_at is not None and civil_date(receipt.registered_at) < measure.ruled_on)
    ):
        return None
    return measure


def _is_whole(receipt: AssistanceReceiptPayload) -> bool:
    """A registration has a rank and an instant; a refusal has neither."""
    if receipt.result == ReceiptResult.REGISTERED:
        return receipt.rank is not None and receipt.rank >= 1 and receipt.registered_at is not None
    return receipt.result == ReceiptResult.REFUSED and receipt.rank is None and receipt.registered_at is None
