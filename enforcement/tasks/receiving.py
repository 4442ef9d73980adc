"""What a node does with a task's message: check it against its own copy of the log, then apply it, or say why not.

form -> signature of the statement -> the header tells the same story -> commitment -> by what it is
  event: known already (nothing to do) | refused before (refused again) | allowed by the table (applied) | early (later)
         | another event of the same author under the same number (both kept, task disputed)
  DISPATCHED is answered with RECEIVED; a request is answered, in the same transaction
  PEN_TAKEN takes the log from this court, if it was declared lost (`yielding`); what a lost court wrote on is refused,
  and kept as evidence
  a statement beside the log is kept (`hearing`), one outside any task goes to enforcement/court_statements.py

Invariant: `NotYet` means that the message may become right; `Refused` is final and signed, and of a refused event
nothing but its tombstone is kept.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from db import task_events, task_history
from db.pool import Conn
from db.records.tasks import OverlayRecord, TaskEventRecord, TaskRecord
from enforcement import court_statements, workload
from enforcement.court import CourtNode
from enforcement.payloads import FeedbackPayload, HandlingStep, Payload
from enforcement.rules import task_log, task_steps
from enforcement.rules.refusals import RuleBroken, StaleVersion
from enforcement.rules.statements import RULES
from enforcement.rules.task_log import EventType, Head
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.rules.task_steps import Do, Twin, Verdict
from enforcement.tasks import (
    answering,
    arriving,
    checking,
    contents,
    hearing,
    hooks,
    log,
    messages,
    projection,
    requests,
    statement_kinds,
    yielding,
)
from enforcement.tasks.contents import NotAPayload, SupplementPayload
from enforcement.tasks.messages import EventBody, NotAMessage, StatementBody, TaskMessage
from federation.delivery.node import NotYet, Refused
from federation.wire import statement
from federation.wire.errors import BadSignature, MalformedEnvelope, UnknownCourt, UnknownKey, UnknownVersion
from federation.wire.header import Header
from federation.wire.statement import Statement

MOST_VOID: Final = 200
"""Events of a lost court that are kept of one task after its log was taken back."""
_LOG: Final = logging.getLogger("enforcement.tasks")
_STATUSES: Final = frozenset(DelegatedTaskStatus)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message whose statement is genuine and agrees with its header."""

    header: Header
    claim: Statement
    message: TaskMessage


async def accept_message(court: CourtNode, conn: Conn, header: Header, plaintext: bytes) -> None:
    """Apply a task's message, in the transaction that takes it in.

    Raises:
        Refused: verified, and wrong: final.
        NotYet: it cannot be told now whether it is right.
    """
    arrived = genuine(court, header, plaintext)
    try:
        match arrived.claim.type:
            case messages.EVENT:
                await _take_event(court, conn, arrived, messages.event_body(arrived.claim))
            case messages.REQUEST:
                request = messages.request_body(arrived.claim)
                _check_task(arrived, request.task, {requests.TRACKED[request.kind]})
                check_commitment(arrived.message, request.commitment)
                await answering.answer(court, conn, request, arrived.message)
            case messages.ANSWER:
                answer = messages.answer_body(arrived.claim)
                _check_task(arrived, answer.task, answering.TRACKED)
                await answering.take_answer(conn, answer, arrived.claim, court.clock.now())
            case messages.STATEMENT:
                said = messages.statement_body(arrived.claim)
                told = _check_task(arrived, said.task, RULES[hearing.kind_of(said)].told)
                _check_subject(arrived, said)
                check_commitment(arrived.message, said.commitment)
                await hearing.accept(court, conn, said, arrived.message, told)
            case court_statements.TYPE:
                await court_statements.accept(court, conn, header, arrived.claim, arrived.message)
            case _:
                raise Refused("UNKNOWN_STATEMENT")
    except (NotAMessage, NotAPayload):
        raise Refused("MALFORMED_MESSAGE") from None
    except StaleVersion:
        raise NotYet("BUSY") from None


def genuine(court: CourtNode, header: Header, plaintext: bytes) -> Arrived:
    """The message, its statement signed by the court that sent the envelope."""
    try:
        message = messages.decode(plaintext)
        claim = statement.parse(message.statement)
    except (NotAMessage, MalformedEnvelope):
        raise Refused("MALFORMED_MESSAGE") from None
    if claim.author != header.sender:
        raise Refused("AUTHOR_MISMATCH")
    try:
        court.directory.verify_statement(claim)
    except UnknownVersion as error:
        raise NotYet(error.code) from None
    except (UnknownCourt, UnknownKey, BadSignature):
        raise Refused("SIGNATURE_INVALID") from None
    return Arrived(header, claim, message)


