"""督办: a superior court asks one of its courts to account for a task by a day; answered with a code, then closed.

Invariant: who supervises stands above who answers, by the superiors that the signed directory names. What the answer
says in words stays at the court that gives it; here stand a code and a digest. The act that raised a supervision names
its court and officer; what a deadline raises by itself (`escalating`) is an act of the gateway.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from db import framework as framework_tables
from db import supervisions, tracks
from db.pool import Conn, snapshot, transaction
from db.records.framework import (
    FrameworkAct,
    FrameworkKind,
    FrameworkStep,
    SupervisionAnswer,
    SupervisionGround,
    SupervisionOutcome,
    SupervisionRecord,
)
from db.records.tracks import TrackRecord
from db.supervisions import TABLE
from enforcement.desk import access, escalating, framework, superiors
from enforcement.desk.framework import Hand, Page, Place
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.refusals import TaskEnded
from enforcement.rules.framework_refusals import AlreadyAnswered, AlreadySupervised, RecordClosed
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus

_KIND: Final = FrameworkKind.SUPERVISION
LONGEST: Final = timedelta(days=90)
"""The longest time to answer; a local default."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NewSupervision:
    """Which task, why, and by when an answer is expected."""

    track_id: UUID
    ground: SupervisionGround
    respond_by: date


@dataclass(frozen=True, slots=True)
class Only:
    """Which supervisions a list shows: of one task, open or closed ones, overdue ones; None means any."""

    track_id: UUID | None = None
    is_open: bool | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Supervision:
    """A record with its history."""

    record: SupervisionRecord
    history: Sequence[FrameworkAct]
    today: date

    @property
    def is_overdue(self) -> bool:
        """It waits for an answer whose day is past."""
        open_ = self.record.answered_on is None and self.record.closed_on is None
        return open_ and self.today > self.record.respond_by


async def supervise(
    desk: GatewayDesk, caller: Caller | None, new: NewSupervision, *, idempotency_key: str
) -> Supervision:
    """Supervise a task: whoever of its courts must act next answers, if below the caller's court, or else the other.

    Raises:
        NotSignedIn, Forbidden: for a supervisor of a superior court.
        NotFound: there is no such task, or none of a court below.
        TaskEnded, AlreadySupervised, IdempotencyKeyReused.
        Malformed: PERIOD; past, or more than 90 days ahead; KEY.
    """
    by = Hand(access.check_may(caller, Act.SUPERVISE_TASK), _KIND, desk.clock.now())
    async with transaction(desk.pool) as conn:
        record_id, is_made = await framework.claim(conn, by, idempotency_key, new)
        if not is_made:
            track = framework.found(await tracks.lock(conn, new.track_id))
            court = _answering(desk, by.who.court, track)
            if track.status in ENDED and not _is_about_the_end(new.ground, track.status):
                raise TaskEnded
            if not by.today <= new.respond_by <= by.today + LONGEST:
                raise Malformed("PERIOD", "respondBy")
            if await supervisions.is_open(conn, track.id, by.who.court, court):
                raise AlreadySupervised
            (other,) = track.courts - {court}
            record = SupervisionRecord(
                id=record_id,
                track_id=track.id,
                ground=new.ground,
                raised_by=by.who.court,
                court=court,
                other_court=other,
                respond_by=new.respond_by,
                answer=None,
                answer_digest=None,
                answered_on=None,
                outcome=None,
                closed_on=None,
                recorded_at=by.now,
                version=1,
            )
            await TABLE.add(conn, record)
            await by.note(conn, record_id, 1, FrameworkStep.RAISED)
        (made,) = await load(conn, await TABLE.several(conn, [record_id]), by.today)
    return made


def _is_about_the_end(ground: SupervisionGround, status: str) -> bool:
    """Whether the ground is the very return that ended the task."""
    return ground is SupervisionGround.RETURNED_WITHOUT_GROUND and status == DelegatedTaskStatus.RETURNED


