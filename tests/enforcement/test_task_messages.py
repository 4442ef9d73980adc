"""What a node does with a message that is late, doubled, tampered with, or of another log.

Long, because every case is a forgery of one and the same exchange between two courts, made by the helpers at the top.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from db.clock import SetClock
from db.records.delivery import OutboxRecord
from db.records.tasks import TaskRecord
from enforcement.basis import content_of as content_of_task
from enforcement.payloads import FeedbackPayload, HandlingStep
from enforcement.rules.refusals import StaleVersion
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import ContentNotAccepted, TaskDisputed
from enforcement.tasks import handling, log, messages, requests
from enforcement.tasks.messages import EventBody, TaskMessage
from federation.delivery.node import NotYet, Refused
from federation.delivery.outbox import content_of
from federation.wire import statement
from federation.wire.header import Header
from tests.enforcement.task_zone import (
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    header_of,
    pair,
    take_in,
)
from tests.federation.zone import DIVISIONS, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def sent(courts: Pair, row: OutboxRecord, code: str = KAIHUA) -> tuple[Header, TaskMessage]:
    court = courts.road.courts[code]
    return header_of(court, row), messages.decode(content_of(row, court.at_rest)[1:])


async def refused_by(courts: Pair, header: Header, message: TaskMessage, code: str = SHEXIAN) -> str:
    """The code with which the court refuses; nothing but a tombstone may be left."""
    court = courts.ours if code == KAIHUA else courts.theirs
    tables = ("tasks", "task_events", "task_requests", "events", "outbox")
    before = [await court.count(table) for table in tables]
    with pytest.raises(Refused) as caught:
        await take_in(court.node, header, messages.encode(message))
    assert [await court.count(table) for table in tables] == before
    return caught.value.code


def resigned(courts: Pair, message: TaskMessage, code: str, **changes: Any) -> TaskMessage:
    """The message with another body, signed again by `code`."""
    claim = statement.parse(message.statement)
    body = msgspec.structs.replace(messages.event_body(claim), **changes)
    raw = statement.write(
        messages.EVENT,
        messages.encode_body(body),
        author=code,
        directory=1,
        signer=courts.zone.keys[code].signing,
    )
    return msgspec.structs.replace(message, statement=raw)


def told(header: Header, **changes: Any) -> Header:
    assert header.track is not None
    return msgspec.structs.replace(header, track=msgspec.structs.replace(header.track, **changes))


async def test_dispatch_twice_is_one_task(courts: Pair) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)

    for _ in range(2):
        header, message = await sent(courts, row)
        await take_in(courts.theirs.node, header, messages.encode(message))

    assert await courts.theirs.count("tasks") == 1
    assert await courts.theirs.count("task_events") == 2
    assert await courts.theirs.count("outbox") == 1


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("seq", {"seq": 2}),
        ("event", {"event": "RECEIVED"}),
        ("status", {"status": "RECEIVED"}),
        ("holder", {"holder": KAIHUA}),
        ("due_on", {"due_on": None}),
        ("urgent", {"urgent": True}),
        ("matter", {"matter": "SEIZE_VEHICLE"}),
    ],
)
async def test_header_that_tells_another_story_is_refused(courts: Pair, part: str, change: dict[str, Any]) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)

    assert await refused_by(courts, told(header, **change), message) == "TRACK_MISMATCH"
    assert await refused_by(courts, msgspec.structs.replace(header, track=None), message) == "TRACK_MISMATCH"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda m: msgspec.structs.replace(m, payload=m.payload + b" "), "COMMITMENT_MISMATCH"),
        (lambda m: msgspec.structs.replace(m, salt=bytes(32)), "COMMITMENT_MISMATCH"),
        (lambda m: msgspec.structs.replace(m, salt=b""), "COMMITMENT_MISMATCH"),
        (lambda m: msgspec.structs.replace(m, statement=m.statement[:-1] + b"?"), "SIGNATURE_INVALID"),
        (lambda m: msgspec.structs.replace(m, statement=b"?"), "MALFORMED_MESSAGE"),
    ],
)
async def test_tampered_message_is_refused(
    courts: Pair, spoil: Callable[[TaskMessage], TaskMessage], code: str
) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)

    assert await refused_by(courts, header, spoil(message)) == code


async def test_court_speaks_for_itself_only(courts: Pair) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)

    stranger = msgspec.structs.replace(header, sender="浙0822")

    assert await refused_by(courts, stranger, message) == "AUTHOR_MISMATCH"


async def test_loaded_is_never_accepted(courts: Pair) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)
    loaded = resigned(courts, message, KAIHUA, type="LOADED")

    assert await refused_by(courts, told(header, event="LOADED"), loaded) == "LOADED_NOT_ACCEPTED"


async def test_event_before_its_task_waits(courts: Pair) -> None:
    await courts.received()
    task = (await courts.theirs_tasks())[0]
    await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    (row,) = await courts.road.queued(SHEXIAN)
    header, message = await sent(courts, row, SHEXIAN)
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("DELETE FROM task_events")
        await conn.execute("DELETE FROM task_history")
        await conn.execute("DELETE FROM tasks")

    with pytest.raises(NotYet):
        await take_in(courts.ours.node, header, messages.encode(message))

    assert await courts.ours.count("task_events") == 0


async def test_events_apply_in_order_whatever_the_road_does(courts: Pair) -> None:
    """Every message is offered from the newest to the oldest, again and again."""
    task = await courts.received()
    task = await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    task = await handling.assign(courts.theirs.node, THEIR_CHIEF, task.id, task.version, THEIR_OFFICER.officer_id)
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)

    outcomes = []
    for _ in range(3):
        queued = reversed(await courts.road.queued(SHEXIAN))
        outcomes += [await courts.road.deliver(SHEXIAN, row) for row in queued]

    assert outcomes.count("ACCEPTED") == 3
    assert outcomes.count("NOT_YET") == 3
    assert await courts.log(KAIHUA, task.id) == await courts.log(SHEXIAN, task.id)
    assert (await courts.task(KAIHUA, task.id)).status == "FED_BACK"


async def test_author_out_of_turn_is_refused_for_ever(courts: Pair) -> None:
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    message, header = await forged(courts, own, EventType.COMPLETED, "COMPLETED", KAIHUA)

    assert await refused_by(courts, header, message) == "AUTHOR_NOT_HOLDER"
    assert await courts.theirs.count("task_refusals") == 1
    assert await refused_by(courts, header, message) == "AUTHOR_NOT_HOLDER"
    assert (await courts.task(SHEXIAN, task.id)).status == "IN_PROGRESS"


async def test_state_that_no_task_has_is_refused(courts: Pair) -> None:
    """Of a later release, perhaps: refused with a code, as an event that nobody here knows."""
    task = await courts.in_progress()
    message, header = await forged(courts, await courts.task(KAIHUA, task.id), EventType.COMPLETED, "NOWHERE", KAIHUA)

    assert await refused_by(courts, header, message) == "EDGE_MISSING"
    assert (await courts.task(SHEXIAN, task.id)).head_seq == task.head_seq


async def forged(
    courts: Pair, task: TaskRecord, event_type: EventType, status: str, holder: str, **changes: Any
) -> tuple[TaskMessage, Header]:
    """An event that the court of `task` signs although it may not."""
    code = task.own_court
    salt = statement.new_salt()
    body = EventBody(
        task=task.id,
        seq=task.head_seq + 1,
        prev=task.head_digest,
        type=event_type.value,
        status=status,
        holder=holder,
        author=code,
        at=task.changed_at,
        due_on=None,
        urgent=False,
        matter=task.matter,
        commitment=statement.commitment(salt, b""),
    )
    body = msgspec.structs.replace(body, **changes)
    signer = courts.zone.keys[code].signing
    raw = statement.write(messages.EVENT, messages.encode_body(body), author=code, directory=1, signer=signer)
    row = replace((await rows(courts, code))[0], peer=task.other_court)
    header = told(
        header_of(courts.road.courts[code], row),
        task=task.id,
        seq=body.seq,
        event=body.type,
        status=body.status,
        holder=body.holder,
        due_on=None,
    )
    return TaskMessage(statement=raw, salt=salt, payload=b""), header


@pytest.mark.parametrize(
    ("event_type", "due_on"),
    [
        (EventType.FEEDBACK_REJECTED, date(2026, 7, 16)),  # more than a year ahead
        (EventType.FEEDBACK_REJECTED, date(2025, 7, 12)),
        (EventType.STARTED, date(2025, 7, 24)),  # begins no time to answer
    ],
)
async def test_day_of_the_answer_that_nobody_meant_is_refused(
    courts: Pair, event_type: EventType, due_on: date
) -> None:
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    message, header = await forged(courts, own, event_type, "IN_PROGRESS", SHEXIAN, answer_due_on=due_on)

    assert await refused_by(courts, header, message) == "MALFORMED_MESSAGE"
    assert (await courts.task(SHEXIAN, task.id)).answer_due_on == task.answer_due_on


async def rows(courts: Pair, code: str) -> list[OutboxRecord]:
    async with courts.road.courts[code].pool.acquire() as conn:
        found = await conn.fetch("SELECT * FROM outbox WHERE track IS NOT NULL ORDER BY number")
    fields = OutboxRecord.__dataclass_fields__
    return [OutboxRecord(**{name: row[name] for name in fields}) for row in found]


async def test_fork_is_kept_and_stops_the_task(courts: Pair) -> None:
    """Two events of one author under one number: both kept, nobody appends any more."""
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    last = await courts.log(KAIHUA, task.id)
    before = replace(task, head_seq=task.head_seq - 1, head_digest=last[-2])
    message, header = await forged(courts, before, EventType.STARTED, "IN_PROGRESS", SHEXIAN)

    with pytest.raises(Refused) as caught:
        await take_in(courts.ours.node, header, messages.encode(message))

    assert caught.value.code == "FORKED"
    disputed = await courts.task(KAIHUA, task.id)
    assert disputed.is_disputed
    assert disputed.head_digest == own.head_digest
    async with courts.ours.node.pool.acquire() as conn:
        kept = await conn.fetch("SELECT standing FROM task_events WHERE seq = $1", task.head_seq)
        marks = await conn.fetch("SELECT kind FROM task_overlays")
    assert sorted(row["standing"] for row in kept) == ["APPLIED", "FORKED"]
    assert [row["kind"] for row in marks] == ["DISPUTED"]
    with pytest.raises(TaskDisputed):
        await requests.withdraw(courts.ours.node, HANDLER, disputed.id, disputed.version, reason="已履行")


async def test_same_task_from_two_drafts_is_refused(courts: Pair) -> None:
    """The entrusted court refuses what it was asked for already, whatever the delegating court's books say."""
    await courts.received()
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("UPDATE tasks SET duplicate_key = 'x'::bytea")
    second = await courts.dispatched()

    await courts.road.run()

    assert courts.road.refusals == ["DUPLICATE_OF"]
    own = await courts.task(KAIHUA, second.id)
    assert (own.status, own.holder, own.head_seq) == ("RETURNED", None, 0)
    assert await courts.theirs.count("tasks") == 1


