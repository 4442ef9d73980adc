"""The table `unit_objections`: what assisting units object to notices, one open objection per notice."""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.searches import UnitObjectionRecord

_record = mapper(UnitObjectionRecord)
_COLUMNS: Final = ", ".join(columns(UnitObjectionRecord))
_INSERT: Final = insertion("unit_objections", UnitObjectionRecord) + " ON CONFLICT DO NOTHING RETURNING id"


async def insert(conn: Conn, objection: UnitObjectionRecord) -> bool:
    """Write it down; False when one about the notice is open already."""
    return await conn.fetchval(_INSERT, *values(objection)) is not None


_LOCK: Final = f"SELECT {_COLUMNS} FROM unit_objections WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, objection_id: UUID) -> UnitObjectionRecord | None:
    row = await conn.fetchrow(_LOCK, objection_id)
    return None if row is None else _record(row)


_OF_NOTICES: Final = f"""
    SELECT {_COLUMNS} FROM unit_objections WHERE notice_id = ANY ($1) ORDER BY notice_id, raised_at, id LIMIT 1000
"""


async def of_notices(conn: Conn, notice_ids: list[UUID]) -> list[UnitObjectionRecord]:
    """The objections to these notices, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_NOTICES, notice_ids)]


_DECIDE: Final = """
    UPDATE unit_objections SET decision = $2, decided_by = $3, decided_at = $4, decision_paper = $5,
           version = version + 1
     WHERE id = $1
"""


async def decide(conn: Conn, decided: UnitObjectionRecord) -> None:
    """Write the decision over the locked objection."""
    given = (decided.decision, decided.decided_by, decided.decided_at, decided.decision_paper)
    await conn.execute(_DECIDE, decided.id, *given)


_DUE: Final = f"""
    SELECT {_COLUMNS} FROM unit_objections
     WHERE decision IS NULL AND due_on <= $1 AND ($2::date IS NULL OR (due_on, id) > ($2, $3::uuid))
     ORDER BY due_on, id LIMIT $4
"""


async def due(conn: Conn, by: date, *, after: tuple[date, UUID] | None, limit: int) -> list[UnitObjectionRecord]:
    """Open objections whose answer is due on that day or before, the first due first, behind `after`: (due on, id)."""
    day, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_DUE, by, day, last, limit)]