def _check_task(arrived: Arrived, task_id: object, told: Collection[str]) -> str:
    """What the zone was told, which must not be of an event of the log what is none."""
    track = arrived.header.track
    if track is None or track.task != task_id or track.event not in told:
        raise Refused("TRACK_MISMATCH")
    return track.event


def _check_subject(arrived: Arrived, said: StatementBody) -> None:
    """The zone was told of no other complaint than this court; an earlier release tells it of none."""
    subject = statement_kinds.subject(hearing.kind_of(said), said.id, said.refers)
    if subject is not None and arrived.header.re not in {None, subject}:
        raise Refused("TRACK_MISMATCH")


def _check_track(arrived: Arrived, body: EventBody) -> None:
    """The zone must have been told the same as this court."""
    track = arrived.header.track
    told = None if track is None else (track.task, track.seq, track.event, track.status, track.holder)
    if track is None or told != (body.task, body.seq, body.type, body.status, body.holder):
        raise Refused("TRACK_MISMATCH")
    if (track.due_on, track.urgent, track.matter) != (body.due_on, body.urgent, body.matter):
        raise Refused("TRACK_MISMATCH")


def check_commitment(message: TaskMessage, commitment: str) -> None:
    """Return if the payload is the one that the statement's author signed for. Raises Refused."""
    if not message.salt or statement.commitment(message.salt, message.payload) != commitment:
        raise Refused("COMMITMENT_MISMATCH")


async def _take_event(court: CourtNode, conn: Conn, arrived: Arrived, body: EventBody) -> None:
    """Every refusal of an event is for ever: its author takes the event back, and may then append another one."""
    try:
        _check_track(arrived, body)
        check_commitment(arrived.message, body.commitment)
        await _accept_event(court, conn, arrived, body)
    except NotAPayload:
        raise _final(court, arrived, body, "MALFORMED_MESSAGE") from None
    except Refused as error:
        if error.keep is not None:
            raise
        raise _final(court, arrived, body, error.code) from None


async def _accept_event(court: CourtNode, conn: Conn, arrived: Arrived, body: EventBody) -> None:
    try:
        event_type = EventType(body.type)
    except ValueError:
        raise Refused("UNKNOWN_EVENT") from None
    if body.status not in _STATUSES:  # what is kept beside the log is shown, too
        raise Refused(task_log.EdgeMissing.code)
    if event_type is EventType.LOADED:
        raise Refused(task_log.NotAppendable.code)
    kept = court.at_rest.encrypt(arrived.message.payload, context=task_events.CONTEXT)
    event = log.record(body, arrived.claim.raw, salt=arrived.message.salt, payload=kept)
    remembered = await _recall(court, conn, event)
    if remembered is not None and remembered.do is not Do.VOID:
        arriving.check(remembered)
        return
    payload = contents.read_event(arrived.message.payload, event_type)
    checking.check_payload(arrived.message.payload, payload, court.clock.now())
    task = await arriving.locked(conn, event.task_id, event.author)
    if task is not None and remembered is not None:
        raise Refused(remembered.code, partial(_keep_void, task=task, event=event, now=court.clock.now()))
    if event_type is EventType.PEN_TAKEN:
        await yielding.accept(court, conn, task, event)
        return
    if task is None:
        task = await _first(court, conn, event, body, payload)
    if event.holder not in {task.delegating_court, task.entrusted_court}:
        raise Refused("NOT_A_PARTY")
    await _apply(court, conn, task, event, payload)


async def _recall(court: CourtNode, conn: Conn, event: TaskEventRecord) -> Verdict | None:
    known = await task_events.find(conn, event.task_id, event.seq, event.digest)
    before = await task_events.refused(conn, event.task_id, event.seq - 1, event.prev)
    return task_steps.recall(
        is_applied=known is not None and known.standing == "APPLIED",
        refused=await task_events.refused(conn, event.task_id, event.seq, event.digest),
        is_earlier_refused=before is not None,
        is_taken=court.directory.current().is_lost(event.author) and await task_events.is_taken(conn, event.task_id),
    )


async def _first(
    court: CourtNode, conn: Conn, event: TaskEventRecord, body: EventBody, payload: Payload | None
) -> TaskRecord:
    """The row of a task that this court did not know; only a dispatch makes one."""
    arriving.check(task_steps.begin(EventType(event.type), event.seq))
    if event.holder != court.code:
        raise Refused("NOT_ENTRUSTED_HERE")
    return await arriving.arrive(court, conn, event, body, payload)


