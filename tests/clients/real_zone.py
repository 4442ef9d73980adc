"""A real zone for clients of any language: two doors, providers and tokens, told in one environment variable.

The officers of one of its courts sign in at a provider from npm, which a test runs (`provider/`).
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import anyio

from api.demo import control
from api.demo.demo import _commands
from api.demo.people import announced
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from tests.courts.conftest import free_block, quiet

COURT: Final = "330824"
ELSEWHERE: Final = "361130"
_PROVIDER: Final = 11  # its place in the block of ports, behind the zone's own
FRONT_END: Final = "http://localhost:5173"
_ROOT: Final = Path(__file__).parents[2]


@asynccontextmanager
async def real_zone() -> AsyncIterator[Zone]:
    """Every process of a zone, ready, and obeying `xiezhi demo stop`; all of it goes at the end."""
    port = free_block()
    issuers = {ELSEWHERE: f"http://127.0.0.1:{port + _PROVIDER}"}
    zone = lay_out(port, durable=False, origins=[FRONT_END], issuers=issuers)
    try:
        async with aiohttp.ClientSession() as session, anyio.create_task_group() as group:
            await start(zone, session, "en", lambda _: None)
            await quiet(zone)
            with announced(port, zone.folder, zone.addresses.provider, zone.root):
                await group.start(control.serve, port, _commands(zone, session, "en"))
                yield zone
                group.cancel_scope.cancel()
    finally:
        zone.close()


def told(zone: Zone) -> dict[str, str]:
    """The environment of client tests: where the zone's doors are, and who may ask there."""
    token = token_minter(zone)
    offices = {"handler": "01", "chief": "05", "centre": "07"}
    doors = {"node": zone.addresses.node(COURT), "gateway": zone.addresses.gateway}
    facts = {
        **doors,
        "frontEnd": FRONT_END,
        "issuer": zone.addresses.issuer(COURT),
        "elsewhere": {"issuer": zone.addresses.issuer(ELSEWHERE), "node": zone.addresses.node(ELSEWHERE)},
        "tokens": {
            name: {office: token(door, COURT, f"o-{COURT}-{number}") for office, number in offices.items()}
            for name, door in doors.items()
        },
        "dsn": {"node": zone.server.dsn(f"node_{COURT}"), "gateway": zone.server.dsn("gateway")},
        "xiezhi": str(_ROOT / ".venv" / "bin" / "xiezhi"),
    }
    return {"XIEZHI_ZONE": json.dumps(facts), "XIEZHI_DEMO_PORT": str(zone.addresses.base_port)}
