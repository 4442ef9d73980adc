"""A gateway that publishes and nodes that witness, in one process: a POST reaches the node's own code, or nobody."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from db import directory_versions
from db.clock import SetClock
from db.pool import Pool, open_pool, transaction
from federation.delivery.post import Reply, Unreachable
from federation.directory import witnessing
from federation.directory.directory import Directory
from federation.directory.publishing import Publisher, submit
from federation.directory.signed import Signed
from federation.directory.witnessing import Witness
from federation.wire.errors import WireError
from tests.federation.directory.crafted import changed
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

COURTS = (KAIHUA, CHANGSHAN, SHEXIAN)


def node_url(code: str) -> str:
    return f"http://{code}.test"


@dataclass
class PublishingZone:
    """Version 1 is held by everybody; `down` nodes do not answer, `asked` are those that were."""

    zone: Zone
    clock: SetClock
    first: bytes
    publisher: Publisher
    nodes: dict[str, Witness]
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    lying: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)

    @property
    def directory(self) -> Directory:
        return self.publisher.directory

    async def post(self, url: str, body: bytes, *, timeout_s: float) -> Reply:
        code = next(code for code in self.nodes if url == node_url(code) + witnessing.PATH)
        self.asked.append(code)
        if code in self.down:
            raise Unreachable("down")
        try:
            made = msgspec.json.encode(await witnessing.witness(self.nodes[code], body))
        except WireError as error:
            return Reply(409, msgspec.json.encode({"code": error.code}))
        return Reply(200, self.lying.get(code, bytes)(made))

    def officers(self, code: str, version: int = 2, **changes: Any) -> Signed[Any]:
        """A court's own document in that version, signed by the court."""
        name, by = f"court/{code}", self.zone.signers.voters([code])
        return changed(self.first, name, by, version=version, **({"officers": [], "liaison": []} | changes))

    async def submit(self, *documents: Signed[Any]) -> None:
        async with transaction(self.publisher.pool) as conn:
            await submit(conn, [each.raw for each in documents], self.clock.now())

    async def acts(self) -> list[tuple[int | None, str | None]]:
        """What became of each act: the version, or the code of its refusal."""
        rows = await self.publisher.pool.fetch("SELECT published_in, refused FROM pending_documents ORDER BY number")
        return [tuple(row) for row in rows]

    async def versions(self) -> list[int]:
        async with self.publisher.pool.acquire() as conn:
            return [each.version for each in await directory_versions.newest(conn, 100)]

    async def spread(self) -> None:
        """Every node takes over what the gateway has."""
        for node in self.nodes.values():
            async with node.pool.acquire() as conn:
                await node.directory.accept(conn, self.directory.bundle(), self.clock.now())


@asynccontextmanager
async def publishing_zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[PublishingZone]:
    zone = Zone()
    first = zone.signed(
        1,
        courts=[zone.court(code, url=node_url(code)) for code in COURTS],
        agreements=[zone.agreement(None, None)],
        expires_at=ISSUED + timedelta(hours=24),
    )
    async with AsyncExitStack() as stack:

        async def held(branch: str) -> tuple[Pool, Directory]:
            pool = await open_pool(await new_database(branch), size=2)
            stack.push_async_callback(pool.close)
            directory = Directory(zone.root, clock)
            async with pool.acquire() as conn:
                await directory.accept(conn, first, clock.now())
            return pool, directory

        nodes = {}
        for code in COURTS:
            pool, directory = await held("node")
            nodes[code] = Witness(code, pool, clock, directory, zone.keys[code].signing)
        pool, directory = await held("gateway")
        made: list[PublishingZone] = []

        async def post(url: str, body: bytes, *, timeout_s: float) -> Reply:
            return await made[0].post(url, body, timeout_s=timeout_s)

        publisher = Publisher(pool, clock, directory, zone.gateway, post)
        made.append(PublishingZone(zone, clock, first, publisher, nodes))
        yield made[0]
