"""What the kernel says of processes: CPU time and memory of whole trees. Linux only."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_UTIME: Final = 11  # fields of /proc/PID/stat behind the name, from 0
_PPID: Final = 1
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Sums over processes, in bytes. PSS shares out what several map; RSS counts it each time."""

    processes: int
    rss_bytes: int
    pss_bytes: int


def _stat(pid: int) -> list[str]:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text[text.rindex(")") + 2 :].split()


def tree(roots: Iterable[int]) -> set[int]:
    """The processes and all that descend from them, as they are now."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_stat(int(entry.name))[_PPID])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = set(roots)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def cpu_s(roots: Iterable[int]) -> float:
    """CPU seconds used so far by the trees: of the living, and of their children that ended."""
    total = 0
    for pid in tree(roots):
        try:
            total += sum(int(ticks) for ticks in _stat(pid)[_UTIME : _UTIME + 4])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total / _TICKS


def memory(roots: Iterable[int]) -> Memory:
    """Of the trees, now."""
    count = rss = pss = 0
    for pid in tree(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) * _KIB for line in lines[1:]}
        count, rss, pss = count + 1, rss + sizes["Rss"], pss + sizes["Pss"]
    return Memory(count, rss, pss)


def sockets(pid: int) -> int:
    """How many sockets the process holds now."""
    found = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found += str(entry.readlink()).startswith("socket:")
    return found


def machine() -> dict[str, str]:
    """What the figures depend on."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line]
    total = next(line for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines() if "MemTotal" in line)
    return {
        "processor": cpus[0].split(":")[1].strip() if cpus else "unknown",
        "cores": str(os.cpu_count()),
        "memory": f"{int(total.split()[1]) / _KIB / _KIB:.0f} GiB",
        "kernel": os.uname().release,
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }
