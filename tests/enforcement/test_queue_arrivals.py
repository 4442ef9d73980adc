"""What a registry did is heard in any order: the queue that it ends in is the same, to the instant."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest

from db import measure_queue, notices
from db.clock import SHANGHAI, SetClock
from db.pool import Conn, open_pool, transaction
from db.records.assets import MeasureStatus as S
from db.records.measure_life import NoticeAct
from db.records.searches import NoticeRecord, NoticeStatus
from enforcement import measure_queues, receipts, registrations
from enforcement.channels import NoticeRequest
from enforcement.measure_queues import Cause
from enforcement.payloads import AssistanceReceiptPayload
from enforcement.rules.measure_queue import Renewal
from tests.enforcement import registry_zone as rz
from tests.federation.zone import Zone

pytestmark = pytest.mark.anyio

A = NoticeAct
START = datetime(2025, 7, 14, 9, tzinfo=SHANGHAI)
LATER = START + timedelta(days=90)


class Fact(NamedTuple):
    """The registry did `act` for the measure of `court`, `days` after the start; `rank` of a registration."""

    act: NoticeAct
    court: str
    days: int
    rank: int = 1


FIRST, SECOND, THIRD = "浙0127", "赣1130", "皖1022"
WAITED: Sequence[Fact] = (Fact(A.CONTROL, FIRST, 0), Fact(A.CONTROL, SECOND, 1, 2))
STORIES: dict[str, tuple[tuple[Fact, ...], list[tuple[str, S, int | None]]]] = {
    "sold": (
        (*WAITED, Fact(A.TRANSFER, FIRST, 5), Fact(A.CONTROL, THIRD, 6)),
        [(FIRST, S.EXTINGUISHED, None), (SECOND, S.EXTINGUISHED, None), (THIRD, S.EFFECTIVE, 1)],
    ),
    "sold by a court of which nothing is known here": (
        (*WAITED, Fact(A.TRANSFER, THIRD, 5)),
        [(FIRST, S.EXTINGUISHED, None), (SECOND, S.EXTINGUISHED, None)],
    ),
    "lifted, then sold": (
        (*WAITED, Fact(A.LIFT, SECOND, 4), Fact(A.TRANSFER, FIRST, 5)),
        [(FIRST, S.EXTINGUISHED, None), (SECOND, S.LIFTED, None)],
    ),
    "lifted twice": (
        (*WAITED, Fact(A.LIFT, FIRST, 7), Fact(A.LIFT, FIRST, 8)),
        [(FIRST, S.LIFTED, None), (SECOND, S.EFFECTIVE, 1)],
    ),
    "renewed": (
        (*WAITED, Fact(A.RENEW, FIRST, 3)),
        [(FIRST, S.RENEWED, 1), (SECOND, S.WAITING, 2)],
    ),
    "registered twice": (
        (*WAITED, Fact(A.CONTROL, SECOND, 2, 3), Fact(A.LIFT, FIRST, 3)),
        [(FIRST, S.LIFTED, None), (SECOND, S.EFFECTIVE, 1)],
    ),
}


@pytest.fixture
async def away(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.shexian(Zone(), pool, clock)
    await pool.close()


class Told(NamedTuple):
    notice: NoticeRecord
    request: NoticeRequest
    receipt: AssistanceReceiptPayload


async def arranged(away: rz.Court, fact: Fact, number: int) -> Told:
    """The notice of a task, as it was served on the vehicle office, and what the office answers to it."""
    measure, ruling = UUID(int=ord(fact.court[-1])), f"（2025）{fact.court}执1号之一"
    what = msgspec.structs.replace(rz.seizure(measure, ruling_no=ruling), matter="SEIZE_VEHICLE")
    task = await rz.add_task(away, what, delegating_court=fact.court)
    assert what.asset is not None
    request = NoticeRequest(
        id=UUID(int=100 + number),
        court=fact.court,
        served_by=away.node.code,
        case_number=f"（2025）{fact.court}执1号",
        ruling_no=ruling,
        measure_kind="SEIZE",
        asset_kind="VEHICLE",
        identity=what.asset.identity,
        term_years=1,
        act=fact.act,
    )
    notice = NoticeRecord(
        id=request.id,
        measure_id=None,
        task_id=task.id,
        unit_id=rz.CARS.format("341021"),
        unit_name="车辆管理所",
        request=away.node.at_rest.encrypt(msgspec.json.encode(request), context=notices.REQUEST),
        served_by="o-341021-01",
        served_at=START,
        status=NoticeStatus.SERVED,
        attempts=1,
        next_attempt_at=None,
        reason=None,
        act=fact.act,
    )
    receipt = AssistanceReceiptPayload(
        id=UUID(int=200 + number),
        notice_id=notice.id,
        measure_id=measure,
        unit_id=notice.unit_id,
        unit_name=notice.unit_name,
        result="REGISTERED",
        receipt_no=f"样{number}",
        rank=fact.rank,
        registered_at=(START + timedelta(days=fact.days)).astimezone(UTC),
        ruling_no=ruling,
        reason=None,
    )
    await away.act(lambda conn: notices.insert(conn, notice))
    return Told(notice, request, receipt)


async def hear(away: rz.Court, conn: Conn, told: Told) -> None:
    task_id, now = told.notice.task_id, away.node.clock.now()
    assert await receipts.keep(away.node, conn, told.receipt, obtained_by=away.node.code, task_id=task_id, now=now)
    await registrations.take(away.node, conn, told.notice, told.request, told.receipt, now=now)


Seen = list[tuple[str, S, int | None, datetime | None, date | None]]


async def heard(away: rz.Court, order: Sequence[Told]) -> Seen:
    """The queue after all was heard in that order; nothing of it stays."""
    async with away.node.pool.acquire() as conn:
        attempt = conn.transaction()
        await attempt.start()
        for told in order:
            await hear(away, conn, told)
        keys = [row["asset_key"] for row in await conn.fetch("SELECT asset_key FROM asset_queues")]
        entries = await measure_queue.of_assets(conn, keys)
        await attempt.rollback()
    return [(one.ordering_court, one.status, one.rank, one.effective_at, one.expires_on) for one in entries]


@pytest.mark.parametrize("story", STORIES)
async def test_every_order_of_arrival_ends_in_the_same_queue(away: rz.Court, clock: SetClock, story: str) -> None:
    facts, expected = STORIES[story]
    told = [await arranged(away, fact, number) for number, fact in enumerate(facts)]
    clock.set(LATER)

    in_order = await heard(away, told)

    assert [(court, status, rank) for court, status, rank, _, _ in in_order] == expected
    for order in permutations(told):
        assert await heard(away, order) == in_order


async def test_two_receipts_at_once_lose_nothing(away: rz.Court, clock: SetClock) -> None:
    """A renewal whose entry was read before another receipt of the same measure was committed keeps that one too."""
    facts = (WAITED[0], Fact(A.RENEW, FIRST, 3), Fact(A.RENEW, FIRST, 4))
    first, renewed, again = [await arranged(away, fact, number) for number, fact in enumerate(facts)]
    clock.set(LATER)
    await away.act(lambda conn: hear(away, conn, first))
    async with transaction(away.node.pool) as conn:
        stale = await registrations.find(away.node, conn, renewed.request, renewed.receipt)
    assert stale is not None
    await away.act(lambda conn: hear(away, conn, again))

    async with transaction(away.node.pool) as conn:
        renewal = Renewal(renewed.receipt.registered_at or LATER, 1)
        await measure_queues.renew(away.node, conn, stale, renewal, Cause(stale.id))
        (entry,) = await measure_queue.of_assets(conn, [stale.asset_key])

    assert sorted(entry.renewed_at) == [START + timedelta(days=3), START + timedelta(days=4)]
    assert entry.expires_on == date(2028, 7, 14)
