"""No loss and no duplicate, whatever sequence of lost, doubled and cut messages, restarts and lost databases."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.records.delivery import DeliveryState
from federation.delivery import sender
from federation.delivery.bell import Bell
from federation.delivery.mark import MarkFile
from federation.relay import queue
from tests.federation.delivery.road import GATEWAY_TABLES, NODE_TABLES, A, B, Road, pump

pytestmark = pytest.mark.anyio

FAULTS = st.lists(st.sampled_from(["request lost", "reply lost", "twice", "fine"]), max_size=4)
ACTS = st.sampled_from(
    [
        "A queues",
        "B queues",
        "A queues a refusal",
        "senders turn",
        "gateway turns",
        "answers are handed out",
        "gateway forgets",
        "A restarts",
        "B goes down",
        "B comes up",
        "gateway goes down",
        "gateway comes up",
        "time passes",
    ]
)
KEPT = ", directory_documents"
STORY = st.lists(st.tuples(ACTS, FAULTS), max_size=30)


class Story:
    """Plays one sequence and knows what was queued."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self.queued: dict[str, list[bytes]] = {A: [], B: []}
        self.refused = 0
        self.gateway_forgot = False

    async def queue(self, code: str, peer: str) -> None:
        payload = b"n:%d" % (len(self.queued[code]) + 1)
        self.queued[code].append(payload)
        await self.road.courts[code].enqueue(peer, payload)

    async def queue_refusal(self) -> None:
        self.refused += 1
        await self.road.a.enqueue(B, b"refuse:NO")

    async def senders_turn(self) -> None:
        await sender.offer_due(self.road.a.node)
        await sender.offer_due(self.road.b.node)

    async def gateway_forgets(self) -> None:
        self.gateway_forgot = True
        await self.road.relay.pool.execute("TRUNCATE carried_messages, carried_conflicts")

    async def set_down(self, name: str, *, down: bool) -> None:
        (self.road.wire.down.add if down else self.road.wire.down.discard)(self.road.urls[name])

    async def restart(self) -> None:
        self.road.change(A, mark=MarkFile(self.road.a.node.mark.folder), bell=Bell())

    async def pass_time(self) -> None:
        self.road.clock.advance(timedelta(minutes=3))

    async def play(self, act: str) -> None:
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "A queues": lambda: self.queue(A, B),
            "B queues": lambda: self.queue(B, A),
            "A queues a refusal": self.queue_refusal,
            "senders turn": self.senders_turn,
            "gateway turns": lambda: queue.deliver_due(self.road.relay),
            "answers are handed out": lambda: queue.push_due(self.road.relay),
            "gateway forgets": self.gateway_forgets,
            "A restarts": self.restart,
            "B goes down": lambda: self.set_down(B, down=True),
            "B comes up": lambda: self.set_down(B, down=False),
            "gateway goes down": lambda: self.set_down("gateway", down=True),
            "gateway comes up": lambda: self.set_down("gateway", down=False),
            "time passes": self.pass_time,
        }
        await acts[act]()


async def empty(road: Road) -> None:
    """As at the beginning, but for the directory and the lives."""
    for court in (road.a, road.b):
        await court.pool.execute(f"TRUNCATE {NODE_TABLES.replace('lives, resyncs, ', '').replace(KEPT, '')}")
    await road.relay.pool.execute(f"TRUNCATE {GATEWAY_TABLES.replace(KEPT, '')}")
    road.wire.down.clear()
    road.wire.faults.clear()
    road.accepted.clear()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STORY)
async def test_nothing_is_lost_or_doubled(road: Road, story: list[tuple[str, list[str]]]) -> None:
    await empty(road)
    road.relay = replace(road.relay, lease=timedelta(0))
    played = Story(road)

    for act, faults in story:
        road.wire.faults[:] = faults
        await played.play(act)
    road.wire.faults.clear()
    road.wire.down.clear()
    await pump(road, 4)

    heard_at_the_desk = [head.id for head in road.accepted]
    assert played.gateway_forgot or len(set(heard_at_the_desk)) == len(heard_at_the_desk)
    for code, peer in ((A, B), (B, A)):
        assert await road.courts[peer].applied() == played.queued[code]
        states = await road.courts[code].pool.fetch("SELECT state, count(*) FROM outbox GROUP BY 1")
        found = {row["state"]: row["count"] for row in states}
        assert found.get(DeliveryState.DELIVERED, 0) == len(played.queued[code])
        assert found.get(DeliveryState.REFUSED, 0) == (played.refused if code == A else 0)
        assert DeliveryState.QUEUED not in found
        assert len(await road.courts[code].heard()) == sum(found.values())
        assert await road.courts[peer].count("pair_gaps WHERE closed_at IS NULL") == 0
        assert await road.courts[peer].count("inbox_conflicts") == 0
