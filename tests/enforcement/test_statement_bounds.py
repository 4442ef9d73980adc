"""How much a court may say beside a task's log, of which instants, and what a court hears that has no part in it."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import task_events
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import AssetKind
from enforcement.payloads import FeedbackPayload
from enforcement.rules import statements as rules
from enforcement.rules.feedback import FeedbackResult
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.statements import MOST, Budget, StatementKind
from enforcement.rules.task_clocks import Running, TaskTerm
from enforcement.rules.task_refusals import TooManyStatements
from enforcement.tasks import complaining, handling, messages, opening, requests, resyncing, silence
from enforcement.tasks.messages import AnswerBody, EventBody, RequestBody, StatementBody, TaskMessage
from enforcement.tasks.reading import Said, TaskBatch
from enforcement.tasks.statement_contents import NotePayload, NotesReadPayload
from federation.delivery.node import NotYet, Refused
from federation.delivery.outbox import content_of
from federation.wire import statement
from federation.wire.header import Header
from tests.enforcement.task_zone import (
    CHIEF,
    HANDLER,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    header_of,
    pair,
    take_in,
)
from tests.enforcement.test_complaints import SIXTEENTH, complain, complained
from tests.enforcement.test_task_messages import sent
from tests.enforcement.test_task_resync import forget
from tests.enforcement.test_task_resync import sent as every_sent
from tests.enforcement.test_task_statements import kept, message, note, refusal, resigned, said
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
K = StatementKind
STRANGER = "浙0822"
_FILL = """
    INSERT INTO task_statements (id, task_id, kind, author, at, head_seq, head_digest, digest, statement, salt, payload,
                                 received_at)
    SELECT gen_random_uuid(), task_id, $2, author, at, head_seq, head_digest, digest, statement, salt, payload, at
      FROM task_statements, generate_series(1, $3::integer) WHERE task_statements.id = $1
