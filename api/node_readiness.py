"""How a node sees whether it can work: what it looks at, and whom it asks what time it is."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import aiohttp

from api import readiness_checks as checks
from api.peers import UnsafeTransport, check_peer
from api.readiness import Readiness
from api.readiness_checks import Watch
from api.settings import NodeSettings
from enforcement.own_data import is_own
from federation.delivery.node import DeliveryNode
from federation.directory.document import CourtEntry
from federation.readiness import court_message
from federation.readiness.clocks import HeardClocks
from federation.readiness.dates import ask_all
from federation.wire import keyfile
from federation.wire.errors import UnknownVersion
from federation.wire.header import GATEWAY
from federation.wire.keyfile import NodeKeys

ASK_EVERY_S: Final = 30.0
_NEIGHBOURS: Final = 3


async def node_readiness(
    settings: NodeSettings, road: DeliveryNode, keys: NodeKeys, clocks: HeardClocks, watch: Watch
) -> Readiness:
    """What the node looks at. Call while the database can be reached."""
    folders = await checks.folders_to_watch(settings.state_dir, settings.database_folder, road.pool, watch)
    return Readiness(
        [
            checks.self_message(partial(court_message.exchange, road, partial(is_own, road.at_rest)), clocks),
            checks.key_file(partial(_is_in_use, settings.key_file, keys)),
            checks.directory(road.directory, road.clock),
            checks.clock_right(clocks),
            checks.disk(folders, settings.disk_free_percent, watch.free_share),
        ],
        watch.pace,
    )


def _is_in_use(path: Path, keys: NodeKeys) -> bool:
    return keyfile.are_same(keyfile.read(path), keys)


def clock_rounds(
    road: DeliveryNode, session: aiohttp.ClientSession, clocks: HeardClocks
) -> Callable[[], Awaitable[None]]:
    """Each call asks the gateway what time it is, and three other courts, the next ones each time."""
    rounds = count()

    async def ask() -> None:
        await ask_all(session, clocks, {GATEWAY: road.gateway_url, **_neighbours(road, rounds)})

    return ask


def _neighbours(road: DeliveryNode, rounds: Iterator[int]) -> dict[str, str]:
    try:
        courts = road.directory.current().courts()
    except UnknownVersion:
        return {}
    ring = chosen(courts, road.code, next(rounds))
    return {court.code: court.url for court in ring if court.url and _may_be_called(court.url)}


def chosen(courts: Sequence[CourtEntry], own: str, round_number: int) -> list[CourtEntry]:
    """Three active courts besides our own, in the directory's order from ours on, three further each round."""
    behind = next((place for place, court in enumerate(courts, 1) if court.code == own), 0)
    ring = [court for court in (*courts[behind:], *courts[:behind]) if court.code != own and court.state == "ACTIVE"]
    first = round_number * _NEIGHBOURS
    return [ring[(first + step) % len(ring)] for step in range(min(_NEIGHBOURS, len(ring)))]


def _may_be_called(url: str) -> bool:
    try:
        check_peer(url)
    except UnsafeTransport:
        return False
    return True
