"""Queues of measures (轮候) at the court where the asset lies: what a registry said is entered, and states follow.

Life of an entry
    a unit registers a measure       enter: own measures and those that other courts entrusted to this one
    it registers a renewal, a lift   renew, release
    it writes the asset over         release, of all that stood on it; dispose, if none of that is known here
    a term runs out                  enforcement/measure_sweeps.py, in the background
    each of these                    settle: the queue is replayed, what changed is written, told and kept as history
    an own measure takes its turn    enforcement/over_control.py: whether its case controls more than is owed by now

Invariant: this court is the authority for the queue of an asset in its district. States are written from the replay
alone (enforcement/rules/measure_queue.py), and what is kept does not depend on the order in which it was heard: so a
late or repeated report changes nothing that it should not.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import assets, events, measure_events, measure_queue, measures
from db.measure_events import Change
from db.pool import Conn
from db.records.assets import MeasureStatus
from db.records.measure_life import QueueRecord
from enforcement import over_control
from enforcement.court import CourtNode
from enforcement.measures import TOPIC
from enforcement.over_control import has_taken_effect
from enforcement.rules.measure_queue import (
    LIVE,
    Registration,
    Release,
    Renewal,
    Standing,
    Step,
    is_correction,
    news,
    replay,
)

_BY_RECEIPT: Final = frozenset({MeasureStatus.RENEWED, MeasureStatus.LIFTED, MeasureStatus.EXTINGUISHED})
CORRECTED: Final = "CORRECTED"
"""Ground of a change that undoes what was believed before a registry's late word."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an entry changes: the receipt of a renewal or a lift, and the order behind it if this court made it."""

    entry_id: UUID
    receipt_id: UUID | None = None
    officer: str | None = None
    ground: str | None = None
    ruling_no: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry of a queue that changed, the steps that brought it to its state, and whether they undo a belief."""

    entry: QueueRecord
    steps: tuple[Step, ...]
    is_correction: bool


async def enter(court: CourtNode, conn: Conn, entry: QueueRecord, now: datetime) -> None:
    """Enter a measure that its registry registered; the same measure again changes nothing.

    Of a measure that its registry registered twice the earlier registration counts, whichever was heard of first.
    """
    await measure_queue.lock(conn, entry.asset_key)
    if await measure_queue.insert(conn, entry):
        if entry.ordering_court != court.code:
            await measure_events.add(conn, [_entered(court, entry)], now=now)
        await settle(court, conn, [entry.asset_key], now, cause=Cause(entry.id))
        return
    known = next((one for one in await measure_queue.of_assets(conn, [entry.asset_key]) if _is_same(one, entry)), None)
    if known is not None and _registered(entry) < _registered(known):
        await measure_queue.set_registration(conn, known.id, entry)
        await settle(court, conn, [entry.asset_key], now, cause=Cause(known.id))


def _is_same(one: QueueRecord, other: QueueRecord) -> bool:
    is_known = other.measure_id is not None and one.measure_id == other.measure_id
    return one.id == other.id or (is_known and one.ordering_court == other.ordering_court)


def _registered(entry: QueueRecord) -> tuple[datetime, int]:
    return entry.registered_at, entry.registry_rank


async def renew(court: CourtNode, conn: Conn, entry: QueueRecord, renewal: Renewal, cause: Cause) -> None:
    """Note that the registry registered a renewal; the same again changes nothing."""
    known = await _locked(conn, entry)
    if renewal not in registration(known).renewals:
        renewed_at, renewed_years = [*known.renewed_at, renewal.at], [*known.renewed_years, renewal.years]
        await measure_queue.set_facts(conn, replace(known, renewed_at=renewed_at, renewed_years=renewed_years))
    await settle(court, conn, [entry.asset_key], court.clock.now(), cause=cause)


async def release(court: CourtNode, conn: Conn, entry: QueueRecord, gone: Release, cause: Cause) -> None:
    """Note that the registry took the measure off its books; by disposal of the asset, all of its queue.

    Of two such words the earlier instant counts, whichever was heard of first.
    """
    known = await _locked(conn, entry)
    before = registration(known).release
    if before is None or gone < before:
        await measure_queue.set_facts(conn, replace(known, released_at=gone.at, released_as=gone.status))
    if gone.status is MeasureStatus.EXTINGUISHED:
        await measure_queue.disposed(conn, entry.asset_key, gone.at)
    await settle(court, conn, [entry.asset_key], court.clock.now(), cause=cause)


async def dispose(court: CourtNode, conn: Conn, asset_key: bytes, at: datetime) -> None:
    """Note that the registry wrote the asset over, by the order of a court whose measure stands in no queue here."""
    await measure_queue.lock(conn, asset_key)
    await measure_queue.disposed(conn, asset_key, at)
    await settle(court, conn, [asset_key], court.clock.now())


async def _locked(conn: Conn, entry: QueueRecord) -> QueueRecord:
    """The entry as it is now that its queue is locked: another receipt may have come since it was read."""
    await measure_queue.lock(conn, entry.asset_key)
    return next(one for one in await measure_queue.of_assets(conn, [entry.asset_key]) if one.id == entry.id)


async def settle(
    court: CourtNode, conn: Conn, asset_keys: list[bytes], now: datetime, *, cause: Cause | None = None
) -> list[Settled]:
    """Bring the queues, which are locked, to the state of `now`; the entries of those that changed.

    The measures of this court follow and the history is written. Each entry that still stands in a changed queue gets
    a new version, by which its ordering court is told.
    """
    queues: dict[bytes, list[QueueRecord]] = defaultdict(list)
    for entry in await measure_queue.of_assets(conn, asset_keys):
        queues[entry.asset_key].append(entry)
    disposals = await measure_queue.disposals(conn, list(queues))
    settled = [one for key, queue in queues.items() for one in _changes(queue, now, disposals[key], cause)]
    if settled:
        await measure_queue.set_states(conn, [one.entry for one in settled])
        followed = await measures.follow(conn, [one.entry for one in settled])
        await assets.follow_measures(conn, sorted(followed))
        await measure_events.add(conn, _history(court, settled, followed, cause), now=now)
        for one in settled:
            if one.entry.measure_id is not None and one.entry.measure_id in followed:
                await events.add(conn, topic=TOPIC, ref=one.entry.measure_id, kind=one.entry.status, now=now)
        await over_control.warn(court, conn, followed & _promoted(settled))
    await measure_queue.set_due(conn, asset_keys)
    return settled


def _promoted(settled: Sequence[Settled]) -> set[UUID]:
    """The measures that waited and are in force now."""
    return {
        one.entry.measure_id
        for one in settled
        if one.entry.measure_id is not None and has_taken_effect(one.steps, one.entry.registered_at, one.entry.status)
    }


def _entered(court: CourtNode, entry: QueueRecord) -> Change:
    return Change(
        measure_id=entry.id,
        at=entry.registered_at,
        status=entry.status,
        court=court.code,
        rank=entry.rank,
        effective_at=entry.effective_at,
        expires_on=entry.expires_on,
    )


def _changes(
    queue: Sequence[QueueRecord], now: datetime, disposals: Sequence[datetime], cause: Cause | None
) -> list[Settled]:
    """What became of a queue's entries; nothing when none of them changed and none is new."""
    by_id = {entry.id: entry for entry in queue}
    settled: list[Settled] = []
    has_changed = cause is not None and any(entry.id == cause.entry_id for entry in queue)
    for standing in replay([registration(entry) for entry in queue], now, disposals):
        entry = by_id[standing.id]
        known = Step(entry.status, entry.registered_at, entry.effective_at, entry.expires_on)
        steps = news(known, standing)
        has_changed = has_changed or bool(steps) or standing.rank != entry.rank
        if steps or standing.rank is not None:
            settled.append(Settled(_at(entry, standing), steps, is_correction(known, standing)))
    return settled if has_changed else []


