"""A process that takes over a large directory and its changes, as a node does; prints what that cost. Its own program.

`python -m bench.directory_holder FOLDER DSN`: the folder has `root`, `whole`, `change-1` ..., `reissue`.
"""

import gc
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Final

import anyio
import msgspec

from api.demo.zone import REFERENCE
from bench import process_facts
from db.clock import SetClock, monotonic_s
from db.pool import Pool, open_pool
from federation.directory.directory import Directory
from federation.directory.history import KEPT_VERSIONS

_SIZES: Final = """
    SELECT pg_total_relation_size('directory_versions') + pg_total_relation_size('directory_documents')
"""


class Took(msgspec.Struct, frozen=True):
    """Seconds of one act, PostgreSQL's work in the wall time alone."""

    wall_s: float
    cpu_s: float


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the process found."""

    whole: Took  # the first bundle, from nothing
    changes: list[Took]
    reissue: Took
    restart: Took  # the stored versions taken into the memory of a new process
    rss_before: int
    rss_whole: int
    rss_all: int
    stored: int  # bytes on disk


async def hold(folder: Path, dsn: str) -> Held:
    """Take over what lies in the folder."""
    clock = SetClock(REFERENCE + timedelta(minutes=5))
    files = anyio.Path(folder)
    root = (await (files / "root").read_text()).strip()
    pool = await open_pool(dsn, size=2, statement_timeout_s=60)
    directory = Directory(root, clock)

    async def take(name: str) -> Took:
        raw = await (files / name).read_bytes()
        return await _took(lambda: _accept(pool, directory, raw, clock))

    try:
        rss_before = _rss()
        whole = await take("whole")
        rss_whole = _rss()
        changes = [await take(f"change-{number}") for number in range(1, KEPT_VERSIONS)]
        rss_all = _rss()
        reissue = await take("reissue")
        again = Directory(root, clock)
        restart = await _took(lambda: _load(pool, again))
        stored = await pool.fetchval(_SIZES)
    finally:
        await pool.close()
    return Held(
        whole=whole,
        changes=changes,
        reissue=reissue,
        restart=restart,
        rss_before=rss_before,
        rss_whole=rss_whole,
        rss_all=rss_all,
        stored=stored,
    )


async def _accept(pool: Pool, directory: Directory, raw: bytes, clock: SetClock) -> None:
    async with pool.acquire() as conn:
        await directory.accept(conn, raw, clock.now())


async def _load(pool: Pool, directory: Directory) -> None:
    async with pool.acquire() as conn:
        await directory.load(conn)


async def _took(act: Callable[[], Awaitable[None]]) -> Took:
    began_s, cpu_s = monotonic_s(), process_time()
    await act()
    return Took(monotonic_s() - began_s, process_time() - cpu_s)


def _rss() -> int:
    gc.collect()
    return process_facts.memory([_own_pid()]).rss_bytes


def _own_pid() -> int:
    return int(Path("/proc/self").readlink().name)


def main() -> None:
    """Hold, and print it as JSON."""
    folder, dsn = sys.argv[1:]
    found = anyio.run(hold, Path(folder), dsn, backend_options={"use_uvloop": True})
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
