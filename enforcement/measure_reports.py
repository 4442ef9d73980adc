"""How a measure stands where its asset lies, told to the court that ordered it (措施状态通报).

Life of a report
    an entry of a queue changes    it gets a new version, which its ordering court does not know yet
    tell                           in the background: a signed statement beside the entrusted task, with the queue
    take                           at the ordering court: queue kept, measure follows, history written

Invariant: a report of an older version changes nothing; what was ordered, by which ruling, stays the ordering court's.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import assets, events, measure_events, measure_queue, measures, queue_reports, tasks
from db.clock import civil_date
from db.measure_events import Change
from db.pool import Conn, transaction
from db.queue_reports import ReportRecord
from db.records.assets import MeasureRecord, MeasureStatus
from db.records.measure_life import QueueRecord
from db.records.tasks import TaskRecord
from enforcement import basis, over_control
from enforcement.court import CourtNode
from enforcement.measure_queues import CORRECTED, registration
from enforcement.measures import TOPIC
from enforcement.over_control import has_taken_effect
from enforcement.payloads import MeasureReportPayload, MeasureStepPayload, QueueEntryPayload
from enforcement.rules.measure_queue import LIVE, Standing, Step, are_lawful, is_correction, news, replay
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_status import ENDED
from enforcement.rules.term import MAX_YEARS
from enforcement.tasks import statements
from enforcement.tasks.contents import NotAPayload
from federation.delivery.node import NotYet

_LOG: Final = logging.getLogger("enforcement.measures")
_UNHEARD: Final = frozenset({MeasureStatus.RULED, MeasureStatus.NOTICE_SENT, MeasureStatus.REFUSED})
BATCH: Final = 100
MOST_ENTRIES: Final = 100
"""So many places of a queue travel; a longer queue is read where the asset lies."""


async def tell(court: CourtNode, *, batch: int = BATCH) -> int:
    """Tell each ordering court what it does not know yet; how many reports went out."""
    told, after = 0, None
    while True:
        async with court.pool.acquire() as conn:
            untold = await measure_queue.untold(conn, after=after, limit=batch)
        for entry_id, task_id in untold:
            told += await _told(court, entry_id, task_id)
            after = entry_id
        if len(untold) < batch:
            return told


async def _told(court: CourtNode, entry_id: UUID, task_id: UUID) -> bool:
    """Whether the report went out; it waits while the other court has yet to confirm the task's log."""
    now = court.clock.now()
    try:
        async with transaction(court.pool) as conn:
            task = await tasks.lock(conn, task_id)
            entry = await measure_queue.if_untold(conn, entry_id)
            if task is None or entry is None or entry.measure_id is None:
                return False
            queue = await measure_queue.of_assets(conn, [entry.asset_key])
            disposals = await measure_queue.disposals(conn, [entry.asset_key])
            report = _report(queue, disposals[entry.asset_key], entry, now)
            await statements.send(court, conn, task, StatementKind.MEASURE_REPORT, report, now=now)
            await measure_queue.set_told(conn, entry)
    except RuleBroken as refusal:
        _LOG.warning("a measure was not reported", extra={"task": str(task_id), "code": refusal.code})
        return False
    return True


def _report(
    queue: Sequence[QueueRecord], disposals: Sequence[datetime], entry: QueueRecord, now: datetime
) -> MeasureReportPayload:
    known = {one.id: one for one in queue}
    standings = replay([registration(one) for one in queue], now, disposals)
    meant = next(one for one in standings if one.id == entry.id)
    return MeasureReportPayload(
        measure_id=entry.measure_id or entry.id,
        version=entry.version,
        as_of=now,
        rank=meant.rank,
        steps=[
            MeasureStepPayload(
                status=step.status, at=step.at, effective_at=step.effective_at, expires_on=step.expires_on
            )
            for step in meant.steps
        ],
        entries=[_entry(known[one.id], one, entry) for one in standings[:MOST_ENTRIES]],
    )


def _entry(one: QueueRecord, standing: Standing, meant: QueueRecord) -> QueueEntryPayload:
    return QueueEntryPayload(
        rank=standing.rank,
        court=one.ordering_court,
        kind=one.kind,
        status=standing.now.status,
        registered_at=one.registered_at,
        effective_at=standing.now.effective_at,
        expires_on=standing.now.expires_on,
        term_years=one.term_years,
        is_meant=one.id == meant.id,
    )


