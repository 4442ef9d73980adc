"""`make bench`, or `python -m bench --scale 0.02` for a quick look: prints tables, asserts nothing.

Progress goes to standard error, the tables to standard output.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import anyio

from api.demo.processes import PortTaken, check_free
from bench import cells, crypto, lookups, messages, plans, process_facts, report, serving, zone_l
from db.clock import monotonic_s

_FIRST_PORT: Final = 9620
_BLOCK: Final = 20
"""Ports from one block to the next: the demo's, the zone's, the floor's."""


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


async def _run(scale: float, with_demo: bool, port: int) -> None:
    began_s = monotonic_s()
    print("# Benchmarks\n\n" + report.machine(process_facts.machine()) + "\n", flush=True)
    _say("plans ...")
    print(report.plans(plans.measure(), cells.measure()) + "\n", flush=True)
    if with_demo:
        _say("starting the demo ...")
        with tempfile.TemporaryDirectory() as folder:
            print(report.serving(await serving.measure(port, Path(folder))) + "\n", flush=True)
    async with zone_l.running(port + _BLOCK, scale, _say) as zone:
        print(report.data(zone) + "\n", flush=True)
        found = await lookups.compare(zone, port + 2 * _BLOCK, _say)
        print(report.lookups(found) + "\n", flush=True)
        print(report.messages(await messages.measure(zone, _say)) + "\n", flush=True)
    _say("cryptography ...")
    print(report.crypto(crypto.measure(), found) + "\n", flush=True)
    _say(f"done in {monotonic_s() - began_s:.0f} s")


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(prog="bench", description="Benchmarks: ratios of alternated runs.")
    words.add_argument("--scale", type=float, default=1.0, help="size of set L; 1 is 200,000 cases (default)")
    words.add_argument("--without-demo", action="store_true", help="leave out the demo's start and memory")
    words.add_argument("--port", type=int, default=_FIRST_PORT, help="first of the 60 ports that it uses")
    given = words.parse_args()
    try:
        for port in range(given.port, given.port + 3 * _BLOCK):
            check_free(port)
    except PortTaken as error:
        _say(f"{error}: say another block with --port")
        raise SystemExit(2) from None
    anyio.run(_run, given.scale, not given.without_demo, given.port, backend_options={"use_uvloop": True})


if __name__ == "__main__":
    main()
