from datetime import timedelta
from uuid import uuid4

import pytest

from db import access_log, answers, cases, lookups, measures
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


async def plan_of(pool: Pool, statement: str, kinds: str, given: str) -> str:
    """How the statement runs, whatever it is given, when no table scan is allowed."""
    async with transaction(pool) as conn:
        await conn.execute("SET LOCAL enable_seqscan = off")
        await conn.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await conn.execute(f"PREPARE hot ({kinds}) AS {statement}")
        found = await conn.fetch(f"EXPLAIN EXECUTE hot ({given})")
        await conn.execute("DEALLOCATE hot")
    return "\n".join(row[0] for row in found)


async def test_grounds_and_rows_of_a_look_up_go_by_indexes(node_pool: Pool) -> None:
    grounds = await plan_of(
        node_pool, lookups._GROUNDS, "text, timestamptz, text, text, bytea", "NULL, NULL, NULL, NULL, NULL"
    )
    of_debtor = await plan_of(node_pool, cases._OF_IDENTIFIED, "bytea, text, int", "NULL, NULL, 100")

    assert "Seq Scan" not in grounds + of_debtor
    assert all(index in grounds for index in ("lookups_officer", "cases_number_key", "parties_identifier_key"))
    assert all(index in of_debtor for index in ("parties_identifier_key", "case_parties_party", "cases_pkey"))


async def test_control_of_a_debtors_assets_goes_by_indexes(node_pool: Pool) -> None:
    plan = await plan_of(node_pool, measures._CONTROL, "uuid, text, int", "NULL, NULL, 200")

    assert "Seq Scan" not in plan
    assert "assets_owner" in plan
    assert "measures_asset" in plan
