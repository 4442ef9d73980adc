"""A task of another court comes in: the row it gets here, and when it is refused at the door.

Invariant: a court that is not active, has no agreement for the matter, or asks for what is asked for already, is
refused by a signed receipt; missing papers are not a reason: they are asked for.
"""

from uuid import UUID

import msgspec

from db import measure_queue, tasks
from db.pool import Conn
from db.records.measure_life import NoticeAct
from db.records.tasks import TaskEventRecord, TaskRecord
from db.records.warnings_raised import About
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.measure_warnings import renewed_late
from enforcement.payloads import DocumentRef, Payload, TaskContent
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.measure_orders import act_of
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.rules.task_steps import Do, Verdict
from enforcement.tasks import contents, grounds, opening
from enforcement.tasks.messages import EventBody
from federation.delivery.node import NotYet, Refused


def check(verdict: Verdict) -> None:
    """Return if there is something to apply, or nothing to do.

    Raises:
        NotYet, Refused: with the verdict's code.
    """
    if verdict.do is Do.WAIT:
        raise NotYet(verdict.code)
    if verdict.do is Do.REFUSE:
        raise Refused(verdict.code)


async def locked(conn: Conn, task_id: UUID, author: str) -> TaskRecord | None:
    """The task, locked, if `author` is its other court: any other one is told what it would be of no task at all."""
    task = await tasks.lock(conn, task_id)
    return task if task is not None and author == task.other_court else None


async def arrive(
    court: CourtNode, conn: Conn, event: TaskEventRecord, body: EventBody, payload: Payload | None
) -> TaskRecord:
    """The new row of a task that `event` dispatches to this court, with an empty log.

    Raises:
        Refused: UNKNOWN_MATTER, CONTENT_MISMATCH, UNKNOWN_COURT, MEMBERSHIP_SUSPENDED, MATTER_NOT_AGREED, DUPLICATE_OF.
    """
    if not isinstance(payload, TaskContent) or payload.matter != body.matter:
        raise Refused("CONTENT_MISMATCH")
    if body.matter not in set(DelegatedMatterType):
        raise Refused("UNKNOWN_MATTER")
    try:
        grounds.check_courts(court, event.author, court.code, body.matter)
    except RuleBroken as error:
        raise Refused(error.code) from None
    task = row(court, body, payload, direction=opening.INBOUND)
    if await tasks.open_duplicate(conn, task.duplicate_key) is not None or not await tasks.add(conn, task):
        raise Refused("DUPLICATE_OF")
    await _warn_late(court, conn, task, payload)
    return task


async def _warn_late(court: CourtNode, conn: Conn, task: TaskRecord, content: TaskContent) -> None:
    """Warn of a renewal that comes when the measure's term has almost run out."""
    if content.measure_id is None or act_of(DelegatedMatterType(task.matter)) is not NoticeAct.RENEW:
        return
    entry = await measure_queue.by_measure(conn, task.delegating_court, content.measure_id)
    if entry is not None:
        await renewed_late(court, conn, About(task_id=task.id), entry.expires_on, once=str(task.id), officer=None)


def row(
    court: CourtNode,
    body: EventBody,
    content: TaskContent,
    *,
    direction: str,
    case_id: UUID | None = None,
    officer: str | None = None,
) -> TaskRecord:
    """The row of a task that `body` dispatches, as it stands before that event; not written yet."""
    now = court.clock.now()
    return TaskRecord(
        id=body.task,
        direction=direction,
        delegating_court=body.author,
        entrusted_court=body.holder,
        matter=body.matter,
        status=DelegatedTaskStatus.APPROVED.value,
        holder=body.author,
        urgent=body.urgent,
        content=court.at_rest.encrypt(contents.write(content), context=tasks.CONTEXT),
        case_id=case_id,
        duplicate_key=grounds.duplicate_key(court.at_rest, body.author, body.holder, content),
        follow_up_of=content.follow_up_of,
        created_by=officer,
        submitted_by=None,
        officer=officer,
        head_seq=0,
        head_digest="",
        resume=None,
        history_no=0,
        history_digest=(body.history or "") if direction == opening.OUTBOUND else "",
        status_at=now,
        received_at=None,
        asked_at=None,
        due_on=None,
        due_at=None,
        answer_due_on=None,
        is_disputed=False,
        version=1,
        created_at=now,
        changed_at=now,
    )


def with_documents(court: CourtNode, task: TaskRecord, added: list[DocumentRef]) -> bytes:
    """The content of `task`, encrypted at rest, with more papers; of one kind and number the newest stays."""
    content = content_of(court, task)
    papers = {(document.kind, document.number): document for document in (*content.documents, *added)}
    longer = msgspec.structs.replace(content, documents=list(papers.values()))
    return court.at_rest.encrypt(contents.write(longer), context=tasks.CONTEXT)