def _history(
    court: CourtNode, settled: Sequence[Settled], followed: Collection[UUID], cause: Cause | None
) -> list[Change]:
    """The steps as changes: of a measure of this court under its id, unless it knew them; of others under the entry."""
    changes = []
    for one in settled:
        is_ours = one.entry.ordering_court == court.code and one.entry.measure_id is not None
        if is_ours and one.entry.measure_id not in followed:
            continue
        subject = one.entry.measure_id if is_ours and one.entry.measure_id is not None else one.entry.id
        changes += [_change(court, subject, one, step, cause) for step in one.steps]
    return changes


def _change(court: CourtNode, subject: UUID, one: Settled, step: Step, cause: Cause | None) -> Change:
    by = cause if cause is not None and cause.entry_id == one.entry.id and step.status in _BY_RECEIPT else None
    return Change(
        measure_id=subject,
        at=step.at,
        status=step.status,
        court=court.code,
        officer=None if by is None else by.officer,
        ground=CORRECTED if by is None and one.is_correction else (None if by is None else by.ground),
        ruling_no=None if by is None else by.ruling_no,
        receipt_id=None if by is None else by.receipt_id,
        rank=one.entry.rank if step.status in LIVE else None,
        effective_at=step.effective_at,
        expires_on=step.expires_on,
    )


def _at(entry: QueueRecord, standing: Standing) -> QueueRecord:
    step = standing.now
    return replace(
        entry,
        status=step.status,
        rank=standing.rank,
        effective_at=step.effective_at,
        expires_on=step.expires_on,
        version=entry.version + 1,
    )


def registration(entry: QueueRecord) -> Registration:
    """What the registry said of the entry."""
    release = None
    if entry.released_at is not None and entry.released_as is not None:
        release = Release(entry.released_at, entry.released_as)
    return Registration(
        id=entry.id,
        registered_at=entry.registered_at,
        registry_rank=entry.registry_rank,
        term_years=entry.term_years,
        renewals=tuple(map(Renewal, entry.renewed_at, entry.renewed_years)),
        release=release,
        held_since=entry.held_since,
        held_until=entry.held_until,
        held_as=entry.held_as,
    )
