"""The tables `task_history` (internal acts, hash-chained) and `task_overlays` (marks beside the state)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.pool import Conn
from db.records.tasks import HistoryRecord, OverlayRecord

CONTEXT: Final = "task_history.note"

_ADD: Final = """
    INSERT INTO task_history (task_id, no, act, officer, at, note, prev, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def add(conn: Conn, act: HistoryRecord) -> None:
    """Append an act; its number must be free."""
    await conn.execute(_ADD, act.task_id, act.no, act.act, act.officer, act.at, act.note, act.prev, act.digest)


_OF_TASKS: Final = """
    SELECT task_id, no, act, officer, at, note, prev, digest FROM task_history
     WHERE task_id = ANY($1) ORDER BY task_id, no LIMIT 10000
"""


async def of_tasks(conn: Conn, task_ids: Sequence[UUID]) -> list[HistoryRecord]:
    """The internal acts of several tasks, in order."""
    return [HistoryRecord(*row) for row in await conn.fetch(_OF_TASKS, list(task_ids))]


_ADD_OVERLAY: Final = """
    INSERT INTO task_overlays (task_id, kind, at, author, code, cleared_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (task_id, kind, at) DO NOTHING
"""


async def add_overlay(conn: Conn, overlay: OverlayRecord) -> None:
    """Put a mark beside the state; the same mark again changes nothing."""
    await conn.execute(
        _ADD_OVERLAY, overlay.task_id, overlay.kind, overlay.at, overlay.author, overlay.code, overlay.cleared_at
    )


_CLEAR: Final = """
    UPDATE task_overlays SET cleared_at = $3 WHERE task_id = $1 AND kind = $2 AND cleared_at IS NULL
"""


_REOPEN: Final = """
    INSERT INTO task_overlays (task_id, kind, at, author, code) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (task_id, kind, at) DO UPDATE SET cleared_at = NULL
"""


async def stand_overlay(conn: Conn, overlay: OverlayRecord) -> None:
    """Put a mark that stands; the same one, cleared before, stands again."""
    await conn.execute(_REOPEN, overlay.task_id, overlay.kind, overlay.at, overlay.author, overlay.code)


_CLEAR_BUT: Final = """
    UPDATE task_overlays SET cleared_at = $4
     WHERE task_id = $1 AND kind = $2 AND cleared_at IS NULL AND coalesce(code, '') <> ALL ($3)
"""


async def clear_overlays_but(conn: Conn, task_id: UUID, kind: str, codes: Sequence[str], now: datetime) -> None:
    """End the open marks of `kind` whose code is none of `codes`."""
    await conn.execute(_CLEAR_BUT, task_id, kind, list(codes), now)


async def clear_overlay(conn: Conn, task_id: UUID, kind: str, now: datetime) -> None:
    """End every open mark of `kind`; it stays in the timeline."""
    await conn.execute(_CLEAR, task_id, kind, now)


_OVERLAYS: Final = """
    SELECT task_id, kind, at, author, code, cleared_at FROM task_overlays
     WHERE task_id = ANY($1) ORDER BY task_id, at, kind LIMIT 10000
"""


async def overlays_of(conn: Conn, task_ids: Sequence[UUID]) -> list[OverlayRecord]:
    """The marks of several tasks, cleared ones included, oldest first."""
    return [OverlayRecord(*row) for row in await conn.fetch(_OVERLAYS, list(task_ids))]
