"""What is looked at on the machine itself: disks as they are, folders that are seen, threads that hang."""

import threading
from pathlib import Path

import anyio
import pytest

from api import readiness_checks
from api.readiness import Pace, Readiness
from api.readiness_checks import WATCH, Watch, folders_to_watch, free_share
from db.pool import Pool
from federation.wire.errors import KeyFileRefused

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("least_percent", "phrase"), [(0.0, "ok"), (100.1, "nearly full")])
async def test_a_real_disk_is_measured(tmp_path: Path, least_percent: float, phrase: str) -> None:
    check = readiness_checks.disk([tmp_path], least_percent, free_share)

    assert await check.look() == {"disk": phrase}


async def test_the_fullest_disk_counts() -> None:
    shares = {"state": 0.5, "data": 0.01}
    check = readiness_checks.disk([Path(name) for name in shares], 5.0, lambda folder: shares[folder.name])

    assert await check.look() == {"disk": "nearly full"}


async def test_a_folder_that_went_is_told(tmp_path: Path) -> None:
    check = readiness_checks.disk([tmp_path / "gone"], 5.0, free_share)

    assert await check.look() == {"disk": "folder missing"}


async def test_the_databases_folder_is_watched_when_seen(node_pool: Pool, tmp_path: Path) -> None:
    def unseen(_: Path) -> float:
        raise PermissionError

    assert await folders_to_watch(tmp_path, tmp_path / "set", node_pool, WATCH) == [tmp_path, tmp_path / "set"]
    assert await folders_to_watch(tmp_path, None, node_pool, Watch(free_share=unseen)) == [tmp_path]


async def test_a_file_system_that_hangs_holds_one_thread() -> None:
    release, calls = threading.Event(), []

    def hang() -> bool:
        calls.append(threading.current_thread().name)
        release.wait(30)
        return True

    pace = Pace(every_s=0.01, timeout_s=0.05, stale_s=5.0)
    readiness = Readiness([readiness_checks.key_file(hang)], pace)
    for _ in range(3):
        await readiness.look()
        assert readiness.report().checks == {"key": "timed out"}
    assert len(calls) == 1

    release.set()
    with anyio.fail_after(5):
        while not readiness.report().is_ready:
            await readiness.look()
    assert readiness.report().checks == {"key": "ok"}


@pytest.mark.parametrize("part", ["missing", "unreadable", "format"])
async def test_a_key_file_that_cannot_be_read_is_locked(part: str) -> None:
    def refused() -> bool:
        raise KeyFileRefused(part)

    assert await readiness_checks.key_file(refused).look() == {"key": "locked"}
