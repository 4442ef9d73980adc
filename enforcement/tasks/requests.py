"""Requests (请求): what the delegating court asks of the court that holds the log: to end the task, or to take papers.

The life of a request: signed, kept and queued here in one transaction; the holder's node answers it in the
transaction that receives it. A grant is an event of the log (WITHDRAWN, SUPPLEMENTED) that names the request; a
refusal is a signed answer that names the head of the log. Until one of them comes, the request is pending.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db import task_requests
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.tasks import RequestRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.rules import rights, task_steps
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import ContentNotAccepted, RequestPending, ReturnReasonRequired, TaskDisputed
from enforcement.rules.task_status import INTERNAL, DelegatedTaskStatus
from enforcement.tasks import checking, contents, drafting, history, log, messages, opening, overdue
from enforcement.tasks.contents import GroundsPayload, NotAPayload, SupplementPayload
from enforcement.tasks.history import InternalAct
from enforcement.tasks.messages import RequestBody, TaskMessage
from federation.delivery import outbox
from federation.wire import statement

WITHDRAW: Final = task_steps.WITHDRAW
SUPPLEMENT: Final = task_steps.SUPPLEMENT
TRACKED: Final = {WITHDRAW: "WITHDRAW_REQUESTED", SUPPLEMENT: "SUPPLEMENT_SENT"}
"""What the zone is told of a request: never a word of the shared log."""
_S: Final = DelegatedTaskStatus


async def withdraw(court: CourtNode, caller: Caller | None, task_id: UUID, version: int, *, reason: str) -> TaskRecord:
    """撤回: at once while the task is internal, else as a request to the entrusted court.

    Measures that took effect stay until they are lifted.

    Raises:
        ReturnReasonRequired: no reason.
        NotAssigned: a handler withdraws another's task.
        RequestPending: asked for already.
        TransitionNotAllowed: from FED_BACK on.
    """
    officer = rights.check(caller, Act.WITHDRAW_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        return await withdrawn(court, conn, officer, task, reason, now)


async def withdrawn(
    court: CourtNode, conn: Conn, officer: Caller, task: TaskRecord, reason: str, now: datetime
) -> TaskRecord:
    """A locked task, withdrawn or asked to be in the caller's transaction; raises as `withdraw` does."""
    if Role.BUREAU_CHIEF not in officer.roles:
        opening.check_officer(task, officer)
    if not reason.strip():
        raise ReturnReasonRequired
    status = DelegatedTaskStatus(task.status)
    if status in INTERNAL:
        return await drafting.moved(
            court, conn, task, _S.WITHDRAWN, InternalAct.WITHDRAWN, officer, note=reason, now=now
        )
    task_steps.check_ask(WITHDRAW, status)
    act = InternalAct.WITHDRAWAL_REQUESTED
    return await _send(court, conn, task, WITHDRAW, GroundsPayload(reason=reason), (officer, act), now=now)


async def supplement(
    court: CourtNode, caller: Caller | None, task_id: UUID, version: int, papers: SupplementPayload
) -> TaskRecord:
    """补充材料: send what the entrusted court asked for; after the deadline too, while it was not returned.

    Late papers bear the mark SUPPLEMENT_DEADLINE_PASSED until they are taken.

    Raises:
        TransitionNotAllowed: nothing is asked for now.
        ReturnReasonRequired: no document.
    """
    officer = rights.check(caller, Act.SUPPLEMENT_TASK)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, version, direction=opening.OUTBOUND)
        opening.check_officer(task, officer)
        task_steps.check_ask(SUPPLEMENT, DelegatedTaskStatus(task.status))
        if not papers.documents:
            raise ReturnReasonRequired("documents")
        await overdue.note_late(conn, task, now)
        return await _send(court, conn, task, SUPPLEMENT, papers, (officer, InternalAct.SUPPLEMENT_SENT), now=now)


async def _send(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    kind: str,
    payload: Payload,
    by: tuple[Caller, InternalAct],
    *,
    now: datetime,
) -> TaskRecord:
    """Sign, keep and queue a request about `task`, which is locked."""
    if task.is_disputed:
        raise TaskDisputed
    await log.check_confirmed(conn, task)
    if await task_requests.pending(conn, task.id, kind) is not None:
        raise RequestPending
    officer, act = by
    request = _write(court, task, kind, payload, now)
    await task_requests.add(conn, request)
    task = await history.add(conn, court.at_rest, task, act, officer.officer_id, now=now)
    saved = await log.save(conn, task, now, kind=act.value)
    await resend(court, conn, saved, request, now)
    return saved


async def resend(court: CourtNode, conn: Conn, task: TaskRecord, request: RequestRecord, now: datetime) -> None:
    """Queue the request, also to issue an expired message again."""
    plain = court.at_rest.decrypt(request.payload, context=task_requests.CONTEXT)
    message = TaskMessage(statement=request.statement, salt=request.salt, payload=plain)
    await outbox.enqueue(
        conn,
        to=task.other_court,
        payload=messages.encode(message),
        at_rest=court.at_rest,
        track=log.track(task, TRACKED[request.kind], holder=task.holder or court.code),
        now=now,
    )


def _write(court: CourtNode, task: TaskRecord, kind: str, payload: Payload, now: datetime) -> RequestRecord:
    """The signed request as its record."""
    plain, salt = _checked(payload, now), statement.new_salt()
    body = RequestBody(
        id=new_id(now),
        task=task.id,
        kind=WITHDRAW if kind == WITHDRAW else SUPPLEMENT,
        author=court.code,
        at=now,
        head_seq=task.head_seq,
        head=task.head_digest,
        commitment=statement.commitment(salt, plain),
    )
    raw = statement.write(
        messages.REQUEST,
        messages.encode_body(body),
        author=court.code,
        directory=court.directory.current().version,
        signer=court.signer,
    )
    kept = court.at_rest.encrypt(plain, context=task_requests.CONTEXT)
    return record(body, raw, salt=salt, payload=kept)


def _checked(payload: Payload, now: datetime) -> bytes:
    """The payload as it will be sent: as a granted request, the other court would sign it."""
    plain = contents.write(payload)
    try:
        checking.check_payload(plain, payload, now)
    except NotAPayload:
        raise ContentNotAccepted from None
    return plain


def record(body: RequestBody, raw: bytes, *, salt: bytes, payload: bytes) -> RequestRecord:
    """The row of a request; `payload` is encrypted at rest already."""
    return RequestRecord(
        id=body.id,
        task_id=body.task,
        kind=body.kind,
        author=body.author,
        sent_at=body.at,
        digest=statement.digest(raw),
        statement=raw,
        salt=salt,
        payload=payload,
    )
