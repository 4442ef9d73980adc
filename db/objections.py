"""The table `objections`: what somebody objected to in delegated tasks, and how it was decided.

Invariant: an outcome follows the one that was read before it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.objections import ObjectionRecord

_record = mapper(ObjectionRecord)
_COLUMNS: Final = ", ".join(columns(ObjectionRecord))
_ADD: Final = insertion("objections", ObjectionRecord) + " ON CONFLICT (id) DO NOTHING"


async def add(conn: Conn, objection: ObjectionRecord) -> None:
    """Keep an objection; the same again changes nothing."""
    await conn.execute(_ADD, *values(objection))


_FORGET: Final = "DELETE FROM objections WHERE id = $1 AND outcome IS NULL"


async def forget(conn: Conn, objection_id: UUID) -> None:
    """The court that would decide did not take it: there is none, unless it was decided meanwhile."""
    await conn.execute(_FORGET, objection_id)


_FIND: Final = f"SELECT {_COLUMNS} FROM objections WHERE id = $1"


async def find(conn: Conn, objection_id: UUID) -> ObjectionRecord | None:
    """The objection, or None."""
    row = await conn.fetchrow(_FIND, objection_id)
    return None if row is None else _record(row)


_DECIDE: Final = """
    UPDATE objections SET outcome = $3, decided_on = $4, served_on = $5, decided_by = $6
     WHERE id = $1 AND outcome IS NOT DISTINCT FROM $2 RETURNING id
"""


async def decide(conn: Conn, before: ObjectionRecord, after: ObjectionRecord) -> bool:
    """Write the outcome; False when it has left `before`."""
    decided = await conn.fetchval(
        _DECIDE, before.id, before.outcome, after.outcome, after.decided_on, after.served_on, after.decided_by
    )
    return decided is not None


_OF_TASKS: Final = f"""
    SELECT {_COLUMNS} FROM objections WHERE task_id = ANY($1) ORDER BY task_id, filed_on, id LIMIT 10000
"""


async def of_tasks(conn: Conn, task_ids: Sequence[UUID]) -> list[ObjectionRecord]:
    """The objections of several tasks, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_TASKS, list(task_ids))]


_ABOUT: Final = f"""
    SELECT {_COLUMNS} FROM (
        SELECT {_COLUMNS} FROM objections WHERE asset_key = $1
        UNION
        SELECT {_COLUMNS} FROM objections WHERE measure_id = $2
        UNION
        SELECT {_COLUMNS} FROM objections WHERE task_id = $3 AND asset_key IS NULL AND measure_id IS NULL
    ) AS about
     ORDER BY coalesce(outcome, 'SUED') IN ('SUED', 'FOUNDED', 'BARRED') DESC, served_on DESC NULLS LAST, id LIMIT 1000
"""


async def about(
    conn: Conn, *, asset_key: bytes | None, measure_id: UUID | None, task_id: UUID | None
) -> list[ObjectionRecord]:
    """The objections about the thing, the measure, or the whole of the task; what may stand in the way first."""
    return [_record(row) for row in await conn.fetch(_ABOUT, asset_key, measure_id, task_id)]


_UNDECIDED: Final = f"""
    SELECT {_COLUMNS} FROM objections
     WHERE decides = $1 AND outcome IS NULL AND due_on <= $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4
"""


async def undecided(conn: Conn, court: str, *, due_by: date, after: UUID | None, limit: int) -> list[ObjectionRecord]:
    """Those that `court` has to decide by that day or before, by id."""
    return [_record(row) for row in await conn.fetch(_UNDECIDED, court, due_by, after, limit)]