async def test_refused_feedback_gives_the_turn_back(courts: Pair) -> None:
    """The other court's signed refusal of that very event is one of three ways to act again."""
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    (row,) = await courts.road.queued(SHEXIAN)

    await courts.road.close(SHEXIAN, row, "REFUSED", "COMMITMENT_MISMATCH")

    back = await courts.task(SHEXIAN, task.id)
    assert (back.status, back.holder, back.head_seq) == ("IN_PROGRESS", SHEXIAN, task.head_seq)
    again = await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, back.id, back.version, feedback)
    await courts.road.run()
    assert (await courts.task(KAIHUA, task.id)).head_digest == again.head_digest


async def test_expired_hand_over_goes_out_again(courts: Pair) -> None:
    """The same event in a new message; nothing passes by time."""
    task = await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    first = (await sent(courts, row))[1]

    await courts.road.close(KAIHUA, row, "EXPIRED", None)

    (again,) = await courts.road.queued(KAIHUA)
    assert again.id != row.id
    assert (await sent(courts, again))[1] == first
    own = await courts.task(KAIHUA, task.id)
    assert (own.status, own.holder) == ("DISPATCHED", SHEXIAN)
    await courts.road.run()
    async with courts.ours.node.pool.acquire() as conn:
        mark = await conn.fetchrow("SELECT kind, cleared_at FROM task_overlays")
    assert mark is not None
    assert mark["kind"] == "COUNTERPART_SILENT"
    assert mark["cleared_at"] is not None


