"""`xiezhi audit verify`: 0 of a whole trail, 1 of a broken one, 2 when it cannot be read; nothing of it is printed."""

from collections.abc import Callable
from typing import Any

import pytest
from anyio import to_thread

from api.audit_verify import run
from api.command_settings import AuditSettings
from db import audit
from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.audit import AuditAction, AuditEntry, Head
from enforcement.rules.audit_chain import chained

pytestmark = pytest.mark.anyio


@pytest.fixture
async def dsn(new_database: Callable[..., Any], clock: SetClock) -> str:
    """A database with a chain of three events."""
    made: str = await new_database("node")
    pool = await open_pool(made, size=1)
    entries = [
        AuditEntry(clock.now(), f"o-330824-0{n}", AuditAction.TASK_ACT, court="浙0824", roles=[]) for n in range(3)
    ]
    async with transaction(pool) as conn:
        await audit.append(conn, chained(Head(), entries))
    await pool.close()
    return made


async def verify(dsn: str, head: str | None = None, language: str = "en") -> int:
    return await to_thread.run_sync(lambda: run(AuditSettings(dsn=dsn), head, language=language))


async def change(dsn: str, statement: str) -> None:
    pool = await open_pool(dsn, size=1)
    async with pool.acquire() as conn:
        await conn.execute("ALTER TABLE audit_events DISABLE TRIGGER USER")
        await conn.execute(statement)
    await pool.close()


async def test_whole_trail_is_proven(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify(dsn) == 0

    whole, head = capsys.readouterr().out.splitlines()
    assert whole == "The audit trail is whole."
    assert await verify(dsn, head.removeprefix("Head "), "zh") == 0
    assert capsys.readouterr().out.splitlines() == ["审计日志完整。", head.replace("Head", "链首")]


async def test_changed_event_is_named(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    await change(dsn, "UPDATE audit_events SET officer = 'o-330824-09' WHERE seq = 2")

    assert await verify(dsn) == 1

    out = capsys.readouterr().out
    assert out.splitlines()[0] == "Event 2 was changed."
    assert "o-330824" not in out


async def test_cut_tail_is_found_by_a_kept_head(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    await verify(dsn)
    head = capsys.readouterr().out.splitlines()[1].removeprefix("Head ")
    await change(dsn, "DELETE FROM audit_events WHERE seq = 3")

    assert await verify(dsn) == 0
    assert await verify(dsn, head) == 1
    assert "Event 3 is not the head that was kept." in capsys.readouterr().out


async def test_entries_without_their_log_are_counted(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    await change(
        dsn, "INSERT INTO audit_queue (at, officer, action, outcome) VALUES ('2025-07-14', 'x', 'LOOK_UP', 'x')"
    )

    assert await verify(dsn) == 1
    assert "1 look-ups are not in both log and trail." in capsys.readouterr().out


@pytest.mark.parametrize("head", ["", "3", "0:" + "0" * 64, "3:xyz", "3:" + "A" * 64])
async def test_malformed_head_is_refused(dsn: str, head: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify(dsn, head) == 2
    assert capsys.readouterr().out == "A head is written NUMBER:HASH.\n"


async def test_unreachable_database_is_told_without_its_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify("postgresql://nobody:secret@127.0.0.1:9/none") == 2
    assert capsys.readouterr().out == "The database cannot be read.\n"
