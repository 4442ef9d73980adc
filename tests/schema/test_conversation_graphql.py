"""The conversation of a task's handlers through GraphQL: delivered, read, masked by office, problems as values."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.task_zone import HANDLER, THEIR_CENTRE, THEIR_OFFICER, NewDatabase, Pair, pair, who
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

STATEMENTS = """statements {
    id kind author refers receivedAt deliveredAt refusedCode readAt
    note { officer text } call { officer at channel counterpart text }
}"""
TASK = f"... on DelegatedTask {{ id version {STATEMENTS} }} ... on Problem {{ code }}"
READ = f"query Q($id: UUID!) {{ delegatedTask(id: $id) {{ {TASK} }} }}"
PAGE = """query Q($id: UUID!, $kinds: [TaskStatementKind!], $first: Int = 100, $before: UUID) {
  delegatedTask(id: $id) { ... on DelegatedTask {
    statements(kinds: $kinds, first: $first, before: $before) { id note { text } } } } }"""
PAGES = """query Q($first: Int = 100, $before: UUID) {
  delegatedTasks { ... on DelegatedTaskConnection { nodes {
    statements(first: $first, before: $before) { id } } } } }"""
POST = f"mutation M($input: PostTaskNoteInput!) {{ postTaskNote(input: $input) {{ {TASK} }} }}"
MARK = f"mutation M($input: ReadTaskNotesInput!) {{ readTaskNotes(input: $input) {{ {TASK} }} }}"


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def ask(court: CourtNode, caller: Caller, document: str, **variables: Any) -> Any:
    context = NodeContext(court=court, caller=caller, language="en")
    result = await SCHEMA.execute(document, variable_values=variables, context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    return next(iter(result.data.values()))


async def test_note_is_said_delivered_and_read(courts: Pair, clock: SetClock) -> None:
    ours, theirs, task = courts.ours.node, courts.theirs.node, await courts.in_progress()
    given = {"id": str(task.id), "idempotencyKey": "k-1", "text": "车在哪里？"}

    (queued,) = (await ask(ours, HANDLER, POST, input=given))["statements"]
    assert queued["note"] == {"officer": HANDLER.officer_id, "text": "车在哪里？"}
    assert (queued["author"], queued["deliveredAt"], queued["receivedAt"]) == (KAIHUA, None, None)
    clock.advance(timedelta(minutes=1))
    await courts.road.run()
    call = {"at": clock.now().isoformat(), "channel": "PHONE", "counterpart": "李法官", "note": "在修理厂"}
    answer = {"id": str(task.id), "idempotencyKey": "k-1", "call": call, "refers": queued["id"]}
    await ask(theirs, THEIR_OFFICER, POST, input=answer)
    read = {"id": str(task.id), "idempotencyKey": "k-2", "statements": [queued["id"]]}
    await ask(theirs, THEIR_OFFICER, MARK, input=read)
    await courts.road.run()

    found = {each["kind"]: each for each in (await ask(ours, HANDLER, READ, id=str(task.id)))["statements"]}
    assert set(found) == {"NOTE", "CALL_RECORD", "NOTES_READ"}
    assert found["NOTE"]["deliveredAt"] == found["NOTE"]["readAt"] == clock.now().isoformat()
    assert (found["CALL_RECORD"]["author"], found["CALL_RECORD"]["refers"]) == (SHEXIAN, queued["id"])
    assert found["CALL_RECORD"]["call"]["text"] == "在修理厂"
    assert found["CALL_RECORD"]["note"] is None


async def test_conversation_is_read_back_page_by_page(courts: Pair, clock: SetClock) -> None:
    ours, task = courts.ours.node, await courts.in_progress()
    for number in range(3):
        clock.advance(timedelta(minutes=1))
        said = {"id": str(task.id), "idempotencyKey": f"k-{number}", "text": f"第{number}条"}
        await ask(ours, HANDLER, POST, input=said)

    async def page(**asked: Any) -> list[Any]:
        task_id = str(task.id)
        return list((await ask(ours, HANDLER, PAGE, id=task_id, kinds=["NOTE"], first=2, **asked))["statements"])

    newest = await page()
    older = await page(before=newest[0]["id"])

    assert [each["note"]["text"] for each in (*older, *newest)] == ["第0条", "第1条", "第2条"]
    assert await ask(ours, HANDLER, PAGE, id=str(task.id), kinds=["COMPLAINED"]) == {"statements": []}


@pytest.mark.parametrize(
    ("asked", "refused"), [({"first": 101}, "Malformed"), ({"before": str(UUID(int=1))}, "NotFound")]
)
async def test_page_that_there_is_not_is_refused(courts: Pair, asked: dict[str, Any], refused: str) -> None:
    await courts.in_progress()
    context = NodeContext(court=courts.ours.node, caller=HANDLER, language="en")

    result = await SCHEMA.execute(PAGES, variable_values=asked, context_value=context)

    assert result.errors is not None
    assert {type(error.original_error).__name__ for error in result.errors} == {refused}


async def test_words_are_left_out_for_who_reads_no_identities(courts: Pair, clock: SetClock) -> None:
    ours, task = courts.ours.node, await courts.in_progress()
    call = {"at": clock.now().isoformat(), "channel": "PHONE", "counterpart": "李法官", "note": "在修理厂"}
    for key, said in (("k-1", {"text": "车在哪里？"}), ("k-2", {"call": call})):
        await ask(ours, HANDLER, POST, input={"id": str(task.id), "idempotencyKey": key, **said})

    clerk = who(KAIHUA, 3, Role.CLERK)
    found = {each["kind"]: each for each in (await ask(ours, clerk, READ, id=str(task.id)))["statements"]}

    assert found["NOTE"]["note"]["text"] == ""
    assert (found["CALL_RECORD"]["call"]["counterpart"], found["CALL_RECORD"]["call"]["text"]) == ("", "")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "INVALID_TEXT"),
        ({"text": "\0"}, "CONTENT_NOT_ACCEPTED"),
        ({"text": "好", "refers": "0198a000-0000-7000-8000-000000000000"}, "NOT_FOUND"),
        ({"text": "好", "idempotencyKey": " "}, "INVALID_KEY"),
        ({"text": "好", "id": "0198a000-0000-7000-8000-000000000000"}, "NOT_FOUND"),
    ],
)
async def test_what_is_refused_is_a_value(courts: Pair, said: dict[str, Any], code: str) -> None:
    task = await courts.in_progress()
    before = [await courts.ours.count(table) for table in ("task_statements", "outbox", "idempotency")]

    refused = await ask(courts.ours.node, HANDLER, POST, input={"id": str(task.id), "idempotencyKey": "k"} | said)

    assert refused == {"code": code}
    assert [await courts.ours.count(table) for table in ("task_statements", "outbox", "idempotency")] == before


async def test_papers_need_a_word_but_no_input(courts: Pair) -> None:
    theirs, task = courts.theirs.node, await courts.received()
    document = """
        mutation M($input: RequestSupplementInput!) {
          requestSupplement(input: $input) { ... on DelegatedTask { status } ... on Problem { code } }
        }
    """
    given = {"id": str(task.id), "version": task.version, "papers": ["RULING"]}

    refused = await ask(theirs, THEIR_CENTRE, document, input=given)
    await ask(theirs, THEIR_CENTRE, POST, input={"id": str(task.id), "idempotencyKey": "k-1", "text": "缺裁定书"})
    await courts.road.run()

    assert refused == {"code": "COMMUNICATION_REQUIRED_BEFORE_RETURN"}
    assert (await ask(theirs, THEIR_CENTRE, document, input=given)) == {"status": "SUPPLEMENT_REQUESTED"}
