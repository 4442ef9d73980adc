"""Orders that change a measure of this court: renew it, lift it, end it by the disposal of its asset.

Life of an order
    renewMeasure, liftMeasure, extinguishMeasure    ORDERED, by a ruling of the case
      the asset lies here       the notice goes out in the same transaction: NOTICE_SENT
      it lies elsewhere         a task of the matter that fits carries the ruling there; see tasks/grounds.py
    the unit's receipt          DONE, and the measure changes as of the receipt; REFUSED; or OVERTAKEN: it had ended
    another order, to do something else, while no task and no unit has this one: OVERTAKEN

Invariant: what is registered changes by a unit's receipt alone, from the instant at which the unit registered it. A
measure that was never served is lifted by the ruling.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import assets, cases, events, measure_events, measure_orders, measures, resumptions, task_lists, tasks
from db.clock import civil_date
from db.ids import new_id
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import AssetRecord, LiftGround, MeasureRecord, MeasureStatus
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.measure_life import NoticeAct, OrderRecord, OrderStatus
from db.records.tasks import TaskOrder
from db.records.warnings_raised import About
from db.task_lists import TaskFilter
from enforcement import audit, basis, objections, order_notices, things
from enforcement.case_transfers import elsewhere
from enforcement.court import CourtNode
from enforcement.measure_warnings import renewed_late
from enforcement.measures import TOPIC, ruling_number
from enforcement.rules import rights
from enforcement.rules.exemption import check_exempt
from enforcement.rules.measure_orders import ACTS, check_ending, check_reason, check_renewable
from enforcement.rules.refusals import DuplicateOf, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus
from enforcement.rules.term import check_term
from enforcement.tasks.opening import OUTBOUND

_AT_ONCE: Final = 1000  # tasks of one case that change a measure and have not ended
_NOT_SERVED: Final = frozenset({MeasureStatus.PROPOSED, MeasureStatus.RULED})
_AUDITED: Final = {
    NoticeAct.RENEW: AuditAction.RENEW_MEASURE,
    NoticeAct.LIFT: AuditAction.LIFT_MEASURE,
    NoticeAct.TRANSFER: AuditAction.DISPOSE_MEASURE,
}


@dataclass(frozen=True, slots=True)
class Named:
    """Which measure, as it was read, by which ruling; `unit_id` where no receipt says at which unit it stands."""

    measure_id: UUID
    version: int
    ruling_no: str
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    measure: MeasureRecord
    case: CaseRecord
    asset: AssetRecord


async def renew(court: CourtNode, caller: Caller | None, named: Named, *, term_years: int | None = None) -> UUID:
    """Order that the measure goes on for another term, the longest unless a shorter one is named; the order's id.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, StaleVersion: not the caller's, over for good, or changed.
        TooLateToRenew: its last day is over.
        TransitionNotAllowed: it is not in force.
        ExemptProperty: the law keeps the thing out of reach, as was found since it was ruled.
        TermTooLong, Malformed: the term, or the ruling is no document of the case.
        DuplicateOf: an order for it waits for its receipt, see `_overtake`.
        AssistanceOutOfScope, UnitNotNamed: the unit here is not the one named, or one of several.
    """
    officer, now = rights.check(caller, Act.CHANGE_MEASURE), court.clock.now()
    async with transaction(court.pool) as conn:
        opened = await _opened(court, conn, officer, named, NoticeAct.RENEW)
        today = civil_date(now)
        check_renewable(opened.measure.status, opened.measure.expires_on, today)
        check_exempt((await things.of(conn, opened.asset)).exemptions)
        order = _order(court, officer, opened, named, NoticeAct.RENEW, now)
        about = About(case_id=opened.case.id, measure_id=opened.measure.id)
        ends = opened.measure.expires_on
        late = await renewed_late(court, conn, about, ends, once=str(order.id), officer=opened.case.handler_id)
        order = replace(order, term_years=check_term(opened.asset.kind, term_years), is_late=late)
        return await _placed(court, conn, officer, opened, order, named.unit_id)


async def lift(court: CourtNode, caller: Caller | None, named: Named, *, ground: LiftGround, reason: str = "") -> UUID:
    """Order that the measure ends; the order's id. Also in a case that is closed.

    Raises:
        As `renew`; Malformed: REASON, the ground OTHER says why.
    """
    officer, now = rights.check(caller, Act.CHANGE_MEASURE), court.clock.now()
    async with transaction(court.pool) as conn:
        opened = await _opened(court, conn, officer, named, NoticeAct.LIFT)
        measure = opened.measure
        check_ending(NoticeAct.LIFT, measure.status, measure.expires_on, civil_date(now))
        kept = court.at_rest.encrypt(check_reason(ground, reason), context=measure_orders.REASON)
        order = replace(
            _order(court, officer, opened, named, NoticeAct.LIFT, now), ground=ground, reason=kept if reason else None
        )
        if measure.status in _NOT_SERVED:
            await _check_not_sent(conn, measure)
            return await _lifted_unserved(court, conn, officer, opened, order)
        return await _placed(court, conn, officer, opened, order, named.unit_id)


async def extinguish(court: CourtNode, caller: Caller | None, named: Named) -> UUID:
    """Order that the asset, which was disposed of, is freed from all measures on it; the order's id.

    Raises:
        As `renew`; TransitionNotAllowed: the measure waits behind another court's, whose the disposal is.
        ObjectionPending, EnforcementSuspended: nothing is disposed of before an objection is decided.
    """
    officer, now = rights.check(caller, Act.CHANGE_MEASURE), court.clock.now()
    async with transaction(court.pool) as conn:
        opened = await _opened(court, conn, officer, named, NoticeAct.TRANSFER)
        measure = opened.measure
        check_ending(NoticeAct.TRANSFER, measure.status, measure.expires_on, civil_date(now))
        await objections.check_disposal(conn, now, asset_key=opened.asset.identity_key, measure_id=measure.id)
        order = _order(court, officer, opened, named, NoticeAct.TRANSFER, now)
        return await _placed(court, conn, officer, opened, order, named.unit_id)


async def _opened(court: CourtNode, conn: Conn, officer: Caller, named: Named, act: NoticeAct) -> _Opened:
    """The measure with its case, in the officer's hands, and its asset; the measure has a new version now."""
    measure = await measures.get(conn, named.measure_id)
    known = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    if measure is None or known is None or measure.ordering_court != court.code:
        raise NotFound
    case = await basis.held_case(court, conn, officer, known.number)
    await elsewhere.check_change(conn, act, case)
    touched = await measures.update(conn, replace(measure, version=named.version))
    if touched is None:
        raise StaleVersion(measure.version)
    asset = await assets.get(conn, measure.asset_id)
    assert asset is not None  # foreign key
    return _Opened(touched, case, asset)


