"""Statements beside a task's log: late, doubled, reordered, forged, refused, expired; and that they move nothing.

Long, because every case is a forgery or a mishap of one and the same exchange between two courts.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import task_statements
from db.clock import SetClock
from db.ids import new_id
from db.pool import transaction
from db.records.assets import AssetKind
from db.records.delivery import OutboxRecord
from db.records.tasks import StatementRecord
from enforcement.payloads import FeedbackPayload, Payload
from enforcement.rules.feedback import ReturnReason
from enforcement.rules.refusals import NotFound, RuleBroken, TransitionNotAllowed
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import ContentNotAccepted, ContentTooLarge, Resyncing
from enforcement.tasks import contents, handling, messages, opening, statements
from enforcement.tasks.contents import Communication
from enforcement.tasks.messages import StatementBody, TaskMessage
from enforcement.tasks.statement_contents import MOST_BYTES, CallRecordPayload, NotePayload, NotesReadPayload
from federation.delivery.node import NotYet, Refused
from federation.delivery.outbox import content_of
from federation.wire import statement
from federation.wire.header import Header
from tests.enforcement.task_zone import (
    HANDLER,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    header_of,
    pair,
    take_in,
)
from tests.enforcement.test_task_resync import confirm, forget, give_back
from tests.enforcement.test_task_resync import sent as every_sent
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
K = StatementKind


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


def note(text: str = "车在哪里？") -> NotePayload:
    return NotePayload(text=text, officer=HANDLER.officer_id)


async def said(
    courts: Pair, code: str, task_id: UUID, payload: Payload | None = None, kind: StatementKind = K.NOTE, **given: Any
) -> StatementRecord:
    """What the court says about its copy of the task; not delivered yet."""
    court = courts.road.courts[code]
    async with transaction(court.pool) as conn:
        task = await opening.locked(conn, task_id, (await courts.task(code, task_id)).version)
        return await statements.send(court, conn, task, kind, payload or note(), now=court.clock.now(), **given)


async def kept(courts: Pair, code: str, task_id: UUID) -> list[StatementRecord]:
    async with courts.road.courts[code].pool.acquire() as conn:
        return await task_statements.newest(conn, [task_id], limit=100)


async def sets(courts: Pair, task_id: UUID) -> tuple[set[str], set[str]]:
    """The digests at both courts."""
    ours, theirs = await kept(courts, KAIHUA, task_id), await kept(courts, SHEXIAN, task_id)
    return {one.digest for one in ours}, {one.digest for one in theirs}


async def message(courts: Pair, code: str) -> tuple[OutboxRecord, Header, TaskMessage]:
    """The newest of the court's queued messages."""
    court = courts.road.courts[code]
    row = (await courts.road.queued(code))[-1]
    return row, header_of(court, row), messages.decode(content_of(row, court.at_rest)[1:])


def resigned(courts: Pair, told: TaskMessage, code: str = KAIHUA, **changes: Any) -> TaskMessage:
    """The message with another body, signed again."""
    body = msgspec.structs.replace(messages.statement_body(statement.parse(told.statement)), **changes)
    return msgspec.structs.replace(told, statement=_written(courts, body, code))


def _written(courts: Pair, body: StatementBody, code: str) -> bytes:
    return statement.write(
        messages.STATEMENT,
        messages.encode_body(body),
        author=code,
        directory=1,
        signer=courts.zone.keys[code].signing,
    )


def saying(courts: Pair, told: TaskMessage, plain: bytes) -> TaskMessage:
    """The message with another payload, committed to and signed."""
    body = messages.statement_body(statement.parse(told.statement))
    body = msgspec.structs.replace(body, commitment=statement.commitment(told.salt, plain))
    return msgspec.structs.replace(told, statement=_written(courts, body, KAIHUA), payload=plain)


async def counts(courts: Pair) -> list[int]:
    tables = ("tasks", "task_events", "task_statements", "task_refusals", "events", "outbox")
    return [await courts.theirs.count(table) for table in tables]


async def refusal(courts: Pair, header: Header, told: TaskMessage) -> str:
    """The code with which 歙县 refuses; nothing may be written."""
    before = await counts(courts)
    with pytest.raises(Refused) as caught:
        await take_in(courts.theirs.node, header, messages.encode(told))
    assert await counts(courts) == before
    return caught.value.code