"""


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def fill(courts: Pair, code: str, like: UUID, count: int, kind: StatementKind = K.NOTE) -> None:
    """As many statements of the same author at the court, of that kind."""
    async with courts.road.courts[code].pool.acquire() as conn:
        await conn.execute(_FILL, like, kind, count)


def test_each_budget_counts_kinds_of_its_own() -> None:
    counted = {budget: {kind for kind in K if rules.RULES[kind].budget is budget} for budget in Budget}

    assert counted[Budget.TALK] == {K.NOTE, K.CALL_RECORD}
    assert counted[Budget.READ] == {K.NOTES_READ}
    assert {K.COMPLAINED, K.OBJECTION, K.OBJECTION_DECIDED, K.SILENCE, K.EVALUATED} <= counted[Budget.LEGAL]
    for kind in K:
        assert set(rules.counted_with(kind)) == counted[rules.RULES[kind].budget]
    rules.check_room(MOST - 1)
    with pytest.raises(TooManyStatements):
        rules.check_room(MOST)


async def test_court_that_says_too_much_is_refused_and_keeps_what_was_taken(courts: Pair, clock: SetClock) -> None:
    """歙县 has 499 notes and a call of 开化: one more note is taken, a second one and another call are not."""
    task = await courts.in_progress()
    first = await said(courts, KAIHUA, task.id)
    await courts.road.run()
    await fill(courts, SHEXIAN, first.id, MOST - 3)
    await fill(courts, SHEXIAN, first.id, 1, K.CALL_RECORD)
    await said(courts, KAIHUA, task.id, note("最后一条"))
    await courts.road.run()
    last = await said(courts, KAIHUA, task.id, note("多了一条"))
    _, header, told = await message(courts, KAIHUA)

    assert await refusal(courts, header, told) == "TOO_MANY_STATEMENTS"
    await courts.road.run()

    assert courts.road.refusals == ["TOO_MANY_STATEMENTS"]
    assert [one.refused_code for one in await kept(courts, KAIHUA, task.id) if one.id == last.id] == [
        "TOO_MANY_STATEMENTS"
    ]
    assert await courts.theirs.count("task_statements") == MOST
    await said(courts, SHEXIAN, task.id, note("我院仍可留言"))
    await courts.road.run()
    assert courts.road.refusals == ["TOO_MANY_STATEMENTS"]


async def test_too_much_is_not_even_signed(courts: Pair) -> None:
    task = await courts.in_progress()
    first = await said(courts, KAIHUA, task.id)
    await fill(courts, KAIHUA, first.id, MOST - 1)
    before = [await courts.ours.count(table) for table in ("task_statements", "outbox", "events", "audit_queue")]

    with pytest.raises(TooManyStatements):
        await said(courts, KAIHUA, task.id, note("多了一条"), officer=HANDLER.officer_id)

    assert before == [
        await courts.ours.count(table) for table in ("task_statements", "outbox", "events", "audit_queue")
    ]


async def test_notes_crowd_out_no_complaint(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    first = await said(courts, KAIHUA, task.id)
    await courts.road.run()
    for code in (KAIHUA, SHEXIAN):
        await fill(courts, code, first.id, MOST)
    clock.set(SIXTEENTH)

    await complain(courts, task.id)
    await courts.road.run()

    assert courts.road.refusals == []
    for code in (KAIHUA, SHEXIAN):
        court = courts.road.courts[code]
        batch = TaskBatch(court, CHIEF if code == KAIHUA else THEIR_CHIEF, [await courts.task(code, task.id)])
        (found,) = await batch.statements(task.id, Said(kinds=(K.COMPLAINED,)))
        assert found.said.kind == "COMPLAINED"


async def test_evidence_of_silence_stops_nobody(courts: Pair, clock: SetClock) -> None:
    """The sweep goes on to the next term when the budget is used up."""
    task = await courts.received()
    first = await said(courts, KAIHUA, task.id)
    await fill(courts, KAIHUA, first.id, MOST, K.COMPLAINED)
    now = clock.now()
    clock_of = Running(TaskTerm.SIGN_FOR, now.date(), now)

    async with transaction(courts.ours.node.pool) as conn:
        locked = await opening.locked(conn, task.id, (await courts.task(KAIHUA, task.id)).version)
        await silence.keep(courts.ours.node, conn, locked, clock_of, now)

    assert await courts.ours.count("task_statements") == MOST + 1


async def test_nothing_is_read_before_it_is_said(courts: Pair, clock: SetClock) -> None:
    """Whatever instant the reader's court dates it, and only the other court's notes are read by it."""
    task = await courts.in_progress()
    clock.advance(timedelta(hours=1))
    first = await said(courts, KAIHUA, task.id)
    await courts.road.run()
    await said(courts, SHEXIAN, task.id, NotesReadPayload(statements=[first.id], officer="o"), K.NOTES_READ)
    row, header, told = await message(courts, SHEXIAN)
    early = resigned(courts, told, SHEXIAN, at=first.at - timedelta(minutes=30))

    await take_in(courts.ours.node, header, messages.encode(early))

    (mine, read) = await kept(courts, KAIHUA, task.id)
    if mine.kind != "NOTE":
        mine, read = read, mine
    assert (mine.read_at, read.read_at, row.peer) == (first.at, None, KAIHUA)


@pytest.mark.parametrize(("early", "code"), [(timedelta(minutes=6), "MALFORMED_MESSAGE"), (timedelta(minutes=5), "")])
async def test_nothing_was_said_before_the_dispatch(courts: Pair, clock: SetClock, early: timedelta, code: str) -> None:
    """Else one court's statements would stand before all others, whatever a list shows of them."""
    task = await courts.in_progress()
    async with courts.theirs.node.pool.acquire() as conn:
        dispatched = await task_events.at(conn, task.id, 1)
    assert dispatched is not None
    clock.advance(timedelta(days=1))
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)
    told = resigned(courts, told, at=dispatched.at - early)

    if code:
        assert await refusal(courts, header, told) == code
    else:
        await take_in(courts.theirs.node, header, messages.encode(told))


