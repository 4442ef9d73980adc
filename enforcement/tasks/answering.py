"""Answers to requests: the court that holds the log decides in the transaction that receives the request.

withdraw: granted from RECEIVED, SIGNED_FOR, SUPPLEMENT_REQUESTED, IN_PROGRESS; refused, with the head, from FED_BACK on
supplement: granted while papers are awaited, late ones too; refused otherwise
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from db import events, task_requests
from db.pool import Conn
from db.records.tasks import RequestRecord, TaskEventRecord, TaskRecord
from db.task_requests import Answer
from enforcement.court import CourtNode
from enforcement.rules import task_steps
from enforcement.rules.task_steps import Do
from enforcement.tasks import arriving, checking, contents, log, messages, projection, requests
from enforcement.tasks.contents import SupplementPayload
from enforcement.tasks.messages import AnswerBody, RequestBody, TaskMessage
from federation.delivery import outbox
from federation.wire import statement
from federation.wire.statement import Statement

TRACKED: Final = frozenset(f"{kind}_REFUSED" for kind in requests.TRACKED)
"""What the zone is told of refusals: never a word of the shared log."""


async def answer(court: CourtNode, conn: Conn, body: RequestBody, message: TaskMessage) -> None:
    """Grant or refuse a request that the delegating court sent; the same request again changes nothing.

    Raises:
        NotYet: the task, or what the request builds upon, has not come yet.
        Refused: NOT_A_PARTY.
        NotAPayload: malformed, or nothing that an event may hold.
    """
    known = await task_requests.find(conn, body.id)
    task = None if known is not None else await arriving.locked(conn, body.task, body.author)
    verdict = task_steps.take_request(
        None if task is None else projection.head_of(task),
        is_known=known is not None,
        head_seq=body.head_seq,
        is_party=task is not None and (body.author, court.code) == (task.delegating_court, task.entrusted_court),
    )
    arriving.check(verdict)
    if verdict.do is Do.NOTHING or task is None:
        return
    payload = contents.read(message.payload, contents.REQUESTS[body.kind])
    checking.check_payload(message.payload, payload, court.clock.now())
    kept = court.at_rest.encrypt(message.payload, context=task_requests.CONTEXT)
    raw = message.statement
    request = requests.record(body, raw, salt=message.salt, payload=kept)
    await task_requests.add(conn, request)
    if not await log.is_barred(court, conn, task):
        await decide(court, conn, task, request)


async def decide(
    court: CourtNode, conn: Conn, task: TaskRecord, request: RequestRecord, *, is_confirmed: bool = False
) -> None:
    """Answer a stored request about `task`, which is locked; see `log.append` for `is_confirmed`."""
    plain = court.at_rest.decrypt(request.payload, context=task_requests.CONTEXT)
    payload = contents.read(plain, contents.REQUESTS[request.kind])
    now = court.clock.now()
    side = projection.side_of(task, court.code)
    event_type = task_steps.grant(request.kind, projection.head_of(task), side, is_disputed=task.is_disputed)
    if event_type is None:
        await _refuse(court, conn, task, request, now)
        return
    if isinstance(payload, SupplementPayload):
        task = replace(task, content=arriving.with_documents(court, task, payload.documents))
    done = await log.append(
        court, conn, task, event_type, payload, now=now, request=request.id, is_confirmed=is_confirmed
    )
    await task_requests.answer(conn, request.id, Answer("GRANTED", now, done.head_seq, done.head_digest))


async def _refuse(court: CourtNode, conn: Conn, task: TaskRecord, request: RequestRecord, now: datetime) -> None:
    """Say no with the head of the log that stands against the request."""
    body = AnswerBody(
        request=request.id,
        task=task.id,
        author=court.code,
        at=now,
        head_seq=task.head_seq,
        head=task.head_digest,
    )
    raw = statement.write(
        messages.ANSWER,
        messages.encode_body(body),
        author=court.code,
        directory=court.directory.current().version,
        signer=court.signer,
    )
    told = Answer("REFUSED", now, task.head_seq, task.head_digest, raw)
    await task_requests.answer(conn, request.id, told)
    await send_refusal(court, conn, task, request.kind, raw, now)


async def send_refusal(court: CourtNode, conn: Conn, task: TaskRecord, kind: str, raw: bytes, now: datetime) -> None:
    """Queue a signed refusal, also to issue an expired message again."""
    await outbox.enqueue(
        conn,
        to=task.other_court,
        payload=messages.encode(TaskMessage(statement=raw, salt=b"", payload=b"")),
        at_rest=court.at_rest,
        track=log.track(task, f"{kind}_REFUSED", holder=task.holder or court.code),
        now=now,
    )


async def take_answer(conn: Conn, body: AnswerBody, claim: Statement, now: datetime) -> None:
    """Close our request with the other court's refusal.

    Raises:
        NotYet: the request is unknown here: a restored backup has forgotten it.
        Refused: NOT_A_PARTY.
    """
    request = await task_requests.find(conn, body.request)
    task = await arriving.locked(conn, body.task, body.author)
    if request is None or task is None or request.task_id != task.id:
        arriving.check(task_steps.take_answer(is_known=False, is_party=False))
        return
    arriving.check(task_steps.take_answer(is_known=True, is_party=request.author == task.own_court))
    told = Answer("REFUSED", body.at, body.head_seq, body.head, claim.raw)
    await task_requests.answer(conn, request.id, told)
    await log.save(conn, task, now, kind=f"{request.kind}_REFUSED")


async def end_taken(conn: Conn, task: TaskRecord, now: datetime) -> None:
    """Close what is pending about `task`, of which the delegating court has taken the log back."""
    for request in await task_requests.of_tasks(conn, [task.id]):
        if request.answer is None:
            told = Answer(task_steps.answer_taken(request.kind), now, task.head_seq, task.head_digest)
            await task_requests.answer(conn, request.id, told)


async def granted(conn: Conn, event: TaskEventRecord, now: datetime) -> None:
    """Close the request that an applied event grants."""
    assert event.request_id is not None  # the caller looked
    told = Answer("GRANTED", event.at, event.seq, event.digest)
    await task_requests.answer(conn, event.request_id, told)
    await events.add(conn, topic=log.TOPIC, ref=event.task_id, kind="REQUEST_GRANTED", now=now)
