"""Statements beside a task's log (附记): signed by either court, merged as a set, never in the log.

The life of a statement: signed, kept and queued by `send`, in the transaction of the act that says it -> the other
node checks and keeps it (`hearing.accept`), in whatever order it comes -> its signed receipt sets `delivered_at`, or
the code of its refusal. One whose message expired goes out again, the same bytes in a new message.

Invariant: a statement moves no state of the log and gives nobody the right to append.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import audit, events, task_statements
from db.ids import new_id
from db.pool import Conn
from db.records.audit import AuditAction, AuditEntry
from db.records.tasks import StatementRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules import statements as rules
from enforcement.rules.refusals import NotFound, TransitionNotAllowed
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import ContentNotAccepted, ContentTooLarge
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import checking, contents, log, messages, projection
from enforcement.tasks import statement_kinds as kinds
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.messages import StatementBody, TaskMessage
from enforcement.tasks.statement_contents import MOST_BYTES
from enforcement.tasks.statement_kinds import KINDS
from federation.delivery import outbox
from federation.delivery.outbox import Reference
from federation.wire import statement

_UUID7: Final = 7
DELIVERED: Final = "STATEMENT_DELIVERED"
REFUSED: Final = "STATEMENT_REFUSED"
"""What `events` tells of an own statement's way."""


async def send(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    kind: StatementKind,
    payload: Payload,
    *,
    refers: UUID | None = None,
    officer: str | None = None,
    statement_id: UUID | None = None,
    now: datetime,
) -> StatementRecord:
    """Say `kind` about `task`, which is locked: sign it, keep it, queue it for the other court.

    `refers` is an earlier statement about the same task; `officer` who says it, None for the node by itself.

    Raises:
        TransitionNotAllowed: this side may not say it, or not in this state of the task.
        Resyncing: the other court has yet to confirm the log after a restored backup.
        NotFound: no such earlier statement.
        TooManyStatements: this court has said as much of such things as the other one keeps.
        ContentNotAccepted, ContentTooLarge: the other court could not keep what the payload says.
    """
    if task.head_seq == 0:  # internal, or refused at the other court's door: there is nothing shared to speak about
        raise TransitionNotAllowed(task.status, kind)
    rules.check(kind, projection.side_of(task, court.code), DelegatedTaskStatus(task.status))
    await log.check_confirmed(conn, task)
    rules.check_room(await task_statements.count(conn, task.id, court.code, rules.counted_with(kind)))
    if refers is not None and not await task_statements.are_known(conn, task.id, [refers]):
        raise NotFound
    said = _write(court, task, kind, payload, refers=refers, statement_id=statement_id or new_id(now), now=now)
    said = replace(said, officer=officer, sent_at=now)
    await keep(court, conn, task, said, payload)
    if officer is not None:
        await audit.note(conn, AuditEntry(now, officer, AuditAction.TASK_ACT, outcome=kind, object_id=task.id))
    await resend(court, conn, task, said, now)
    return said


async def keep(court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: Payload) -> None:
    """Add a new statement to the set of `task`, which is locked, with what follows from it; and announce it."""
    kind = StatementKind(said.kind)
    await task_statements.add(conn, said)
    await KINDS[kind].consequence(court, conn, task, said, payload)
    await events.add(conn, topic=log.TOPIC, ref=task.id, kind=kind, now=court.clock.now())


async def resend(court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, now: datetime) -> None:
    """Queue the statement, also to issue an expired message again."""
    plain = court.at_rest.decrypt(said.payload, context=task_statements.CONTEXT)
    told = kinds.told(StatementKind(said.kind), _payload(court, said))
    await outbox.enqueue(
        conn,
        to=task.other_court,
        payload=messages.encode(TaskMessage(statement=said.statement, salt=said.salt, payload=plain)),
        at_rest=court.at_rest,
        track=log.track(task, told, holder=task.holder or court.code),
        now=now,
        about=await _about(conn, said),
    )


async def _about(conn: Conn, said: StatementRecord) -> Reference | None:
    """The complaint that the statement makes, answers or closes; an id of another form fits into no header."""
    subject = kinds.subject(StatementKind(said.kind), said.id, said.refers)
    meant = None if subject is None else await task_statements.find(conn, subject)
    return Reference(meant.id, meant.digest) if meant is not None and meant.id.version == _UUID7 else None


def _payload(court: CourtNode, said: StatementRecord) -> Payload:
    plain = court.at_rest.decrypt(said.payload, context=task_statements.CONTEXT)
    return contents.read(plain, KINDS[StatementKind(said.kind)].payload)


async def settle(
    court: CourtNode, conn: Conn, task: TaskRecord, statement_id: UUID, outcome: str, code: str | None
) -> None:
    """Hear how the message of an own statement ended; `task` is locked."""
    said, now = await task_statements.find(conn, statement_id), court.clock.now()
    if said is None:
        return
    match outcome:
        case "ACCEPTED":
            await task_statements.delivered(conn, said.id, now)
            await events.add(conn, topic=log.TOPIC, ref=task.id, kind=DELIVERED, now=now)
        case "REFUSED":
            await task_statements.refused(conn, said.id, code or outcome)
            await KINDS[StatementKind(said.kind)].refused(court, conn, task, said, _payload(court, said))
            await events.add(conn, topic=log.TOPIC, ref=task.id, kind=REFUSED, now=now)
        case _ if said.delivered_at is None and said.refused_code is None:
            await resend(court, conn, task, said, now)


def _write(
    court: CourtNode,
    task: TaskRecord,
    kind: StatementKind,
    payload: Payload,
    *,
    refers: UUID | None,
    statement_id: UUID,
    now: datetime,
) -> StatementRecord:
    """The signed statement as its record."""
    plain, salt = _checked(payload, now), statement.new_salt()
    body = StatementBody(
        id=statement_id,
        task=task.id,
        kind=kind.value,
        author=court.code,
        at=now,
        head_seq=task.head_seq,
        head=task.head_digest,
        commitment=statement.commitment(salt, plain),
        refers=refers,
    )
    raw = statement.write(
        messages.STATEMENT,
        messages.encode_body(body),
        author=court.code,
        directory=court.directory.current().version,
        signer=court.signer,
    )
    return record(body, raw, salt=salt, payload=court.at_rest.encrypt(plain, context=task_statements.CONTEXT))


def _checked(payload: Payload, now: datetime) -> bytes:
    """The payload as it will be sent."""
    plain = contents.write(payload)
    if len(plain) > MOST_BYTES:
        raise ContentTooLarge
    try:
        checking.check_payload(plain, payload, now)
    except NotAPayload:
        raise ContentNotAccepted from None
    return plain


def record(body: StatementBody, raw: bytes, *, salt: bytes, payload: bytes) -> StatementRecord:
    """The row of a statement; `payload` is encrypted at rest already."""
    return StatementRecord(
        id=body.id,
        task_id=body.task,
        kind=body.kind,
        author=body.author,
        at=body.at,
        refers=body.refers,
        head_seq=body.head_seq,
        head_digest=body.head,
        digest=statement.digest(raw),
        statement=raw,
        salt=salt,
        payload=payload,
    )
