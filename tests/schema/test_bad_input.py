"""Each refusal code of searches, tasks, measures, money and transfers, by bad input through the node's GraphQL."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from db.clock import SetClock
from tests.conftest import REFERENCE
from tests.schema.bad_input import Bad, refused
from tests.schema.bad_input_assets import MEASURES, SEARCHES
from tests.schema.bad_input_money import CASES, MONEY
from tests.schema.bad_input_stage import Stage
from tests.schema.bad_input_stage import stage as set_up
from tests.schema.bad_input_tasks import TASKS

pytestmark = pytest.mark.anyio
EVERY = [*TASKS, *SEARCHES, *MEASURES, *MONEY, *CASES]


@pytest.fixture(scope="module")
async def stage(module_database: Callable[..., Awaitable[str]]) -> AsyncIterator[Stage]:
    async with set_up(module_database, SetClock(REFERENCE)) as made:
        yield made


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: f"{bad.code}-{bad.act}")
async def test_bad_input_is_refused(stage: Stage, bad: Bad) -> None:
    arrange, undo = bad.while_ or ("SELECT 1", "SELECT 1")
    for node in stage.nodes:
        await node.pool.execute(arrange)
    try:
        told = await refused(stage, bad)
    finally:
        for node in stage.nodes:
            await node.pool.execute(undo)

    assert told.get("part") == bad.part
    assert bad.carries.items() <= told.items()
