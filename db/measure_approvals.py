"""The table `measure_approvals`: exceptions that a bureau chief approves (审批), by whom asked for and decided."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.control import ApprovalDecision, MeasureApprovalRecord

_record = mapper(MeasureApprovalRecord)
_COLUMNS: Final = ", ".join(columns(MeasureApprovalRecord))
_INSERT: Final = insertion("measure_approvals", MeasureApprovalRecord)


async def insert(conn: Conn, approval: MeasureApprovalRecord) -> None:
    await conn.execute(_INSERT, *values(approval))


_LOCK: Final = f"SELECT {_COLUMNS} FROM measure_approvals WHERE measure_id = $1 FOR UPDATE"


async def lock(conn: Conn, measure_id: UUID) -> MeasureApprovalRecord | None:
    row = await conn.fetchrow(_LOCK, measure_id)
    return None if row is None else _record(row)


_OF_MEASURES: Final = f"SELECT {_COLUMNS} FROM measure_approvals WHERE measure_id = ANY ($1) LIMIT 1000"


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[MeasureApprovalRecord]:
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]


_DECIDE: Final = """
    UPDATE measure_approvals SET decision = $2, decided_by = $3, decided_at = $4 WHERE measure_id = $1
"""


async def decide(conn: Conn, measure_id: UUID, decision: ApprovalDecision, *, by: str, at: datetime) -> None:
    """Write the decision down; the row is locked and open."""
    await conn.execute(_DECIDE, measure_id, decision, by, at)
