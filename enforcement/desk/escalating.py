"""督办升级: what the gateway brings before superior courts by itself, because a day passed or two courts disagree.

A track's due day passes -> the court above the late one has a supervision open, and some days later the high court ->
the late court answers it like any other -> it closes by itself when the act came, or the superior court closes it.

Invariant: one per task, day, late court and tier, however many processes look; what is raised, and what closes by
itself, is an act of the gateway, in the same history as the acts of officers. Codes, courts and days alone.
"""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import complaints, supervisions, tracks
from db import framework as framework_tables
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.framework import (
    FrameworkAct,
    FrameworkKind,
    FrameworkStep,
    SupervisionGround,
    SupervisionOrigin,
    SupervisionOutcome,
    SupervisionRecord,
)
from db.records.tracks import TrackRecord
from db.supervisions import TABLE
from enforcement.desk import superiors
from enforcement.desk.access import GATEWAY
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules import escalation
from enforcement.rules.task_status import DelegatedTaskStatus
from federation.wire.errors import UnknownCourt

_LOG: Final = logging.getLogger(__name__)
_BATCH: Final = 100
_STATUSES: Final = sorted(escalation.GROUNDS)


async def escalate(desk: GatewayDesk) -> None:
    """Raise what became late, close what was done; each task in a transaction of its own."""
    await _close_done(desk)
    for tier in escalation.TIERS:
        await _raise_late(desk, tier)
    await _raise_disputes(desk)


async def _raise_late(desk: GatewayDesk, tier: int) -> None:
    after: UUID | None = None
    while True:
        latest = desk.escalation.latest_due(tier, civil_date(desk.clock.now()))
        async with desk.pool.acquire() as conn:
            found = await supervisions.late_tracks(
                conn, latest_due=latest, statuses=_STATUSES, tier=tier, after=after, limit=_BATCH
            )
        for track_id in found:
            async with transaction(desk.pool) as conn:
                await _raise(desk, conn, track_id, tier)
        if len(found) < _BATCH:
            return
        after = found[-1]


async def _raise(desk: GatewayDesk, conn: Conn, track_id: UUID, tier: int) -> None:
    """Look at the track again, locked, and raise the tier's supervision if it is still late."""
    track, now = await tracks.lock(conn, track_id), desk.clock.now()
    if track is None or track.holder is None or track.due_on is None or track.status not in _STATUSES:
        return
    if track.due_on > desk.escalation.latest_due(tier, civil_date(now)):
        return
    try:
        superior = escalation.superior_of_tier(superiors.above(desk.directory.current(), track.holder), tier)
    except UnknownCourt:
        return
    if superior is None:
        return
    ground = escalation.GROUNDS[DelegatedTaskStatus(track.status)]
    new = record_of(desk, track, ground, superior, track.holder, now)
    await add(conn, replace(new, origin=SupervisionOrigin.DEADLINE, tier=tier, overdue_on=track.due_on), now)


def record_of(
    desk: GatewayDesk, track: TrackRecord, ground: SupervisionGround, superior: str, court: str, now: datetime
) -> SupervisionRecord:
    """A supervision that nobody raised, of `court` by `superior`."""
    (other,) = track.courts - {court}
    return SupervisionRecord(
        id=new_id(now),
        track_id=track.id,
        ground=ground,
        raised_by=superior,
        court=court,
        other_court=other,
        respond_by=desk.escalation.respond_by(civil_date(now)),
        answer=None,
        answer_digest=None,
        answered_on=None,
        outcome=None,
        closed_on=None,
        recorded_at=now,
        version=1,
    )


async def add(conn: Conn, record: SupervisionRecord, now: datetime) -> None:
    """Write the supervision with the gateway's act, unless that court supervises the task already."""
    if await supervisions.add_once(conn, record):
        await _note(conn, record, FrameworkStep.RAISED, now)
        _LOG.info("supervision raised", extra={"track": str(record.track_id), "origin": record.origin.value})


async def pass_up(desk: GatewayDesk, conn: Conn, record: SupervisionRecord, now: datetime) -> None:
    """Open, for the courts above, what `record.raised_by` passes up; the caller closes the record itself."""
    track = await tracks.lock(conn, record.track_id)
    if track is None:
        return
    above = superiors.above(desk.directory.current(), record.court)
    for superior in escalation.passed_up(record.raised_by, record.ground, (record.court, record.other_court), above):
        court = _of(desk, superior, record)
        new = record_of(desk, track, record.ground, superior, court, now)
        await add(conn, replace(new, origin=SupervisionOrigin.PASSED_UP), now)


def _of(desk: GatewayDesk, superior: str, record: SupervisionRecord) -> str:
    """Which of the two courts answers to `superior`: the one supervised so far, if it stands below."""
    under = superiors.below(desk.directory.current(), superior)
    return record.court if record.court in under or record.other_court not in under else record.other_court


async def _raise_disputes(desk: GatewayDesk) -> None:
    async with desk.pool.acquire() as conn:
        found = await complaints.disputes(conn, _BATCH)
    for track_id, complaint_id in found:
        async with transaction(desk.pool) as conn:
            track, now = await tracks.lock(conn, track_id), desk.clock.now()
            if track is not None:
                await raise_dispute(desk, conn, track, now)
            await complaints.escalated(conn, track_id, complaint_id, now)


async def raise_dispute(desk: GatewayDesk, conn: Conn, track: TrackRecord, now: datetime) -> None:
    """Bring before their superiors what the two courts of a locked track disagree about: the first step of them."""
    one, other = track.delegating_court, track.entrusted_court
    view = desk.directory.current()
    for superior in escalation.dispute_steps(one, other)[0]:
        under = superiors.below(view, superior)
        court = other if other in under or one not in under else one
        new = record_of(desk, track, SupervisionGround.DISPUTE, superior, court, now)
        await add(conn, replace(new, origin=SupervisionOrigin.DISPUTE), now)


async def _close_done(desk: GatewayDesk) -> None:
    after: UUID | None = None
    while True:
        async with desk.pool.acquire() as conn:
            found = await supervisions.open_by_deadline(conn, after, _BATCH)
            states = {track.id: track for track in await tracks.several(conn, [each.track_id for each in found])}
        for record in found:
            if _has_come(record, states[record.track_id]):
                async with transaction(desk.pool) as conn:
                    await _close(desk, conn, record.id)
        if len(found) < _BATCH:
            return
        after = found[-1].id


def _has_come(record: SupervisionRecord, track: TrackRecord) -> bool:
    assert record.overdue_on is not None  # a deadline raised it
    return escalation.has_come(track.holder, track.due_on, late=record.court, overdue=record.overdue_on)


async def _close(desk: GatewayDesk, conn: Conn, record_id: UUID) -> None:
    """Close it as settled; locked in the order of the officers' acts, so that one of both is first."""
    record, now = await TABLE.lock(conn, record_id), desk.clock.now()
    if record is None or record.closed_on is not None:
        return
    closed = replace(record, outcome=SupervisionOutcome.SETTLED, closed_on=civil_date(now), version=record.version + 1)
    await TABLE.save(conn, closed)
    await _note(conn, closed, FrameworkStep.CLOSED, now)


async def _note(conn: Conn, record: SupervisionRecord, step: FrameworkStep, now: datetime) -> None:
    act = FrameworkAct(
        record.id, record.version, FrameworkKind.SUPERVISION, step, None, now, court=GATEWAY, officer_id=GATEWAY
    )
    await framework_tables.add_act(conn, act)
