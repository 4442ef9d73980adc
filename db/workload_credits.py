"""The table `workload_credits`: what each completed task counts for whom. Invariant: a task counts once."""

from datetime import datetime
from typing import Final

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.objections import CreditRecord

_record = mapper(CreditRecord)
_ADD: Final = insertion("workload_credits", CreditRecord) + " ON CONFLICT (task_id) DO NOTHING"


async def add(conn: Conn, credit: CreditRecord) -> None:
    """Write what a completed task counts; the same task again changes nothing."""
    await conn.execute(_ADD, *values(credit))


_BETWEEN: Final = f"""
    SELECT {", ".join(columns(CreditRecord))} FROM workload_credits
     WHERE completed_at >= $1 AND completed_at < $2 AND ($3::text IS NULL OR officer = $3)
     ORDER BY officer, matter, task_id LIMIT $4
"""


async def between(conn: Conn, since: datetime, until: datetime, officer: str | None, limit: int) -> list[CreditRecord]:
    """Of the tasks completed at or after `since` and before `until`: of one officer, or of all."""
    return [_record(row) for row in await conn.fetch(_BETWEEN, since, until, officer, limit)]
