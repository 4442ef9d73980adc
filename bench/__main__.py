"""`make bench`, or `python -m bench --scale 0.02` for a quick look: prints tables, asserts nothing.

Progress goes to standard error, the tables to standard output. `--only NAME`, once or more, runs those measures alone.
"""

import argparse
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import anyio

from api.demo.processes import PortTaken, check_free
from bench import (
    bombs,
    calls,
    cells,
    crypto,
    directory,
    encrypted,
    growth,
    inbox,
    lookups,
    measures,
    messages,
    own_profile,
    pages,
    plans,
    process_facts,
    report,
    scatter,
    searches,
    serving,
    silence,
    tasks,
    zone_l,
)
from bench.setting import Setting
from bench.zone_l import LZone
from db.clock import monotonic_s

_FIRST_PORT: Final = 9620
_BLOCK: Final = 20
"""Ports from one block to the next: the demo's, the zone's, the floor's."""


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


async def _plans(setting: Setting) -> str:
    setting.say("plans ...")
    return report.plans(plans.measure(), cells.measure())


async def _demo(setting: Setting) -> str:
    setting.say("starting the demo ...")
    with tempfile.TemporaryDirectory() as folder:
        return report.serving(await serving.measure(setting.port, Path(folder)))


async def _lookups(zone: LZone, setting: Setting) -> str:
    found = await lookups.compare(zone, setting.port + 2 * _BLOCK, setting.say)
    setting.say("cryptography ...")
    return report.lookups(found) + "\n\n" + report.crypto(crypto.measure(), found)


async def _messages(zone: LZone, setting: Setting) -> str:
    return report.messages(await messages.measure(zone, setting.say))


ALONE: Final[Mapping[str, Callable[[Setting], Awaitable[str]]]] = MappingProxyType(
    {
        "measures": measures.measure,
        "inbox": inbox.measure,
        "tasks": tasks.measure,
        "plans": _plans,
        "demo": _demo,
        "scatter": scatter.measure,
        "silence": silence.measure,
        "growth": growth.measure,
        "pages": pages.measure,
        "bombs": bombs.measure,
        "calls": calls.measure,
        "directory": directory.measure,
        "searches": searches.measure,
    }
)
"""The measures that start what they need themselves."""

OVER_SET_L: Final[Mapping[str, Callable[[LZone, Setting], Awaitable[str]]]] = MappingProxyType(
    {
        "profile": own_profile.measure,
        "encrypted": encrypted.measure,
        "lookups": _lookups,
        "messages": _messages,
    }
)
"""The measures of one running zone that holds set L."""


async def _run(setting: Setting, wanted: Collection[str]) -> None:
    began_s = monotonic_s()
    _print("# Benchmarks\n\n" + report.machine(process_facts.machine()))
    for name, alone in ALONE.items():
        if name in wanted:
            _print(await alone(setting))
    if wanted & OVER_SET_L.keys():
        async with zone_l.running(setting.port + _BLOCK, setting.scale, setting.say) as zone:
            _print(report.data(zone))
            for name, of_zone in OVER_SET_L.items():
                if name in wanted:
                    _print(await of_zone(zone, setting))
    _say(f"done in {monotonic_s() - began_s:.0f} s")


def _print(section: str) -> None:
    print(section + "\n", flush=True)


def main() -> None:
    """Measure and print."""
    names = (*ALONE, *OVER_SET_L)
    words = argparse.ArgumentParser(prog="bench", description="Benchmarks: ratios of alternated runs.")
    words.add_argument("--scale", type=float, default=1.0, help="size of set L; 1 is 200,000 cases (default)")
    words.add_argument("--only", action="append", choices=names, help="this measure; may be given again")
    words.add_argument("--rounds", type=int, default=5, help="rounds of each measure (default 5)")
    words.add_argument("--seconds", type=float, default=3.0, help="length of one round (default 3)")
    words.add_argument("--port", type=int, default=_FIRST_PORT, help="first of the 60 ports that it uses")
    given = words.parse_args()
    try:
        for port in range(given.port, given.port + 3 * _BLOCK):
            check_free(port)
    except PortTaken as error:
        _say(f"{error}: say another block with --port")
        raise SystemExit(2) from None
    setting = Setting(given.port, given.scale, _say, given.rounds, given.seconds)
    anyio.run(_run, setting, frozenset(given.only or names), backend_options={"use_uvloop": True})


if __name__ == "__main__":
    main()
