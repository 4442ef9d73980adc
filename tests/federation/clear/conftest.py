from collections.abc import AsyncIterator

import pytest

from db.clock import SetClock
from db.pool import Pool
from tests.federation.clear.courts import ClearZone, clear_zone


@pytest.fixture
async def courts(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[ClearZone]:
    async with clear_zone(gateway_pool, clock) as made:
        yield made
