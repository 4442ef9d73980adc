"""The only place that appends to a delegated task's shared log.

Invariant: the signed event, the task's new row, the message to the other court and the announcement are written in one
transaction, by the court that holds the log at that instant; the caller has locked the task.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db import events, lives, task_events, task_history, tasks
from db.pool import Conn
from db.records.tasks import TaskEventRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules import task_clocks, task_log, task_steps
from enforcement.rules.matter import MatterRules
from enforcement.rules.refusals import StaleVersion
from enforcement.rules.task_log import EventType, Head
from enforcement.rules.task_refusals import ContentNotAccepted, ContentTooLarge
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import checking, contents, messages, projection, standards
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.messages import EventBody, TaskMessage
from federation.delivery import outbox
from federation.wire import statement
from federation.wire.errors import TooLong
from federation.wire.header import Track

TOPIC: Final = "task"
"""Topic of `events` rows about delegated tasks."""


_EVENTS: Final = frozenset(event.value for event in EventType)


async def append(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    event_type: EventType,
    payload: Payload | None = None,
    *,
    now: datetime,
    request: UUID | None = None,
    is_confirmed: bool = False,
) -> TaskRecord:
    """Append an event of this court to `task`, which is locked, and queue it for the other court.

    `is_confirmed`: the other court has just confirmed the head of the log after a restored backup.

    Raises:
        Resyncing: it has not, and has to.
        ContentNotAccepted: the other court could not keep what the payload says.
        RuleBroken: nor may it be said of the work on the task; see `checking.check_work`.
        TaskDisputed: the log forked.
        NotTheHolder: the other court acts next.
        TransitionNotAllowed: the task has ended, or its state has no such edge.
        CourtLost: the entrusted court was declared lost, and would write this event or the next one.
    """
    if not is_confirmed:
        await check_confirmed(conn, task)
    rules = await standards.rules_of(conn, task, now)
    paused = await _paused(conn, task, event_type)
    event = _write(court, task, event_type, payload, now=now, request=request, rules=rules, paused=paused)
    side = projection.side_of(task, court.code)
    head = task_log.accept(projection.head_of(task), projection.log_event(task, event), side)
    await task_events.add(conn, event, now)
    saved = await save(conn, projection.applied(task, event, head), now, kind=event_type.value)
    await send(court, conn, saved, event)
    return saved


async def _paused(conn: Conn, task: TaskRecord, event_type: EventType) -> date | None:
    """By when the task had to be signed for when papers were asked for, if they come now."""
    if event_type is not EventType.SUPPLEMENTED or task.resume != DelegatedTaskStatus.RECEIVED:
        return None
    before = await task_events.at(conn, task.id, task.head_seq - 1)
    return None if before is None else before.due_on


async def check_confirmed(conn: Conn, task: TaskRecord) -> None:
    """Return if this court's copy of the log may be built upon.

    Raises:
        Resyncing: the database was restored and the other court has not confirmed its head yet.
    """
    task_steps.check_confirmed(is_pending=await lives.is_pending(conn, task.other_court))


def is_lost(court: CourtNode, task: TaskRecord) -> bool:
    """Whether the courts of the zone have declared the entrusted court of `task` lost."""
    return court.directory.current().is_lost(task.entrusted_court)


async def is_barred(court: CourtNode, conn: Conn, task: TaskRecord) -> bool:
    """Whether this court's node appends nothing by itself: the heads are unconfirmed, or it was declared lost."""
    return (court.code == task.entrusted_court and is_lost(court, task)) or await lives.is_pending(
        conn, task.other_court
    )


def check_holder(court: CourtNode, task: TaskRecord, event_type: EventType) -> Head:
    """The task's head, if this court may append an event of `event_type` to it; raises like `append`."""
    head = projection.head_of(task)
    side = projection.side_of(task, court.code)
    task_steps.check_append(head, side, event_type, is_disputed=task.is_disputed, is_lost=is_lost(court, task))
    return head


