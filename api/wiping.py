"""The gateway overwrites memory as it frees it, so that what passed through is in no page that is out of use.

What it carries is encrypted, but a look-up that is sent to the wrong door arrives in clear; it is refused unread, and
its bytes must not lie about until chance overwrites them. Python's own allocator keeps what it frees, so the program
begins itself once more with the C library's, told to fill what is freed (GNU libc; elsewhere nothing is changed).
"""

import os
import sys
from collections.abc import Mapping
from typing import Final

ALLOCATOR: Final = "PYTHONMALLOC"
TUNABLES: Final = "GLIBC_TUNABLES"
_FILL: Final = "glibc.malloc.perturb=165"
_NO_CACHE: Final = "glibc.malloc.tcache_count=0"  # blocks kept per thread would not be filled


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """`given`, with what makes a program wipe."""
    others = [part for part in given.get(TUNABLES, "").split(":") if part and "malloc.perturb" not in part]
    return {**given, ALLOCATOR: "malloc", TUNABLES: ":".join([*others, _FILL, _NO_CACHE])}


def wipes(given: Mapping[str, str]) -> bool:
    """Whether a program that was begun with this environment wipes."""
    return given.get(ALLOCATOR) == "malloc" and _FILL in given.get(TUNABLES, "").split(":")


def ensure() -> None:
    """Begin this program again with wiping, unless it has it; the process keeps its number."""
    if sys.platform == "linux" and not wipes(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment(os.environ))  # noqa: S606  (our own command line)