async def _apply(
    court: CourtNode, conn: Conn, task: TaskRecord, event: TaskEventRecord, payload: Payload | None
) -> None:
    now = court.clock.now()
    following = await _following(court, conn, task, event)
    try:
        checking.check_work(task, EventType(event.type), payload, event.at)
    except RuleBroken:
        raise Refused("WORK_NOT_ACCEPTED") from None
    await task_events.add(conn, event, now)
    changed = replace(projection.applied(task, event, following), content=content(court, task, payload))
    saved = await log.save(conn, changed, now, kind=event.type)
    await _consequences(court, conn, saved, event, payload, now)


async def _following(court: CourtNode, conn: Conn, task: TaskRecord, event: TaskEventRecord) -> Head:
    """The head to which the event leads."""
    twin = await task_events.at(conn, task.id, event.seq) if event.seq <= task.head_seq else None
    verdict = task_steps.take(
        projection.head_of(task),
        projection.log_event(task, event),
        projection.side_of(task, event.author),
        twin=None if twin is None else Twin(projection.side_of(task, twin.author), twin.prev),
        is_disputed=task.is_disputed,
    )
    arriving.check(verdict)
    if verdict.head is None:  # two events of one author
        keep = partial(_dispute, court=court, task=task, event=event, now=court.clock.now())
        raise Refused(verdict.code, keep)
    return verdict.head


def content(court: CourtNode, task: TaskRecord, payload: Payload | None) -> bytes:
    """The content with the papers that were added to it."""
    return (
        arriving.with_documents(court, task, payload.documents)
        if isinstance(payload, SupplementPayload)
        else task.content
    )


async def _consequences(
    court: CourtNode, conn: Conn, task: TaskRecord, event: TaskEventRecord, payload: Payload | None, now: datetime
) -> None:
    """What follows from an applied event: RECEIVED for a dispatch, a request granted, work counted, finds kept."""
    if event.request_id is not None:
        await answering.granted(conn, event, now)
    following = task_steps.follows(event.type, is_pending=await log.is_barred(court, conn, task))
    if following is not None:
        await log.append(court, conn, task, following, now=now)
    elif event.type == EventType.COMPLETED:
        await workload.credit(court, conn, task, event.at)
    elif isinstance(payload, FeedbackPayload):
        found, receipts, inventory = payload.findings, payload.receipts, payload.inventory
        await hooks.take(court, conn, task, found=found, obtained=receipts, inventory=inventory, now=now)
    elif isinstance(payload, HandlingStep):
        receipts = [] if payload.receipt is None else [payload.receipt]
        await hooks.take(court, conn, task, found=[], obtained=receipts, inventory=payload.inventory, now=now)


def _final(court: CourtNode, arrived: Arrived, body: EventBody, code: str) -> Refused:
    """A refusal that will be the same for ever: its tombstone is stored before the refusal is signed."""
    now, digest = court.clock.now(), statement.digest(arrived.claim.raw)

    async def bury(conn: Conn) -> None:
        await task_events.refuse(conn, body.task, body.seq, digest, code, now)

    return Refused(code, bury)


async def _keep_void(conn: Conn, *, task: TaskRecord, event: TaskEventRecord, now: datetime) -> None:
    """Keep what a lost court wrote after its log was taken back: evidence of what it did, and no part of the log.

    More than `MOST_VOID` no honest court writes; it is refused all the same, and not kept.
    """
    if await task_events.count_void(conn, task.id) >= MOST_VOID:
        return
    await task_events.add(conn, replace(event, standing="VOID"), now)
    await task_events.refuse(conn, event.task_id, event.seq, event.digest, EventType.PEN_TAKEN, now)
    await log.save(conn, task, now, kind="EVIDENCE_KEPT")


async def _dispute(conn: Conn, *, court: CourtNode, task: TaskRecord, event: TaskEventRecord, now: datetime) -> None:
    """Keep both events; from now on nobody appends."""
    _LOG.error("task disputed", extra={"task": str(task.id), "seq": event.seq, "author": event.author})
    await task_events.add(conn, replace(event, standing="FORKED"), now)
    await task_events.refuse(conn, event.task_id, event.seq, event.digest, "FORKED", now)
    await task_history.add_overlay(conn, OverlayRecord(task.id, "DISPUTED", now, court.code, "FORKED"))
    await log.save(conn, replace(task, is_disputed=True), now, kind="DISPUTED")
