"""How a task's message ended at the other court: what this court does about a refusal or about silence.

refused event: the other court has stored a tombstone for that very event before it signed, so it is taken back with
  all that was appended after it, and this court appends again; a refused dispatch ends the task, which may be cloned
statement outside any task: its kind hears of it (enforcement/court_statements.py)
statement beside the log: its acceptance, or the code of its refusal, is written down with it
refused otherwise: kept beside the log as a mark, for people to settle
expired: the same event goes out in a new message; the silence is kept as a mark. Nothing passes by time

Invariant: a refused event stays on record, out of the log.
"""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from db import task_events, task_history, task_requests, tasks
from db.pool import Conn
from db.records.delivery import OutboxRecord
from db.records.tasks import OverlayRecord, TaskEventRecord, TaskRecord
from db.task_requests import Answer
from enforcement import court_statements
from enforcement.court import CourtNode
from enforcement.rules import task_steps
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.rules.task_steps import Then
from enforcement.tasks import answering, history, log, messages, overdue, projection, requests, statements
from enforcement.tasks.history import InternalAct
from federation.delivery.outbox import PAYLOAD, content_of
from federation.wire import statement
from federation.wire.statement import Statement

_LOG: Final = logging.getLogger("enforcement.tasks")
SILENT: Final = "COUNTERPART_SILENT"
REFUSED: Final = "REFUSED_BY_COUNTERPART"
_NODE: Final = "node"  # who acts when no officer does


async def on_receipt(court: CourtNode, conn: Conn, row: OutboxRecord, outcome: str, code: str | None) -> None:
    """Hear, in the closing transaction, how the message `row` ended: ACCEPTED, REFUSED with a code, or EXPIRED."""
    now = court.clock.now()
    content = content_of(row, court.at_rest)
    if content[:1] != PAYLOAD:
        return
    claim = statement.parse(messages.decode(content[1:]).statement)
    if claim.type == court_statements.TYPE:
        await court_statements.settle(court, conn, claim, outcome, code)
    if row.task is None:
        return
    if outcome != "EXPIRED":  # it answered
        await task_history.clear_overlay(conn, row.task, overdue.UNREACHABLE, now)
    if outcome == "ACCEPTED":
        await task_history.clear_overlay(conn, row.task, SILENT, now)
        if claim.type != messages.STATEMENT:
            return
    task = await tasks.lock(conn, row.task)
    if task is None:
        return
    if outcome == "EXPIRED":
        await _mark(court, conn, task, SILENT, "EXPIRED", now)
    if claim.type == messages.STATEMENT:
        await statements.settle(court, conn, task, messages.statement_body(claim).id, outcome, code)
    else:
        await _failed(court, conn, task, claim, outcome, code)


async def _failed(
    court: CourtNode, conn: Conn, task: TaskRecord, claim: Statement, outcome: str, code: str | None
) -> None:
    """An event, a request or an answer was refused, or its message expired."""
    now = court.clock.now()
    match claim.type:
        case messages.EVENT:
            body = messages.event_body(claim)
            event = await task_events.find(conn, task.id, body.seq, statement.digest(claim.raw))
            await _event(court, conn, task, event, outcome, code or "", now)
        case messages.REQUEST:
            await _request(court, conn, task, messages.request_body(claim).id, outcome, now)
        case messages.ANSWER if task_steps.settle_answer(outcome) is Then.SEND_AGAIN:
            request = await task_requests.find(conn, messages.answer_body(claim).request)
            if request is not None:
                await answering.send_refusal(court, conn, task, request.kind, claim.raw, now)
        case _:
            await _mark(court, conn, task, REFUSED, code, now)


async def _event(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    event: TaskEventRecord | None,
    outcome: str,
    code: str,
    now: datetime,
) -> None:
    if event is None:
        return
    standing = [each for each in await task_events.of_tasks(conn, [task.id]) if each.standing == "APPLIED"]
    kept, later = standing[: event.seq - 1], standing[event.seq - 1 :]
    then = task_steps.settle_event(
        outcome,
        is_applied=event.standing == "APPLIED",
        later=[projection.side_of(task, each.author) for each in later],
        side=projection.side_of(task, court.code),
        is_lost=court.directory.current().is_lost(task.other_court),
    )
    match then:
        case Then.SEND_AGAIN:
            await log.send(court, conn, task, event)
        case Then.MARK:  # the other court went on after what it refused, or is lost
            _note(task, event, code)
            await _mark(court, conn, task, REFUSED, code, now)
        case Then.TAKE_BACK:
            _note(task, event, code)
            await _take_back(court, conn, task, (kept, later), code, now)


def _note(task: TaskRecord, event: TaskEventRecord, code: str) -> None:
    _LOG.error("event refused by the other court", extra={"task": str(task.id), "seq": event.seq, "code": code})


async def _request(
    court: CourtNode, conn: Conn, task: TaskRecord, request_id: UUID, outcome: str, now: datetime
) -> None:
    request = await task_requests.find(conn, request_id)
    if request is None:
        return
    then = task_steps.settle_request(outcome, is_open=request.answer is None)
    if then is Then.SEND_AGAIN:
        await requests.resend(court, conn, task, request, now)
    if then is not Then.CLOSE:
        return
    told = Answer("REFUSED", now, task.head_seq, task.head_digest)
    await task_requests.answer(conn, request.id, told)
    await log.save(conn, task, now, kind=f"{request.kind}_REFUSED")


async def _take_back(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    parts: tuple[list[TaskEventRecord], list[TaskEventRecord]],
    code: str,
    now: datetime,
) -> None:
    kept, refused = parts
    for each in refused:
        await task_events.set_standing(conn, each, "REFUSED")
    back = projection.taken_back(task, kept) if kept else _ended(task, now)
    await task_history.add_overlay(conn, OverlayRecord(task.id, REFUSED, now, task.other_court, code))
    back = await history.add(conn, court.at_rest, back, InternalAct.REFUSED_BY_COURT, _NODE, note=code, now=now)
    await log.save(conn, back, now, kind=REFUSED)


def _ended(task: TaskRecord, now: datetime) -> TaskRecord:
    """A task whose dispatch was refused: it has no log, and may be cloned."""
    ended = DelegatedTaskStatus.RETURNED.value
    return replace(task, status=ended, holder=None, head_seq=0, head_digest="", status_at=now, due_on=None, due_at=None)


async def _mark(court: CourtNode, conn: Conn, task: TaskRecord, kind: str, code: str | None, now: datetime) -> None:
    await task_history.add_overlay(conn, OverlayRecord(task.id, kind, now, court.code, code))
    await log.save(conn, task, now, kind=kind)
