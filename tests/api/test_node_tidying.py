"""What strangers can have written at a node's door does not stay for ever."""

from datetime import timedelta

import pytest

from api.node import tidy
from db import answers, refused_envelopes
from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool
from db.records.delivery import RefusedEnvelope
from db.records.lookups import StoredAnswer
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio


async def test_old_answers_and_refusals_go(node_pool: Pool, clock: SetClock) -> None:
    now = clock.now()
    async with node_pool.acquire() as conn:
        for days in (29, 31):
            at = now - timedelta(days=days)
            await refused_envelopes.note(conn, RefusedEnvelope(at, None, "MALFORMED", f"{days:064}", days))
        for minutes in (59, 61):
            at = now - timedelta(minutes=minutes)
            await answers.add(conn, KAIHUA, new_id(at), StoredAnswer("0" * 64, b"answer"), at)

    await tidy(node_pool, clock)

    async with node_pool.acquire() as conn:
        sizes = [row["size_bytes"] for row in await conn.fetch("SELECT size_bytes FROM refused_envelopes")]
        kept = await conn.fetchval("SELECT count(*) FROM answers")
    assert (sizes, kept) == ([29], 1)
