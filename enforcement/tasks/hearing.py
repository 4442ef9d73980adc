"""What a node does with a statement of the other court; and with an own one that a restored backup has forgotten.

known kind -> known task, whose other court is the author -> the author's head is an event of this court's copy of the
log, which says in what state it was said -> allowed by the table, within the budget -> payload -> what it refers to is
here -> kept

Invariant: the same statement again changes nothing; other bytes under its id are refused.
"""

from dataclasses import replace
from datetime import datetime

from db import task_events, task_statements, tasks
from db.pool import Conn
from db.records.tasks import StatementRecord, TaskEventRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules import complaint, deadlines
from enforcement.rules import statements as rules
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.handling import CLOCKS
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import ComplaintTooEarly, TooManyStatements
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import arriving, checking, contents, overdue, projection, statements
from enforcement.tasks import statement_kinds as kinds
from enforcement.tasks.messages import NotAMessage, StatementBody, TaskMessage
from enforcement.tasks.statement_contents import MOST_BYTES, ComplaintPayload
from enforcement.tasks.statement_kinds import KINDS
from federation.delivery.node import NotYet, Refused
from federation.wire import statement

_EVENT_MISSING = "EARLIER_EVENT_MISSING"
_NOT_ALLOWED = "STATEMENT_NOT_ALLOWED"


def kind_of(body: StatementBody) -> StatementKind:
    """The kind, if this release knows it.

    Raises:
        Refused: UNKNOWN_STATEMENT.
    """
    try:
        return StatementKind(body.kind)
    except ValueError:
        raise Refused("UNKNOWN_STATEMENT") from None


async def accept(court: CourtNode, conn: Conn, body: StatementBody, message: TaskMessage, told: str) -> None:
    """Keep what the other court says, with what follows from it; its commitment holds, and the zone was told `told`.

    Raises:
        NotYet: the task, the author's head of its log, or what it refers to has not come yet.
        Refused: STATEMENT_FORKED, EARLIER_EVENT_REFUSED, PREVIOUS_MISMATCH, STATEMENT_NOT_ALLOWED,
            TOO_MANY_STATEMENTS, CONTENT_TOO_LARGE, TRACK_MISMATCH.
        NotAMessage, NotAPayload: malformed.
    """
    kind, now = kind_of(body), court.clock.now()
    if body.at > now + CLOCKS:
        raise NotAMessage
    task = await arriving.locked(conn, body.task, body.author)
    if task is None:
        raise await _of_no_task(conn, body)
    if await _is_known(conn, body, message):
        return
    head = await _head(conn, body)
    await _check_instant(conn, body)
    await _check_head(conn, body)
    try:
        rules.check(kind, projection.side_of(task, body.author), DelegatedTaskStatus(head.status))
    except TransitionNotAllowed:
        raise Refused(_NOT_ALLOWED) from None
    await _check_room(conn, body, kind)
    payload = _payload(kind, message, now)
    if told != kinds.told(kind, payload):
        raise Refused("TRACK_MISMATCH")
    if isinstance(payload, ComplaintPayload):
        await _check_ground(conn, task, head, body, payload)
    await _check_named(conn, body, payload)
    said = replace(_record(court, body, message), received_at=now)
    await statements.keep(court, conn, task, said, payload)


async def take_back(court: CourtNode, conn: Conn, body: StatementBody, message: TaskMessage, issued: datetime) -> None:
    """Write down again what this court had said: the other one holds it, since `issued` at the earliest.

    Raises:
        NotYet: the task, or what the statement refers to, has to come back first.
        Refused: UNKNOWN_STATEMENT; STATEMENT_FORKED.
        NotAPayload: malformed.
    """
    kind = kind_of(body)
    task = await tasks.lock(conn, body.task)
    if task is None:
        raise NotYet(_EVENT_MISSING)
    if not await _is_known(conn, body, message):
        payload = contents.read(message.payload, KINDS[kind].payload)
        await _check_named(conn, body, payload)
        await statements.keep(court, conn, task, replace(_record(court, body, message), sent_at=body.at), payload)
    await task_statements.delivered(conn, body.id, issued)


