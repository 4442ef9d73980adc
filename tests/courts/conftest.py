"""One real zone per test run: eleven processes, real HTTP, one embedded PostgreSQL, the fixture set S."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from api.demo.client import Client
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out

_BLOCKS = range(18_400, 19_400, 20)


def free_block() -> int:
    """The first of eleven neighbouring ports that are all free now."""
    for base in _BLOCKS:
        try:
            for port in range(base, base + 11):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free block of ports")


@pytest.fixture(scope="session")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone whose processes all run; tests bring their own cases and leave every process running."""
    made = lay_out(free_block(), durable=False)
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        yield made
    finally:
        made.close()


@pytest.fixture
async def client(zone: Zone) -> AsyncIterator[Client]:
    """Asks as any officer of the zone."""
    async with aiohttp.ClientSession() as session:
        yield Client(session, token_minter(zone))