async def test_pages_lead_back_by_kind(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    for number in range(5):
        clock.advance(timedelta(minutes=1))
        await said(courts, KAIHUA, task.id, note(f"第{number}条"))
    read = NotesReadPayload(statements=[(await kept(courts, KAIHUA, task.id))[0].id], officer="o")
    await said(courts, KAIHUA, task.id, read, K.NOTES_READ)
    batch = TaskBatch(courts.ours.node, HANDLER, [await courts.task(KAIHUA, task.id)])

    async def texts(**asked: Any) -> list[tuple[UUID, str]]:
        found = await batch.statements(task.id, Said(kinds=(K.NOTE,), **asked))
        return [(each.said.id, each.payload.text) for each in found if isinstance(each.payload, NotePayload)]

    newest = await texts(first=2)
    older = await texts(first=2, before=newest[0][0])
    oldest = await texts(first=2, before=older[0][0])

    assert [text for _, text in newest] == ["第3条", "第4条"]
    assert [text for _, text in (*oldest, *older)] == ["第0条", "第1条", "第2条"]
    assert len(await batch.statements(task.id, Said())) == 6
    with pytest.raises(NotFound):
        await texts(before=uuid4())
    for first in (0, 101, 101):  # asked for again, it is refused again, and not empty
        with pytest.raises(Malformed):
            await texts(first=first)


async def _said(courts: Pair, header: Header, told: TaskMessage) -> str:
    """What the court hears; whatever it is, nothing may be written."""
    before = [
        await courts.theirs.count(table) for table in ("tasks", "task_events", "task_requests", "task_statements")
    ]
    try:
        await take_in(courts.theirs.node, header, messages.encode(told))
    except (NotYet, Refused) as answer:
        after = [
            await courts.theirs.count(table) for table in ("tasks", "task_events", "task_requests", "task_statements")
        ]
        assert after == before
        return f"{type(answer).__name__} {answer.code}"
    return "ACCEPTED"


def _event(task: UUID) -> EventBody:
    return EventBody(
        task=task,
        seq=4,
        prev="0" * 64,
        type="COMPLETED",
        status="COMPLETED",
        holder=STRANGER,
        author=STRANGER,
        at=SIXTEENTH,
        due_on=None,
        urgent=False,
        matter="INVESTIGATE_ASSETS",
        commitment="0" * 64,
    )


def _statement(task: UUID) -> StatementBody:
    return StatementBody(
        id=uuid4(),
        task=task,
        kind="NOTE",
        author=STRANGER,
        at=SIXTEENTH,
        head_seq=1,
        head="0" * 64,
        commitment="0" * 64,
    )


def _request(task: UUID) -> RequestBody:
    return RequestBody(
        id=uuid4(), task=task, kind="WITHDRAW", author=STRANGER, at=SIXTEENTH, head_seq=1, head="0" * 64,
        commitment="0" * 64,
    )  # fmt: skip


def _answer(task: UUID) -> AnswerBody:
    return AnswerBody(request=uuid4(), task=task, author=STRANGER, at=SIXTEENTH, head_seq=1, head="0" * 64)


SPOKEN: dict[str, tuple[str, Callable[[UUID], Any], str, bytes]] = {
    "event": (messages.EVENT, _event, "COMPLETED", b""),
    "statement": (messages.STATEMENT, _statement, "STATEMENT_SENT", b'{"text":"?","officer":"o"}'),
    "request": (messages.REQUEST, _request, "WITHDRAW_REQUESTED", b'{"reason":"?"}'),
    "answer": (messages.ANSWER, _answer, "WITHDRAW_REFUSED", b""),
}


@pytest.mark.parametrize("kind", SPOKEN)
async def test_third_court_cannot_tell_a_task_from_none(courts: Pair, clock: SetClock, kind: str) -> None:
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason="已履行")
    header, _ = await sent(courts, (await courts.road.queued(KAIHUA))[-1])
    clock.set(SIXTEENTH)
    name, body_of, event, plain = SPOKEN[kind]

    heard = []
    for task_id in (task.id, uuid4()):
        salt = statement.new_salt()
        body = body_of(task_id)
        if hasattr(body, "commitment"):
            body = msgspec.structs.replace(body, commitment=statement.commitment(salt, plain))
        signer = courts.zone.keys[STRANGER].signing
        raw = statement.write(name, messages.encode_body(body), author=STRANGER, directory=1, signer=signer)
        assert header.track is not None
        track = msgspec.structs.replace(
            header.track, task=task_id, seq=4, event=event, status="COMPLETED", holder=STRANGER, due_on=None
        )
        spoken = msgspec.structs.replace(header, sender=STRANGER, track=track)
        heard.append(await _said(courts, spoken, TaskMessage(statement=raw, salt=salt, payload=plain)))

    assert heard[0] == heard[1]
    assert heard[0].startswith("NotYet")


