"""A vendor without a zone: the kit makes one, waits for the node that is started in it, and looks."""

import shlex
import socket
from pathlib import Path
from typing import Any

import anyio
import pytest

from api.conform import inputs, own_zone, self_contained
from api.conform.inputs import BadInput
from api.conform.kit import Examined
from api.conform.own_zone import NoZone
from api.conform.report import Report
from api.conform.settings import ConformSettings
from db.clock import SetClock
from tests.api.conform.applicant import JIANGSHAN, Applicant, NewDatabase, node_of
from tests.conftest import REFERENCE
from tests.federation.zone import key_entries

pytestmark = pytest.mark.anyio


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def looked(
    node: Examined, folder: Path, clock: SetClock, said: list[str], *, port: int, **options: float
) -> Report:
    return await self_contained.look(
        ConformSettings(), node, folder, clock, port=port, token=None, language="en", say=said.append, **options
    )


def settings_of(said: list[str]) -> dict[str, str]:
    """What the vendor is told to set."""
    return dict(word.split("=", 1) for line in said for word in shlex.split(line) if "=" in word)


async def test_a_node_started_as_told_is_green(new_database: NewDatabase, clock: SetClock, tmp_path: Path) -> None:
    made, said, found = Applicant(tmp_path, clock), list[str](), list[Report]()
    port, gateway, folder = free_port(), free_port(), tmp_path / "zone"
    node = inputs.examined(JIANGSHAN, f"http://127.0.0.1:{port}", key_entries(made.keys))
    dsn = await new_database("node")

    async def run() -> None:
        found.append(await looked(node, folder, clock, said, port=gateway))

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        with anyio.fail_after(10):
            while len(settings_of(said)) < 4:  # noqa: ASYNC110 (the run has no event for it)
                await anyio.sleep(0.01)
        told = settings_of(said)
        changes: dict[str, Any] = {
            "port": port,
            "directory_file": Path(told["XIEZHI_DIRECTORY_FILE"]),
            "directory_root": told["XIEZHI_DIRECTORY_ROOT"],
            "gateway_url": told["XIEZHI_GATEWAY_URL"],
        }
        async with node_of(made, dsn, **changes):
            with anyio.fail_after(60):
                while not found:  # noqa: ASYNC110 (the same)
                    await anyio.sleep(0.05)

    assert [(check.code, check.findings) for check in found[0].checks if check.findings] == []
    assert told["XIEZHI_COURT"] == JIANGSHAN


def test_a_zone_is_made_once(tmp_path: Path) -> None:
    first = own_zone.make_or_read(tmp_path / "zone", REFERENCE)
    again = own_zone.make_or_read(tmp_path / "zone", REFERENCE)
    other = own_zone.make_or_read(tmp_path / "other", REFERENCE)

    assert (first.root, first.directory) == (again.root, again.directory)
    assert other.root != first.root
    assert sorted(path.name for path in (tmp_path / "zone").iterdir()) == ["directory.signed", "examiner.keys"]


def test_what_is_no_zone_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "directory.signed").write_bytes(b"something else")

    with pytest.raises(NoZone):
        own_zone.make_or_read(tmp_path, REFERENCE)


async def test_what_keeps_a_run_from_beginning_is_told(clock: SetClock, tmp_path: Path) -> None:
    made = Applicant(tmp_path, clock)
    node = inputs.examined(JIANGSHAN, f"http://127.0.0.1:{free_port()}", key_entries(made.keys))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(BadInput) as busy:
            await looked(node, tmp_path / "zone", clock, [], port=taken.getsockname()[1])
    with pytest.raises(BadInput) as absent:
        await looked(node, tmp_path / "zone", clock, [], port=free_port(), patience_s=0.2)

    assert (busy.value.what, absent.value.what) == ("PORT", "NOT_THERE")
