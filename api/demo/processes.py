"""The demo's processes: started, watched, stopped; none outlives the one that started them.

Invariant: every child gets a parent-death signal, so a kill -9 of the demo leaves no process behind.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import anyio

from db.clock import monotonic_s

_PR_SET_PDEATHSIG: Final = 1
_STOP_TIMEOUT_S: Final = 12.0
_READY_TIMEOUT_S: Final = 90.0
CURRENT: Final = "api"
"""The module of this release's programs."""
_LIBC: Final = ctypes.CDLL(None)


class PortTaken(Exception):
    """Another program listens on `port`."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


class ProcessEnded(Exception):
    """A child ended before it was ready; `log` is where it wrote why."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(f"{name} ended before it was ready; its log: {log}")
        self.log = log


def check_free(port: int) -> None:
    """Raises PortTaken if `port` on loopback cannot be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port) from error


def _die_with_parent() -> None:
    os.setsid()  # Ctrl-C reaches the demo alone, which then stops its children in order
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Program:
    """One process of the zone: `python -m api COMMAND` with its settings in the environment."""

    name: str
    command: str
    environment: Mapping[str, str]
    url: str
    log: Path
    module: str = CURRENT  # the demo's ninth court begins in another; so do programs of tests
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; its output is appended to its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", self.module, self.command],
                env={**_inherited(), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                cwd=Path(__file__).parents[2],
            )

    def stop(self) -> None:
        """Drain and end it; killed after 12 s."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would (kill -9)."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    async def ready(self, session: aiohttp.ClientSession, timeout_s: float = _READY_TIMEOUT_S) -> None:
        """Wait until /readyz answers 200.

        Raises:
            ProcessEnded: it ended, or was not ready in time.
        """
        deadline = monotonic_s() + timeout_s
        while monotonic_s() < deadline:
            if not self.is_running:
                raise ProcessEnded(self.name, self.log)
            try:
                async with session.get(self.url + "/readyz", timeout=aiohttp.ClientTimeout(total=2)) as response:
                    if response.status == 200:  # noqa: PLR2004
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await anyio.sleep(0.05)
        raise ProcessEnded(self.name, self.log)


def _inherited() -> dict[str, str]:
    """Our environment without settings of another run."""
    return {key: value for key, value in os.environ.items() if not key.startswith("XIEZHI_")}


@dataclass(slots=True)
class Programs:
    """All processes of a zone, in the order in which they start; stopped in the reverse order."""

    programs: dict[str, Program] = field(default_factory=dict)

    def add(self, program: Program) -> None:
        self.programs[program.name] = program

    def stop(self) -> None:
        """Ask all to end at once, then wait for each."""
        for program in self.programs.values():
            if program.process is not None and program.process.poll() is None:
                program.process.terminate()
        for program in reversed(self.programs.values()):
            program.stop()
