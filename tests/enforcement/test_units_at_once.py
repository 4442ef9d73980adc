"""Units of one search answer at the same instant: every answer is kept the first time."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest

from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import AssetKind
from db.records.searches import InquiryOutcome
from enforcement import searches, unit_worker
from enforcement.channels import Holding, NoticeAnswer, NoticeRequest, SearchAnswer, SearchRequest
from enforcement.searches import NewSearch
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
HOUSE = {"unit_no": "330824001001GB00001F00010001"}


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


class Together:
    """Two units that each have something, and say so once both were asked."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.asked = 0
        self.both = anyio.Event()

    async def search(self, unit_id: str, request: SearchRequest) -> SearchAnswer:
        self.asked += 1
        if self.asked % 2:
            self.both = anyio.Event()
            await self.both.wait()
        self.both.set()
        is_car = unit_id.endswith("vehicle")
        kind, identity = ("VEHICLE", {"plate": rz.PLATE, "vin": rz.VIN}) if is_car else ("REAL_ESTATE", HOUSE)
        held = Holding(kind=kind, identity=identity, division="330824", description="样例")
        return SearchAnswer(outcome="found", source="PROVINCIAL_NETWORK", as_of=self.clock.now(), holdings=[held])

    async def serve(self, unit_id: str, request: NoticeRequest) -> NoticeAnswer:
        raise AssertionError("no notice is served in these tests")


async def test_two_finds_at_one_instant_are_both_kept(home: rz.Court, clock: SetClock) -> None:
    """No answer waits for the lease to lapse because another one came at the same moment."""
    units = Together(clock)

    for turn in range(10):
        new = NewSearch(rz.NUMBER, None, None, (AssetKind.VEHICLE, AssetKind.REAL_ESTATE))
        search = await searches.request(home.node, rz.caller(KAIHUA), new, idempotency_key=f"k-{turn}")
        await unit_worker.run_once(home.node, units, lambda: 0.5)

        rows = await searches.inquiries(home.node, [search.id])
        assert [row.outcome for row in rows] == [InquiryOutcome.FOUND, InquiryOutcome.FOUND], turn
