"""`xiezhi demo stop` and `start`, as the running demo answers them: done, or refused with exit code 1."""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest

from api.demo import control, demo
from api.demo.zone import Zone

pytestmark = pytest.mark.anyio
PORT = 9_400


class Program:
    """One program of the demo, as far as its commands go."""

    def __init__(self, command: str = "node") -> None:
        self.command = command
        self.module = "another"
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def start(self) -> None:
        self.is_running = True

    async def ready(self, _session: object) -> None:
        assert self.is_running


@asynccontextmanager
async def running(programs: Mapping[str, Program]) -> AsyncIterator[None]:
    zone = cast("Zone", SimpleNamespace(programs=SimpleNamespace(programs=programs)))
    async with anyio.create_task_group() as group:
        await group.start(control.serve, PORT, demo._commands(zone, cast("Any", None), "en"))
        yield
        group.cancel_scope.cancel()


async def said(runtime: Path, *words: str) -> tuple[int, str, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "XDG_RUNTIME_DIR": str(runtime),
        "XIEZHI_DEMO_PORT": str(PORT),
    }
    ended = await anyio.run_process([sys.executable, "-m", "api", "demo", *words], env=environment, check=False)
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


async def test_node_stops_and_starts(runtime: Path) -> None:
    program = Program()
    async with running({"皖1022": program}):
        stopped = await said(runtime, "stop", "皖1022")
        was_running = program.is_running
        started = await said(runtime, "start", "皖1022")

    assert stopped == (0, "The node of 皖1022 has stopped.\n", "")
    assert not was_running
    assert started == (0, "The node of 皖1022 is ready.\n", "")
    assert program.is_running


async def test_node_is_upgraded_and_runs(runtime: Path) -> None:
    program = Program()
    async with running({"浙0881": program}):
        upgraded = await said(runtime, "upgrade", "浙0881")

    assert upgraded == (0, "The node of 浙0881 is ready.\n", "")
    assert (program.is_running, program.module) == (True, "api")


@pytest.mark.parametrize("court", ["浙9999", "皖1022 x", "", "gateway"])
async def test_unknown_court_is_an_error(runtime: Path, court: str) -> None:
    programs = {"皖1022": Program(), "gateway": Program("gateway")}
    async with running(programs):
        code, out, err = await said(runtime, "stop", court)

    assert (code, out) == (1, "")
    assert err.startswith("The demo has no such court. Its courts: ")
    assert "皖1022" in err
    assert all(program.is_running for program in programs.values())
