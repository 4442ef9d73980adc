"""The embedded server keeps what it acknowledged and dies with its parent."""

import shutil
from pathlib import Path

import asyncpg
import pytest

from db import embedded

pytestmark = pytest.mark.anyio


async def test_restarts_after_kill_with_its_rows() -> None:
    folder = embedded.new_folder()
    server = embedded.start(folder)
    conn = await asyncpg.connect(server.dsn())
    await conn.execute("CREATE TABLE kept (n int)")
    await conn.execute("INSERT INTO kept VALUES (365)")
    server.process.kill()
    conn.terminate()

    restarted = embedded.start(folder)  # the killed server is still a zombie: its pid file is stale

    conn = await asyncpg.connect(restarted.dsn())
    assert await conn.fetchval("SELECT n FROM kept") == 365
    server.process.wait()
    await conn.close()
    restarted.stop()
    shutil.rmtree(folder)


async def test_chinese_text_search_finds() -> None:
    folder = embedded.new_folder()
    server = embedded.start(folder, durable=False)
    conn = await asyncpg.connect(server.dsn())

    assert await conn.fetchval("SELECT '歙县人民法院' ILIKE '%人民%' AND '歙县' ~ '^\\w+$'")

    await conn.close()
    server.stop()
    shutil.rmtree(folder)


def test_socket_is_private_and_no_port_is_open() -> None:
    folder = embedded.new_folder()
    server = embedded.start(folder, durable=False)

    assert (folder / "socket").stat().st_mode & 0o077 == 0
    assert (folder / "data" / "postmaster.pid").read_text().splitlines()[5] == ""

    server.stop()
    shutil.rmtree(folder)


def test_unreachable_binaries_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_reachable", lambda path, user: False)
    folder = embedded.new_folder()

    server = embedded.start(folder, durable=False)

    assert Path(f"/proc/{server.process.pid}/exe").readlink().is_relative_to(folder)
    server.stop()
    shutil.rmtree(folder)
