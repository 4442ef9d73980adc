"""Suspending (中止) or deferring (暂缓) the enforcement of a case, and going on with it.

Invariant: a case is SUSPENDED or DEFERRED exactly while such a record of it is running, if it was recorded here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from db import cases, events, suspensions
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.cases import OPEN, CaseRecord, CaseStatus
from db.records.claims import SuspensionRecord
from enforcement import audit, basis, once
from enforcement.case_money.claims import TOPIC
from enforcement.case_transfers import elsewhere
from enforcement.cases import Files, pool_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.suspension import SuspensionGround, SuspensionKind, check_period
from enforcement.rules.task_refusals import NotAssigned


@dataclass(frozen=True, slots=True)
class NewSuspension:
    """What was ordered; with `until_on` one that is over already, without it one that runs."""

    case_number: str
    kind: SuspensionKind
    ground: SuspensionGround
    from_on: date
    until_on: date | None = None


async def record(
    court: CourtNode, caller: Caller | None, new: NewSuspension, *, idempotency_key: str
) -> SuspensionRecord:
    """The suspension; while it runs the case is SUSPENDED or DEFERRED. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, CaseEntrusted.
        Malformed: PERIOD; before the filing, ahead, or on days on which another one stood.
        TransitionNotAllowed: another one is running.
    """
    officer, now = rights.check(caller, Act.SUSPEND_CASE), court.clock.now()
    async with transaction(court.pool) as conn:
        case = await basis.own_case(court, conn, officer, new.case_number)
        basis.check_handler(case, officer)
        suspension_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.SUSPEND_CASE, new, result_id=suspension_id, now=now
        )
        if made is not None:
            return (await suspensions.of_ids(conn, [made]))[0]
        basis.check_unclosed(case)
        await elsewhere.check_here(conn, case)
        check_period(new.from_on, new.until_on, filed_on=case.filed_on, today=civil_date(now))
        await _check_free(conn, case, new)
        suspension = SuspensionRecord(
            suspension_id, case.id, new.kind, new.ground, new.from_on, new.until_on, officer.officer_id, now, 1
        )
        await suspensions.insert(conn, suspension)
        if new.until_on is None:
            await _move(conn, case, CaseStatus(new.kind))
        await events.add(conn, topic=TOPIC, ref=case.id, kind="SUSPENSION_RECORDED", now=now)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.SUSPEND_CASE,
            outcome=new.ground,
            case_number=case.number,
            object_id=suspension_id,
        )
        return suspension


async def end(
    court: CourtNode, caller: Caller | None, suspension_id: UUID, version: int, until_on: date
) -> SuspensionRecord:
    """The suspension, over from that day; the case goes on. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        TransitionNotAllowed: it is over.
        Malformed: PERIOD; part untilOn.
    """
    officer, now = rights.check(caller, Act.SUSPEND_CASE), court.clock.now()
    async with transaction(court.pool) as conn:
        known = await suspensions.of_ids(conn, [suspension_id])
        if not known:
            raise NotFound
        (case,) = await cases.lock_ids(conn, [known[0].case_id])
        suspension = await suspensions.lock(conn, suspension_id)
        assert suspension is not None  # none is deleted
        if case.handler_id != officer.officer_id:
            raise NotAssigned
        if suspension.version != version:
            raise StaleVersion(suspension.version)
        if suspension.until_on is not None:
            raise TransitionNotAllowed("ENDED", "ENDED")
        check_period(suspension.from_on, until_on, filed_on=case.filed_on, today=civil_date(now))
        ended = await suspensions.end(conn, suspension_id, until_on)
        if case.status == suspension.kind:
            await _move(conn, case, CaseStatus.IN_PROGRESS)
        await events.add(conn, topic=TOPIC, ref=case.id, kind="SUSPENSION_ENDED", now=now)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.SUSPEND_CASE,
            outcome="ENDED",
            case_number=case.number,
            object_id=suspension_id,
        )
        return ended


async def _check_free(conn: Conn, case: CaseRecord, new: NewSuspension) -> None:
    stood = await suspensions.of_cases(conn, [case.id])
    if new.until_on is None and (case.status not in OPEN or any(each.until_on is None for each in stood)):
        raise TransitionNotAllowed(case.status, new.kind)
    for each in stood:
        ends_before = each.until_on is not None and each.until_on <= new.from_on
        begins_after = new.until_on is not None and each.from_on >= new.until_on
        if not ends_before and not begins_after:
            raise Malformed("PERIOD", "fromOn")


async def _move(conn: Conn, case: CaseRecord, status: CaseStatus) -> None:
    moved = await cases.move(conn, case, status)
    if moved is None:  # somebody else changed the case between the two locks
        raise StaleVersion(case.version)


async def of_files(files: Files) -> Mapping[UUID, list[SuspensionRecord]]:
    """The suspensions of each case, the earliest first."""
    async with pool_of(files).acquire() as conn:
        found = await suspensions.of_cases(conn, list(files))
    return {case_id: [each for each in found if each.case_id == case_id] for case_id in files}
