"""What a hostile request costs the process that refuses it, on each carrier: CPU by that process's own account.

Each is sent several times in a row, in several rounds, so that a neighbour weighs on one of them only.
Memory is told before and after all of them; a good caller asks meanwhile, and is told how long the longest wait was.
"""

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeAlias

import aiohttp
import orjson

from api.graphql.over_websocket import PROTOCOL
from bench import children, report
from bench.bomb_list import BOMBS, Bomb
from bench.setting import Setting
from db.clock import monotonic_s

AIM_MS: Final = 30
_TIMES: Final = 5  # of one bomb in one round
_PAUSE_S: Final = 0.05
_HEADERS: Final = {"authorization": "Bearer officer", "content-type": "application/json"}
_ACCEPT: Final = {"http": "application/graphql-response+json", "events": "text/event-stream"}
_CARRIERS: Final = (*_ACCEPT, "socket")
_MIB: Final = 1024 * 1024
Session: TypeAlias = aiohttp.ClientSession


@dataclass(slots=True)
class Found:
    """CPU in ms by bomb and carrier, one figure a round; memory in bytes; how long good callers waited, in ms."""

    cpu_ms: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    memory_bytes: list[int] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)


async def measure(setting: Setting) -> str:
    """The table."""
    found = Found()
    async with _served(setting.port) as (url, session):
        await _round(url, session, Found())  # what is compiled and imported once
        found.memory_bytes.append((await _process(url, session))["rss_bytes"])
        for number in range(setting.rounds):
            setting.say(f"bombs, round {number + 1} of {setting.rounds} ...")
            await _round(url, session, found)
        found.memory_bytes.append((await _process(url, session))["rss_bytes"])
    return _told(found, setting)


@asynccontextmanager
async def _served(port: int) -> AsyncIterator[tuple[str, Session]]:
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = children.module("bench.bombs_server", str(port))
        with children.started(command, Path(folder) / "log"):
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                async with asyncio.timeout(30):
                    await _until_up(url, session)
                yield url, session


async def _until_up(url: str, session: Session) -> None:
    while True:
        with suppress(aiohttp.ClientConnectionError):
            await _process(url, session)
            return
        await asyncio.sleep(_PAUSE_S)


async def _process(url: str, session: Session) -> Mapping[str, Any]:
    async with session.get(f"{url}/process") as answer:
        return dict(orjson.loads(await answer.read()))


async def _round(url: str, session: Session, found: Found) -> None:
    for name, bomb in BOMBS.items():
        for carrier in _CARRIERS:
            began_s = (await _process(url, session))["cpu_s"]
            for _ in range(_TIMES):
                await _SENDERS[carrier](url, session, bomb)
            spent_s = (await _process(url, session))["cpu_s"] - began_s
            found.cpu_ms.setdefault((name, carrier), []).append(spent_s / _TIMES * 1000)
        async with asyncio.TaskGroup() as group:
            group.create_task(_SENDERS["http"](url, session, bomb))
            group.create_task(_good(url, session, found))


async def _good(url: str, session: Session, found: Found) -> None:
    """A good caller's request, beside a bomb that was sent first."""
    began_s = monotonic_s()
    async with session.post(f"{url}/graphql", data=b'{"query":"{ __typename }"}', headers=_HEADERS) as answer:
        if b'"data"' not in await answer.read():
            raise WrongAnswer("good caller")
    found.waits_ms.append((monotonic_s() - began_s) * 1000)


class WrongAnswer(Exception):
    """A bomb was not refused as it should be, or a good caller was."""


async def _posted(url: str, session: Session, bomb: Bomb, accept: str) -> None:
    headers = {**_HEADERS, "accept": accept}
    async with session.post(f"{url}/graphql", data=io.BytesIO(bomb.body), headers=headers) as answer:
        if bomb.code.encode() not in await answer.read():
            raise WrongAnswer(bomb.code)


async def _by_http(url: str, session: Session, bomb: Bomb) -> None:
    await _posted(url, session, bomb, _ACCEPT["http"])


async def _by_events(url: str, session: Session, bomb: Bomb) -> None:
    await _posted(url, session, bomb, _ACCEPT["events"])


async def _by_socket(url: str, session: Session, bomb: Bomb) -> None:
    async with session.ws_connect(f"{url}/graphql", protocols=(PROTOCOL,)) as socket:
        await socket.send_json({"type": "connection_init", "payload": {"authorization": "Bearer officer"}})
        await socket.receive_json()
        with suppress(ConnectionError):  # of what is too large, the server reads no more
            await socket.send_str('{"id":"1","type":"subscribe","payload":' + bomb.body.decode() + "}")
        answer = await socket.receive()
        if bomb.code not in str(answer.data) and answer.type is aiohttp.WSMsgType.TEXT:
            raise WrongAnswer(bomb.code)


_SENDERS: Final[Mapping[str, Callable[[str, Session, Bomb], Awaitable[None]]]] = {
    "http": _by_http,
    "events": _by_events,
    "socket": _by_socket,
}


def _told(found: Found, setting: Setting) -> str:
    rows = [
        (name, BOMBS[name].code, *(report.spread(found.cpu_ms[name, carrier], 1) for carrier in _CARRIERS))
        for name in BOMBS
    ]
    dearest = max(median(costs) for costs in found.cpu_ms.values())
    before, after = (held / _MIB for held in found.memory_bytes)
    note = (
        f"CPU of the serving process in ms, a socket's handshake included; medians of {setting.rounds} rounds of"
        f" {_TIMES}, with the lowest and the highest. The dearest: {dearest:.1f} ms (aim: at most {AIM_MS}). Memory"
        f" before and after: {before:.0f} and {after:.0f} MiB. A good caller beside each waited"
        f" {median(found.waits_ms):.1f} ms in the median, at most {max(found.waits_ms):.0f}."
    )
    head = ("hostile request", "refused as", "HTTP", "event stream", "WebSocket")
    return f"## Hostile requests\n\n{report.table(head, rows)}\n\n{note}"
