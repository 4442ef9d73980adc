"""What accepted messages make of a track: the order law, and whose word counts."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import tracks
from db.clock import SetClock
from db.pool import Pool
from db.records.tracks import TrackEventRecord, TrackRecord
from enforcement.rules import statements
from federation.wire.header import Header, Track
from tests.enforcement.desk_zone import STORY, TASK, header, tell, tell_story
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

ALL = range(1, len(STORY) + 1)
SHARED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
START = datetime.fromisoformat("2025-07-14T09:00:00+08:00")


def _request(seq: int, event: str, status: str) -> Header:
    """What the delegating court asks for while the other one acts; it may bear the name of an event of the log."""
    base = header(1, START)
    told = Track(
        task=TASK,
        seq=seq,
        event=event,
        status=status,
        holder=SHEXIAN,
        due_on=None,
        urgent=False,
        matter="INVESTIGATE_ASSETS",
    )
    return Header(**{**{f: getattr(base, f) for f in base.__struct_fields__}, "id": HEADERS[0].id, "track": told})


HEADERS = [header(number, START) for number in ALL]
REISSUED = header(6, START + timedelta(hours=1))  # the same event again, in a new message
MESSAGES = [
    *HEADERS,
    REISSUED,
    _request(4, "WITHDRAW_REQUESTED", "IN_PROGRESS"),
    _request(5, statements.TOLD, "IN_PROGRESS"),
]


async def _told(pool: Pool, told: list[Header]) -> tuple[TrackRecord | None, list[TrackEventRecord]]:
    async with pool.acquire() as conn:
        await conn.execute("TRUNCATE tracks, track_events, track_changes, track_feeds, urges, supervisions CASCADE")
    for message in told:
        await tell(pool, message, START)
    async with pool.acquire() as conn:
        record = await tracks.find(conn, TASK)
        return record, (await tracks.events(conn, [TASK]))[TASK]


def _plain(record: TrackRecord | None) -> tuple[object, ...]:
    assert record is not None
    return (record.courts, record.delegating_court, record.status, record.holder, record.due_on, record.seq)


@SHARED
@given(order=st.permutations(range(len(MESSAGES))), again=st.lists(st.integers(0, len(MESSAGES) - 1), max_size=6))
async def test_any_order_gives_one_track(gateway_pool: Pool, order: list[int], again: list[int]) -> None:
    in_order, events_in_order = await _told(gateway_pool, MESSAGES)

    shuffled, events = await _told(gateway_pool, [MESSAGES[i] for i in [*order, *again]])

    assert _plain(shuffled) == _plain(in_order)
    assert events == events_in_order
    assert len(events) == len(MESSAGES) - 1  # the reissued event stands once


async def test_late_receipts_never_move_a_track_back(gateway_pool: Pool, clock: SetClock) -> None:
    for number in (1, 4, 2, 3):
        await tell(gateway_pool, header(number, clock.now()), clock.now())

    async with gateway_pool.acquire() as conn:
        record = await tracks.find(conn, TASK)
        events = await tracks.events(conn, [TASK])
    assert record is not None
    assert (record.seq, record.status, record.holder) == (4, "IN_PROGRESS", SHEXIAN)
    assert [event.seq for event in events[TASK]] == [1, 2, 3, 4]


async def test_ended_tasks_have_no_holder(gateway_pool: Pool, clock: SetClock) -> None:
    await tell_story(gateway_pool, clock.now(), upto=len(STORY))

    async with gateway_pool.acquire() as conn:
        record = await tracks.find(conn, TASK)
    assert record is not None
    assert (record.status, record.holder, record.due_on) == ("COMPLETED", None, None)
    assert (record.delegating_court, record.entrusted_court) == (KAIHUA, SHEXIAN)


async def test_repeated_receipts_change_nothing(gateway_pool: Pool, clock: SetClock) -> None:
    told = header(1, clock.now())
    await tell(gateway_pool, told, clock.now())

    await tell(gateway_pool, told, clock.now() + timedelta(hours=1))

    async with gateway_pool.acquire() as conn:
        record = await tracks.find(conn, TASK)
    assert record is not None
    assert (record.version, record.changed_at) == (1, clock.now())


async def test_other_courts_cannot_touch_a_track(gateway_pool: Pool, clock: SetClock) -> None:
    await tell_story(gateway_pool, clock.now(), upto=2)
    forged = header(3, clock.now(), sender=CHANGSHAN, to=SHEXIAN)

    await tell(gateway_pool, forged, clock.now())

    async with gateway_pool.acquire() as conn:
        record = await tracks.find(conn, TASK)
        events = await tracks.events(conn, [TASK])
    assert record is not None
    assert record.seq == 2
    assert record.courts == {KAIHUA, SHEXIAN}
    assert len(events[TASK]) == 2


async def test_messages_without_a_track_leave_nothing(gateway_pool: Pool, clock: SetClock) -> None:
    await tell(gateway_pool, header(1, clock.now(), track=None), clock.now())

    async with gateway_pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM tracks") == 0
        assert await conn.fetchval("SELECT count(*) FROM track_events") == 0


async def test_pages_walk_every_track_once(gateway_pool: Pool, clock: SetClock) -> None:
    made = [uuid4() for _ in range(7)]
    for index, task in enumerate(made):
        await tell(gateway_pool, header(1, clock.now(), task=task), clock.now() + timedelta(seconds=index // 2))

    seen, after = [], None
    async with gateway_pool.acquire() as conn:
        while rows := await tracks.page(conn, SHEXIAN, status=None, after=after, limit=2):
            seen += [row.id for row in rows]
            after = (rows[-1].recorded_at, rows[-1].id)

    assert sorted(seen) == sorted(made)


async def test_pages_read_only_what_they_show(gateway_pool: Pool, clock: SetClock) -> None:
    async with gateway_pool.acquire() as conn:
        await conn.execute(
            """INSERT INTO tracks
               SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN '浙0824' ELSE '浙0822' END, '皖1021', 'SEAL',
               'RECEIVED', '皖1021', NULL, false, 1, $1::timestamptz + n * interval '1 s', $1, 1
                 FROM generate_series(1, 5000) n""",
            clock.now(),
        )
        await conn.execute("ANALYZE tracks")

        plan = await conn.fetch(f"EXPLAIN {tracks._PAGE}", KAIHUA, None, None, None, 21, [])

    text = "\n".join(row[0] for row in plan)
    assert "tracks_by_delegating" in text
    assert "Seq Scan" not in text


async def test_sending_papers_is_no_event_of_the_log(gateway_pool: Pool, clock: SetClock) -> None:
    sent = _request(9, "SUPPLEMENT_SENT", "SUPPLEMENT_REQUESTED")

    record, events = await _told(gateway_pool, [sent, *HEADERS[:4]])

    assert record is not None
    assert (record.delegating_court, record.status, record.seq) == (KAIHUA, "IN_PROGRESS", 4)
    assert [event.is_of_log for event in events] == [True, True, True, True, False]
