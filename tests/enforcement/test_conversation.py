"""The two handlers' conversation, and what asking for papers and sending back look for in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db import task_statements
from db.clock import SetClock
from db.records.tasks import StatementRecord, TaskRecord
from enforcement.rules.feedback import ReturnReason
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, RuleBroken, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import (
    CommunicationRequiredBeforeReturn,
    ContentNotAccepted,
    IdempotencyKeyReused,
    NotAssigned,
)
from enforcement.tasks import conversation, handling, requests
from enforcement.tasks.contents import Communication, SupplementPayload, SupplementRequestPayload
from enforcement.tasks.conversation import NewNote
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    papers,
    who,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
NOTE = NewNote("车在哪里？")
WANTED = SupplementRequestPayload(papers=["RULING"])
LATE = ReturnReason.SUPPLEMENT_NOT_PROVIDED
TABLES = ("tasks", "task_events", "task_statements", "task_history", "events", "outbox", "idempotency", "audit_queue")


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def post(courts: Pair, caller: Caller, task_id: UUID, note: NewNote = NOTE, key: str | None = None) -> TaskRecord:
    court = courts.road.courts[caller.court]
    return await conversation.post(court, caller, task_id, note, idempotency_key=key or uuid4().hex)


async def read(courts: Pair, caller: Caller, task_id: UUID, notes: list[UUID], key: str | None = None) -> TaskRecord:
    court = courts.road.courts[caller.court]
    return await conversation.mark_read(court, caller, task_id, notes, idempotency_key=key or uuid4().hex)


async def said(courts: Pair, code: str, task_id: UUID) -> list[StatementRecord]:
    async with courts.road.courts[code].pool.acquire() as conn:
        return await task_statements.newest(conn, [task_id], limit=100)


async def counts(courts: Pair, code: str) -> list[int]:
    court = courts.ours if code == KAIHUA else courts.theirs
    return [await court.count(table) for table in TABLES]


async def refused(courts: Pair, code: str, error: type[RuleBroken], work: Callable[[], Awaitable[Any]]) -> Any:
    """What the court refuses; nothing may be written and nothing queued."""
    before = await counts(courts, code)
    with pytest.raises(error) as caught:
        await work()
    assert await counts(courts, code) == before
    return caught.value


async def ask_papers(courts: Pair, task: TaskRecord, wanted: SupplementRequestPayload = WANTED) -> TaskRecord:
    return await handling.request_supplement(courts.theirs.node, THEIR_CENTRE, task.id, task.version, wanted)


async def give_back(
    courts: Pair, task: TaskRecord, reason: ReturnReason = LATE, spoke: Communication | None = None
) -> TaskRecord:
    return await handling.return_task(
        courts.theirs.node, THEIR_CHIEF, task.id, task.version, reason=reason, communication=spoke
    )


async def test_both_see_when_it_came_and_was_read(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await post(courts, HANDLER, task.id)
    posted = clock.now()
    clock.advance(timedelta(minutes=1))
    await courts.road.run()
    (theirs,) = await said(courts, SHEXIAN, task.id)
    assert (theirs.at, theirs.received_at, theirs.read_at) == (posted, clock.now(), None)

    clock.advance(timedelta(minutes=1))
    await read(courts, THEIR_OFFICER, task.id, [theirs.id])
    read_at = clock.now()
    clock.advance(timedelta(minutes=1))
    await courts.road.run()

    ours = next(one for one in await said(courts, KAIHUA, task.id) if one.kind == "NOTE")
    assert (ours.delivered_at, ours.read_at) == (posted + timedelta(minutes=1), read_at)


async def test_read_once_is_said_once(courts: Pair) -> None:
    task = await courts.in_progress()
    await post(courts, HANDLER, task.id)
    await courts.road.run()
    (note,) = await said(courts, SHEXIAN, task.id)

    for key in ("k-1", "k-1", "k-2"):
        await read(courts, THEIR_OFFICER, task.id, [note.id], key)

    assert len(await said(courts, SHEXIAN, task.id)) == 2


async def test_same_key_says_it_once(courts: Pair) -> None:
    task = await courts.in_progress()

    for _ in range(2):
        await post(courts, HANDLER, task.id, key="k-1")

    assert len(await said(courts, KAIHUA, task.id)) == 1
    await refused(
        courts, KAIHUA, IdempotencyKeyReused, lambda: post(courts, HANDLER, task.id, NewNote("别的"), key="k-1")
    )


@pytest.mark.parametrize(
    ("caller", "error"),
    [
        (who(KAIHUA, 2, Role.HANDLER), NotAssigned),
        (CENTRE, NotAssigned),
        (CHIEF, Forbidden),
        (THEIR_CENTRE, NotAssigned),
        (who(SHEXIAN, 9, Role.HANDLER), NotAssigned),
        (THEIR_CHIEF, Forbidden),
    ],
)
async def test_only_its_handlers_speak(courts: Pair, caller: Caller, error: type[RuleBroken]) -> None:
    task = await courts.in_progress()
    await post(courts, HANDLER if caller.court == SHEXIAN else THEIR_OFFICER, task.id)
    await courts.road.run()
    notes = [one.id for one in await said(courts, caller.court, task.id)]

    await refused(courts, caller.court, error, lambda: post(courts, caller, task.id))
    await refused(courts, caller.court, error, lambda: read(courts, caller, task.id, notes))


async def test_centre_speaks_while_nobody_has_it(courts: Pair) -> None:
    task = await courts.received()

    await post(courts, THEIR_CENTRE, task.id)
    await courts.road.run()

    assert len(await said(courts, KAIHUA, task.id)) == 1


@pytest.mark.parametrize(
    ("note", "part"),
    [
        (NewNote(" "), "text"),
        (NewNote("长" * 4001), "text"),
        (NewNote("", Communication(at=datetime(2025, 7, 14, 1, tzinfo=UTC), channel="PHONE")), "text"),
        (NewNote("又", Communication(at=datetime(2025, 7, 14, 1, tzinfo=UTC), channel="PHONE", note="何事")), "text"),
    ],
)
async def test_something_is_said(courts: Pair, note: NewNote, part: str) -> None:
    task = await courts.in_progress()

    broken = await refused(courts, KAIHUA, Malformed, lambda: post(courts, HANDLER, task.id, note))

    assert (broken.code, broken.part) == ("INVALID_TEXT", part)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ahead": timedelta(minutes=6)}, Malformed),
        ({"counterpart": "长" * 201}, Malformed),
        ({"channel": "PIGEON"}, ContentNotAccepted),
        ({"note": "\0"}, ContentNotAccepted),
    ],
)
async def test_call_took_place(courts: Pair, clock: SetClock, change: dict[str, Any], error: type[RuleBroken]) -> None:
    task = await courts.in_progress()
    at = clock.now() + change.pop("ahead", timedelta())
    call = Communication(**({"at": at, "channel": "PHONE", "note": "已告知"} | change))

    await refused(courts, KAIHUA, error, lambda: post(courts, HANDLER, task.id, NewNote("", call)))


async def test_only_the_others_notes_are_marked_read(courts: Pair) -> None:
    task = await courts.in_progress()
    await post(courts, HANDLER, task.id)
    (own,) = await said(courts, KAIHUA, task.id)

    await refused(courts, KAIHUA, NotFound, lambda: read(courts, HANDLER, task.id, [own.id]))
    await refused(courts, KAIHUA, NotFound, lambda: read(courts, HANDLER, task.id, [uuid4()]))
    await refused(courts, KAIHUA, Malformed, lambda: read(courts, HANDLER, task.id, []))
    await refused(courts, KAIHUA, NotFound, lambda: read(courts, HANDLER, uuid4(), [own.id]))


async def test_nothing_is_said_once_it_is_over_but_what_came_is_read(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress()
    await post(courts, HANDLER, task.id)
    await courts.road.run()
    await give_back(courts, task, ReturnReason.OUT_OF_SCOPE, Communication(at=clock.now(), channel="PHONE"))
    await courts.road.run()

    await refused(courts, SHEXIAN, TransitionNotAllowed, lambda: post(courts, THEIR_OFFICER, task.id))
    note = next(one for one in await said(courts, SHEXIAN, task.id) if one.author == KAIHUA)
    await read(courts, THEIR_OFFICER, task.id, [note.id])
    await courts.road.run()

    assert courts.road.refusals == []
    ours = next(one for one in await said(courts, KAIHUA, task.id) if one.id == note.id)
    assert ours.read_at == clock.now()


async def test_papers_are_asked_for_after_a_word(courts: Pair) -> None:
    task = await courts.received()
    await refused(
        courts, SHEXIAN, CommunicationRequiredBeforeReturn, lambda: ask_papers(courts, task)
    )  # nobody has said a thing
    await post(courts, THEIR_CENTRE, task.id)
    await refused(
        courts, SHEXIAN, CommunicationRequiredBeforeReturn, lambda: ask_papers(courts, task)
    )  # and nobody has heard it yet
    await courts.road.run()

    asked = await ask_papers(courts, task)
    await courts.road.run()

    assert asked.status == (await courts.task(KAIHUA, task.id)).status == "SUPPLEMENT_REQUESTED"
    assert len(await said(courts, SHEXIAN, task.id)) == 1


async def test_others_note_is_a_word_too(courts: Pair) -> None:
    task = await courts.received()
    await post(courts, HANDLER, task.id)
    await courts.road.run()

    asked = await ask_papers(courts, task)

    assert asked.status == "SUPPLEMENT_REQUESTED"


async def test_note_that_went_before_the_task_came_is_none(courts: Pair, clock: SetClock) -> None:
    task = await courts.dispatched()
    await post(courts, HANDLER, task.id)
    clock.advance(timedelta(minutes=6))
    await courts.road.run()
    received = await courts.task(SHEXIAN, task.id)

    await refused(courts, SHEXIAN, CommunicationRequiredBeforeReturn, lambda: ask_papers(courts, received))


async def test_given_communication_becomes_the_record_of_a_call(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    spoke = Communication(at=clock.now(), channel="VIDEO", counterpart="王法官", note="缺裁定书")
    wanted = SupplementRequestPayload(papers=["RULING"], communication=spoke)

    await ask_papers(courts, task, wanted)
    await courts.road.run()

    for code in (KAIHUA, SHEXIAN):
        (record,) = await said(courts, code, task.id)
        assert (record.kind, record.author) == ("CALL_RECORD", SHEXIAN)
    assert courts.road.refusals == []


async def test_silence_for_three_days_to_the_day(courts: Pair, clock: SetClock) -> None:
    """SC-22: no return without a word; for papers only after three days of silence; the clock stands meanwhile."""
    task = await courts.in_progress()
    assert (task.due_on, task.answer_due_on) == (date(2025, 7, 24), date(2025, 7, 24))
    out = ReturnReason.OUT_OF_SCOPE
    await refused(courts, SHEXIAN, CommunicationRequiredBeforeReturn, lambda: give_back(courts, task, out))
    await post(courts, THEIR_OFFICER, task.id, NewNote("裁定书不清晰，请补正。"))
    await courts.road.run()
    asked = await ask_papers(courts, task)
    await courts.road.run()
    assert asked.due_on == date(2025, 7, 17)

    for days in (0, 2, 1):  # on the day, two days later, on the third day: the term is not over
        clock.advance(timedelta(days=days))
        await refused(courts, SHEXIAN, CommunicationRequiredBeforeReturn, lambda: give_back(courts, asked))
    clock.advance(timedelta(days=1))
    returned = await give_back(courts, asked)
    await courts.road.run()

    assert (await courts.task(KAIHUA, task.id)).status == returned.status == "RETURNED"
    assert courts.road.refusals == []


async def test_papers_that_came_late_go_on_with_what_was_left(courts: Pair, clock: SetClock) -> None:
    task = await courts.received()
    assert task.due_on == date(2025, 7, 15)
    await post(courts, HANDLER, task.id)
    await courts.road.run()
    asked = await ask_papers(courts, task)
    await courts.road.run()
    clock.advance(timedelta(days=4))  # a Friday, a day after the last one
    ours = await courts.task(KAIHUA, task.id)

    await requests.supplement(courts.ours.node, HANDLER, ours.id, ours.version, more())
    await courts.road.run()

    own, other = await courts.both(task.id)
    assert asked.due_on == date(2025, 7, 17)
    assert (own.status, own.due_on, own.due_at) == (other.status, other.due_on, other.due_at)
    assert (own.status, own.due_on, own.answer_due_on) == ("RECEIVED", date(2025, 7, 21), date(2025, 7, 28))


def more() -> SupplementPayload:
    return SupplementPayload(documents=list(papers(DelegatedMatterType.INVESTIGATE_ASSETS)))


async def test_unread_refusal_is_no_word(courts: Pair) -> None:
    task = await courts.received()
    await post(courts, THEIR_CENTRE, task.id)
    (row,) = await courts.road.queued(SHEXIAN)
    await courts.road.close(SHEXIAN, row, "REFUSED", "UNKNOWN_STATEMENT")

    await refused(courts, SHEXIAN, CommunicationRequiredBeforeReturn, lambda: ask_papers(courts, task))
