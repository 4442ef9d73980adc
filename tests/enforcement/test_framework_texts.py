"""Minutes and answers stay at the court: kept once, encrypted at rest; the gateway gets a digest that tells nothing."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.framework_desk import TABLES, officer
from tests.enforcement.standards_zone import StandardsZone, standards_zone
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
WORDS = "樣本會議紀要：樣甲一案"
KEEP = """mutation ($input: KeepFrameworkTextInput!) { keepFrameworkText(input: $input) {
    ... on FrameworkText { recordId kind text digest officerId keptAt } ... on Problem { code } } }"""
READ = """query ($id: UUID!) { frameworkTexts(recordId: $id) {
    ... on FrameworkTexts { texts { kind text digest officerId } } ... on Problem { code } } }"""
MEETING: dict[str, Any] = {
    "heldOn": "2025-07-10",
    "courts": [KAIHUA, SHEXIAN],
    "agenda": [{"topic": "SUPERVISION"}],
}


@pytest.fixture
async def zone(new_database: NewDatabase, gateway_pool: Pool, clock: SetClock) -> AsyncIterator[StandardsZone]:
    async with standards_zone(new_database, gateway_pool, clock) as opened:
        yield opened


async def ask(zone: StandardsZone, document: str, caller: Caller | None, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(zone.nodes[KAIHUA], caller, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def keep(zone: StandardsZone, caller: Caller | None = None, **changes: Any) -> Any:
    given = {"recordId": str(uuid4()), "kind": "MINUTES", "text": WORDS, "idempotencyKey": uuid4().hex}
    return await ask(zone, KEEP, caller or officer(KAIHUA), input=given | changes)


async def rows(zone: StandardsZone) -> list[Any]:
    async with zone.nodes[KAIHUA].pool.acquire() as conn:
        return list(await conn.fetch("SELECT * FROM framework_texts"))


async def test_minutes_stay_at_the_court_and_their_digest_goes_to_the_gateway(zone: StandardsZone) -> None:
    meeting = await zone.door.do(officer(KAIHUA), "recordExchangeMeeting", "... on ExchangeMeeting { id }", **MEETING)
    kept = await keep(zone, recordId=meeting["id"])
    filed = await zone.door.do(
        officer(KAIHUA),
        "fileMeetingMinutes",
        "... on ExchangeMeeting { minutesDigest }",
        id=meeting["id"],
        digest=kept["digest"],
        version=1,
    )

    assert filed["minutesDigest"] == kept["digest"]
    assert (kept["text"], kept["officerId"]) == (WORDS, "o-330824-07")
    async with zone.door.desk.pool.acquire() as conn:
        for table in TABLES:
            for row in await conn.fetch(f"SELECT t::text AS line FROM {table} t"):
                assert "樣" not in row["line"]
    ((row),) = await rows(zone)
    assert WORDS.encode() not in row["text"]


async def test_same_words_have_another_digest(zone: StandardsZone) -> None:
    """Who guesses the words cannot tell by the digest: it is salted."""
    one, other = await keep(zone), await keep(zone)

    assert one["digest"] != other["digest"]
    assert len(one["digest"]) == 64


async def test_same_key_keeps_once(zone: StandardsZone) -> None:
    record = str(uuid4())
    first = await keep(zone, recordId=record, idempotencyKey="k")

    assert await keep(zone, recordId=record, idempotencyKey="k") == first
    other = await keep(zone, recordId=record, idempotencyKey="k", text="別的")
    assert (other["code"], len(await rows(zone))) == ("IDEMPOTENCY_KEY_REUSED", 1)


@pytest.mark.parametrize(
    ("role", "changes", "code"),
    [
        (Role.HANDLER, {}, "FORBIDDEN"),
        (Role.COMMAND_CENTRE, {"text": " "}, "INVALID_TEXT"),
        (Role.COMMAND_CENTRE, {"text": "字" * 20_001}, "INVALID_TEXT"),
        (Role.LIAISON_OFFICER, {"text": "a\0b"}, "INVALID_TEXT"),
        (Role.LIAISON_OFFICER, {"idempotencyKey": ""}, "INVALID_KEY"),
    ],
)
async def test_refused_text_is_not_kept(zone: StandardsZone, role: Role, changes: dict[str, Any], code: str) -> None:
    refused = await keep(zone, officer(KAIHUA, role), **changes)

    assert refused["code"] == code
    assert await rows(zone) == []


async def test_texts_are_read_by_those_who_read_the_records(zone: StandardsZone) -> None:
    kept = await keep(zone, kind="SUPERVISION_ANSWER")
    record = kept["recordId"]

    shown = {"kind": "SUPERVISION_ANSWER", "text": WORDS, "digest": kept["digest"], "officerId": "o-330824-07"}
    for role in (Role.COMMAND_CENTRE, Role.LIAISON_OFFICER, Role.PRESIDENT, Role.SUPERVISOR):
        assert (await ask(zone, READ, officer(KAIHUA, role), id=record))["texts"] == [shown]
    for role in (Role.HANDLER, Role.DEVELOPER):
        assert (await ask(zone, READ, officer(KAIHUA, role), id=record))["code"] == "FORBIDDEN"
    assert (await ask(zone, READ, officer(KAIHUA), id=str(uuid4())))["texts"] == []