def _record(court: CourtNode, body: StatementBody, message: TaskMessage) -> StatementRecord:
    kept = court.at_rest.encrypt(message.payload, context=task_statements.CONTEXT)
    return statements.record(body, message.statement, salt=message.salt, payload=kept)


async def _of_no_task(conn: Conn, body: StatementBody) -> NotYet | Refused:
    """What is said to who speaks of a task that is not here, or not theirs."""
    if await task_events.refused(conn, body.task, body.head_seq, body.head) is not None:
        return Refused("EARLIER_EVENT_REFUSED")
    return NotYet(_EVENT_MISSING)


async def _is_known(conn: Conn, body: StatementBody, message: TaskMessage) -> bool:
    known = await task_statements.find(conn, body.id)
    if known is not None and known.digest != statement.digest(message.statement):
        raise Refused("STATEMENT_FORKED")
    return known is not None


async def _head(conn: Conn, body: StatementBody) -> TaskEventRecord:
    """The head of the log that the author had; its state is the one in which the statement was said."""
    event = await task_events.find(conn, body.task, body.head_seq, body.head)
    if event is not None and event.standing != "REFUSED":
        return event
    if event is not None or await task_events.refused(conn, body.task, body.head_seq, body.head) is not None:
        raise Refused("EARLIER_EVENT_REFUSED")
    if await task_events.at(conn, body.task, body.head_seq) is None:
        raise NotYet(_EVENT_MISSING)
    raise Refused("PREVIOUS_MISMATCH")


async def _check_instant(conn: Conn, body: StatementBody) -> None:
    """Return if it was not said before there was anything to speak about: lists are read by this instant."""
    first = await task_events.at(conn, body.task, 1)
    if first is not None and body.at < first.at - CLOCKS:
        raise NotAMessage


async def _check_head(conn: Conn, body: StatementBody) -> None:
    """Return if the author had written no later event by then: else it speaks of a state that it had ended itself."""
    if await task_events.wrote_later(conn, body.task, body.author, after=body.head_seq, before=body.at - CLOCKS):
        raise Refused(_NOT_ALLOWED)


async def _check_ground(
    conn: Conn, task: TaskRecord, head: TaskEventRecord, body: StatementBody, payload: ComplaintPayload
) -> None:
    """Return if the log, as its author had it, bears the ground out: superior courts will read it.

    How many hours an urgent task has is its author's own setting.
    """
    due_at = None if head.due_on is None else deadlines.end_of(head.due_on)
    then = replace(task, status=head.status, due_at=body.at if task.urgent else due_at)
    paused = await overdue.paused_days(conn, then, until_seq=body.head_seq)
    try:
        complaint.check(then, ComplaintGround(payload.ground), body.at, paused_days=paused)
    except (TransitionNotAllowed, ComplaintTooEarly):
        raise Refused(_NOT_ALLOWED) from None


async def _check_room(conn: Conn, body: StatementBody, kind: StatementKind) -> None:
    """Return if the author has not used up the budget: what it counts itself is no less than what came here."""
    try:
        rules.check_room(await task_statements.count(conn, body.task, body.author, rules.counted_with(kind)))
    except TooManyStatements as error:
        raise Refused(error.code) from None


def _payload(kind: StatementKind, message: TaskMessage, now: datetime) -> Payload:
    if len(message.payload) > MOST_BYTES:
        raise Refused("CONTENT_TOO_LARGE")
    payload = contents.read(message.payload, KINDS[kind].payload)
    checking.check_payload(message.payload, payload, now)
    return payload


async def _check_named(conn: Conn, body: StatementBody, payload: Payload) -> None:
    """Return if every statement that this one names is here, about the same task."""
    named = {*getattr(payload, "statements", ())} | ({body.refers} if body.refers is not None else set())
    if named and not await task_statements.are_known(conn, body.task, sorted(named)):
        raise NotYet("EARLIER_STATEMENT_MISSING")
