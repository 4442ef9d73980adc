"""The gateway's program overwrites what it frees."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api import wiping
from tests.faults.memory import Snapshots
from tests.faults.needles import Needles

_CHILD = """
import sys
kept = [chr(ord("a") + n % 7) * 3 + "-kept-" + str(n) for n in range(3)]
for size in (1, 30, 3000):
    for _ in range(20):
        freed = [("gone" + "-and-freed-" + sys.argv[1]) * size, (("gone" + "-as-bytes-" + sys.argv[1]) * size).encode()]
        del freed
print("ready", flush=True)
sys.stdin.read()
"""
_TEXTS = {"kept": "ccc-kept-2", "freed text": "gone-and-freed-7", "freed bytes": "gone-as-bytes-7"}


def test_program_begins_again_once() -> None:
    made = wiping.environment({"GLIBC_TUNABLES": "glibc.malloc.arena_max=2", "LANG": "C"})

    assert not wiping.wipes({"LANG": "C"})
    assert wiping.wipes(made)
    assert made["LANG"] == "C"
    assert made["GLIBC_TUNABLES"].startswith("glibc.malloc.arena_max=2:")
    assert wiping.environment(made).keys() == made.keys()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="reads the memory of a process through /proc")
@pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="only GNU libc fills what is freed")
def test_freed_memory_is_overwritten() -> None:
    needles = Needles(_TEXTS)
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, "7"],
        env=wiping.environment(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        snapshots = Snapshots(child.pid, needles.longest)
        snapshots.take()
        child.stdin.close()

    heap = [place for place in snapshots.blocks.values() if "stack" not in place[0]]  # what is called next writes there
    assert {hit.canary for hit in needles.search(heap)} == {"kept"}
