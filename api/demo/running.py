"""A prepared zone comes to life: databases filled, every process started and ready, tokens for its officers."""

from collections.abc import Callable
from typing import Final

import aiohttp
import anyio

from api import provider_keys, tokens
from api.demo import texts
from api.demo.client import MintToken
from api.demo.people import people
from api.demo.processes import ProcessEnded
from api.demo.zone import Zone, fill

_PROGRESS_S: Final = 2


async def start(zone: Zone, session: aiohttp.ClientSession, language: str, say: Callable[[str], None]) -> None:
    """Fill the databases, start every process and wait until all are ready; progress is told every two seconds.

    Raises:
        ProcessEnded: one did not become ready.
    """
    zone.programs.programs["provider"].start()
    zone.programs.programs["registry"].start()
    await fill(zone)
    for program in zone.programs.programs.values():
        if not program.is_running:
            program.start()
    ready: set[str] = set()
    ended: list[ProcessEnded] = []
    all_ready = anyio.Event()

    async def wait(name: str) -> None:
        try:
            await zone.programs.programs[name].ready(session)
        except ProcessEnded as error:
            ended.append(error)
            all_ready.set()
            return
        ready.add(name)
        if len(ready) == len(zone.programs.programs):
            all_ready.set()

    async with anyio.create_task_group() as group:
        for name in zone.programs.programs:
            group.start_soon(wait, name)
        while not all_ready.is_set():
            with anyio.move_on_after(_PROGRESS_S):
                await all_ready.wait()
                break
            say(texts.waiting(language, len(ready), len(zone.programs.programs)))
        if ended:
            group.cancel_scope.cancel()
    if ended:
        raise ended[0]


def token_minter(zone: Zone) -> MintToken:
    """Mints what `xiezhi token` prints."""
    keys = provider_keys.read_or_make(zone.provider_keys, [issuer.path for issuer in people(zone.addresses).issuers])
    cache: dict[tuple[str, str, str], str] = {}

    def token(door: str, tenant: str, officer: str) -> str:
        if not officer:
            return ""
        asked = (door, tenant, officer)
        if asked not in cache:
            cache[asked] = tokens.mint(keys[tenant], zone.addresses.issuer(tenant), door, officer)
        return cache[asked]

    return token