def _order(
    court: CourtNode, officer: Caller, opened: _Opened, named: Named, act: NoticeAct, now: datetime
) -> OrderRecord:
    return OrderRecord(
        id=new_id(now),
        measure_id=opened.measure.id,
        act=act,
        ruling_no=ruling_number(court, opened.case, named.ruling_no),
        ruled_on=civil_date(now),
        ground=None,
        reason=None,
        term_years=None,
        is_late=False,
        status=OrderStatus.ORDERED,
        ordered_by=officer.officer_id,
        ordered_at=now,
        receipt_id=None,
        done_at=None,
    )


async def _placed(
    court: CourtNode, conn: Conn, officer: Caller, opened: _Opened, order: OrderRecord, unit_id: str | None
) -> UUID:
    """Write the order; where the asset lies here, the notice goes out with it."""
    waiting = await measure_orders.open_of(conn, order.measure_id)
    if waiting is not None:
        await _overtake(court, conn, opened, waiting, order)
    is_here = opened.asset.division == court.division
    await measure_orders.insert(conn, replace(order, status=OrderStatus.NOTICE_SENT) if is_here else order)
    if is_here:
        await order_notices.serve(court, conn, officer, opened.case, opened.measure, opened.asset, order, unit_id)
    await _noted(court, conn, officer, opened, order)
    return order.id


async def _overtake(court: CourtNode, conn: Conn, opened: _Opened, waiting: OrderRecord, order: OrderRecord) -> None:
    """Let the new order take the place of one to do something else that nobody is carrying out.

    Raises:
        DuplicateOf: the order that waits is the same, or is under way: at a unit, or with a task that has not ended.
    """
    if waiting.act is order.act or waiting.status is not OrderStatus.ORDERED:
        raise DuplicateOf(waiting.id)
    wanted = TaskFilter(
        direction=OUTBOUND,
        case_ids=(opened.case.id, *await resumptions.before(conn, opened.case.id)),
        matters=tuple(matter.value for matter, act in ACTS.items() if act is waiting.act),
        statuses=tuple(status.value for status in DelegatedTaskStatus if status not in ENDED),
    )
    for task in await task_lists.page(conn, wanted, TaskOrder.YOUNGEST, after=None, limit=_AT_ONCE):
        if basis.content_of(court, task).measure_id == opened.measure.id:
            raise DuplicateOf(waiting.id)
    await measure_orders.close(conn, waiting.id, OrderStatus.OVERTAKEN, receipt_id=None, at=order.ordered_at)
    kind = f"{waiting.act}_{OrderStatus.OVERTAKEN}"
    await events.add(conn, topic=TOPIC, ref=order.measure_id, kind=kind, now=order.ordered_at)


async def _check_not_sent(conn: Conn, measure: MeasureRecord) -> None:
    """Return if no other court may have it registered yet: a task on its way is withdrawn first.

    Raises:
        TransitionNotAllowed.
    """
    task = None if measure.task_id is None else await tasks.find(conn, measure.task_id)
    if task is not None and task.status not in ENDED:
        raise TransitionNotAllowed(measure.status, MeasureStatus.LIFTED)


async def _lifted_unserved(court: CourtNode, conn: Conn, officer: Caller, opened: _Opened, order: OrderRecord) -> UUID:
    """A measure that no unit knows of ends with the ruling."""
    now = order.ordered_at
    lifted = replace(opened.measure, status=MeasureStatus.LIFTED, lifted_on=order.ruled_on, lift_ground=order.ground)
    if await measures.update(conn, lifted) is None:
        raise StaleVersion(opened.measure.version)
    await measure_orders.insert(conn, replace(order, status=OrderStatus.DONE, done_at=now))
    change = Change(
        measure_id=lifted.id,
        at=now,
        status=lifted.status,
        court=court.code,
        officer=officer.officer_id,
        ground=order.ground,
        ruling_no=order.ruling_no,
    )
    await measure_events.add(conn, [change], now=now)
    await _noted(court, conn, officer, opened, order)
    return order.id


async def _noted(court: CourtNode, conn: Conn, officer: Caller, opened: _Opened, order: OrderRecord) -> None:
    await events.add(conn, topic=TOPIC, ref=order.measure_id, kind=f"{order.act}_ORDERED", now=order.ordered_at)
    await audit.note(
        court, conn, officer, _AUDITED[order.act], case_number=opened.case.number, object_id=order.measure_id
    )
