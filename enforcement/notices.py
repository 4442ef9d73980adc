"""Assistance notices (协助执行通知书): served on the unit of this district, for an own measure or for a task.

Life of a notice
    serveAssistanceNotice    notice and NOTICE_SENT (own measure) in one transaction; the worker is woken
    the unit answers         receipt, measure or task step, in one transaction; see enforcement/receipts.py
    the unit stays silent    the same request again, until it answers: the unit knows it by the notice's id

Invariant: the notice keeps its id and its content, so the unit registers it once however often it is served.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import assets, cases, events, measure_events, measures, notices, searches, units
from db.ids import new_id
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import AssetKind, MeasureKind, MeasureRecord, MeasureStatus
from db.records.audit import AuditAction
from db.records.measure_life import NoticeAct
from db.records.searches import NoticeRecord, NoticeStatus, ReceiptRecord, ReceiptResult
from db.records.tasks import TaskRecord
from enforcement import audit, basis, objections, once, order_notices, things
from enforcement.channels import NoticeRequest
from enforcement.court import CourtNode
from enforcement.measures import TOPIC
from enforcement.payloads import TaskContent
from enforcement.rules import rights
from enforcement.rules.exemption import check_exempt
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.measure import check_kind, check_move
from enforcement.rules.measure_orders import act_of
from enforcement.rules.objection import DISPOSING_MEASURES
from enforcement.rules.proportionality import in_part
from enforcement.rules.refusals import (
    AssistanceOutOfScope,
    DuplicateOf,
    Malformed,
    NotFound,
    StaleVersion,
)
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import ApprovalRequired, LegalDocumentMissing
from enforcement.rules.term import check_term
from enforcement.rules.units import ONLINE, to_serve

_RULING: Final = ("RULING",)


async def serve(
    court: CourtNode,
    caller: Caller | None,
    *,
    measure_id: UUID | None,
    task_id: UUID | None,
    unit_id: str | None,
    idempotency_key: str,
) -> NoticeRecord:
    """The notice, SERVED; the same key again gives the notice it made.

    Raises:
        Forbidden: the caller is no handler.
        Malformed: neither or both of measure and task.
        NotFound, NotAssigned, CaseNotOpen, TransitionNotAllowed: no such measure or task in these hands, or past it.
        ApprovalRequired, ExemptProperty: an exception that nobody approved yet, or the asset proved exempt since.
        LegalDocumentMissing: the task names no asset, ruling or measure.
        AssistanceOutOfScope, UnitNotNamed: the asset lies elsewhere, or no unit, another or several handle it.
        DuplicateOf: a notice was served already and is not refused.
        ObjectionPending, EnforcementSuspended: it disposes of what somebody objected about.
    """
    officer = rights.check(caller, Act.SERVE_NOTICE)
    if (measure_id is None) == (task_id is None):
        raise Malformed("BASIS", "measureId")
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        notice_id = new_id(now)
        asked = [measure_id, task_id, unit_id]
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.SERVE_NOTICE, asked, result_id=notice_id, now=now
        )
        if made is not None:
            return await _known(conn, made)
        if measure_id is not None:
            request, division = await _for_measure(court, conn, officer, measure_id, notice_id, now)
        else:
            assert task_id is not None  # checked above
            request, division = await _for_task(court, conn, officer, task_id, notice_id)
        if division != court.division:
            raise AssistanceOutOfScope("taskId" if measure_id is None else "measureId")
        unit = to_serve(await units.listed(conn, division=division), division, request.asset_kind, unit_id)
        notice = NoticeRecord(
            id=notice_id,
            measure_id=measure_id,
            task_id=task_id,
            unit_id=unit.id,
            unit_name=unit.name,
            request=court.at_rest.encrypt(msgspec.json.encode(request), context=notices.REQUEST),
            served_by=officer.officer_id,
            served_at=now,
            status=NoticeStatus.SERVED,
            attempts=0,
            next_attempt_at=now if unit.channel in ONLINE else None,
            reason=None,
            act=NoticeAct(request.act),
        )
        await notices.insert(conn, notice)
        await audit.note(court, conn, officer, AuditAction.SERVE_NOTICE, object_id=notice.id)
        await searches.wake(conn)
    return notice


async def _known(conn: Conn, notice_id: UUID) -> NoticeRecord:
    notice = await notices.get(conn, notice_id)
    if notice is None:
        raise NotFound
    return notice


async def _for_measure(
    court: CourtNode, conn: Conn, officer: Caller, measure_id: UUID, notice_id: UUID, now: datetime
) -> tuple[NoticeRequest, str]:
    """The notice of an own measure, which becomes NOTICE_SENT, and the division where the asset lies."""
    measure = await measures.get(conn, measure_id)
    known = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    if measure is None or known is None or measure.ordering_court != court.code:
        raise NotFound
    case = await basis.open_case(court, conn, officer, known.number)
    asset = await assets.get(conn, measure.asset_id)
    assert asset is not None  # foreign key
    if measure.status is MeasureStatus.PROPOSED:
        raise ApprovalRequired
    check_exempt((await things.of(conn, asset)).exemptions)
    if measure.kind in DISPOSING_MEASURES:
        await objections.check_disposal(conn, now, asset_key=asset.identity_key, measure_id=measure.id)
    served = await notices.of_measures(conn, [measure.id])
    await _check_first(conn, [one for one in served if one.act is NoticeAct.CONTROL])
    check_move(measure.status, MeasureStatus.NOTICE_SENT)
    await _mark_sent(court, conn, officer, measure, now)
    request = NoticeRequest(
        id=notice_id,
        court=court.code,
        served_by=court.code,
        case_number=case.number,
        ruling_no=measure.ruling_no,
        measure_kind=measure.kind,
        asset_kind=asset.kind,
        identity=assets.identity(court.at_rest, asset),
        term_years=check_term(asset.kind, measure.term_years),
        amount=in_part(asset.kind, measure.value),
    )
    return request, asset.division


async def _mark_sent(court: CourtNode, conn: Conn, officer: Caller, measure: MeasureRecord, now: datetime) -> None:
    sent = replace(measure, status=MeasureStatus.NOTICE_SENT, notice_sent_at=now)
    if await measures.update(conn, sent) is None:
        raise StaleVersion(measure.version)
    change = Change(measure_id=measure.id, at=now, status=sent.status, court=court.code, officer=officer.officer_id)
    await measure_events.add(conn, [change], now=now)
    await events.add(conn, topic=TOPIC, ref=measure.id, kind=sent.status, now=now)


async def _for_task(
    court: CourtNode, conn: Conn, officer: Caller, task_id: UUID, notice_id: UUID
) -> tuple[NoticeRequest, str]:
    """The notice of a measure that another court ordered and entrusted to this one."""
    task, content = await basis.assigned_task(court, conn, officer, task_id)
    await objections.check_task(court, conn, task, court.clock.now())
    await _check_first(conn, await notices.of_task(conn, task.id))
    request, division = _request(court, task, content, notice_id)
    if request.act != NoticeAct.CONTROL:
        registration = await order_notices.registration_of(conn, request.court, content.measure_id)
        request = msgspec.structs.replace(request, registration=registration)
    return request, division


def _request(court: CourtNode, task: TaskRecord, content: TaskContent, notice_id: UUID) -> tuple[NoticeRequest, str]:
    if content.asset is None or content.ruling_no is None or content.measure_kind is None:
        raise LegalDocumentMissing(_RULING)
    kind = AssetKind(content.asset.kind)
    check_kind(MeasureKind(content.measure_kind), kind)
    request = NoticeRequest(
        id=notice_id,
        court=task.delegating_court,
        served_by=court.code,
        case_number=content.case_number,
        ruling_no=content.ruling_no,
        measure_kind=content.measure_kind,
        asset_kind=kind,
        identity=content.asset.identity,
        term_years=check_term(kind, content.term_years),
        act=act_of(DelegatedMatterType(content.matter)),
        registered_ruling=content.registered_ruling,
        amount=content.amount,
    )
    return request, content.asset.division


async def _check_first(conn: Conn, served: list[NoticeRecord]) -> None:
    """Raises DuplicateOf unless every notice so far was answered with a refusal."""
    for notice in served:
        if notice.status is NoticeStatus.SERVED:
            raise DuplicateOf(notice.id)
        receipt = await notices.receipt_of(conn, notice.id)
        if receipt is not None and receipt.result is ReceiptResult.REGISTERED:
            raise DuplicateOf(notice.id)


async def receipt_to(court: CourtNode, notice_id: UUID) -> ReceiptRecord | None:
    """What the unit answered to a notice that the caller may read."""
    async with court.pool.acquire() as conn:
        return await notices.receipt_of(conn, notice_id)


async def is_unanswered(conn: Conn, task_id: UUID) -> bool:
    """Whether a notice for the task still waits for its receipt: no act is claimed before it came."""
    return any(notice.status is NoticeStatus.SERVED for notice in await notices.of_task(conn, task_id))
