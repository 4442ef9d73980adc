"""The eight courts of fixture set S, each with its records and its delegated tasks in a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec

from api.demo import fixtures
from db.at_rest import AtRest
from db.clock import SetClock
from db.pool import Pool, open_pool, transaction
from enforcement import loading as records
from enforcement.court import CourtNode
from enforcement.tasks import loading
from federation.directory.directory import Directory
from federation.directory.document import CourtEntry
from federation.directory.publish import DirectoryContent
from federation.wire.keyfile import NodeKeys, generate
from tests.enforcement.task_zone import NewDatabase, TaskZone
from tests.federation.zone import KAIHUA, Zone, key_entries


class FixtureZone(TaskZone):
    """The eight courts of the fixture."""

    def court(self, code: str, **changes: Any) -> CourtEntry:
        division = next(court.division for court in fixtures.courts() if court.code == code)
        own = {"code": code, "division": division, "keys": key_entries(self.keys[code]), "officers": [], "liaison": []}
        return msgspec.structs.replace(Zone.court(self, KAIHUA), **(own | changes))

    def document(self, version: int = 1, **changes: Any) -> DirectoryContent:
        codes = [court.code for court in fixtures.courts()]
        every = {
            "courts": [self.court(code) for code in codes],
            "agreements": [self.agreement(None, None)],
        }
        return Zone.document(self, version, **(every | changes))


def new_keys() -> dict[str, NodeKeys]:
    return {court.code: generate(court.code) for court in fixtures.courts()}


async def node(zone: FixtureZone, code: str, pool: Pool, clock: SetClock) -> CourtNode:
    keys = zone.keys[code]
    at_rest = AtRest(keys.storage, keys.index)
    directory = Directory(zone.root, clock)
    async with pool.acquire() as conn:
        await directory.accept(conn, zone.signed(), clock.now())
    signers = {court: keys.signing for court, keys in zone.keys.items()}
    async with transaction(pool) as conn:
        await records.load(conn, at_rest, fixtures.rows(code), synthetic_only=True)
        await loading.load(code, conn, at_rest, fixtures.tasks(), signers, 1)
    division = next(court.division for court in fixtures.courts() if court.code == code)
    return CourtNode(
        code=code,
        division=division,
        pool=pool,
        clock=clock,
        at_rest=at_rest,
        directory=directory,
        signer=keys.signing,
        box=keys.box,
        asks=cast("Any", None),
        zone=cast("Any", None),
    )


@asynccontextmanager
async def one_court(
    new_database: NewDatabase, clock: SetClock, code: str = KAIHUA, *, zone: FixtureZone | None = None
) -> AsyncIterator[CourtNode]:
    """One of the eight courts."""
    pool = await open_pool(await new_database("node"), size=2)
    try:
        yield await node(zone or FixtureZone(keys=new_keys()), code, pool, clock)
    finally:
        await pool.close()
