"""One POST to a court, by our own client and by the library, in turn: CPU of the calling process per call."""

import asyncio
import tempfile
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Final

import aiohttp

from bench import children, report
from bench.plain_court import ANSWER_BYTES
from bench.setting import WARM_UP_S, Setting
from federation.http_client.client import HttpClient
from federation.http_client.library import LibraryClient
from federation.http_client.pool import OwnClient

_AT_ONCE: Final = 8
"""Courts of one scatter."""
_QUESTION: Final = b"x" * 1200
_WITHIN_S: Final = 20.0


@dataclass(slots=True)
class _Compared:
    """CPU per call in µs, round by round."""

    own: list[float] = field(default_factory=list)
    library: list[float] = field(default_factory=list)


async def measure(setting: Setting) -> str:
    """The table."""
    setting.say("calls to a court ...")
    found = _Compared()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        listener = stack.enter_context(children.listening())
        command = children.module("bench.plain_court", str(listener.fileno()))
        stack.enter_context(children.started(command, Path(folder) / "court.log", sockets=[listener]))
        url = children.url_of(listener) + "/federation/clear"
        async with aclosing(OwnClient()) as own, aiohttp.ClientSession() as session:
            sides = (found.own, own), (found.library, LibraryClient(session))
            for _, client in sides:
                await _cpu_us(client, url, WARM_UP_S)
            for _ in range(setting.rounds):
                for rounds, client in sides:
                    rounds.append(await _cpu_us(client, url, setting.seconds))
    return _told(found, setting)


async def _cpu_us(client: HttpClient, url: str, seconds: float) -> float:
    """Eight calls at a time, as a scatter makes them, for so much CPU."""
    began_s, calls = process_time(), 0
    while process_time() - began_s < seconds:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(client.post(url, _QUESTION, limit_bytes=2 * ANSWER_BYTES, within_s=_WITHIN_S))
        calls += _AT_ONCE
    return (process_time() - began_s) / calls * 1e6


def _told(found: _Compared, setting: Setting) -> str:
    over = [ours / theirs for ours, theirs in zip(found.own, found.library, strict=True)]
    rows = [
        ("own client: CPU per call, µs", report.spread(found.own, 1)),
        ("aiohttp: CPU per call, µs", report.spread(found.library, 1)),
        ("own over aiohttp", report.spread(over)),
    ]
    note = f"{setting.rounds_told} {_AT_ONCE} calls at a time; {len(_QUESTION)} bytes out, {ANSWER_BYTES} back."
    return f"## Calls to a court\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
