"""The demo as its user starts it: how long until every process answers, until its story is told, and what it weighs."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import anyio

from api.demo.zone import Addresses
from bench import process_facts, set_l
from bench.process_facts import Memory
from db.clock import monotonic_s

_LONGEST_S: Final = 180.0
_POLL_S: Final = 0.05
_STOP_S: Final = 30.0
_SERVING: Final = b"Serving until Ctrl-C"


@dataclass(frozen=True, slots=True)
class Serving:
    """Seconds from the command to every /readyz, and to the links; memory of all its processes after the story."""

    ready_s: float
    story_s: float
    memory: Memory


class DemoFailed(Exception):
    """The demo ended before it served."""


async def measure(base_port: int, folder: Path) -> Serving:
    """Run `python -m api demo` on its own block of ports, then end it with Ctrl-C.

    Raises:
        DemoFailed: see its output in `folder`.
    """
    output = folder / "demo.out"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XIEZHI_")}
    environment |= {"XIEZHI_DEMO_PORT": str(base_port), "XIEZHI_LANG": "en", "PYTHONUNBUFFERED": "1"}
    began_s = monotonic_s()
    with output.open("wb") as sink:
        demo = subprocess.Popen(  # noqa: ASYNC220  (our own module)
            [sys.executable, "-m", "api", "demo"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            cwd=Path(__file__).parents[1],
        )
    try:
        with anyio.fail_after(_LONGEST_S):
            await _ready(demo, base_port)
            ready_s = monotonic_s() - began_s
            while _SERVING not in output.read_bytes():
                await _still(demo)
            story_s = monotonic_s() - began_s
        return Serving(ready_s, story_s, process_facts.memory([demo.pid]))
    finally:
        demo.send_signal(signal.SIGINT)
        await anyio.to_thread.run_sync(demo.wait, _STOP_S)


async def _still(demo: "subprocess.Popen[bytes]") -> None:
    if demo.poll() is not None:
        raise DemoFailed
    await anyio.sleep(_POLL_S)


async def _ready(demo: "subprocess.Popen[bytes]", base_port: int) -> None:
    """Return when the gateway and all nodes say that they are ready."""
    addresses = Addresses(base_port)
    urls = [addresses.gateway, *(addresses.node(division) for division in set_l.DIVISIONS.values())]
    async with aiohttp.ClientSession() as session:
        for url in urls:
            while not await _answers(session, url + "/readyz"):
                await _still(demo)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200  # noqa: PLR2004
    except aiohttp.ClientError:
        return False
