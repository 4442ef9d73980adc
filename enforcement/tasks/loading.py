"""Loads tasks that were not lived here, each with a real signed log of one event, LOADED, equal at both courts.

Invariant: both courts write the same bytes, because the event is a pure function of the row and the delegating court's
key (Ed25519 is deterministic, and the salt is drawn from it). An internal task exists at the delegating court only,
without a log. LOADED never comes over the wire.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from db import task_events, tasks
from db.at_rest import AtRest
from db.mapping import copy
from db.pool import Conn
from db.records.tasks import HistoryRecord, OverlayRecord, TaskEventRecord, TaskRecord
from enforcement.payloads import TaskContent
from enforcement.rules import deadlines, task_log
from enforcement.rules.task_log import EventType, Side
from enforcement.rules.task_status import ENDED, INTERNAL, DelegatedTaskStatus
from enforcement.task_rows import LoadedTask
from enforcement.tasks import contents, grounds, history, log, messages, opening
from enforcement.tasks.contents import GroundsPayload, LoadedPayload
from enforcement.tasks.history import InternalAct
from enforcement.tasks.messages import EventBody
from federation.wire import statement
from federation.wire.signing import SigningKey

_LASTING: Final = frozenset({"SUPERVISED", "COMPLAINED", "OBJECTION_PENDING"})
"""Marks that are stored; OVERDUE follows from the due date."""
_EVENT_COLUMNS: Final = (
    "task_id", "seq", "digest", "prev", "type", "author", "at", "status", "holder", "due_on", "request_id",
    "statement", "salt", "payload", "standing", "answer_due_on", "recorded_at",
)  # fmt: skip


async def load(
    court_code: str,
    conn: Conn,
    at_rest: AtRest,
    rows: Iterable[LoadedTask],
    signers: Mapping[str, SigningKey],
    directory_version: int,
) -> int:
    """Write the court's part of `rows`, in the caller's transaction; how many tasks. `signers` is by court."""
    records: list[TaskRecord] = []
    events: list[tuple[object, ...]] = []
    acts: list[HistoryRecord] = []
    marks: list[OverlayRecord] = []
    for row in rows:
        if not _concerns(court_code, row):
            continue
        event = None
        if row.status not in INTERNAL:
            event = loaded_event(row, at_rest, signers[row.delegating], directory_version)
            events.append(_values(event))
        chain = _history(row, at_rest) if court_code == row.delegating else []
        records.append(_record(court_code, row, at_rest, event, chain))
        acts += chain
        marks += [OverlayRecord(row.id, mark, row.status_at, row.delegating) for mark in row.overlays & _LASTING]
    await copy(conn, "tasks", TaskRecord, records)
    await conn.copy_records_to_table("task_events", columns=_EVENT_COLUMNS, records=events)
    await copy(conn, "task_history", HistoryRecord, acts)
    await copy(conn, "task_overlays", OverlayRecord, marks)
    return len(records)


def _concerns(court: str, row: LoadedTask) -> bool:
    return court == row.delegating or (court == row.entrusted and row.status not in INTERNAL)


def loaded_event(row: LoadedTask, at_rest: AtRest, signer: SigningKey, directory_version: int) -> TaskEventRecord:
    """The LOADED event of a row: the same statement and salt wherever it is made."""
    reason = row.return_reason
    payload = LoadedPayload(
        content=row.content,
        feedback=row.feedback,
        wanted=list(row.papers_asked),
        grounds=None if reason is None else GroundsPayload(reason=reason),
    )
    plain = contents.write(payload)
    salt = hashlib.sha256(signer.sign(b"xiezhi/loaded/1" + row.id.bytes)).digest()
    body = EventBody(
        task=row.id,
        seq=1,
        prev="",
        type=EventType.LOADED.value,
        status=row.status,
        holder=row.holder,
        author=row.delegating,
        at=row.status_at,
        due_on=row.due_on,
        urgent=row.urgent,
        matter=row.matter,
        commitment=statement.commitment(salt, plain),
        resume=row.resume,
    )
    raw = statement.write(
        messages.EVENT,
        messages.encode_body(body),
        author=row.delegating,
        directory=directory_version,
        signer=signer,
    )
    return log.record(body, raw, salt=salt, payload=at_rest.encrypt(plain, context=task_events.CONTEXT))


def _values(event: TaskEventRecord) -> tuple[object, ...]:
    names = _EVENT_COLUMNS[:-1]
    return (*(getattr(event, name) for name in names), event.at)


def _record(
    court: str, row: LoadedTask, at_rest: AtRest, event: TaskEventRecord | None, chain: list[HistoryRecord]
) -> TaskRecord:
    """The court's row; `event` is None while the task is internal."""
    status = DelegatedTaskStatus(row.status)
    is_own = court == row.delegating
    content: TaskContent = row.content
    side = task_log.holder_in(status)
    return TaskRecord(
        id=row.id,
        direction=opening.OUTBOUND if is_own else opening.INBOUND,
        delegating_court=row.delegating,
        entrusted_court=row.entrusted,
        matter=row.matter,
        status=status.value,
        holder=None if side is None else row.delegating if side is Side.DELEGATING else row.entrusted,
        urgent=row.urgent,
        content=at_rest.encrypt(contents.write(content), context=tasks.CONTEXT),
        case_id=row.case_id if is_own else None,
        duplicate_key=grounds.duplicate_key(at_rest, row.delegating, row.entrusted, content),
        follow_up_of=content.follow_up_of,
        created_by=row.created_by if is_own else None,
        submitted_by=row.submitted_by if is_own else None,
        officer=row.created_by if is_own else row.assigned_to,
        head_seq=0 if event is None else event.seq,
        head_digest="" if event is None else event.digest,
        resume=row.resume,
        history_no=len(chain),
        history_digest=chain[-1].digest if chain else "",
        status_at=row.status_at,
        received_at=row.received_at,
        asked_at=row.asked_at,
        due_on=row.due_on,
        due_at=None if status in ENDED else deadlines.due_at(status, row.status_at, row.due_on, urgent=row.urgent),
        answer_due_on=row.answer_due_on,
        is_disputed=False,
        version=1,
        created_at=row.created_at if is_own else row.received_at or row.dispatched_at or row.created_at,
        changed_at=row.status_at,
        synthetic=row.synthetic,
    )


def _history(row: LoadedTask, at_rest: AtRest) -> list[HistoryRecord]:
    """The internal acts that the row tells of, as a chain."""
    told = [
        (InternalAct.CREATED, row.created_by, row.created_at),
        (InternalAct.SUBMITTED, row.submitted_by, row.created_at),
        (InternalAct.APPROVED, row.approved_by, row.created_at),
        (InternalAct.DISPATCHED, row.dispatched_by, row.dispatched_at),
    ]
    chain: list[HistoryRecord] = []
    for act, officer, at in told:
        if officer is not None and at is not None:
            prev = chain[-1].digest if chain else ""
            chain.append(history.entry(at_rest, row.id, len(chain) + 1, prev, act, officer, at=at))
    return chain
