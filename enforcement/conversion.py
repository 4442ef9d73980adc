"""A preservation measure becomes one of enforcement (保全转执行): nobody has to act, and its term runs on.

Invariant: the registry's registration, the place in the queue, the day of effect and the last day stay what they were.
Source: 财产保全规定 art. 17; 民诉法解释 art. 168.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from db import assets, cases, events, measure_events, measure_orders, measure_queue, measures, over_freezes
from db.clock import civil_date
from db.ids import new_id
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import MeasureRecord, MeasureStatus
from db.records.audit import AuditAction
from db.records.cases import CaseType
from db.records.parties import PartyRole
from enforcement import audit, basis
from enforcement.court import CourtNode
from enforcement.measures import TOPIC
from enforcement.rules import rights
from enforcement.rules.measure import check_move, status_on
from enforcement.rules.refusals import DuplicateOf, NotDebtorsAsset, NotFound, StaleVersion
from enforcement.rules.rights import Act, Caller


async def convert(
    court: CourtNode, caller: Caller | None, measure_id: UUID, version: int, case_number: str
) -> MeasureRecord:
    """The measure as it stands in the enforcement case `case_number`, whose handler the caller is.

    Raises:
        Forbidden, Malformed, NotFound, NotAssigned, CaseNotOpen: the case, or the measure is of no preservation case.
        StaleVersion: the measure changed.
        TransitionNotAllowed: it is not in force.
        DuplicateOf: an order for it waits for its receipt, which names the measure as it was.
        NotDebtorsAsset: no debtor of the case owns the asset.
    """
    officer, now = rights.check(caller, Act.CHANGE_MEASURE), court.clock.now()
    async with transaction(court.pool) as conn:
        case = await basis.open_case(court, conn, officer, case_number)
        before = await _preserved(court, conn, measure_id)
        asset = await assets.get(conn, before.asset_id)
        assert asset is not None  # foreign key
        if not await cases.has_role(conn, case.id, asset.owner_id, PartyRole.DEBTOR):
            raise NotDebtorsAsset
        check_move(status_on(before.status, before.expires_on, civil_date(now)), MeasureStatus.CONVERTED)
        waiting = await measure_orders.open_of(conn, before.id)
        if waiting is not None:
            raise DuplicateOf(waiting.id)
        await measure_queue.lock(conn, asset.identity_key)
        ended = await measures.update(conn, replace(before, status=MeasureStatus.CONVERTED, version=version))
        if ended is None:
            raise StaleVersion(before.version)
        after = replace(before, id=new_id(now), case_id=case.id, version=1)
        await measures.insert(conn, after)
        await over_freezes.carry_over(conn, before.id, after.id)
        entry = await measure_queue.by_measure(conn, court.code, before.id)
        if entry is not None:
            await measure_queue.set_facts(conn, replace(entry, measure_id=after.id))
            await measures.set_queued(conn, [after.id])
        changes = [_change(court, officer, one, now) for one in (ended, after)]
        await measure_events.add(conn, changes, now=now)
        await events.add_all(conn, topic=TOPIC, refs=[ended.id, after.id], kind=MeasureStatus.CONVERTED, now=now)
        await audit.note(court, conn, officer, AuditAction.CONVERT_MEASURE, case_number=case.number, object_id=after.id)
    return after


async def _preserved(court: CourtNode, conn: Conn, measure_id: UUID) -> MeasureRecord:
    """The measure, if this court ordered it in a case of preservation."""
    measure = await measures.get(conn, measure_id)
    case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    if measure is None or case is None or measure.ordering_court != court.code:
        raise NotFound
    if case.type is not CaseType.PRESERVATION_ENFORCEMENT:
        raise NotFound
    return measure


def _change(court: CourtNode, officer: Caller, one: MeasureRecord, now: datetime) -> Change:
    return Change(
        measure_id=one.id,
        at=now,
        status=one.status,
        court=court.code,
        officer=officer.officer_id,
        ground=MeasureStatus.CONVERTED,
        ruling_no=one.ruling_no,
        rank=one.rank if one.status is not MeasureStatus.CONVERTED else None,
        effective_at=one.effective_at,
        expires_on=one.expires_on,
    )