async def take(court: CourtNode, conn: Conn, task: TaskRecord, report: MeasureReportPayload) -> None:
    """Keep what the entrusted court of `task` reports of the measure that was registered by it.

    A measure of preservation that became one of enforcement is known to the other court by its first id.

    Raises:
        NotYet: the receipt by which it was registered has not come yet.
        NotAPayload: a term is longer than the law allows for such an asset.
    """
    measure = await measures.get(conn, report.measure_id)
    if (
        measure is None
        or measure.ordering_court != court.code
        or basis.content_of(court, task).measure_id != measure.id
    ):
        return
    await _check_terms(conn, measure, report)
    after = await measures.successor(conn, measure)
    measure = await measures.lock(conn, measure.id if after is None else after.id)
    assert measure is not None  # no measure is ever deleted
    if measure.registered_at is None and task.status not in ENDED:
        raise NotYet("RECEIPT_MISSING")
    if measure.registered_at is not None and measure.executing_court != task.entrusted_court:
        return  # another court had it registered: the queue is that court's to report
    kept = ReportRecord(
        measure_id=measure.id,
        court=task.entrusted_court,
        version=report.version,
        as_of=report.as_of,
        entries=msgspec.json.encode(report.entries).decode(),
    )
    if await queue_reports.put(conn, kept):
        known = await _registered(conn, task, measure, report)
        if known is not None:
            await _follow(court, conn, task, known, report)


async def _registered(
    conn: Conn, task: TaskRecord, measure: MeasureRecord, report: MeasureReportPayload
) -> MeasureRecord | None:
    """The measure, as registered; None when nothing says that it is.

    A unit may register it when the task's log is over already, after a withdrawal: no receipt can follow then, and the
    report says so in its stead. What was lifted by the ruling alone stands at the registry all the same.
    """
    if measure.registered_at is not None or measure.status is MeasureStatus.CONVERTED:
        return measure
    meant = next((one for one in report.entries if one.is_meant), None)
    if meant is None or civil_date(meant.registered_at) < measure.ruled_on:
        return None
    registered = replace(
        measure, registered_at=meant.registered_at, executing_court=task.entrusted_court, task_id=task.id
    )
    return await measures.update(conn, registered)


async def _check_terms(conn: Conn, measure: MeasureRecord, report: MeasureReportPayload) -> None:
    asset = await assets.get(conn, measure.asset_id)
    assert asset is not None  # foreign key
    longest = MAX_YEARS[asset.kind]
    terms = [one.term_years for one in report.entries if one.term_years is not None]
    if max(terms, default=1) > longest or not are_lawful(_steps(report), longest):
        raise NotAPayload


def _steps(report: MeasureReportPayload) -> tuple[Step, ...]:
    return tuple(Step(MeasureStatus(one.status), one.at, one.effective_at, one.expires_on) for one in report.steps)


async def _follow(
    court: CourtNode, conn: Conn, task: TaskRecord, measure: MeasureRecord, report: MeasureReportPayload
) -> None:
    """Give the measure the state that is reported."""
    if measure.status is MeasureStatus.CONVERTED or measure.registered_at is None:
        return
    standing = Standing(measure.id, _steps(report), report.rank)
    known = Step(measure.status, measure.registered_at, measure.effective_at, measure.expires_on)
    new = news(known, standing)
    if not new and report.rank in {None, measure.rank}:
        return
    step, now = standing.now, court.clock.now()
    await measures.set_standing(
        conn,
        measure.id,
        step.status,
        rank=report.rank,
        effective_at=step.effective_at,
        expires_on=step.expires_on,
        at=step.at,
    )
    is_known = measure.status not in _UNHEARD
    ground = CORRECTED if is_known and is_correction(known, standing) else None
    changes = [_change(task, measure.id, one, ground, report.rank) for one in new]
    await measure_events.add(conn, changes, now=now)
    await assets.follow_measures(conn, [measure.id])
    await events.add(conn, topic=TOPIC, ref=measure.id, kind=step.status, now=now)
    if has_taken_effect(new, measure.registered_at, step.status):
        await over_control.warn(court, conn, [measure.id])


def _change(task: TaskRecord, measure_id: UUID, step: Step, ground: str | None, rank: int | None) -> Change:
    return Change(
        measure_id=measure_id,
        at=step.at,
        status=step.status,
        court=task.entrusted_court,
        ground=ground,
        rank=rank if step.status in LIVE else None,
        effective_at=step.effective_at,
        expires_on=step.expires_on,
    )
