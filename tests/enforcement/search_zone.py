"""Three courts, of which 开化 has the other two search: 歙县 knows a car, 常山 nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import AssetKind
from enforcement import basis, searches, unit_worker
from enforcement.court_rows import CourtRows
from enforcement.payloads import FeedbackPayload
from enforcement.rules.feedback import FeedbackResult
from enforcement.rules.rights import Role
from enforcement.searches import NewSearch
from enforcement.tasks import handling
from tests.enforcement import registry_zone
from tests.enforcement.registry_zone import Books, Court, Units
from tests.enforcement.task_zone import NewDatabase, Road, TaskZone, who
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN


@dataclass(slots=True)
class Three:
    """The courts, the road between them and the units that answer."""

    courts: dict[str, Court]
    road: Road
    zone: TaskZone
    units: Units

    @property
    def ours(self) -> Court:
        return self.courts[KAIHUA]

    async def publish(self, version: int, **changes: object) -> None:
        """A new version of the directory, at every court."""
        for court in self.courts.values():
            async with court.node.pool.acquire() as conn:
                await court.node.directory.accept(conn, self.zone.signed(version, **changes), court.node.clock.now())

    async def task_at(self, code: str) -> UUID:
        """The newest task that the court was entrusted with and has not returned."""
        async with self.courts[code].node.pool.acquire() as conn:
            found = await conn.fetchval(
                "SELECT id FROM tasks WHERE direction = 'INBOUND' ORDER BY status = 'RETURNED', created_at DESC, id"
            )
        assert isinstance(found, UUID)
        return found

    async def version(self, code: str, task_id: UUID) -> int:
        async with self.courts[code].node.pool.acquire() as conn:
            return int(await conn.fetchval("SELECT version FROM tasks WHERE id = $1", task_id))

    async def begin(self, code: str) -> UUID:
        """The court signs for its task and assigns it; the task's id."""
        node, task_id = self.courts[code].node, await self.task_at(code)
        await handling.sign_for(node, who(code, 7, Role.COMMAND_CENTRE), task_id, await self.version(code, task_id))
        chief, officer = who(code, 5, Role.BUREAU_CHIEF), who(code, 2, Role.HANDLER)
        await handling.assign(node, chief, task_id, await self.version(code, task_id), officer.officer_id)
        return task_id

    async def look(self, code: str, task_id: UUID) -> None:
        """The court's officer has the units search, as the task asks; they answer."""
        node, officer = self.courts[code].node, who(code, 2, Role.HANDLER)
        async with node.pool.acquire() as conn:
            asked = await basis.content_of_task(node, conn, task_id)
        new = NewSearch(None, task_id, None, tuple(AssetKind(kind) for kind in asked.kinds))
        await searches.request(node, officer, new, idempotency_key=f"look-{task_id}")
        await self.units_answer(code)

    async def units_answer(self, code: str) -> None:
        """The units of the court's county answer all that they are asked."""
        while await unit_worker.run_once(self.courts[code].node, self.units, lambda: 0.5):
            pass

    async def feed_back(self, code: str, task_id: UUID, result: FeedbackResult) -> None:
        given = FeedbackPayload(result=result.value)
        officer = who(code, 2, Role.HANDLER)
        await handling.submit_feedback(
            self.courts[code].node, officer, task_id, await self.version(code, task_id), given
        )

    async def answer(self, code: str, result: FeedbackResult = FeedbackResult.NOT_FOUND_ASSET) -> UUID:
        """All of it: sign for, assign, search, feed back."""
        task_id = await self.begin(code)
        await self.look(code, task_id)
        await self.feed_back(code, task_id, result)
        await self.road.run()
        return task_id


@asynccontextmanager
async def three(new_database: NewDatabase, clock: SetClock, folder: Path) -> AsyncIterator[Three]:
    zone = TaskZone()
    pools = {code: await open_pool(await new_database("node")) for code in (KAIHUA, CHANGSHAN, SHEXIAN)}
    store = Books(folder / "registry.sqlite")
    store.seed([unit for division in ("330822", "341021") for unit in registry_zone.registry_units(division)])
    try:
        courts = {
            KAIHUA: await registry_zone.kaihua(zone, pools[KAIHUA], clock),
            CHANGSHAN: await registry_zone.new_court(zone, CHANGSHAN, pools[CHANGSHAN], clock, CourtRows()),
            SHEXIAN: await registry_zone.shexian(zone, pools[SHEXIAN], clock),
        }
        road = Road({code: court.node for code, court in courts.items()})
        yield Three(courts, road, zone, Units(store, clock))
    finally:
        for pool in pools.values():
            await pool.close()
