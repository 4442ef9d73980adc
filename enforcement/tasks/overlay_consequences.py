"""What follows from evaluations, complaints, objections and their answers: marks beside the state, rows to guard by.

Invariant: each is a function of the set of statements about the task, in whatever order they come; run again it changes
nothing. What only one court may say of another's statement is refused here, for good.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import msgspec

from db import findings, objections, task_evaluations, task_events, task_history, task_statements
from db.pool import Conn
from db.records.assets import AssetKind
from db.records.objections import ObjectionRecord
from db.records.tasks import OutlineRecord, OverlayRecord, StatementRecord, TaskRecord
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.objections import asset_key
from enforcement.payloads import FindingPayload
from enforcement.rules import asset_identity
from enforcement.rules import objection as rules
from enforcement.rules.objection import ObjectionKind, ObjectionOutcome
from enforcement.rules.search import OwnerMatch
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import ObjectionDecided, ThingNotOfTask
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks.statement_contents import (
    ComplaintAnswerPayload,
    ComplaintClosedPayload,
    ComplaintPayload,
    EvaluationPayload,
    ObjectionDecisionPayload,
    ObjectionPayload,
)
from federation.delivery.node import NotYet, Refused

COMPLAINED: Final = "COMPLAINED"
OBJECTION_PENDING: Final = "OBJECTION_PENDING"
_NOT_ALLOWED: Final = "STATEMENT_NOT_ALLOWED"
_K: Final = StatementKind
COMPLAINTS: Final = (_K.COMPLAINED, _K.COMPLAINT_ANSWERED, _K.COMPLAINT_CLOSED)


async def evaluated(
    _court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: EvaluationPayload
) -> None:
    """Once is all; the score is added up in figures."""
    if len([each for each in await _of(conn, task, _K.EVALUATED) if each.refused_code is None]) > 1:
        raise Refused(_NOT_ALLOWED)
    await task_evaluations.add(conn, task.id, payload.score, said.at)


async def evaluation_refused(
    _court: CourtNode, conn: Conn, task: TaskRecord, _said: StatementRecord, _payload: EvaluationPayload
) -> None:
    """At its author: the task has none, and may be evaluated again."""
    await task_evaluations.forget(conn, task.id)


async def complained(
    _court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: ComplaintPayload
) -> None:
    """The task is marked until the complaint is answered or closed."""
    await task_history.add_overlay(conn, OverlayRecord(task.id, COMPLAINED, said.at, said.author, payload.ground))
    await _settle_complaints(conn, task, said)


async def complaint_settled(
    _court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    said: StatementRecord,
    _payload: ComplaintAnswerPayload | ComplaintClosedPayload,
) -> None:
    """The mark goes with the last open complaint."""
    complaints = await _of(conn, task, _K.COMPLAINED)
    if said.refers not in {each.id for each in complaints}:
        raise Refused(_NOT_ALLOWED)
    settled = await _of(conn, task, _K.COMPLAINT_ANSWERED, _K.COMPLAINT_CLOSED)
    if any(_is_before(each, said) for each in settled if each.refused_code is None):
        raise Refused(_NOT_ALLOWED)
    await _settle_complaints(conn, task, said)


def _is_before(other: OutlineRecord, said: StatementRecord) -> bool:
    """Whether `other` left nothing to say: the same of the same complaint, or its end, said before `said`.

    An answer that was said before the end may come after it; it is the one that the complaint had.
    """
    if other.id == said.id or other.refers != said.refers:
        return False
    return other.kind == said.kind or (other.kind == _K.COMPLAINT_CLOSED and other.at <= said.at)


async def _settle_complaints(conn: Conn, task: TaskRecord, said: StatementRecord) -> None:
    if not open_complaints(await _of(conn, task, *COMPLAINTS)):
        await task_history.clear_overlay(conn, task.id, COMPLAINED, said.at)


async def complaint_refused(
    court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, _payload: ComplaintPayload
) -> None:
    """At its author: there is no complaint, and another one may be made."""
    await _settle_complaints(conn, task, replace(said, at=court.clock.now()))


def open_complaints(said: Sequence[OutlineRecord]) -> list[OutlineRecord]:
    """Of a task's statements, the complaints that none of them answers or closes; what was refused is none of them."""
    taken = [each for each in said if each.refused_code is None]
    settled = {each.refers for each in taken if each.kind in {_K.COMPLAINT_ANSWERED, _K.COMPLAINT_CLOSED}}
    return [each for each in taken if each.kind == _K.COMPLAINED and each.id not in settled]


async def settling_refused(
    _court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    said: StatementRecord,
    _payload: ComplaintAnswerPayload | ComplaintClosedPayload,
) -> None:
    """At the author of an answer or an end: the complaint is open as before, and may be answered or closed again."""
    for each in open_complaints(await _of(conn, task, *COMPLAINTS)):
        if each.id == said.refers:
            await task_history.stand_overlay(conn, OverlayRecord(task.id, COMPLAINED, each.at, each.author, None))


