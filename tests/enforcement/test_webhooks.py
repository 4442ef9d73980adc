"""Webhooks: each event of the table once to who wants it, signed, tried again, given up; and never a word too much."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import anyio
import pytest

from api.webhooks import worker
from api.workers import working
from db import events
from db.clock import SetClock
from db.pool import transaction
from enforcement import happenings, webhooks
from enforcement.rules.webhooks import PAUSES
from enforcement.webhooks import Webhook
from tests.enforcement.task_zone import NewDatabase, Pair, pair
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

KEY = b"k" * 32
_MANY = 40
ALL = Webhook("desk", "https://desk.example/", KEY, ("*",))


@dataclass(slots=True)
class Endpoint:
    """Takes what it is told, or does not."""

    takes: bool = True
    told: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        self.told.append((headers, body))
        return self.takes

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.told]


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def happen(courts: Pair, topic: str, kind: str, ref: UUID | None = None) -> None:
    node = courts.ours.node
    async with transaction(node.pool) as conn:
        await events.add(conn, topic=topic, ref=ref or uuid4(), kind=kind, now=node.clock.now())


async def tell(courts: Pair, endpoint: Endpoint, *known: Webhook) -> int:
    return sum([await webhooks.tell(courts.ours.node, one, endpoint) for one in known or (ALL,)])


async def outcomes(courts: Pair) -> list[tuple[str, str | None, int]]:
    async with courts.ours.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT webhook, outcome, attempts FROM webhook_deliveries ORDER BY webhook, event")
    return [(row["webhook"], row["outcome"], row["attempts"]) for row in rows]


async def test_each_event_of_the_table_comes_once_and_names_nobody(courts: Pair) -> None:
    node, endpoint = courts.ours.node, Endpoint()
    await webhooks.know(node.pool, [ALL])
    for topic, found in happenings.HAPPENINGS.items():
        for kind in found.kinds:
            await happen(courts, topic, kind)

    while await tell(courts, endpoint):
        pass

    assert sorted(endpoint.types()) == happenings.types()
    for _, body in endpoint.told:
        told = json.loads(body)
        assert told.keys() == {"type", "timestamp", "data"}
        assert told["data"].keys() == {"court", "sequence", "object"}
        assert told["data"]["object"].keys() == {"type", "id"}
        assert UUID(told["data"]["object"]["id"])
        assert told["data"]["court"] == KAIHUA
    assert len({headers["webhook-id"] for headers, _ in endpoint.told}) == len(endpoint.told)


async def test_a_task_is_told_of_at_both_courts(courts: Pair) -> None:
    await webhooks.know(courts.ours.node.pool, [Webhook("desk", "https://desk.example/", KEY, ("task.*",))])
    await webhooks.know(courts.theirs.node.pool, [ALL])
    ours, theirs = Endpoint(), Endpoint()

    await courts.in_progress()
    while await tell(courts, ours):
        pass
    while await webhooks.tell(courts.theirs.node, ALL, theirs):
        pass

    log = ["task.dispatched", "task.received", "task.signed_for", "task.started"]
    assert set(log) <= set(ours.types())
    assert set(log) <= set(theirs.types())
    assert "task.submitted" not in theirs.types()  # internal to the other court
    assert {json.loads(body)["data"]["court"] for _, body in theirs.told} == {SHEXIAN}


async def test_the_signature_is_that_of_the_specification(courts: Pair) -> None:
    endpoint = Endpoint()
    await webhooks.know(courts.ours.node.pool, [ALL])
    await happen(courts, "task", "RECEIVED")
    await tell(courts, endpoint)

    ((headers, body),) = endpoint.told
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(courts.ours.node.clock.now().timestamp())


async def test_who_wants_one_topic_hears_of_no_other(courts: Pair) -> None:
    one = Webhook("one", "https://one.example/", KEY, ("task.received",))
    topic = Webhook("topic", "https://topic.example/", KEY, ("measure.*",))
    await webhooks.know(courts.ours.node.pool, [one, topic])
    for topic_name, kind in (("task", "RECEIVED"), ("task", "FED_BACK"), ("measure", "EFFECTIVE"), ("search", "DONE")):
        await happen(courts, topic_name, kind)

    await tell(courts, Endpoint(), one, topic)

    assert await outcomes(courts) == [("one", "DELIVERED", 1), ("topic", "DELIVERED", 1)]


async def test_an_event_that_did_not_happen_is_not_told(courts: Pair) -> None:
    node = courts.ours.node
    await webhooks.know(node.pool, [ALL])

    async def begun() -> None:
        async with transaction(node.pool) as conn:
            await events.add(conn, topic="task", ref=uuid4(), kind="RECEIVED", now=node.clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await begun()
    assert await tell(courts, Endpoint()) == 0


async def test_a_deaf_endpoint_is_tried_ten_times_with_the_same_words(courts: Pair, clock: SetClock) -> None:
    endpoint = Endpoint(takes=False)
    await webhooks.know(courts.ours.node.pool, [ALL])
    await happen(courts, "task", "RECEIVED")

    for pause in PAUSES:
        assert await tell(courts, endpoint) == 1
        assert await tell(courts, endpoint) == 0
        clock.advance(pause)
    assert await outcomes(courts) == [("desk", None, 9)]
    assert await tell(courts, endpoint) == 1

    assert await outcomes(courts) == [("desk", "GIVEN_UP", 10)]
    assert len({body for _, body in endpoint.told}) == 1
    assert len({headers["webhook-id"] for headers, _ in endpoint.told}) == 1
    clock.advance(timedelta(days=30))
    assert await tell(courts, endpoint) == 0


async def test_after_a_crash_in_the_middle_it_is_told_again(courts: Pair, clock: SetClock) -> None:
    async def crash(url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        raise OSError

    await webhooks.know(courts.ours.node.pool, [ALL])
    await happen(courts, "task", "RECEIVED")
    with pytest.raises(ExceptionGroup):
        await webhooks.tell(courts.ours.node, ALL, crash)

    endpoint = Endpoint()
    assert await tell(courts, endpoint) == 0
    clock.advance(timedelta(minutes=1))
    assert await tell(courts, endpoint) == 1
    assert await outcomes(courts) == [("desk", "DELIVERED", 2)]


async def test_one_deaf_endpoint_keeps_nothing_from_another(courts: Pair) -> None:
    """It holds every call of its own open; the other hears more than one turn of calls meanwhile."""
    deaf, heard, is_done = Webhook("deaf", "https://deaf.example/", KEY, ("*",)), 0, anyio.Event()

    async def call(url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        nonlocal heard
        if url == deaf.url:
            await anyio.sleep_forever()
        heard += 1
        if heard == _MANY:
            is_done.set()
        return True

    await webhooks.know(courts.ours.node.pool, [deaf, ALL])
    for _ in range(_MANY):
        await happen(courts, "task", "RECEIVED")
    with anyio.fail_after(10):
        async with working({"webhooks": worker(courts.ours.node, [deaf, ALL], call)}):
            await is_done.wait()

    assert heard == _MANY


async def test_who_left_the_file_is_told_no_more(courts: Pair) -> None:
    await webhooks.know(courts.ours.node.pool, [ALL])
    await happen(courts, "task", "RECEIVED")
    await webhooks.know(courts.ours.node.pool, [])

    assert await outcomes(courts) == []
    await happen(courts, "task", "FED_BACK")
    assert await outcomes(courts) == []


async def test_what_is_closed_is_forgotten_after_thirty_days(courts: Pair, clock: SetClock) -> None:
    await webhooks.know(courts.ours.node.pool, [ALL])
    await happen(courts, "task", "RECEIVED")
    await tell(courts, Endpoint())

    clock.advance(timedelta(days=30))
    await webhooks.tidy(courts.ours.node)
    assert len(await outcomes(courts)) == 1
    clock.advance(timedelta(seconds=1))
    await webhooks.tidy(courts.ours.node)
    assert await outcomes(courts) == []