def _answering(desk: GatewayDesk, superior: str, track: TrackRecord) -> str:
    under = superiors.below(desk.directory.current(), superior)
    for court in (track.holder, track.entrusted_court, track.delegating_court):
        if court in under:
            return court
    raise NotFound


async def answer(
    desk: GatewayDesk,
    caller: Caller | None,
    record_id: UUID,
    version: int,
    said: SupervisionAnswer,
    digest: str | None = None,
) -> Supervision:
    """Answer a supervision of the caller's court; `digest` is that of the text that the court keeps.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`.
        NotFound: there is none, or another court has to answer.
        StaleVersion, RecordClosed, AlreadyAnswered.
        Malformed: DOCUMENT.
    """
    by = framework.hand(desk, caller, Act.ANSWER_SUPERVISION, _KIND)
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise Malformed("DOCUMENT", "digest")
    async with transaction(desk.pool) as conn:
        record = framework.found(await TABLE.lock(conn, record_id))
        if record.court != by.who.court:
            raise NotFound
        _check_open(record, version)
        if record.answer is not None:
            raise AlreadyAnswered
        answered = replace(record, answer=said, answer_digest=digest, answered_on=by.today)
        return await _keep(conn, by, answered, FrameworkStep.ANSWERED)


async def close(
    desk: GatewayDesk, caller: Caller | None, record_id: UUID, version: int, outcome: SupervisionOutcome
) -> Supervision:
    """Close a supervision that the caller's court raised, answered or not; passed up, the court above it has it open.

    Raises:
        NotSignedIn, Forbidden: see `supervise`.
        NotFound: there is none, or another court raised it.
        StaleVersion, RecordClosed.
    """
    by = Hand(access.check_may(caller, Act.SUPERVISE_TASK), _KIND, desk.clock.now())
    async with transaction(desk.pool) as conn:
        record = framework.found(await TABLE.lock(conn, record_id))
        if record.raised_by != by.who.court:
            raise NotFound
        _check_open(record, version)
        closed = replace(record, outcome=outcome, closed_on=by.today)
        if outcome is SupervisionOutcome.PASSED_UP:
            await escalating.pass_up(desk, conn, record, by.now)
        return await _keep(conn, by, closed, FrameworkStep.CLOSED)


def _check_open(record: SupervisionRecord, version: int) -> None:
    framework.check_version(record.version, version)
    if record.closed_on is not None:
        raise RecordClosed


async def _keep(conn: Conn, by: Hand, record: SupervisionRecord, step: FrameworkStep) -> Supervision:
    kept = replace(record, version=record.version + 1)
    await TABLE.save(conn, kept)
    await by.note(conn, kept.id, kept.version, step)
    (made,) = await load(conn, [kept], by.today)
    return made


async def load(conn: Conn, records: Sequence[SupervisionRecord], today: date) -> list[Supervision]:
    """The records with their histories."""
    acts = await framework_tables.acts(conn, [record.id for record in records])
    return [Supervision(record, acts[record.id], today) for record in records]


async def several(desk: GatewayDesk, caller: Caller, record_ids: Sequence[UUID]) -> list[Supervision]:
    """Those of the records that the caller may know of.

    Raises:
        Forbidden.
    """
    reader = framework.reads(desk, caller)
    async with snapshot(desk.pool) as conn:
        rows = await TABLE.several(conn, record_ids)
        seen = [each for each in rows if reader.sees(each.raised_by, each.court, each.other_court)]
        return await load(conn, seen, reader.today)


async def page(
    desk: GatewayDesk, caller: Caller | None, only: Only, *, first: int, after: Place | None
) -> Page[Supervision]:
    """The supervisions that concern the caller's court, or a supervisor's courts below; for an admin all.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: PAGE.
    """
    reader, size = framework.reads(desk, caller), check_first(first)
    async with snapshot(desk.pool) as conn:
        rows = await supervisions.page(
            conn,
            parties=reader.listed,
            track_id=only.track_id,
            is_open=only.is_open,
            overdue_on=reader.today if only.overdue else None,
            after=after,
            limit=size + 1,
        )
        return Page(await load(conn, rows[:size], reader.today), has_next=len(rows) > size)
