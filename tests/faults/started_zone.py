"""A real zone to be hurt: eleven processes and one durable PostgreSQL, gone when the test is over, however it ends."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from api.demo.client import Client
from api.demo.processes import PortTaken, check_free
from api.demo.running import start, token_minter
from api.demo.zone import PROCESSES, Zone, lay_out
from db import embedded
from tests.courts.conftest import quiet

_BLOCKS = range(19_500, 20_500, 20)


@dataclass(frozen=True, slots=True)
class StartedZone:
    """A zone whose processes all run, and an officer's front end to it."""

    zone: Zone
    session: aiohttp.ClientSession
    client: Client

    def log(self, name: str) -> str:
        return self.zone.programs.programs[name].log.read_text(encoding="utf-8", errors="replace")


def _free_block() -> int:
    for base in _BLOCKS:
        try:
            for port in range(base, base + PROCESSES):
                check_free(port)
        except PortTaken:
            continue
        return base
    raise RuntimeError("no free block of ports")


@asynccontextmanager
async def started(prepare: Callable[[Zone], None] = lambda _: None) -> AsyncIterator[StartedZone]:
    """A running zone; `prepare` may change it before its first process starts.

    What the fixture set had dispatched has arrived: the other courts' messages would meet the blows by chance. Nor do
    courts look through what is due: a process that is killed would look when it begins again, and another not.
    """
    with lay_out(_free_block(), durable=True) as zone:
        for program in zone.programs.programs.values():
            if program.command == "node":
                program.environment = {**program.environment, "XIEZHI_SWEEP_SECONDS": "0"}
        prepare(zone)
        async with aiohttp.ClientSession() as session:
            await start(zone, session, "en", lambda _: None)
            await quiet(zone)
            yield StartedZone(zone, session, Client(session, token_minter(zone)))


def kill_database(zone: Zone) -> None:
    """Kill -9 the server and its backends, as a power cut would."""
    pid = zone.server.process.pid
    backends = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    zone.server.process.kill()
    for backend in backends:
        try:
            os.kill(int(backend), 9)
        except ProcessLookupError:
            continue
    zone.server.process.wait()


def start_database(zone: Zone) -> None:
    """The same cluster, recovered from its log."""
    zone.server = embedded.start(zone.server.folder, durable=True)
