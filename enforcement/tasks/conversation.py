"""The conversation of a task's two handlers (沟通): notes, records of calls, and what was read; statements all.

Invariant: it moves nothing. What asking for papers and sending back rest on is looked for here (`communication`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from db import task_statements
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.tasks import OutlineRecord, StatementRecord, TaskRecord
from enforcement import once
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules import conversation as rules
from enforcement.rules import rights
from enforcement.rules.conversation import CONVERSATION, Spoken
from enforcement.rules.handling import Handled, check_instant
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.statements import CommunicationChannel, StatementKind
from enforcement.tasks import contents, opening, statements
from enforcement.tasks.contents import Communication
from enforcement.tasks.statement_contents import (
    MOST_NAMED,
    CallRecordPayload,
    NotePayload,
    NotesReadPayload,
    is_name,
    is_text,
)

_EVER: Final = datetime.fromisoformat("1970-01-01T00:00:00Z")


@dataclass(frozen=True, slots=True)
class NewNote:
    """What an officer says to the other court: in `text`, or by a call that took place and what was said in it."""

    text: str
    call: Communication | None = None
    refers: UUID | None = None


async def post(
    court: CourtNode, caller: Caller | None, task_id: UUID, note: NewNote, *, idempotency_key: str
) -> TaskRecord:
    """留言、通话记录: by the task's handler, or by the centre of the court where nobody has it yet.

    Raises:
        NotFound: the task, or the statement that the note refers to.
        NotAssigned: another officer has the task.
        Malformed: TEXT, nothing or too much is said; PERIOD, the call lies ahead; KEY.
        TransitionNotAllowed: the task is internal still, or over.
        TooManyStatements: this court has said 500 things about it.
        IdempotencyKeyReused, Resyncing.
    """
    officer = rights.check(caller, Act.POST_NOTE)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await _mine(conn, officer, task_id)
        payload = _payload(note, officer, now)
        kind = StatementKind.NOTE if note.call is None else StatementKind.CALL_RECORD
        made = new_id(now)
        asked = [task_id, kind, payload, note.refers]
        before = await once.claim(court, conn, officer, idempotency_key, Act.POST_NOTE, asked, result_id=made, now=now)
        if before is None:
            await statements.send(
                court,
                conn,
                task,
                kind,
                payload,
                refers=note.refers,
                officer=officer.officer_id,
                statement_id=made,
                now=now,
            )
        return task


async def mark_read(
    court: CourtNode, caller: Caller | None, task_id: UUID, read: list[UUID], *, idempotency_key: str
) -> TaskRecord:
    """已读: notes of the other court were read, which it learns; what was read before changes nothing.

    Raises:
        NotFound: the task, or one of the notes: there is none of the other court.
        NotAssigned: another officer has the task.
        Malformed: TEXT, part statements, none or too many are named; KEY.
        IdempotencyKeyReused, Resyncing.
    """
    officer = rights.check(caller, Act.POST_NOTE)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await _mine(conn, officer, task_id)
        if not 0 < len(read) <= MOST_NAMED:
            raise Malformed("TEXT", "statements")
        asked = [task_id, sorted(set(read))]
        before = await once.claim(
            court, conn, officer, idempotency_key, Act.POST_NOTE, asked, result_id=task_id, now=now
        )
        unread = await _unread(conn, task, set(read)) if before is None else []
        if unread:
            payload = NotesReadPayload(statements=unread, officer=officer.officer_id)
            kind = StatementKind.NOTES_READ
            await statements.send(court, conn, task, kind, payload, officer=officer.officer_id, now=now)
        return task


async def communication(
    court: CourtNode, conn: Conn, task: TaskRecord, given: Communication | None, officer: str, now: datetime
) -> Communication | None:
    """That the courts spoke about `task`, which is locked; None when they did not.

    It is `given`, which is written down as the record of a call, or else the newest one of their conversation.

    Raises:
        Malformed: PERIOD; the courts cannot have spoken then.
        ContentNotAccepted: too long, or by no way that there is.
        Resyncing.
    """
    if given is not None:
        check_instant(given.at, Handled(task.received_at, now), "communication")
        kind = StatementKind.CALL_RECORD
        await statements.send(court, conn, task, kind, _call(given, officer), officer=officer, now=now)
        return given
    notes = await task_statements.outlines(conn, task.id, [StatementKind.NOTE])
    calls = await task_statements.of_kinds(conn, task.id, [StatementKind.CALL_RECORD], since=_EVER)
    told = {one.id: _noted(one) for one in notes} | {one.id: _called(court, one) for one in calls}
    said: list[OutlineRecord | StatementRecord] = [*notes, *calls]
    found = rules.newest((_spoken(court, one, told[one.id].at) for one in said), task.received_at)
    return None if found is None else told[found.id]


async def _mine(conn: Conn, officer: Caller, task_id: UUID) -> TaskRecord:
    """The task, locked, if this officer speaks for the court about it."""
    task = await opening.found(conn, task_id)
    if task.officer is None and Role.COMMAND_CENTRE in officer.roles:
        return task
    opening.check_officer(task, officer)
    return task


def _payload(note: NewNote, officer: Caller, now: datetime) -> Payload:
    said = note.text if note.call is None else note.call.note
    if not is_text(said) or (note.call is not None and note.text):
        raise Malformed("TEXT", "text")
    if note.call is None:
        return NotePayload(text=note.text, officer=officer.officer_id)
    if not is_name(note.call.counterpart):
        raise Malformed("TEXT", "counterpart")
    check_instant(note.call.at, Handled(None, now), "call")
    return _call(note.call, officer.officer_id)


def _call(spoke: Communication, officer: str) -> CallRecordPayload:
    return CallRecordPayload(
        at=spoke.at, channel=spoke.channel, counterpart=spoke.counterpart, text=spoke.note, officer=officer
    )


async def _unread(conn: Conn, task: TaskRecord, read: set[UUID]) -> list[UUID]:
    said = await task_statements.outlines(conn, task.id, CONVERSATION)
    theirs = {one.id: one for one in said if one.author == task.other_court}
    if not read <= set(theirs):
        raise NotFound
    return sorted(one for one in read if theirs[one].read_at is None)


def _spoken(court: CourtNode, said: OutlineRecord | StatementRecord, at: datetime) -> Spoken:
    came = said.author != court.code or said.delivered_at is not None
    return Spoken(said.id, StatementKind(said.kind), at, came)


def _noted(said: OutlineRecord) -> Communication:
    """A note as the log's events tell of a communication: its words stay in the conversation."""
    return Communication(at=said.at, channel=CommunicationChannel.PLATFORM.value)


def _called(court: CourtNode, said: StatementRecord) -> Communication:
    """A call likewise, with what its record says."""
    plain = court.at_rest.decrypt(said.payload, context=task_statements.CONTEXT)
    call = contents.read(plain, CallRecordPayload)
    return Communication(at=call.at, channel=call.channel, counterpart=call.counterpart, note=call.text)