async def objected(
    court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: ObjectionPayload
) -> None:
    """The task is marked, and the thing is not disposed of, until the court whose act it is has decided."""
    if payload.decides not in {task.delegating_court, task.entrusted_court}:
        raise Refused(_NOT_ALLOWED)
    if court.code not in {said.author, payload.decides} and not await is_of_task(court, conn, task, payload):
        if await _may_be_found(conn, task, said):
            raise NotYet("EARLIER_STATEMENT_MISSING")
        raise Refused(ThingNotOfTask.code)
    kind = ObjectionKind(payload.kind)
    row = ObjectionRecord(
        id=said.id,
        task_id=task.id,
        kind=kind.value,
        author=said.author,
        decides=payload.decides,
        filed_on=payload.filed_on,
        due_on=rules.due_on(payload.filed_on),
        asset_key=None if payload.asset is None else asset_key(court.at_rest, payload.asset),
        measure_id=payload.measure_id,
    )
    await objections.add(conn, row)
    await _mark_objections(conn, task, said)


async def objection_refused(
    court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: ObjectionPayload
) -> None:
    """At its author: nobody would ever decide it, so it bars nothing; one that this court decides stays."""
    if payload.decides != court.code:
        await objections.forget(conn, said.id)
        await _mark_objections(conn, task, replace(said, at=court.clock.now()))


async def _may_be_found(conn: Conn, task: TaskRecord, said: StatementRecord) -> bool:
    """Whether the thing may be a find of the author that is on its way here; its feedback has brought them, if few."""
    from enforcement.tasks import announcing  # noqa: PLC0415  # which says statements itself

    if said.author != task.entrusted_court:
        return False
    head = await task_events.find(conn, task.id, said.head_seq, said.head_digest)
    is_fed_back = head is not None and head.status in {DelegatedTaskStatus.FED_BACK, DelegatedTaskStatus.COMPLETED}
    return not is_fed_back or len(await findings.of_task(conn, task.id)) >= announcing.REPEATED


async def is_of_task(court: CourtNode, conn: Conn, task: TaskRecord, payload: ObjectionPayload) -> bool:
    """Whether the thing and the measure that are named are the task's own, or the thing was found for it.

    About anything else a court decides nothing alone: its objection would bar the other one's disposal for ever.
    """
    content = content_of(court, task)
    if payload.measure_id not in {None, content.measure_id}:
        return False
    if payload.asset is None:
        return True
    key, own = asset_key(court.at_rest, payload.asset), content.asset
    if own is not None and asset_key(court.at_rest, own) == key:
        return True
    is_fed_back = await task_events.count(conn, task.id, EventType.FED_BACK) > 0
    for row in await findings.of_kind(conn, task.id, payload.asset.kind):
        raw = court.at_rest.decrypt(row.content, context=findings.CONTENT)
        found = msgspec.json.decode(raw, type=FindingPayload)
        if found.owner == OwnerMatch.OTHER and not is_fed_back:
            continue  # the other court was not told of it
        if court.at_rest.blind(*asset_identity.named_by(AssetKind(found.kind), found.identity)) == key:
            return True
    return False


async def objection_decided(
    _court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: ObjectionDecisionPayload
) -> None:
    """The outcome counts at both courts; the mark goes when nothing is left to decide."""
    row = await _objection(conn, task, said.refers)
    if row.decides != said.author:
        raise Refused(_NOT_ALLOWED)
    if row.decided_by == said.id:
        return
    current = None if row.outcome is None else ObjectionOutcome(row.outcome)
    try:
        rules.check_outcome(ObjectionKind(row.kind), current, ObjectionOutcome(payload.outcome))
    except ObjectionDecided:
        raise NotYet("EARLIER_STATEMENT_MISSING") from None  # what it follows may be on its way
    after = replace(
        row,
        outcome=payload.outcome,
        decided_on=payload.decided_on,
        served_on=payload.served_on,
        decided_by=said.id,
    )
    await objections.decide(conn, row, after)
    await _mark_objections(conn, task, said)


async def _objection(conn: Conn, task: TaskRecord, objection_id: UUID | None) -> ObjectionRecord:
    row = None if objection_id is None else await objections.find(conn, objection_id)
    if row is None or row.task_id != task.id:
        raise Refused(_NOT_ALLOWED)
    return row


async def _mark_objections(conn: Conn, task: TaskRecord, said: StatementRecord) -> None:
    """Set the mark while an objection of the task is open, clear it when none is."""
    rows = await objections.of_tasks(conn, [task.id])
    is_open = [row for row in rows if rules.is_open(None if row.outcome is None else ObjectionOutcome(row.outcome))]
    if not is_open:
        await task_history.clear_overlay(conn, task.id, OBJECTION_PENDING, said.at)
        return
    standing = await task_history.overlays_of(conn, [task.id])
    if not any(mark.kind == OBJECTION_PENDING and mark.cleared_at is None for mark in standing):
        code = is_open[0].kind
        await task_history.add_overlay(conn, OverlayRecord(task.id, OBJECTION_PENDING, said.at, said.author, code))


async def _of(conn: Conn, task: TaskRecord, *kinds: StatementKind) -> list[OutlineRecord]:
    return await task_statements.outlines(conn, task.id, kinds)