def _write(
    court: CourtNode,
    task: TaskRecord,
    event_type: EventType,
    payload: Payload | None,
    *,
    now: datetime,
    request: UUID | None,
    rules: MatterRules,
    paused: date | None,
) -> TaskEventRecord:
    """The signed event, as its record."""
    head = check_holder(court, task, event_type)
    status, holder = task_log.outcome(head, event_type)
    plain, salt = _checked(task, event_type, payload, now), statement.new_salt()
    body = EventBody(
        task=task.id,
        seq=head.seq + 1,
        prev=head.digest,
        type=event_type.value,
        status=status.value,
        holder=court.code if holder is None else projection.court_of(task, holder),
        author=court.code,
        at=now,
        due_on=projection.next_due(task, event_type, status, now, rules, paused=paused),
        urgent=task.urgent,
        matter=task.matter,
        commitment=statement.commitment(salt, plain),
        history=task.history_digest if event_type is EventType.DISPATCHED else None,
        request=request,
        answer_due_on=projection.answer_begun(task, event_type, now, rules),
    )
    raw = statement.write(
        messages.EVENT,
        messages.encode_body(body),
        author=court.code,
        directory=court.directory.current().version,
        signer=court.signer,
    )
    kept = court.at_rest.encrypt(plain, context=task_events.CONTEXT)
    return record(body, raw, salt=salt, payload=kept)


def _checked(task: TaskRecord, event_type: EventType, payload: Payload | None, now: datetime) -> bytes:
    """The payload as it will be sent."""
    plain = contents.write(payload)
    try:
        checking.check_payload(plain, payload, now)
    except NotAPayload:
        raise ContentNotAccepted from None
    checking.check_work(task, event_type, payload, now)
    return plain


def record(body: EventBody, raw: bytes, *, salt: bytes, payload: bytes) -> TaskEventRecord:
    """The row of an event; `payload` is encrypted at rest already."""
    return TaskEventRecord(
        task_id=body.task,
        seq=body.seq,
        digest=statement.digest(raw),
        prev=body.prev,
        type=body.type,
        author=body.author,
        at=body.at,
        status=body.status,
        holder=body.holder,
        due_on=body.due_on,
        request_id=body.request,
        statement=raw,
        salt=salt,
        payload=payload,
        answer_due_on=body.answer_due_on,
    )


async def save(conn: Conn, task: TaskRecord, now: datetime, *, kind: str) -> TaskRecord:
    """Write the row, announce `kind`, and give the row back with its new version.

    After an event of the log no mark of lateness stands whose act has come.

    Raises:
        StaleVersion: the row changed since it was read.
    """
    changed = replace(task, changed_at=now)
    version = await tasks.save(conn, changed)
    if version is None:
        raise StaleVersion(task.version)
    await events.add(conn, topic=TOPIC, ref=task.id, kind=kind, now=now)
    if kind in _EVENTS:
        for mark, codes in task_clocks.standing(changed, now).items():
            await task_history.clear_overlays_but(conn, task.id, mark, codes, now)
    return replace(changed, version=version)


def track(task: TaskRecord, event: str, *, holder: str) -> Track:
    """What the zone may know of `task` as its row stands, beside a message that is no event of the log."""
    return Track(
        task=task.id,
        seq=task.head_seq,
        event=event,
        status=task.status,
        holder=holder,
        due_on=task.due_on,
        urgent=task.urgent,
        matter=task.matter,
    )


async def send(court: CourtNode, conn: Conn, task: TaskRecord, event: TaskEventRecord) -> UUID:
    """Queue `event` of `task` for the other court; also to issue an expired message again.

    Raises:
        ContentTooLarge: it does not fit into one message.
    """
    plain = court.at_rest.decrypt(event.payload, context=task_events.CONTEXT)
    message = TaskMessage(statement=event.statement, salt=event.salt, payload=plain)
    told = Track(
        task=task.id,
        seq=event.seq,
        event=event.type,
        status=event.status,
        holder=event.holder,
        due_on=event.due_on,
        urgent=task.urgent,
        matter=task.matter,
    )
    try:
        return await outbox.enqueue(
            conn,
            to=task.other_court,
            payload=messages.encode(message),
            at_rest=court.at_rest,
            track=told,
            now=court.clock.now(),
        )
    except TooLong:
        raise ContentTooLarge from None