async def test_suspended_court_gets_no_new_task(courts: Pair, clock: SetClock) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)
    suspended = [courts.zone.court(code, state="SUSPENDED" if code == KAIHUA else "ACTIVE") for code in DIVISIONS]
    await courts.publish(2, courts=suspended)

    assert await refused_by(courts, header, message) == "MEMBERSHIP_SUSPENDED"


async def test_log_holds_no_text_of_people(courts: Pair) -> None:
    """Statements carry commitments; names and numbers lie in encrypted payloads only."""
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    content = content_of_task(courts.ours.node, own)
    async with courts.ours.node.pool.acquire() as conn:
        everything = b"".join(
            bytes(row["statement"]) + bytes(row["payload"]) + bytes(row["salt"])
            for row in await conn.fetch("SELECT statement, payload, salt FROM task_events")
        )
    for secret in (content.debtor.name, content.debtor.identifier, content.case_number):
        assert secret.encode() not in everything


async def test_busy_measure_waits(courts: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conflict inside the receiving court is not the sender's fault: the message is offered again."""
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)

    async def stale(*_: object, **__: object) -> None:
        raise StaleVersion(1)

    monkeypatch.setattr(log, "append", stale)
    with pytest.raises(NotYet):
        await take_in(courts.theirs.node, header, messages.encode(message))

    assert await courts.theirs.count("tasks") == 0