async def test_both_courts_hold_one_set(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    before = await courts.both(task.id)

    first = await said(courts, KAIHUA, task.id, officer=HANDLER.officer_id)
    await courts.road.run()
    clock.advance(timedelta(hours=1))
    await said(courts, SHEXIAN, task.id, note("在修理厂。"), refers=first.id)
    await courts.road.run()

    ours, theirs = await sets(courts, task.id)
    assert ours == theirs
    assert len(ours) == 2
    asked, answered = await kept(courts, KAIHUA, task.id)
    assert (asked.author, asked.delivered_at, asked.received_at) == (KAIHUA, clock.now() - timedelta(hours=1), None)
    assert (answered.refers, answered.sent_at, answered.received_at) == (first.id, None, clock.now())
    assert await courts.both(task.id) == before
    assert (await courts.log(KAIHUA, task.id)) == (await courts.log(SHEXIAN, task.id))
    assert courts.road.refusals == []


async def test_twice_is_once(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)

    for _ in range(2):
        await take_in(courts.theirs.node, header, messages.encode(told))

    assert await courts.theirs.count("task_statements") == 1


async def test_any_order_gives_the_same_set(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    first = await said(courts, KAIHUA, task.id)
    clock.advance(timedelta(minutes=1))
    await said(courts, KAIHUA, task.id, note("请尽快。"), refers=first.id)
    earlier, later = await courts.road.queued(KAIHUA)

    assert await courts.road.deliver(KAIHUA, later) == "NOT_YET"
    assert await courts.theirs.count("task_statements") == 0
    assert await courts.road.deliver(KAIHUA, earlier) == "ACCEPTED"
    assert await courts.road.deliver(KAIHUA, later) == "ACCEPTED"

    ours, theirs = await sets(courts, task.id)
    assert ours == theirs


async def test_waits_for_the_log_that_its_author_knew(courts: Pair) -> None:
    task = await courts.dispatched()
    await said(courts, KAIHUA, task.id)
    dispatch, spoken = await courts.road.queued(KAIHUA)

    assert await courts.road.deliver(KAIHUA, spoken) == "NOT_YET"
    assert await courts.road.deliver(KAIHUA, dispatch) == "ACCEPTED"
    assert await courts.road.deliver(KAIHUA, spoken) == "ACCEPTED"


async def test_of_a_refused_dispatch_is_refused_too(courts: Pair) -> None:
    await courts.dispatched()
    await courts.road.run()
    again = await courts.dispatched(kinds=(AssetKind.REAL_ESTATE,))
    await said(courts, KAIHUA, again.id)
    dispatch, spoken = await courts.road.queued(KAIHUA)
    async with transaction(courts.theirs.node.pool) as conn:
        claim = statement.parse(messages.decode(content_of(dispatch, courts.ours.node.at_rest)[1:]).statement)
        await conn.execute(
            "INSERT INTO task_refusals (task_id, seq, digest, code, at) VALUES ($1, 1, $2, 'DUPLICATE_OF', $3)",
            again.id,
            statement.digest(claim.raw),
            courts.ours.node.clock.now(),
        )

    assert await courts.road.deliver(KAIHUA, spoken) == "REFUSED"

    assert courts.road.refusals[-1] == "EARLIER_EVENT_REFUSED"
    (own,) = await kept(courts, KAIHUA, again.id)
    assert (own.refused_code, own.delivered_at) == ("EARLIER_EVENT_REFUSED", None)


async def test_said_before_the_end_came_counts_after_it(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    spoke = Communication(at=clock.now(), channel="PHONE")
    await handling.return_task(
        courts.theirs.node, THEIR_CHIEF, task.id, task.version, reason=ReturnReason.OUT_OF_SCOPE, communication=spoke
    )

    await courts.road.run()

    ours, theirs = await sets(courts, task.id)
    assert len(ours) == 2  # with the record of the call
    assert ours == theirs
    assert (await courts.task(KAIHUA, task.id)).status == "RETURNED"


async def test_nothing_is_said_after_the_end(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    spoke = Communication(at=clock.now(), channel="PHONE")
    await handling.return_task(
        courts.theirs.node, THEIR_CHIEF, task.id, task.version, reason=ReturnReason.OUT_OF_SCOPE, communication=spoke
    )
    await courts.road.run()
    before = [await courts.ours.count(table) for table in ("task_statements", "outbox", "events", "audit_queue")]

    with pytest.raises(TransitionNotAllowed):
        await said(courts, KAIHUA, task.id, officer=HANDLER.officer_id)

    assert [
        await courts.ours.count(table) for table in ("task_statements", "outbox", "events", "audit_queue")
    ] == before


async def test_nothing_is_said_of_a_draft(courts: Pair) -> None:
    task = await courts.created()

    with pytest.raises(TransitionNotAllowed):
        await said(courts, KAIHUA, task.id)

    assert await courts.ours.count("task_statements") == 0


@pytest.mark.parametrize(
    ("payload", "kind", "error"),
    [
        (note(" "), K.NOTE, ContentNotAccepted),
        (note("长" * 4001), K.NOTE, ContentNotAccepted),
        (note("\0"), K.NOTE, ContentNotAccepted),
        (note("长" * MOST_BYTES), K.NOTE, ContentTooLarge),
        (NotesReadPayload(statements=[], officer="o"), K.NOTES_READ, ContentNotAccepted),
        (NotesReadPayload(statements=[uuid4()] * 2, officer="o"), K.NOTES_READ, ContentNotAccepted),
    ],
)
async def test_what_nobody_could_keep_is_not_said(
    courts: Pair, payload: Payload, kind: StatementKind, error: type[RuleBroken]
) -> None:
    task = await courts.in_progress()
    before = [await courts.ours.count(table) for table in ("task_statements", "outbox", "events")]

    with pytest.raises(error):
        await said(courts, KAIHUA, task.id, payload, kind)

    assert [await courts.ours.count(table) for table in ("task_statements", "outbox", "events")] == before


@pytest.mark.parametrize(("channel", "ahead"), [("PIGEON", timedelta()), ("PHONE", timedelta(minutes=6))])
async def test_call_is_of_the_past_by_a_known_channel(
    courts: Pair, clock: SetClock, channel: str, ahead: timedelta
) -> None:
    task = await courts.in_progress()
    call = CallRecordPayload(at=clock.now() + ahead, channel=channel, officer="o")

    with pytest.raises(ContentNotAccepted):
        await said(courts, KAIHUA, task.id, call, K.CALL_RECORD)


async def test_nothing_refers_to_another_tasks_statement(courts: Pair) -> None:
    task = await courts.in_progress()

    with pytest.raises(NotFound):
        await said(courts, KAIHUA, task.id, refers=uuid4())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "FUTURE_KIND"}, "UNKNOWN_STATEMENT"),
        ({"head": "1" * 64}, "PREVIOUS_MISMATCH"),
        ({"commitment": "1" * 64}, "COMMITMENT_MISMATCH"),
        ({"task": UUID(int=7)}, "TRACK_MISMATCH"),
    ],
)
async def test_forged_statement_is_refused(courts: Pair, changes: dict[str, Any], code: str) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)

    assert await refusal(courts, header, resigned(courts, told, **changes)) == code


