"""One real zone per test run: eleven processes, real HTTP, one embedded PostgreSQL, the fixture set S."""

import base64
import json
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from api.demo import fixtures
from api.demo.client import Client, MintToken
from api.demo.running import start, token_minter
from api.demo.zone import PROCESSES, Zone, lay_out
from tests.courts.desks import connected, until
from tests.courts.forger import Forger

_BLOCKS = range(18_400, 19_400, 20)
_OPEN = """
    SELECT EXISTS (SELECT FROM outbox WHERE receipt IS NULL)
        OR EXISTS (SELECT FROM tasks WHERE direction = 'INBOUND' AND status = 'DISPATCHED')
"""


WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"only for this test......").decode()
_LISTENING = ("浙0127", "皖1021")


def webhook_port(zone: Zone) -> int:
    """Where the systems of two courts listen, when a test has them listen."""
    return zone.addresses.base_port + PROCESSES + 3


def _with_webhooks(zone: Zone) -> None:
    for facts in fixtures.courts():
        if facts.code in _LISTENING:
            url = f"http://127.0.0.1:{webhook_port(zone)}/{facts.division}"
            endpoint = {"name": "desk", "url": url, "secret": WEBHOOK_SECRET, "events": ["task.*"]}
            path = zone.folder / f"webhooks-{facts.division}.json"
            path.write_text(json.dumps([endpoint]), encoding="utf-8")
            path.chmod(0o600)
            program = zone.programs.programs[facts.code]
            program.environment = {**program.environment, "XIEZHI_WEBHOOKS_FILE": str(path)}


def free_block() -> int:
    """The first of twelve neighbouring ports that are all free now."""
    for base in _BLOCKS:
        try:
            for port in range(base, base + PROCESSES):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free block of ports")


async def quiet(zone: Zone) -> None:
    """Return once nothing is on its way: at their start, courts take in what the fixture set had dispatched to them."""

    async def nothing_is_open() -> bool:
        for facts in fixtures.courts():
            async with connected(zone, facts.division) as conn:
                if await conn.fetchval(_OPEN):
                    return False
        return True

    await until(nothing_is_open)


@pytest.fixture(scope="session")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone whose processes all run; tests bring their own cases and leave every process running."""
    made = lay_out(free_block(), durable=False)
    _with_webhooks(made)
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        await quiet(made)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def token(zone: Zone) -> MintToken:
    """Mints tokens of the zone."""
    return token_minter(zone)


@pytest.fixture
async def client(token: MintToken) -> AsyncIterator[Client]:
    """Asks as any officer of the zone."""
    async with aiohttp.ClientSession() as session:
        yield Client(session, token)


@pytest.fixture
async def forger(zone: Zone) -> AsyncIterator[Forger]:
    """Writes what no court's node would."""
    async with aiohttp.ClientSession() as session:
        yield Forger(zone, session)