async def test_third_court_begins_no_task_under_a_known_id(courts: Pair) -> None:
    """It hears what it would of a matter that is open already."""
    task = await courts.in_progress()
    header, told = await sent(courts, (await every_sent(courts, KAIHUA))[0])
    body = messages.event_body(statement.parse(told.statement))
    signer = courts.zone.keys[STRANGER].signing
    body = msgspec.structs.replace(body, author=STRANGER)
    raw = statement.write(messages.EVENT, messages.encode_body(body), author=STRANGER, directory=1, signer=signer)
    header = msgspec.structs.replace(header, sender=STRANGER)

    heard = await _said(courts, header, msgspec.structs.replace(told, statement=raw))

    assert heard == "Refused DUPLICATE_OF"
    assert (await courts.task(SHEXIAN, task.id)).delegating_court == KAIHUA


async def test_own_answer_comes_back_after_what_it_answers(courts: Pair, clock: SetClock) -> None:
    """歙县 was restored; 开化 gives the answer back before the complaint."""
    task, complaint = await complained(courts, clock)
    clock.advance(timedelta(minutes=1))
    await complaining.answer(courts.theirs.node, THEIR_CHIEF, task.id, complaint, "在办", idempotency_key="a")
    await courts.road.run()
    theirs, own = await every_sent(courts, KAIHUA), await every_sent(courts, SHEXIAN)
    await forget(courts, SHEXIAN, KAIHUA)
    court = courts.theirs.node

    async def back(row: Any) -> None:
        async with transaction(court.pool) as conn:
            await resyncing.take_back(court, conn, header_of(court, row), content_of(row, court.at_rest)[1:])

    async def again(row: Any) -> None:
        header, told = await sent(courts, row)
        await take_in(court, header, messages.encode(told))

    await again(theirs[0])
    await back(own[0])
    with pytest.raises(NotYet):
        await back(own[-1])
    await again(theirs[-1])
    await back(own[-1])

    assert [one.kind for one in await kept(courts, SHEXIAN, task.id)] == ["COMPLAINED", "COMPLAINT_ANSWERED"]


async def test_reading_lists_nothing_of_another_task(courts: Pair) -> None:
    """A statement of one task is no place in the list of another."""
    task = await courts.in_progress()
    mine = await said(courts, KAIHUA, task.id)
    other = await courts.dispatched(kinds=(AssetKind.REAL_ESTATE,))
    batch = TaskBatch(courts.ours.node, HANDLER, [await courts.task(KAIHUA, other.id)])

    with pytest.raises(NotFound):
        await batch.statements(other.id, Said(before=mine.id))


async def test_other_words_under_an_own_signature_do_not_come_back(courts: Pair) -> None:
    """开化 was restored; 歙县 gives back a task, a note and a request whose payload is not what 开化 signed for."""
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    own = await courts.task(KAIHUA, task.id)
    await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason="已履行")
    rows = await every_sent(courts, KAIHUA)
    court = courts.ours.node
    await forget(courts, KAIHUA, SHEXIAN)
    tables = ("tasks", "task_events", "task_statements", "task_requests")

    heard = []
    for row in rows:
        header, told = await sent(courts, row)
        other = msgspec.structs.replace(told, payload=told.payload.replace(b"}", b" }", 1))
        with pytest.raises(Refused) as caught:
            async with transaction(court.pool) as conn:
                await resyncing.take_back(court, conn, header, messages.encode(other))
        heard.append(caught.value.code)

    assert heard == ["COMMITMENT_MISMATCH"] * 3
    assert [await courts.ours.count(table) for table in tables] == [0] * 4


@pytest.mark.parametrize("later", [timedelta(minutes=5), timedelta(minutes=6)])
async def test_nobody_speaks_of_a_state_that_they_ended_themselves(
    courts: Pair, clock: SetClock, later: timedelta
) -> None:
    """歙县 fed back; what it says afterwards it says of a task that is fed back. Its clock may have been put right."""
    task = await courts.in_progress()
    fed_back = FeedbackPayload(result=FeedbackResult.NOT_FOUND_ASSET)
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, fed_back)
    await courts.road.run()
    clock.advance(later)
    await said(courts, SHEXIAN, task.id)
    _, header, told = await message(courts, SHEXIAN)
    told = resigned(courts, told, SHEXIAN, head_seq=task.head_seq, head=task.head_digest)

    if later > timedelta(minutes=5):
        with pytest.raises(Refused) as caught:
            await take_in(courts.ours.node, header, messages.encode(told))
        assert caught.value.code == "STATEMENT_NOT_ALLOWED"
    else:
        await take_in(courts.ours.node, header, messages.encode(told))

    assert await courts.ours.count("task_statements") == (later == timedelta(minutes=5))