def _find(**changes: Any) -> dict[str, Any]:
    found = {
        "id": "0198077f-0000-7000-8000-000000000000",
        "kind": "VEHICLE",
        "identity": {"plate": "皖J00000"},
        "division": "341021",
        "description": "",
        "unit_id": "u",
        "unit_name": "u",
        "source": "COUNTER",
        "as_of": "2025-07-14T00:00:00Z",
    }
    return {"result": "DONE_FULL", "findings": [found | changes]}


def _word(**changes: Any) -> dict[str, Any]:
    word = {"kind": "VEHICLE", "channel": "COUNTER", "outcome": "NOTHING"}
    return {"result": "NOT_FOUND_ASSET", "words": [word | changes]}


def _receipt(**changes: Any) -> dict[str, Any]:
    receipt = {
        "id": "0198077f-0000-7000-8000-000000000001",
        "notice_id": "0198077f-0000-7000-8000-000000000002",
        "measure_id": None,
        "unit_id": "u",
        "unit_name": "u",
        "result": "REGISTERED",
        "receipt_no": "1",
        "rank": 1,
        "registered_at": "2025-07-14T00:00:00Z",
        "ruling_no": "",
    }
    return {"result": "DONE_FULL", "receipts": [receipt | changes]}


@pytest.mark.parametrize(
    "payload",
    [
        {"result": "DONE_SOMEHOW"},
        {"result": "DONE_FULL", "note": "\0"},
        _find(kind="CASTLE"),
        _find(source="HEARSAY"),
        _find(as_of="2025-07-14T00:00:00"),
        _find(as_of="2099-01-01T00:00:00Z"),
        _find(estimated_value="NaN"),
        _find(estimated_value="-1"),
        _find(prior_measures=2**31),
        _find(owner="NEIGHBOUR"),
        _find(prior=[{"court": "nowhere", "rank": 1}]),
        _find(prior=[{"court": "浙0127", "rank": 0}]),
        _find(prior=[{"court": "浙0127", "rank": 1, "registered_at": "2025-07-14T00:00:00"}]),
        _find(facts={"kind": "REAL_ESTATE", "use": "住宅"}),
        _find(facts={"kind": "VEHICLE", "colour": "red"}),
        _find(kind="EQUITY", facts={"kind": "EQUITY", "share_percent": "101"}),
        _word(kind="CASTLE"),
        _word(channel="HEARSAY"),
        _word(outcome="PERHAPS"),
        _word(as_of="2099-01-01T00:00:00Z"),
        _receipt(result="LOST"),
        _receipt(rank=0),
        _receipt(rank=2**31),
        _receipt(registered_at="2025-07-14T00:00:00"),
        _receipt(registered_at="2099-01-01T00:00:00Z"),
    ],
)
async def test_feedback_that_no_list_could_show_is_refused(courts: Pair, payload: dict[str, Any]) -> None:
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    (row,) = await courts.road.queued(SHEXIAN)
    header, message = await sent(courts, row, SHEXIAN)

    assert await refused_by(courts, header, saying(courts, message, payload), KAIHUA) == "MALFORMED_MESSAGE"


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": ["CASTLE"]},
        {"term_years": 0},
        {"measure_kind": "PILLORY"},
        {"debtor": {"kind": "GHOST"}},
        {"debtor": {"identifier_kind": "STAR_SIGN"}},
    ],
)
async def test_task_that_no_list_could_show_is_refused(courts: Pair, change: dict[str, Any]) -> None:
    await courts.dispatched()
    (row,) = await courts.road.queued(KAIHUA)
    header, message = await sent(courts, row)
    content = msgspec.json.decode(message.payload)
    change = change | {"debtor": content["debtor"] | change.get("debtor", {})}

    assert await refused_by(courts, header, saying(courts, message, content | change, KAIHUA)) == "MALFORMED_MESSAGE"


