"""联络员: whom other courts call, and when. A court keeps the duty hours of the officers that the directory lists.

Invariant: who is a liaison officer is said by the signed directory alone; here stand their hours and days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from db import framework as framework_tables
from db import liaison_officers
from db.clock import civil_date
from db.liaison_officers import TABLE
from db.pool import Conn, snapshot, transaction
from db.records.framework import FrameworkAct, FrameworkKind, FrameworkStep, HolidayRule, LiaisonRecord
from enforcement.desk import framework
from enforcement.desk.framework import Hand, Page, Place
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules import duty
from enforcement.rules.duty import DutyHours
from enforcement.rules.framework import check_period, overlap
from enforcement.rules.framework_refusals import PeriodsOverlap, RecordClosed
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import UnknownOfficer

_KIND = FrameworkKind.LIAISON_OFFICER


@dataclass(frozen=True, slots=True)
class Duty:
    """When an officer is on duty, as asked for."""

    hours: tuple[DutyHours, ...]
    holidays: HolidayRule


@dataclass(frozen=True, slots=True)
class NewLiaison:
    """Whose hours they are, and from when until when."""

    officer_id: str
    duty: Duty
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Liaison:
    """A record with its history, and whether its hours hold at this moment."""

    record: LiaisonRecord
    is_on_duty: bool
    history: Sequence[FrameworkAct]

    @property
    def hours(self) -> list[DutyHours]:
        """The hours of the week, in their order."""
        return duty.unpacked(self.record.hours)


async def register(desk: GatewayDesk, caller: Caller | None, new: NewLiaison, *, idempotency_key: str) -> Liaison:
    """Register the hours of an officer of the caller's own court; the same key again gives the record again.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`.
        UnknownOfficer: the directory does not list the officer as a liaison officer of this court.
        Malformed: HOURS, PERIOD, KEY.
        PeriodsOverlap: other hours of the officer hold on some of these days.
        IdempotencyKeyReused.
    """
    by = framework.hand(desk, caller, Act.KEEP_LIAISON, _KIND)
    hours = duty.packed(new.duty.hours)
    async with transaction(desk.pool) as conn:
        record_id, is_made = await framework.claim(conn, by, idempotency_key, new)
        if not is_made:
            check_period(new.from_on, new.to_on, by.today)
            listed = {entry.officer for entry in desk.directory.current().court(by.who.court).liaison}
            if new.officer_id not in listed:
                raise UnknownOfficer
            await _check_free(conn, by.who.court, new)
            record = LiaisonRecord(
                id=record_id,
                court=by.who.court,
                officer_id=new.officer_id,
                hours=hours,
                holidays=new.duty.holidays,
                from_on=new.from_on,
                to_on=new.to_on,
                recorded_at=by.now,
                version=1,
            )
            await TABLE.add(conn, record)
            await by.note(conn, record_id, 1, FrameworkStep.REGISTERED)
        (made,) = await load(conn, await TABLE.several(conn, [record_id]), by.now)
    return made


async def _check_free(conn: Conn, court: str, new: NewLiaison) -> None:
    await framework_tables.lock_name(conn, f"liaison {court}")
    for other in await liaison_officers.of_officer(conn, court, new.officer_id):
        if overlap((new.from_on, new.to_on), (other.from_on, other.to_on)):
            raise PeriodsOverlap


async def change_hours(
    desk: GatewayDesk, caller: Caller | None, record_id: UUID, version: int, changed: Duty
) -> Liaison:
    """Set other hours from now on; earlier versions stand in the history.

    Raises:
        NotFound: there is none, or another court's.
        StaleVersion, RecordClosed, Malformed: HOURS.
    """
    by = framework.hand(desk, caller, Act.KEEP_LIAISON, _KIND)
    hours = duty.packed(changed.hours)
    async with transaction(desk.pool) as conn:
        record = await _own(conn, by, record_id, version)
        changed_to = replace(record, hours=hours, holidays=changed.holidays, version=version + 1)
        return await _keep(conn, by, changed_to, FrameworkStep.HOURS_CHANGED)


async def end(desk: GatewayDesk, caller: Caller | None, record_id: UUID, version: int, last_day: date) -> Liaison:
    """Set the last day on which the hours hold: today or later, and not after the one that is set.

    Raises:
        NotFound, StaleVersion, RecordClosed: see `change_hours`.
        Malformed: PERIOD.
    """
    by = framework.hand(desk, caller, Act.KEEP_LIAISON, _KIND)
    async with transaction(desk.pool) as conn:
        record = await _own(conn, by, record_id, version)
        if last_day < max(by.today, record.from_on) or (record.to_on is not None and last_day > record.to_on):
            raise Malformed("PERIOD", "lastDay")
        ended = replace(record, to_on=last_day, version=version + 1)
        return await _keep(conn, by, ended, FrameworkStep.ENDED)


async def _own(conn: Conn, by: Hand, record_id: UUID, version: int) -> LiaisonRecord:
    record = framework.found(await TABLE.lock(conn, record_id))
    if record.court != by.who.court:
        raise NotFound
    framework.check_version(record.version, version)
    if record.to_on is not None and record.to_on < by.today:
        raise RecordClosed
    return record


async def _keep(conn: Conn, by: Hand, record: LiaisonRecord, step: FrameworkStep) -> Liaison:
    await TABLE.save(conn, record)
    await by.note(conn, record.id, record.version, step)
    (made,) = await load(conn, [record], by.now)
    return made


async def load(conn: Conn, records: Sequence[LiaisonRecord], now: datetime) -> list[Liaison]:
    """The records with their histories."""
    acts = await framework_tables.acts(conn, [record.id for record in records])
    return [Liaison(record, is_on_duty(record, now), acts[record.id]) for record in records]


def is_on_duty(record: LiaisonRecord, now: datetime) -> bool:
    """Whether the hours hold today, and now is within them."""
    today = civil_date(now)
    holds = record.from_on <= today and (record.to_on is None or today <= record.to_on)
    return holds and duty.is_on_duty(record.hours, record.holidays, now)


async def several(desk: GatewayDesk, caller: Caller, record_ids: Sequence[UUID]) -> list[Liaison]:
    """Those of the records that there are; all who read the framework's records read them.

    Raises:
        Forbidden.
    """
    now = framework.reads(desk, caller).now
    async with snapshot(desk.pool) as conn:
        return await load(conn, await TABLE.several(conn, record_ids), now)


async def page(
    desk: GatewayDesk,
    caller: Caller | None,
    *,
    court: str | None,
    day: date | None,
    first: int,
    after: Place | None,
) -> Page[Liaison]:
    """The zone's liaison officers, of one court or of all, on a day or at any time.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: PAGE.
        UnknownCourt: the zone has no court of that code.
    """
    now, size = framework.reads(desk, caller).now, check_first(first)
    if court is not None:
        framework.check_members(desk, [court], "court")
    async with snapshot(desk.pool) as conn:
        rows = await liaison_officers.page(conn, court=court, day=day, after=after, limit=size + 1)
        return Page(await load(conn, rows[:size], now), has_next=len(rows) > size)
