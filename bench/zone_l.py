"""A running zone that holds set L: eight nodes, gateway, provider, on a block of ports of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import aiohttp
import anyio
import msgspec

from api.demo import directory as demo_directory
from api.demo.client import MintToken
from api.demo.processes import ProcessEnded
from api.demo.running import token_minter
from api.demo.zone import Zone, lay_out
from bench import fill, process_facts, set_l
from db.clock import monotonic_s

_LOOKS_PER_HOUR: Final = 1_000_000
_TAIL: Final = 2_000
_NEXT_HOUR: Final = timedelta(minutes=61)


@dataclass(frozen=True, slots=True)
class LZone:
    """The zone, its officers' tokens, and what filling it took."""

    zone: Zone
    token: MintToken
    scale: float
    rows: dict[str, int]
    filled_s: float

    @property
    def roots(self) -> dict[str, list[int]]:
        """The processes that serve, by what they are; their children count too."""
        found: dict[str, list[int]] = {"nodes": [], "gateway": [], "PostgreSQL": [self.zone.server.process.pid]}
        for program in self.zone.programs.programs.values():
            part = {"node": "nodes", "gateway": "gateway"}.get(program.command)
            if part is not None and program.process is not None:
                found[part].append(program.process.pid)
        return found

    def node_pid(self, court: str) -> int:
        process = self.zone.programs.programs[court].process
        assert process is not None  # it was started
        return process.pid

    def cpu_s(self) -> float:
        """CPU seconds that all of them have used so far."""
        return sum(process_facts.cpu_s(pids) for pids in self.roots.values())

    def url(self, court: str) -> str:
        return self.zone.addresses.node(set_l.DIVISIONS[court])

    def next_hour(self) -> None:
        """Move the civil clock past the hour in which look-ups are counted, so that each run begins with none."""
        self.zone.clock.set(self.zone.clock.now() + _NEXT_HOUR)


@asynccontextmanager
async def running(base_port: int, scale: float, say: Callable[[str], None]) -> AsyncIterator[LZone]:
    """Lay the zone out, fill it and start its processes; all of it goes at the end."""
    zone = lay_out(base_port)
    try:
        _raise_limits(zone)
        began_s = monotonic_s()
        say(f"filling set L at scale {scale} ...")
        rows = await fill.fill(zone, scale)
        filled_s = monotonic_s() - began_s
        say(f"filled in {filled_s:.0f} s; starting eight nodes and the gateway ...")
        await _start(zone, say)
        yield LZone(zone, token_minter(zone), scale, rows, filled_s)
    finally:
        await anyio.to_thread.run_sync(zone.close, abandon_on_cancel=False)


def _raise_limits(zone: Zone) -> None:
    """The same zone and agreements, with limits that a benchmark does not reach."""
    document = demo_directory.content(zone.addresses, zone.keys, zone.gateway_key, zone.clock.now())
    agreements = [msgspec.structs.replace(entry, looks_per_hour=_LOOKS_PER_HOUR) for entry in document.agreements]
    zone.publish(msgspec.structs.replace(document, version=2, agreements=agreements))
    limits = {
        "XIEZHI_LOOKS_PER_HOUR_OFFICER": str(_LOOKS_PER_HOUR),
        "XIEZHI_REQUESTS_PER_MINUTE_CALLER": "0",
        "XIEZHI_REQUESTS_PER_MINUTE_COURT": "0",
    }
    for name, program in zone.programs.programs.items():
        if program.command in {"node", "gateway"}:
            zone.programs.programs[name] = replace(program, environment={**program.environment, **limits})


async def _start(zone: Zone, say: Callable[[str], None]) -> None:
    """Start every process and wait until each is ready.

    Raises:
        ProcessEnded: one is not; its log goes with the zone, so its end is told here.
    """
    programs = zone.programs.programs.values()
    for program in programs:
        program.start()
    async with aiohttp.ClientSession() as session:
        for program in programs:
            try:
                await program.ready(session)
            except ProcessEnded as error:
                say(error.log.read_text(encoding="utf-8", errors="replace")[-_TAIL:])
                raise
