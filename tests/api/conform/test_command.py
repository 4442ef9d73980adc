"""`xiezhi conform` against a real process of our own node: readable, as JSON, and its exit codes."""

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import anyio
import pytest

from api.conform import report
from api.demo.processes import Program
from api.settings import NodeSettings, variable_of
from db.clock import OffsetClock
from federation.wire import keyfile
from federation.wire.signing import public_text
from tests.api.conform.applicant import JIANGSHAN, Applicant, settings
from tests.conftest import REFERENCE

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who runs the kit, and the node that runs."""

    made: Applicant

    async def conform(self, *arguments: str, url: str = "", root: str = "") -> tuple[int, str, str]:
        """Exit code, output and errors of `xiezhi conform`."""
        folder = self.made.folder
        command = [
            *(sys.executable, "-m", "api", "conform", url or self.made.url),
            *("--directory", str(folder / "directory.signed")),
            *("--root", root or self.made.zone.root),
            *("--key-file", str(folder / "examiner.keys")),
            *("--court", JIANGSHAN, "--keys", str(folder / "public.txt")),
            *arguments,
        ]
        given = {"XIEZHI_CLOCK_FILE": str(folder / "clock"), "PATH": os.environ["PATH"]}
        done = await anyio.run_process(command, cwd=ROOT, env=given, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def environment(given: NodeSettings) -> dict[str, str]:
    """The settings as a process reads them."""
    told = {"court", "division", "port", "dsn", "key_file", "state_dir", "directory_file", "directory_root"}
    told |= {"issuer", "gateway_url", "head_s", "body_s", "clock_file"}
    return {variable_of(name): str(getattr(given, name)) for name in told}


@pytest.fixture(scope="module")
async def vendor(anyio_backend: str, node_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Vendor]:
    folder = tmp_path_factory.mktemp("vendor")
    made = Applicant(folder, OffsetClock.create(folder / "clock", REFERENCE))
    keyfile.write(folder / "examiner.keys", made.examiner)
    own = made.keys
    lines = [
        f"sign {own.signing.id} {public_text(own.signing.public)}",
        f"box {own.box.id} {public_text(own.box.public)}",
    ]
    (folder / "public.txt").write_text("\n".join(lines), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made.url = f"http://127.0.0.1:{port}"
    given = settings(made, node_dsn, port=port, clock_file=folder / "clock")
    program = Program("node", "node", environment(given), made.url, folder / "node.log")
    program.start()
    try:
        async with aiohttp.ClientSession() as session:
            await program.ready(session)
        yield Vendor(made)
    finally:
        program.stop()


async def test_our_own_process_is_green(vendor: Vendor) -> None:
    code, said, _ = await vendor.conform("--json")

    found = report.read(said.encode().strip())
    assert [(check.code, check.findings) for check in found.checks if check.findings] == []
    assert (code, found.court, found.is_green) == (0, JIANGSHAN, True)


@pytest.mark.parametrize(
    ("lang", "head", "end"),
    [("zh", "一致性测试: 浙0881", "项全部符合"), ("en", "Conformance run: 浙0881", "checks hold")],
)
async def test_the_report_can_be_read(vendor: Vendor, lang: str, head: str, end: str) -> None:
    code, said, _ = await vendor.conform("--lang", lang)

    assert code == 0
    assert said.startswith(head)
    assert end in said
    assert "✓ CLOCK" in said
    assert "✗" not in said


async def test_another_courts_node_is_red(vendor: Vendor) -> None:
    code, said, _ = await vendor.conform("--court", "浙0882", "--lang", "en")

    assert code == 1
    assert "✗ ANSWER " in said
    assert "expected EMPTY, found 403-NOT_FOR_THIS_COURT" in said


NO_RUN = {
    "another root": (["--root", "A" * 43], "directory"),
    "no zone": (["--directory", "", "--root", ""], "--self-contained"),
    "no directory": (["--directory", "/nowhere"], "directory"),
    "no keys of the court": (["--keys", "/dev/null"], "public keys"),
    "no application": (["--application", "/dev/null"], "application"),
    "no examiner": (["--key-file", "/nowhere"], "examiner"),
    "another's key file": (["--key-file", "node.keys"], "examiner"),
}


@pytest.mark.parametrize("what", NO_RUN)
async def test_without_its_papers_no_run_is_made(vendor: Vendor, what: str) -> None:
    arguments, words = NO_RUN[what]
    folder = vendor.made.folder
    given = [str(folder / each) if each == "node.keys" else each for each in arguments]

    code, said, errors = await vendor.conform(*given, "--lang", "en")

    assert (code, said) == (2, "")
    assert words in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("url", ["http://node.example", "https://169.254.169.254", "file:///etc/passwd"])
async def test_an_address_that_may_not_be_called_is_not(vendor: Vendor, url: str) -> None:
    code, said, errors = await vendor.conform("--lang", "en", url=url)

    assert (code, said) == (2, "")
    assert "may not be called" in errors
    assert url not in errors


def test_an_order_that_is_none_is_no_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api", "conform-order", "--key-file", "/nowhere"],
        input=b"{}",
        capture_output=True,
        cwd=ROOT,
        env={},
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, b"")
