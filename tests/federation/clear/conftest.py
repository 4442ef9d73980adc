from collections.abc import AsyncIterator

import pytest

from db.clock import SetClock
from db.pool import Pool
from federation.http_client.client import Implementation
from tests.federation.clear.courts import ClearZone, clear_zone


@pytest.fixture(params=Implementation)
async def courts(gateway_pool: Pool, clock: SetClock, request: pytest.FixtureRequest) -> AsyncIterator[ClearZone]:
    async with clear_zone(gateway_pool, clock, request.param) as made:
        yield made
