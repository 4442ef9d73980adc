"""The table `task_evaluations`: the score of each evaluated task. Invariant: a task has one."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.pool import Conn

_ADD: Final = "INSERT INTO task_evaluations (task_id, score, at) VALUES ($1, $2, $3) ON CONFLICT (task_id) DO NOTHING"


async def add(conn: Conn, task_id: UUID, score: int, at: datetime) -> None:
    """Keep the score; the same task again changes nothing."""
    await conn.execute(_ADD, task_id, score, at)


_FORGET: Final = "DELETE FROM task_evaluations WHERE task_id = $1"


async def forget(conn: Conn, task_id: UUID) -> None:
    """The other court did not take the evaluation: the task has none."""
    await conn.execute(_FORGET, task_id)
