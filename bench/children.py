"""Programs of the benchmarks' own, each a child that ends with whoever started it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_BACKLOG: Final = 1024


def listening() -> socket.socket:
    """A socket that listens on a free port of loopback, for a child to inherit."""
    found = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
    found.setblocking(False)
    return found


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def started(
    command: Sequence[str],
    log: Path,
    *,
    sockets: Sequence[socket.socket] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator["subprocess.Popen[bytes]"]:
    """The child, until the block ends; it inherits `sockets`, and its output is appended to `log`."""
    with log.open("ab") as sink:
        child = subprocess.Popen(  # noqa: S603  (our own programs)
            command,
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            cwd=_ROOT,
            env={**os.environ, **environment},
            pass_fds=[each.fileno() for each in sockets],
        )
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module with the interpreter of this process."""
    return [sys.executable, "-m", name, *arguments]


def end_with_parent() -> None:
    """In the child: end when whoever started it is gone, which closes its standard input."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
