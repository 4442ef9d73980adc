"""After a restored backup: this court's tasks grow back from what the other courts give back, event by event.

What the other court had sent comes through `receiving.accept_message`, what this court had sent through `take_back`.
Neither appends: as long as the other court has not confirmed the heads, nothing is received, granted or refused anew,
because this court may have done so already in the life that it forgot. `confirm_heads` then catches up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from db import cases, task_events, task_requests, tasks
from db.pool import Conn
from db.records.tasks import TaskRecord
from db.task_requests import Answer
from enforcement import court_statements
from enforcement.court import CourtNode
from enforcement.payloads import Payload, TaskContent
from enforcement.rules import task_steps
from enforcement.rules.task_log import EventType
from enforcement.tasks import (
    answering,
    arriving,
    contents,
    hearing,
    log,
    messages,
    opening,
    projection,
    receiving,
    requests,
)
from enforcement.tasks.messages import EventBody, RequestBody
from enforcement.tasks.receiving import Arrived
from federation.delivery.control import MALFORMED
from federation.delivery.node import NotYet, Refused, RefusedEvent
from federation.wire.header import Header

_MISSING = task_steps.MISSING
REFUSED_BEFORE: Final = "REFUSED_BEFORE"
"""The code of a tombstone that the other court gave back: why it was refused, this court has forgotten."""


async def heads(conn: Conn, peer: str) -> dict[str, str]:
    """The heads (task -> digest) of the open logs shared with `peer`."""
    return {str(task_id): digest for task_id, digest in await tasks.open_heads(conn, peer)}


async def refused_by(court: CourtNode, conn: Conn, peer: str) -> list[RefusedEvent]:
    """What of this court's events `peer` had refused, so that it refuses them again: at most 500, newest first."""
    found = await task_events.taken_back(conn, court.code, peer)
    return [(str(task_id), seq, digest) for task_id, seq, digest in found]


async def remember_refused(court: CourtNode, conn: Conn, peer: str, refused: Sequence[RefusedEvent]) -> None:
    """Write this court's tombstones again for events of `peer`, which has taken them back.

    Raises:
        Refused: one of them is in no form that an event has.
    """
    now = court.clock.now()
    for text, seq, digest in refused:
        try:
            task_id = UUID(text)
        except ValueError:
            raise Refused(MALFORMED) from None
        task = await tasks.find(conn, task_id)
        if task is None or task.other_court == peer:
            await task_events.refuse(conn, task_id, seq, digest, REFUSED_BEFORE, now)


async def confirm_heads(court: CourtNode, conn: Conn, peer: str, theirs: Mapping[str, str]) -> None:
    """Return once this court's logs contain the heads that `peer` told, and what was left undone is done.

    A head that was under way and is refused for ever settles it too: its author takes it back.

    Raises:
        NotYet: an event is still on its way.
    """
    has = {digest for text, digest in theirs.items() if await task_events.is_settled(conn, UUID(text), digest)}
    if task_steps.lacks(theirs, has):
        raise NotYet("HEADS_BEHIND")
    await catch_up(court, conn, peer)


async def catch_up(court: CourtNode, conn: Conn, peer: str) -> None:
    """Do what was left undone about `peer` while the heads were unconfirmed."""
    for task_id in await tasks.left_over_from(conn, peer):
        task = await tasks.lock(conn, task_id)
        if task is not None and not log.is_lost(court, task):
            await log.append(court, conn, task, EventType.RECEIVED, now=court.clock.now(), is_confirmed=True)
    for request in await task_requests.unanswered_by(conn, peer):
        task = await tasks.lock(conn, request.task_id)
        if task is not None and not log.is_lost(court, task):
            await answering.decide(court, conn, task, request, is_confirmed=True)


async def take_back(court: CourtNode, conn: Conn, header: Header, plaintext: bytes) -> None:
    """Write down again what this court had sent and its restored database has forgotten.

    Raises:
        Refused: it is not this court's, or contradicts the log.
        NotYet: something before it has to come back first.
    """
    arrived = receiving.genuine(court, header, plaintext)
    try:
        match arrived.claim.type:
            case messages.EVENT:
                event = messages.event_body(arrived.claim)
                receiving.check_commitment(arrived.message, event.commitment)
                await _take_event(court, conn, arrived, event)
            case messages.REQUEST:
                request = messages.request_body(arrived.claim)
                receiving.check_commitment(arrived.message, request.commitment)
                await _take_request(court, conn, arrived, request)
            case messages.ANSWER:
                await _take_answer(conn, arrived)
            case messages.STATEMENT:
                said = messages.statement_body(arrived.claim)
                receiving.check_commitment(arrived.message, said.commitment)
                await hearing.take_back(court, conn, said, arrived.message, header.issued)
            case court_statements.TYPE:
                await court_statements.take_back(court, conn, header, arrived.claim, arrived.message)
            case _:
                raise Refused("UNKNOWN_STATEMENT")
    except (messages.NotAMessage, contents.NotAPayload):
        raise Refused("MALFORMED_MESSAGE") from None


async def _take_event(court: CourtNode, conn: Conn, arrived: Arrived, body: EventBody) -> None:
    payload = contents.read_event(arrived.message.payload, EventType(body.type))
    kept = court.at_rest.encrypt(arrived.message.payload, context=task_events.CONTEXT)
    event = log.record(body, arrived.claim.raw, salt=arrived.message.salt, payload=kept)
    if await task_events.find(conn, event.task_id, event.seq, event.digest) is not None:
        return
    task = await tasks.lock(conn, event.task_id) or await _row(court, conn, body, payload)
    side = projection.side_of(task, court.code)
    verdict = task_steps.take_back(projection.head_of(task), projection.log_event(task, event), side)
    arriving.check(verdict)
    assert verdict.head is not None  # it is applied
    now = court.clock.now()
    await task_events.add(conn, event, now)
    changed = replace(projection.applied(task, event, verdict.head), content=receiving.content(court, task, payload))
    saved = await log.save(conn, changed, now, kind=event.type)
    if event.request_id is not None:
        await answering.granted(conn, event, now)
    if event.type == EventType.PEN_TAKEN:
        await answering.end_taken(conn, saved, now)


async def _row(court: CourtNode, conn: Conn, body: EventBody, payload: Payload | None) -> TaskRecord:
    """The row of a task that the restored database does not know at all."""
    if body.type != EventType.DISPATCHED or not isinstance(payload, TaskContent):
        raise NotYet(_MISSING)
    case = await cases.by_number(conn, payload.case_number)
    task = arriving.row(
        court,
        body,
        payload,
        direction=opening.OUTBOUND,
        case_id=None if case is None else case.id,
        officer=None if case is None else case.handler_id,
    )
    if not await tasks.add(conn, task):
        raise Refused("DUPLICATE_OF")
    return task


async def _take_request(court: CourtNode, conn: Conn, arrived: Arrived, body: RequestBody) -> None:
    if await tasks.find(conn, body.task) is None:
        raise NotYet(_MISSING)
    if await task_requests.find(conn, body.id) is None:
        kept = court.at_rest.encrypt(arrived.message.payload, context=task_requests.CONTEXT)
        await task_requests.add(conn, requests.record(body, arrived.claim.raw, salt=arrived.message.salt, payload=kept))


async def _take_answer(conn: Conn, arrived: Arrived) -> None:
    body = messages.answer_body(arrived.claim)
    if await task_requests.find(conn, body.request) is None:
        raise NotYet(_MISSING)
    told = Answer("REFUSED", body.at, body.head_seq, body.head, arrived.claim.raw)
    await task_requests.answer(conn, body.request, told)