def saying(courts: Pair, message: TaskMessage, payload: dict[str, Any], code: str = SHEXIAN) -> TaskMessage:
    """The message with another payload, which its author commits to."""
    raw = msgspec.json.encode(payload)
    signed = resigned(courts, message, code, commitment=statement.commitment(message.salt, raw))
    return msgspec.structs.replace(signed, payload=raw)


async def test_refused_event_is_taken_back_with_what_follows(courts: Pair, clock: SetClock) -> None:
    """Neither log may hold what the other refused: the author takes it back, and may act again."""
    task = await courts.in_progress()
    theirs = courts.theirs.node
    before = await courts.log(SHEXIAN, task.id)
    step = HandlingStep(kind="OTHER", at=clock.now(), officers=[THEIR_OFFICER.officer_id], note="一")
    stepped = await handling.record_step(theirs, THEIR_OFFICER, task.id, task.version, step)
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    await handling.submit_feedback(theirs, THEIR_OFFICER, task.id, stepped.version, feedback)
    first, second = await courts.road.queued(SHEXIAN)
    header, message = await sent(courts, first, SHEXIAN)

    assert await refused_by(courts, told(header, urgent=True), message, KAIHUA) == "TRACK_MISMATCH"
    assert await courts.road.deliver(SHEXIAN, second) == "REFUSED"
    assert await courts.road.deliver(SHEXIAN, first) == "REFUSED"

    assert courts.road.refusals == ["EARLIER_EVENT_REFUSED", "TRACK_MISMATCH"]
    back = await courts.task(SHEXIAN, task.id)
    assert (back.status, back.holder, back.due_on) == (task.status, SHEXIAN, task.due_on)
    assert (back.received_at, back.answer_due_on) == (task.received_at, task.answer_due_on)
    assert await courts.log(SHEXIAN, task.id) == await courts.log(KAIHUA, task.id) == before
    done = await handling.submit_feedback(theirs, THEIR_OFFICER, back.id, back.version, feedback)
    await courts.road.run()
    own, other = await courts.both(task.id)
    assert own.head_digest == other.head_digest == done.head_digest
    assert own.status == "FED_BACK"


async def test_late_event_of_a_log_that_was_taken_back_is_no_fork(courts: Pair, clock: SetClock) -> None:
    """Three events in a row, the first refused: the third comes after its author has written three others."""
    task = await courts.in_progress()
    theirs = courts.theirs.node

    async def stepped(note: str, row: TaskRecord) -> TaskRecord:
        step = HandlingStep(kind="OTHER", at=clock.now(), officers=[THEIR_OFFICER.officer_id], note=note)
        return await handling.record_step(theirs, THEIR_OFFICER, row.id, row.version, step)

    row = task
    for note in ("一", "二", "三"):
        row = await stepped(note, row)
    first, _, late = await courts.road.queued(SHEXIAN)
    header, message = await sent(courts, first, SHEXIAN)
    assert await refused_by(courts, told(header, urgent=True), message, KAIHUA) == "TRACK_MISMATCH"
    assert await courts.road.deliver(SHEXIAN, first) == "REFUSED"
    row = await courts.task(SHEXIAN, task.id)
    for note in ("四", "五", "六"):
        row = await stepped(note, row)
    for anew in (await courts.road.queued(SHEXIAN))[-3:]:
        assert await courts.road.deliver(SHEXIAN, anew) == "ACCEPTED"

    assert await courts.road.deliver(SHEXIAN, late) == "REFUSED"

    assert courts.road.refusals[-1] == "PREVIOUS_MISMATCH"
    await courts.road.run()
    own, other = await courts.both(task.id)
    assert not own.is_disputed
    assert own.head_digest == other.head_digest == row.head_digest


@pytest.mark.parametrize(("note", "is_text"), [("a\0b", False), ("C:\\u0000x", True), ("\\\\u0000", True)])
async def test_nothing_is_signed_that_the_other_court_refuses(
    courts: Pair, clock: SetClock, note: str, is_text: bool
) -> None:
    task = await courts.in_progress()
    step = HandlingStep(kind="OTHER", at=clock.now(), officers=[THEIR_OFFICER.officer_id], note=note)

    if is_text:
        await handling.record_step(courts.theirs.node, THEIR_OFFICER, task.id, task.version, step)
    else:
        with pytest.raises(ContentNotAccepted):
            await handling.record_step(courts.theirs.node, THEIR_OFFICER, task.id, task.version, step)
    await courts.road.run()

    assert courts.road.refusals == []
    assert await courts.log(SHEXIAN, task.id) == await courts.log(KAIHUA, task.id)
    assert (await courts.task(SHEXIAN, task.id)).head_seq == task.head_seq + is_text
