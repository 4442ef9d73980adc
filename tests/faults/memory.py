"""The memory of another process, a child of this one: every page that it can write, while it stands still.

What it cannot write is left out where it maps a file: that is the file's content (programs, libraries).
"""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ \S+ *(.*)")
_READ_BYTES: Final = 32 * 1024 * 1024
_BLOCK_BYTES: Final = 16 * 1024
_UNREADABLE: Final = ("[vvar]", "[vvar_vclock]", "[vsyscall]")


class Snapshots:
    """The blocks of one or more snapshots of a process, each content once; neighbours share `overlap` bytes."""

    def __init__(self, pid: int, overlap: int) -> None:
        self._pid, self._overlap = pid, overlap
        self.taken = 0
        self.size_bytes = 0  # of the last one
        self.blocks: dict[bytes, tuple[str, bytes]] = {}  # digest -> (mapping's name, content)

    def take(self) -> None:
        """Stop the process, copy its memory, and let it go on."""
        with _standing_still(self._pid):
            regions = list(_regions(self._pid, self._overlap))
        self.taken, self.size_bytes = self.taken + 1, sum(len(data) for _, data in regions)
        for name, data in regions:
            for start in range(0, len(data), _BLOCK_BYTES):
                block = data[start : start + _BLOCK_BYTES + self._overlap]
                self.blocks.setdefault(blake2b(block, digest_size=16).digest(), (f"memory of {name}", block))


@contextmanager
def _standing_still(pid: int) -> Iterator[None]:
    """Nothing moves meanwhile from pages not yet read to pages read."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _regions(pid: int, overlap: int) -> Iterator[tuple[str, bytes]]:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end, name in _writable_or_nameless(pid):
            at = start
            while at < end:
                try:
                    data = os.pread(memory.fileno(), min(_READ_BYTES, end - at), at)
                except OSError:  # a guard page, or a mapping that is gone
                    break
                if not data:
                    break
                yield name or "an unnamed mapping", data
                at = end if at + len(data) >= end else at + len(data) - overlap


def _writable_or_nameless(pid: int) -> Iterator[tuple[int, int, str]]:
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
        found = _LINE.match(line)
        if found is None or found[3][0] != "r" or found[4] in _UNREADABLE:
            continue
        if found[3][1] == "w" or not found[4].startswith("/"):
            yield int(found[1], 16), int(found[2], 16), found[4]
