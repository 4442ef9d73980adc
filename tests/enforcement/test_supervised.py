"""A court's node hears from the gateway which of its tasks are supervised, marks them, and clears the marks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from starlette.applications import Starlette

from api.marks_endpoint import marks_route
from db import tracks
from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool, transaction
from db.records.framework import SupervisionGround
from db.supervisions import TABLE
from enforcement import marks_content
from enforcement.desk import escalating
from enforcement.desk.gateway import GatewayDesk
from enforcement.marks_content import SupervisionMark
from enforcement.tasks import supervised
from federation.clear import marks
from federation.clear.marks import Marks
from federation.clear.passing import NoAnswer, ZoneClient
from federation.wire.errors import WireError
from federation.wire.signing import generate_signing
from tests.api.graphql.server import served
from tests.enforcement.desk_zone import open_desk, tell
from tests.enforcement.framework_desk import HUANGSHAN, members
from tests.enforcement.task_zone import NewDatabase, Pair, TaskZone, header_of, pair
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


class Told:
    """Two courts and the gateway that stands between them."""

    def __init__(self, courts: Pair, desk: GatewayDesk, address: str, session: aiohttp.ClientSession) -> None:
        self.courts, self.desk = courts, desk
        self.zone = ZoneClient(session, f"http://{address}")

    async def follow(self, court: str) -> None:
        node = self.courts.road.courts[court]
        await supervised.follow(replace(node, zone=self.zone))

    async def overlays(self, court: str, task_id: UUID) -> list[tuple[str, str, bool]]:
        """Kind, ground and whether it stands, of each mark."""
        sql = "SELECT kind, code, cleared_at FROM task_overlays WHERE task_id = $1 ORDER BY at"
        async with self.courts.road.courts[court].pool.acquire() as conn:
            return [(row[0], row[1], row[2] is None) for row in await conn.fetch(sql, task_id)]

    async def supervise(self, task_id: UUID, superior: str = HUANGSHAN) -> UUID:
        """A supervision of 歙县, as its superior raises it."""
        async with transaction(self.desk.pool) as conn:
            track = await tracks.lock(conn, task_id)
            assert track is not None
            record = escalating.record_of(
                self.desk, track, SupervisionGround.NOT_BEGUN, superior, SHEXIAN, self.desk.clock.now()
            )
            await TABLE.add(conn, record)
        return record.id

    async def change(self, sql: str, *values: Any) -> None:
        async with self.desk.pool.acquire() as conn:
            await conn.execute(sql, *values)


@asynccontextmanager
async def opened(new_database: NewDatabase, gateway_pool: Pool, clock: SetClock) -> AsyncIterator[Told]:
    zone = TaskZone()
    async with (
        pair(new_database, clock, zone) as courts,
        open_desk(gateway_pool, clock, zone, **members()) as desk,
        served(Starlette(routes=[marks_route(desk)])) as address,
        aiohttp.ClientSession() as session,
    ):
        yield Told(courts, desk, address, session)


@pytest.fixture
async def told(new_database: NewDatabase, gateway_pool: Pool, clock: SetClock) -> AsyncIterator[Told]:
    async with opened(new_database, gateway_pool, clock) as zone:
        yield zone


async def known_task(told: Told) -> UUID:
    """A task that both courts and the gateway know."""
    task = await told.courts.dispatched()
    (row,) = await told.courts.road.queued(KAIHUA)
    await told.courts.road.run()
    await tell(told.desk.pool, header_of(told.courts.ours.node, row), told.desk.clock.now())
    return task.id


async def test_both_courts_mark_what_is_supervised(told: Told) -> None:
    task_id = await known_task(told)
    before = await told.courts.both(task_id)
    await told.supervise(task_id)

    for court in (KAIHUA, SHEXIAN, SHEXIAN):  # hearing it again changes nothing
        await told.follow(court)

    for court in (KAIHUA, SHEXIAN):
        assert await told.overlays(court, task_id) == [("SUPERVISED", "NOT_BEGUN", True)]
    assert await told.courts.both(task_id) == before  # no version moves, so nobody's act becomes stale


async def test_answer_clears_the_mark_at_both_courts(told: Told) -> None:
    task_id = await known_task(told)
    first = await told.supervise(task_id)
    second = await told.supervise(task_id, "皖")
    answered = "UPDATE supervisions SET answer = 'IN_HAND', answered_on = '2025-07-14' WHERE id = $1"
    closed = "UPDATE supervisions SET outcome = 'SETTLED', closed_on = '2025-07-14' WHERE id = $1"
    for court in (KAIHUA, SHEXIAN):
        await told.follow(court)

    await told.change(answered, first)
    await told.follow(SHEXIAN)
    one_left = await told.overlays(SHEXIAN, task_id)
    await told.change(closed, second)
    for court in (KAIHUA, SHEXIAN):
        await told.follow(court)

    assert [stands for _, _, stands in one_left] == [True]  # both were raised in one instant: one mark
    for court in (KAIHUA, SHEXIAN):
        assert [stands for _, _, stands in await told.overlays(court, task_id)] == [False]


async def test_third_court_hears_nothing(told: Told) -> None:
    task_id = await known_task(told)
    await told.supervise(task_id)
    keys = told.courts.zone.keys[CHANGSHAN]
    raw = marks.write_request(told.desk.clock, court=CHANGSHAN, directory=1, signer=keys.signing)

    answer = marks.open_answer(told.desk.directory, await marks.fetch(told.zone, raw), request=raw)

    assert (marks_content.read(answer.content), answer.is_whole) == ([], True)


async def refusal(told: Told, raw: bytes) -> str | None:
    with pytest.raises(NoAnswer) as refused:
        await marks.fetch(told.zone, raw)
    return refused.value.code


async def test_who_cannot_prove_its_court_is_refused(told: Told, clock: SetClock) -> None:
    keys = told.courts.zone.keys[SHEXIAN]
    good = marks.write_request(clock, court=SHEXIAN, directory=1, signer=keys.signing)
    forged = marks.write_request(clock, court=SHEXIAN, directory=1, signer=generate_signing())
    ahead = marks.write_request(clock, court=SHEXIAN, directory=7, signer=keys.signing)

    assert await refusal(told, forged) in {"UNKNOWN_KEY", "BAD_SIGNATURE"}
    assert await refusal(told, ahead) == "UNKNOWN_DIRECTORY_VERSION"
    assert await refusal(told, b"nothing") == "MALFORMED"
    assert await refusal(told, bytes(marks.MAX_REQUEST + 1)) == "TOO_LARGE"
    clock.advance(timedelta(minutes=6))
    assert await refusal(told, good) == "STALE"
    async with told.desk.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM refused_envelopes") == 4


async def test_forged_answer_marks_nothing(told: Told) -> None:
    """The road to the gateway answers with what another key signed, or with the answer to another request."""
    task_id = await known_task(told)
    await told.supervise(task_id)
    node = told.courts.theirs.node
    raw = marks.write_request(node.clock, court=SHEXIAN, directory=1, signer=node.signer)
    genuine = await marks.fetch(told.zone, raw)
    other = marks.write_request(node.clock, court=SHEXIAN, directory=1, signer=node.signer)
    forged = marks.write_answer(
        Marks(b"", is_whole=True), request=raw, clock=node.clock, directory=1, signer=node.signer
    )

    with pytest.raises(marks.Malformed):
        marks.open_answer(node.directory, genuine, request=other)
    with pytest.raises(WireError):
        marks.open_answer(node.directory, forged, request=raw)
    assert await told.overlays(SHEXIAN, task_id) == []


def mark(task_id: UUID, clock: SetClock) -> SupervisionMark:
    return SupervisionMark(
        id=new_id(clock.now()),
        task=task_id,
        ground="A_GROUND_OF_LATER",
        origin="OFFICER",
        raised_by=HUANGSHAN,
        court=SHEXIAN,
        respond_by=date(2025, 7, 20),
        at=clock.now(),
    )


async def test_answer_that_is_not_whole_clears_nothing(told: Told, clock: SetClock) -> None:
    task_id = await known_task(told)
    node = told.courts.theirs.node
    unknown = mark(uuid4(), clock)
    await supervised.take(node, Marks(marks_content.write([mark(task_id, clock), unknown], clock.now()), is_whole=True))

    await supervised.take(node, Marks(marks_content.write([], clock.now()), is_whole=False))
    kept = await told.overlays(SHEXIAN, task_id)
    await supervised.take(node, Marks(b"[]", is_whole=True))
    after_nonsense = await told.overlays(SHEXIAN, task_id)
    await supervised.take(node, Marks(marks_content.write([], clock.now()), is_whole=True))

    assert kept == after_nonsense == [("SUPERVISED", "A_GROUND_OF_LATER", True)]
    assert [stands for _, _, stands in await told.overlays(SHEXIAN, task_id)] == [False]
