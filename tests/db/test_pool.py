import pytest

from db.pool import Pool

pytestmark = pytest.mark.anyio


async def test_a_transaction_left_open_is_rolled_back(node_pool: Pool) -> None:
    async with node_pool.acquire() as conn:
        await conn.execute("BEGIN")
        await conn.execute("CREATE TABLE left_behind ()")

    async with node_pool.acquire() as conn:
        assert not conn.is_in_transaction()
        assert await conn.fetchval("SELECT to_regclass('left_behind')") is None


async def test_giving_back_sends_nothing(node_pool: Pool) -> None:
    async with node_pool.acquire() as watcher:
        async with node_pool.acquire() as conn:
            used = await conn.fetchval("SELECT pg_backend_pid()")

        last = await watcher.fetchval("SELECT query FROM pg_stat_activity WHERE pid = $1", used)

    assert last == "SELECT pg_backend_pid()"
