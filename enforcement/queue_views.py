"""The queue on an asset as an officer reads it: here where the asset lies in this district, else as last reported.

Invariant: another court's place shows no case number, unless the reader may read the task by which it was entrusted
to this court. What is read is how the queue stands at that instant, also before a sweep has written it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from db import assets, cases, measure_queue, measures, queue_reports, tasks
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetKind, AssetRecord, MeasureKind, MeasureRecord, MeasureStatus
from db.records.measure_life import QueueRecord
from db.records.tasks import TaskRecord
from enforcement import basis
from enforcement.cases import opened
from enforcement.court import CourtNode
from enforcement.measure_queues import registration
from enforcement.payloads import QueueEntryPayload
from enforcement.rules import rights, scopes
from enforcement.rules.asset_identity import named_by
from enforcement.rules.measure import status_on
from enforcement.rules.measure_queue import replay
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.tasks import reading


@dataclass(frozen=True, slots=True)
class Place:
    """One measure in a queue; `rank` is None when it stands no more."""

    rank: int | None
    court: str
    kind: MeasureKind
    status: MeasureStatus
    registered_at: datetime
    effective_at: datetime | None
    expires_on: date | None
    term_years: int | None
    case_number: str | None = None
    measure_id: UUID | None = None  # of this court


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue in the order of registration; `reported_by` is the court where the asset lies, None: it said nothing."""

    is_authoritative: bool
    reported_by: str | None
    as_of: datetime
    places: tuple[Place, ...]


async def read(
    court: CourtNode, caller: Caller | None, *, asset_id: UUID | None, measure_id: UUID | None, task_id: UUID | None
) -> Queue:
    """The queue in which an asset, a measure or a task's measure stands.

    Raises:
        Forbidden, NotFound.
        Malformed: BASIS; not exactly one of the three.
    """
    officer = rights.check(caller, Act.READ_QUEUE)
    if sum(given is not None for given in (asset_id, measure_id, task_id)) != 1:
        raise Malformed("BASIS", "assetId")
    async with court.pool.acquire() as conn:
        if task_id is not None:
            task = await reading.read_within(conn, officer, task_id)
            content = basis.content_of(court, task)
            if task.entrusted_court == court.code:
                return await _here(court, conn, officer, await _key(court, conn, task))
            measure_id = content.measure_id
        asset = await _asset(court, conn, officer, asset_id, measure_id)
        if asset.division == court.division:
            return await _here(court, conn, officer, asset.identity_key)
        return await _elsewhere(court, conn, officer, asset, measure_id)


async def _key(court: CourtNode, conn: Conn, task: TaskRecord) -> bytes:
    """The queue of the thing that a task of another court is about, whether its measure stands in it yet or not."""
    entry = await measure_queue.by_task(conn, task.id)
    content = basis.content_of(court, task)
    if entry is not None:
        return entry.asset_key
    if content.asset is None:
        raise NotFound
    return court.at_rest.blind(*named_by(AssetKind(content.asset.kind), content.asset.identity))


async def _asset(
    court: CourtNode, conn: Conn, officer: Caller, asset_id: UUID | None, measure_id: UUID | None
) -> AssetRecord:
    """The asset, of a case that the officer may read."""
    measure = None if measure_id is None else await measures.get(conn, measure_id)
    wanted = asset_id if measure is None else measure.asset_id
    asset = None if wanted is None else await assets.get(conn, wanted)
    case_id = measure.case_id if measure is not None else asset.case_id if asset is not None else None
    case = None if case_id is None else await cases.get(conn, case_id)
    if asset is None or case is None:
        raise NotFound
    opened(court, officer, case)
    return asset


async def _here(court: CourtNode, conn: Conn, officer: Caller, key: bytes) -> Queue:
    now = court.clock.now()
    entries = {entry.id: entry for entry in await measure_queue.of_assets(conn, [key])}
    numbers = await _case_numbers(court, conn, officer, list(entries.values()))
    places = []
    disposals = (await measure_queue.disposals(conn, [key])).get(key, [])
    for standing in replay([registration(entry) for entry in entries.values()], now, disposals):
        entry, step = entries[standing.id], standing.now
        places.append(
            Place(
                rank=standing.rank,
                court=entry.ordering_court,
                kind=entry.kind,
                status=step.status,
                registered_at=entry.registered_at,
                effective_at=step.effective_at,
                expires_on=step.expires_on,
                term_years=entry.term_years,
                case_number=numbers.get(entry.id),
                measure_id=entry.measure_id if entry.ordering_court == court.code else None,
            )
        )
    return Queue(is_authoritative=True, reported_by=court.code, as_of=now, places=tuple(places))


async def _case_numbers(
    court: CourtNode, conn: Conn, officer: Caller, entries: Sequence[QueueRecord]
) -> Mapping[UUID, str]:
    """The case numbers that the officer may know, by entry."""
    found = {}
    own = {one.measure_id: one.id for one in entries if one.ordering_court == court.code and one.measure_id is not None}
    for measure in await measures.of_ids(conn, list(own)):
        case = None if measure.case_id is None else await cases.get(conn, measure.case_id)
        if case is not None and scopes.opens_case(officer, case.id, case.handler_id):
            found[own[measure.id]] = case.number
    for one in entries:
        task = None if one.task_id is None else await tasks.find(conn, one.task_id)
        if task is not None and one.case_number is not None and reading.may_read(officer, task):
            found[one.id] = court.at_rest.text(one.case_number, context=measure_queue.CASE_NUMBER)
    return found


async def _elsewhere(
    court: CourtNode, conn: Conn, officer: Caller, asset: AssetRecord, measure_id: UUID | None
) -> Queue:
    """What the court where the asset lies last reported; else what this court knows of its own measures."""
    own = [one for one in await measures.queue(conn, asset.id) if one.registered_at is not None]
    meant = [one.id for one in own if measure_id in {None, one.id}]
    reports = await queue_reports.of_measures(conn, meant)
    today = civil_date(court.clock.now())
    if not reports:
        places = [_place(one, today) for one in own]
        return Queue(is_authoritative=False, reported_by=None, as_of=court.clock.now(), places=tuple(places))
    report = reports[0]
    entries = msgspec.json.decode(report.entries, type=list[QueueEntryPayload])
    case = await cases.get(conn, asset.case_id)
    assert case is not None  # it was opened
    number = case.number if scopes.opens_case(officer, case.id, case.handler_id) else None
    places = [_reported(one, report.measure_id, number, today) for one in entries]
    return Queue(is_authoritative=False, reported_by=report.court, as_of=report.as_of, places=tuple(places))


def _reported(one: QueueEntryPayload, measure_id: UUID, number: str | None, today: date) -> Place:
    status = status_on(MeasureStatus(one.status), one.expires_on, today)
    place = Place(
        rank=one.rank if status is not MeasureStatus.EXPIRED else None,
        court=one.court,
        kind=MeasureKind(one.kind),
        status=status,
        registered_at=one.registered_at,
        effective_at=one.effective_at,
        expires_on=one.expires_on,
        term_years=one.term_years,
    )
    return replace(place, case_number=number, measure_id=measure_id) if one.is_meant else place


def _place(one: MeasureRecord, today: date) -> Place:
    assert one.registered_at is not None  # the caller looked
    status = status_on(one.status, one.expires_on, today)
    return Place(
        rank=one.rank if status is one.status else None,
        court=one.ordering_court,
        kind=one.kind,
        status=status,
        registered_at=one.registered_at,
        effective_at=one.effective_at,
        expires_on=one.expires_on,
        term_years=one.term_years,
    )