async def test_statement_of_tomorrow_is_refused(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)

    told = resigned(courts, told, at=clock.now() + timedelta(minutes=6))

    assert await refusal(courts, header, told) == "MALFORMED_MESSAGE"


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        (b"{}", "MALFORMED_MESSAGE"),
        (contents.write(note(" ")), "MALFORMED_MESSAGE"),
        (contents.write(NotesReadPayload(statements=[], officer="o")), "MALFORMED_MESSAGE"),
        (b" " * (MOST_BYTES + 1), "CONTENT_TOO_LARGE"),
    ],
)
async def test_payload_of_another_form_is_refused(courts: Pair, plain: bytes, code: str) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)

    assert await refusal(courts, header, saying(courts, told, plain)) == code


async def test_other_bytes_under_a_known_id_are_refused(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)
    await take_in(courts.theirs.node, header, messages.encode(told))

    other = saying(courts, told, contents.write(note("别的话")))

    assert await refusal(courts, header, other) == "STATEMENT_FORKED"


async def test_third_court_does_not_learn_how_long_the_log_is(courts: Pair) -> None:
    """Whatever head it guesses, the answer is the same, and nothing is kept."""
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)
    stranger = "浙0822"
    before = await counts(courts)

    for seq in (1, task.head_seq, task.head_seq + 5):
        other = resigned(courts, told, stranger, author=stranger, id=uuid4(), head_seq=seq, head="0" * 64)
        with pytest.raises(NotYet) as caught:
            await take_in(courts.theirs.node, msgspec.structs.replace(header, sender=stranger), messages.encode(other))
        assert caught.value.code == "EARLIER_EVENT_MISSING"

    assert await counts(courts) == before


