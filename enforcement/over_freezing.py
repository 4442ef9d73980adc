"""股权超标的冻结: a ruling found that equity is frozen beyond what is owed; the excess is released in time.

Life of a finding
    an objection is upheld, the ruling takes effect    recordOverFreezing: how much, which ruling, its day; a warning
    three days before the seventh one, and after it    a warning, unless the measure has ended
    the excess is released                             recordExcessReleased: from then on the measure controls less

Invariant: whether too much is frozen is a ruling's to find, never this program's; no timer releases anything.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from db import assets, cases, events, measure_events, measures, over_freezes
from db.clock import civil_date
from db.ids import new_id
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import AssetRecord, LiftGround, MeasureRecord
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.control import OverFreezeRecord
from db.records.warnings_raised import About, WarningCause, WarningKind, WarningLevel
from enforcement import audit, basis, sweeping, warnings_raised
from enforcement.court import CourtNode
from enforcement.measures import TOPIC, ruling_number
from enforcement.rules import case_number, rights
from enforcement.rules.measure import status_on
from enforcement.rules.money import positive
from enforcement.rules.over_freezing import (
    EXCESS_RELEASED,
    OVER_FROZEN,
    TERMS,
    check_day,
    check_found,
    check_standing,
)
from enforcement.rules.refusals import DuplicateOf, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import NotAssigned


@dataclass(frozen=True, slots=True)
class _Opened:
    measure: MeasureRecord
    case: CaseRecord
    asset: AssetRecord


async def record(
    court: CourtNode,
    caller: Caller | None,
    measure_id: UUID,
    version: int,
    *,
    ruling_no: str,
    effective_on: date,
    excess: Decimal,
) -> UUID:
    """The measure, of which a ruling found so much to be too much; the excess is to be released within seven days.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion: not the caller's, or changed.
        MeasureNotForAsset, TransitionNotAllowed: no equity, or the measure does not stand.
        Malformed: CASE_NUMBER; MONEY, part excess; PERIOD, part effectiveOn.
        DuplicateOf: an earlier excess is not released yet.
    """
    officer, now = rights.check(caller, Act.CHANGE_MEASURE), court.clock.now()
    today = civil_date(now)
    excess = positive(excess, part="excess")
    number = str(case_number.parse(ruling_no, today=today))
    async with transaction(court.pool) as conn:
        opened = await _opened(court, conn, officer, measure_id, version)
        measure = opened.measure
        status = status_on(measure.status, measure.expires_on, today)
        check_found(opened.asset.kind, status, measure.value, excess)
        check_day(effective_on, after=measure.ruled_on, today=today, part="effectiveOn")
        before = await over_freezes.open_of(conn, measure.id)
        if before is not None:
            raise DuplicateOf(before.id)
        found = OverFreezeRecord(
            id=new_id(now),
            measure_id=measure.id,
            ruling_no=number,
            effective_on=effective_on,
            excess=excess,
            due_on=TERMS.release_due(effective_on),
            recorded_by=officer.officer_id,
            recorded_at=now,
        )
        await over_freezes.insert(conn, found)
        await _warn(court, conn, found, opened.case, WarningLevel.WARNING, "found")
        await _noted(court, conn, officer, opened, OVER_FROZEN, AuditAction.RECORD_OVER_FREEZING, number, now)
    return measure_id


async def release(
    court: CourtNode, caller: Caller | None, measure_id: UUID, version: int, *, ruling_no: str, released_on: date
) -> UUID:
    """The measure, whose excess was released by that ruling of its case: it controls so much less. Late, if it must be.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion: not the caller's, or changed.
        TransitionNotAllowed: nothing of it is to be released, or it does not stand.
        Malformed: CASE_NUMBER, part RULING; PERIOD, part releasedOn.
    """
    officer, now = rights.check(caller, Act.CHANGE_MEASURE), court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        opened = await _opened(court, conn, officer, measure_id, version)
        measure = opened.measure
        check_standing(status_on(measure.status, measure.expires_on, today), EXCESS_RELEASED)
        found = await over_freezes.open_of(conn, measure.id)
        if found is None:
            raise TransitionNotAllowed(measure.status, EXCESS_RELEASED)
        check_day(released_on, after=found.effective_on, today=today, part="releasedOn")
        number = ruling_number(court, opened.case, ruling_no)
        done = replace(found, released_on=released_on, release_ruling_no=number, released_by=officer.officer_id)
        await over_freezes.release(conn, done)
        await measures.reduce(conn, measure.id, found.excess)
        await _noted(court, conn, officer, opened, EXCESS_RELEASED, AuditAction.RELEASE_EXCESS, number, now)
    return measure_id


async def _opened(court: CourtNode, conn: Conn, officer: Caller, measure_id: UUID, version: int) -> _Opened:
    """The measure of this court with its case, in the officer's hands, also a closed one; it has a new version now."""
    measure = await measures.get(conn, measure_id)
    known = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    if measure is None or known is None or measure.ordering_court != court.code:
        raise NotFound
    case = await basis.own_case(court, conn, officer, known.number)
    if case.handler_id != officer.officer_id:
        raise NotAssigned
    touched = await measures.update(conn, replace(measure, version=version))
    if touched is None:
        raise StaleVersion(measure.version)
    asset = await assets.get(conn, measure.asset_id)
    assert asset is not None  # foreign key
    return _Opened(touched, case, asset)


async def _noted(
    court: CourtNode,
    conn: Conn,
    officer: Caller,
    opened: _Opened,
    kind: str,
    action: AuditAction,
    ruling_no: str,
    now: datetime,
) -> None:
    measure = opened.measure
    change = Change(
        measure_id=measure.id,
        at=now,
        status=measure.status,
        court=court.code,
        officer=officer.officer_id,
        ground=LiftGround.OVER_SEALED,
        ruling_no=ruling_no,
        rank=measure.rank,
        effective_at=measure.effective_at,
        expires_on=measure.expires_on,
    )
    await measure_events.add(conn, [change], now=now)
    await events.add(conn, topic=TOPIC, ref=measure.id, kind=kind, now=now)
    await audit.note(court, conn, officer, action, case_number=opened.case.number, object_id=measure.id)


async def warn(court: CourtNode) -> int:
    """Warn of excesses that are to be released within three days, or should have been; how many warnings are new."""
    today = civil_date(court.clock.now())

    async def find(conn: Conn, after: tuple[date, UUID] | None, limit: int) -> list[OverFreezeRecord]:
        return await over_freezes.due(conn, today + TERMS.warn_before, after=after, limit=limit)

    async def look(conn: Conn, found: OverFreezeRecord) -> bool:
        measure = await measures.get(conn, found.measure_id)
        case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
        level = WarningLevel.URGENT if found.due_on < today else WarningLevel.WARNING
        return await _warn(court, conn, found, case, level, "overdue" if found.due_on < today else "due")

    return await sweeping.each(court, find, look, key=lambda found: (found.due_on, found.id))


async def _warn(
    court: CourtNode, conn: Conn, found: OverFreezeRecord, case: CaseRecord | None, level: WarningLevel, stage: str
) -> bool:
    return await warnings_raised.raise_(
        court,
        conn,
        WarningKind.OVER_FREEZING_DUE,
        About(case_id=None if case is None else case.id, measure_id=found.measure_id),
        once=f"{found.id} {stage}",
        cause=WarningCause.TERM,
        level=level,
        officer=None if case is None else case.handler_id,
        due_on=found.due_on,
    )
