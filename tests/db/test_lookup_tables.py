from datetime import timedelta
from uuid import uuid4

import pytest

from db import access_log, answers, lookups
from db.clock import SetClock
from db.pool import Pool, transaction
from db.records.lookups import AccessRecord, StoredAnswer

pytestmark = pytest.mark.anyio


async def test_purge_drops_old_answers_only(node_pool: Pool, clock: SetClock) -> None:
    old, new = uuid4(), uuid4()
    async with transaction(node_pool) as conn:
        await answers.add(conn, "浙0824", old, StoredAnswer("d", b"a"), clock.now() - timedelta(hours=1))
        await answers.add(conn, "浙0824", new, StoredAnswer("d", b"a"), clock.now())

        await answers.purge(conn, clock.now() - timedelta(minutes=30))

        assert await answers.find(conn, "浙0824", old) is None
        assert await answers.find(conn, "浙0824", new) == StoredAnswer("d", b"a")


async def test_same_ask_and_outcome_is_one_row(node_pool: Pool, clock: SetClock) -> None:
    entry = AccessRecord(clock.now(), "浙0824", uuid4(), "d", "STALE")
    async with transaction(node_pool) as conn:
        await access_log.add(conn, entry)
        await access_log.add(conn, entry)

        ((_, kept),) = await access_log.page(conn, court=None, after=None, limit=2)
        assert kept == entry


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (lookups._COUNT, "lookups_officer"),
        (access_log._COUNT_OFFICER, "access_log_officer"),
        (access_log._COUNT_COURT, "Index Cond: ((asking_court"),
        (answers._FIND, "answers_pkey"),
    ],
)
async def test_hot_queries_use_their_index(node_pool: Pool, clock: SetClock, statement: str, index: str) -> None:
    given = {
        lookups._COUNT: ("o-330824-01", clock.now(), "X"),
        access_log._COUNT_OFFICER: ("浙0824", "o-330824-01", clock.now(), ["X"]),
        access_log._COUNT_COURT: ("浙0824", clock.now(), ["X"]),
        answers._FIND: ("浙0824", uuid4()),
    }[statement]
    async with transaction(node_pool) as conn:
        await conn.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in await conn.fetch("EXPLAIN " + statement, *given))

    assert index in plan
