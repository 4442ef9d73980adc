"""What a party asks for, written down by an officer: a correction, and, when it was rejected, its reconsideration."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from db import cases, corrections, sanctions
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.corrections import CorrectionRecord, CorrectionView
from db.records.sanctions import ListedRecord
from enforcement import basis, once
from enforcement.corrections.opening import Opened, note, opened, saved
from enforcement.court import CourtNode
from enforcement.rules.correction import (
    TERMS,
    CorrectionChannel,
    CorrectionGround,
    CorrectionStatus,
    Requester,
    check_move,
    check_reconsideration,
    check_requested,
)
from enforcement.rules.courts import parent_court
from enforcement.rules.refusals import DuplicateOf, Forbidden, Malformed, NotFound
from enforcement.rules.rights import Act, Caller, check

_SHA256: Final = 64


@dataclass(frozen=True, slots=True)
class NewCorrection:
    """What a party asks for; `application_sha256` is the digest of the written request, if there is one."""

    entry_id: UUID
    ground: CorrectionGround
    requester: Requester
    channel: CorrectionChannel
    requested_on: date
    application_sha256: str | None = None


async def request(
    court: CourtNode, caller: Caller | None, new: NewCorrection, *, idempotency_key: str
) -> CorrectionView:
    """The request, PENDING; the same key again gives the one it made. The case's handler, a clerk, or the party.

    A party asks in person and on line, today, whatever `new` says of who and how.

    Raises:
        Forbidden, IdempotencyKeyReused.
        NotFound: no such entry in force, or, to a party, another's.
        NotAssigned: another handler's case.
        Malformed: PERIOD, DOCUMENT, KEY.
        DuplicateOf: a request about the entry is open.
    """
    officer, now = check(caller, Act.REQUEST_CORRECTION), court.clock.now()
    today = civil_date(now)
    if officer.party_id is not None:
        new = replace(new, requester=Requester.PARTY, channel=CorrectionChannel.ONLINE, requested_on=today)
    _check_digest(new.application_sha256)
    async with transaction(court.pool) as conn:
        made_id = new_id(now)
        before = await once.claim(
            court, conn, officer, idempotency_key, Act.REQUEST_CORRECTION, new, result_id=made_id, now=now
        )
        known = None if before is None else await corrections.get(conn, before)
        if known is not None:
            return known
        entry, case = await _listed(court, conn, officer, new.entry_id, today)
        check_requested(new.requested_on, entry.published_on, today)
        other = await corrections.open_of(conn, entry.id)
        if other is not None:
            raise DuplicateOf(other.id)
        made = CorrectionRecord(
            id=made_id,
            entry_id=entry.id,
            ground=new.ground,
            requester=new.requester,
            channel=new.channel,
            requested_on=new.requested_on,
            application_sha256=new.application_sha256,
            recorded_by=officer.officer_id,
            recorded_at=now,
            due_on=TERMS.calendar.due(new.requested_on, TERMS.review),
            status=CorrectionStatus.PENDING,
        )
        await corrections.insert(conn, made)
        about = Opened(CorrectionView(made, case.number), entry, case)
        await note(court, conn, officer, AuditAction.REQUEST_CORRECTION, about, outcome=new.ground)
        return about.view


def _check_digest(sha256: str | None) -> None:
    """Raises Malformed: DOCUMENT."""
    if sha256 is not None and (len(sha256) != _SHA256 or not set(sha256) <= set("0123456789abcdef")):
        raise Malformed("DOCUMENT", "applicationSha256")


async def _listed(
    court: CourtNode, conn: Conn, officer: Caller, entry_id: UUID, today: date
) -> tuple[ListedRecord, CaseRecord]:
    """The entry, locked, and its case, if the entry is in force and the case in the officer's hands, or the party's."""
    entry = await sanctions.lock_entry(conn, entry_id)
    if entry is None or not _is_in_force(entry, today):
        raise NotFound
    known = await cases.get(conn, entry.case_id)
    assert known is not None  # foreign key
    if officer.party_id is not None:
        if entry.party_id != officer.party_id:
            raise NotFound
        return entry, known
    return entry, await basis.own_case(court, conn, officer, known.number)


def _is_in_force(entry: ListedRecord, today: date) -> bool:
    is_removed = entry.removed_on is not None and entry.removed_on <= today
    return entry.published_on <= today <= entry.until_on and not is_removed


async def request_reconsideration(
    court: CourtNode, caller: Caller | None, correction_id: UUID, version: int, *, served_on: date, requested_on: date
) -> CorrectionView:
    """The rejected request, before the superior court; the entry stands meanwhile. The case's handler, or a clerk.

    Not the party: that they were served, and when, is the court's to say.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion, TransitionNotAllowed.
        Malformed: PERIOD.
        ReconsiderationTooLate.
        DuplicateOf: another request about the entry is open.
    """
    officer, today = check(caller, Act.REQUEST_CORRECTION), civil_date(court.clock.now())
    if officer.party_id is not None:
        raise Forbidden
    async with transaction(court.pool) as conn:
        about = await opened(conn, correction_id, version)
        await basis.own_case(court, conn, officer, about.case.number)
        check_move(about.status, CorrectionStatus.RECONSIDERATION, of=CorrectionStatus.REJECTED)
        rejected = about.correction
        assert rejected.decided_at is not None  # a rejected one is decided
        check_reconsideration(civil_date(rejected.decided_at), served_on, requested_on, today)
        other = await corrections.open_of(conn, about.entry.id)
        if other is not None:
            raise DuplicateOf(other.id)
        asked = replace(
            rejected,
            status=CorrectionStatus.RECONSIDERATION,
            served_on=served_on,
            reconsideration_on=requested_on,
            superior_court=parent_court(court.code),
            reconsideration_due_on=TERMS.calendar.due(requested_on, TERMS.reconsideration),
        )
        await note(court, conn, officer, AuditAction.REQUEST_RECONSIDERATION, about, outcome=asked.status)
        return await saved(conn, asked)
