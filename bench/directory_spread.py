"""One change of the directory, from its submission at the gateway until the last of eight running nodes has it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import aiohttp
import anyio
import asyncpg

from api.demo import directory as demo_directory
from api.demo.zone import Zone, create_databases, lay_out
from bench import large_directory, process_facts, set_l
from bench.large_directory import Large
from bench.setting import Setting
from db.clock import monotonic_s
from db.pool import open_pool, transaction
from federation.directory.directory import Directory
from federation.directory.publishing import submit

_CHANGES_A_ROUND: Final = 4
_LONGEST_S: Final = 60.0
_POLL_S: Final = 0.01
_NEWEST: Final = "SELECT max(version) FROM directory_versions"


@dataclass(slots=True)
class Spread:
    """Seconds until the last node had each change, and what a node weighs."""

    took_s: list[float] = field(default_factory=list)
    node_rss_bytes: int = 0

    def told(self) -> str:
        """Median and highest, in milliseconds."""
        return f"{median(self.took_s) * 1e3:.0f}, {max(self.took_s) * 1e3:.0f}"


async def measure(setting: Setting, base_port: int, courts: int) -> Spread:
    """The zone is started on that block of ports, and ended."""
    zone = await anyio.to_thread.run_sync(lay_out, base_port)
    try:
        large = _enlarge(zone, courts)
        await create_databases(zone)
        setting.say("starting eight nodes and the gateway ...")
        await _start(zone)
        return await _changes(zone, large, setting.rounds * _CHANGES_A_ROUND)
    finally:
        await anyio.to_thread.run_sync(zone.close, abandon_on_cancel=False)


def _enlarge(zone: Zone, courts: int) -> Large:
    """The zone's own eight courts, and so many suspended ones, in what its programs start with."""
    own = demo_directory.content(zone.addresses, zone.keys, zone.gateway_key, zone.clock.now())
    signers = demo_directory.signers(zone.keys, zone.gateway_key, zone.governance)
    large = large_directory.among(own, zone.keys, signers, courts - len(zone.keys), "SUSPENDED")
    (zone.folder / "directory.signed").write_bytes(large.first())  # the same eight decide: the same root
    return large


async def _start(zone: Zone) -> None:
    programs = zone.programs.programs.values()
    for program in programs:
        program.start()
    async with aiohttp.ClientSession() as session:
        for program in programs:
            await program.ready(session)


@asynccontextmanager
async def _nodes(zone: Zone) -> AsyncIterator[list["asyncpg.Connection[asyncpg.Record]"]]:
    """A connection to each node's database."""
    async with AsyncExitStack() as stack:
        found = []
        for division in set_l.DIVISIONS.values():
            found.append(await asyncpg.connect(zone.server.dsn(f"node_{division}")))
            stack.push_async_callback(found[-1].close)
        yield found


async def _seen(nodes: list["asyncpg.Connection[asyncpg.Record]"], version: int) -> None:
    """Return when each of the nodes has accepted that version."""
    waiting = list(nodes)
    while True:
        waiting = [node for node in waiting if (await node.fetchval(_NEWEST) or 0) < version]
        if not waiting:
            return
        await anyio.sleep(_POLL_S)


async def _changes(zone: Zone, large: Large, count: int) -> Spread:
    found = Spread()
    directory = Directory(zone.root, zone.clock)
    async with _nodes(zone) as nodes, await open_pool(zone.server.dsn("gateway"), size=1) as pool:
        for number in range(count):
            async with pool.acquire() as conn:
                await directory.load(conn)
            held = directory.held
            assert held is not None  # the gateway is ready
            court = large.content.courts[-1 - number % len(large.content.courts)].code
            changed = large.change_of(held, court, zone.clock.now())
            began_s = monotonic_s()
            async with transaction(pool) as conn:
                await submit(conn, [changed.raw], zone.clock.now())
            with anyio.fail_after(_LONGEST_S):
                await _seen(nodes, held.version + 1)
            found.took_s.append(monotonic_s() - began_s)
    program = zone.programs.programs[set_l.COURTS[0]]
    assert program.process is not None  # it was started
    found.node_rss_bytes = process_facts.memory([program.process.pid]).rss_bytes
    return found