async def test_statement_said_after_the_end_is_refused(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)
    spoke = Communication(at=clock.now(), channel="PHONE")
    ended = await handling.return_task(
        courts.theirs.node, THEIR_CHIEF, task.id, task.version, reason=ReturnReason.OUT_OF_SCOPE, communication=spoke
    )

    told = resigned(courts, told, id=new_id(clock.now()), head_seq=ended.head_seq, head=ended.head_digest)

    assert await refusal(courts, header, told) == "STATEMENT_NOT_ALLOWED"


@pytest.mark.parametrize("event", ["DISPATCHED", "STEP_RECORDED", "SUPPLEMENT_SENT"])
async def test_zone_is_told_no_other_story(courts: Pair, event: str) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    _, header, told = await message(courts, KAIHUA)
    assert header.track is not None

    header = msgspec.structs.replace(header, track=msgspec.structs.replace(header.track, event=event))

    assert await refusal(courts, header, told) == "TRACK_MISMATCH"


async def test_expired_message_goes_out_again(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    row, _, told = await message(courts, KAIHUA)

    await courts.road.close(KAIHUA, row, "EXPIRED", None)

    (again,) = await courts.road.queued(KAIHUA)
    assert again.id != row.id
    assert messages.decode(content_of(again, courts.ours.node.at_rest)[1:]) == told
    await courts.road.run()
    (own,) = await kept(courts, KAIHUA, task.id)
    assert own.delivered_at is not None


async def test_refusal_stands_at_the_statement(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    row, _, _ = await message(courts, KAIHUA)

    await courts.road.close(KAIHUA, row, "REFUSED", "UNKNOWN_STATEMENT")

    (own,) = await kept(courts, KAIHUA, task.id)
    assert (own.refused_code, own.delivered_at) == ("UNKNOWN_STATEMENT", None)
    assert await courts.ours.count("task_overlays") == 0


async def test_followers_hear_of_it(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    await courts.road.run()

    sql = "SELECT kind FROM events WHERE ref = $1 ORDER BY id DESC LIMIT 2"
    async with courts.ours.node.pool.acquire() as conn:
        assert [row["kind"] for row in await conn.fetch(sql, task.id)] == ["STATEMENT_DELIVERED", "NOTE"]
    async with courts.theirs.node.pool.acquire() as conn:
        assert (await conn.fetch(sql, task.id))[0]["kind"] == "NOTE"


async def test_content_lies_encrypted(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id, note("secret-canary"))
    await courts.road.run()

    for court in (courts.ours, courts.theirs):
        async with court.node.pool.acquire() as conn:
            (row,) = await conn.fetch("SELECT payload, statement FROM task_statements")
        assert b"secret-canary" not in row["payload"] + row["statement"]


@pytest.mark.parametrize(("code", "peer"), [(KAIHUA, SHEXIAN), (SHEXIAN, KAIHUA)])
async def test_set_grows_back_after_a_restored_backup(courts: Pair, code: str, peer: str) -> None:
    task = await courts.in_progress()
    first = await said(courts, code, task.id)
    await courts.road.run()
    await said(courts, peer, task.id, NotesReadPayload(statements=[first.id], officer="o"), K.NOTES_READ)
    await courts.road.run()
    before = await kept(courts, code, task.id)
    assert [one.read_at for one in before if one.author == code] != [None]
    theirs, own = await every_sent(courts, peer), await every_sent(courts, code)
    await forget(courts, code, peer)

    await give_back(courts, code, peer, theirs, own)

    assert [_kept(one) for one in await kept(courts, code, task.id)] == [_kept(one) for one in before]
    assert len(await every_sent(courts, code)) == len(own)
    with pytest.raises(Resyncing):
        await said(courts, code, task.id)
    await confirm(courts, code, peer)
    await said(courts, code, task.id, note("又来"))
    await courts.road.run()
    assert len(set().union(*await sets(courts, task.id))) == 3


def _kept(said: StatementRecord) -> StatementRecord:
    """Without the ciphertext, another each time, and the officer, whom the other court never knew."""
    return replace(said, payload=b"", officer=None)


async def test_task_goes_on_beside_it(courts: Pair) -> None:
    task = await courts.in_progress()
    await said(courts, KAIHUA, task.id)
    await courts.road.run()

    done = await handling.submit_feedback(
        courts.theirs.node, THEIR_OFFICER, task.id, task.version, FeedbackPayload(result="NOT_FOUND_ASSET")
    )

    assert done.status == "FED_BACK"
