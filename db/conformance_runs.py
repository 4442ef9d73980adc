"""The gateway's tables `conformance_runs` and `conformance_findings`.

Invariant: a court has at most one run that is not finished; a finished one never changes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.membership import ConformanceFindingRecord, ConformanceRunRecord

MOST_RUNS: Final = 100
"""How many runs of a court are listed, newest first."""
MOST_FINDINGS: Final = 200
"""How many differences of one run are kept."""

_record = mapper(ConformanceRunRecord)
_COLUMNS: Final = ", ".join(columns(ConformanceRunRecord))
_ADD: Final = f"{insertion('conformance_runs', ConformanceRunRecord)} ON CONFLICT DO NOTHING RETURNING id"


async def add(conn: Conn, run: ConformanceRunRecord) -> bool:
    """Store an unfinished run; False when the court has one."""
    return await conn.fetchval(_ADD, *values(run)) is not None


_OPEN: Final = f"SELECT {_COLUMNS} FROM conformance_runs WHERE court = $1 AND finished_at IS NULL FOR UPDATE"


async def lock_open(conn: Conn, court: str) -> ConformanceRunRecord | None:
    """The court's unfinished run, locked until the transaction ends."""
    row = await conn.fetchrow(_OPEN, court)
    return None if row is None else _record(row)


_NEXT: Final = f"""
    SELECT {_COLUMNS} FROM conformance_runs WHERE finished_at IS NULL ORDER BY started_at LIMIT 1
       FOR UPDATE SKIP LOCKED
"""


async def claim_open(conn: Conn) -> ConformanceRunRecord | None:
    """The oldest unfinished run that nobody else holds, locked until the transaction ends."""
    row = await conn.fetchrow(_NEXT)
    return None if row is None else _record(row)


_FINISH: Final = f"""
    UPDATE conformance_runs SET finished_at = $2, is_green = $3 WHERE id = $1 AND finished_at IS NULL
    RETURNING {_COLUMNS}
"""


async def finish(
    conn: Conn, run_id: UUID, findings: Sequence[ConformanceFindingRecord], *, is_green: bool, now: datetime
) -> ConformanceRunRecord | None:
    """The run, finished, with what it found; None when it was finished already."""
    row = await conn.fetchrow(_FINISH, run_id, now, is_green)
    if row is None:
        return None
    await conn.executemany(insertion("conformance_findings", ConformanceFindingRecord), list(map(values, findings)))
    return _record(row)


_OF_COURTS: Final = f"""
    SELECT {_COLUMNS} FROM (
        SELECT *, row_number() OVER (PARTITION BY court ORDER BY started_at DESC, id DESC) AS place
          FROM conformance_runs WHERE court = ANY($1)) AS runs
     WHERE place <= $2 ORDER BY court, started_at DESC, id DESC LIMIT 10000
"""


async def of_courts(conn: Conn, courts: Sequence[str], limit: int = MOST_RUNS) -> dict[str, list[ConformanceRunRecord]]:
    """The newest runs of each court, newest first."""
    found: dict[str, list[ConformanceRunRecord]] = {court: [] for court in courts}
    for row in await conn.fetch(_OF_COURTS, list(courts), limit):
        found[row["court"]].append(_record(row))
    return found


_finding = mapper(ConformanceFindingRecord)
_FINDINGS: Final = f"""
    SELECT {", ".join(columns(ConformanceFindingRecord))} FROM conformance_findings
     WHERE run_id = ANY($1) ORDER BY run_id, position LIMIT 20000
"""


async def findings(conn: Conn, run_ids: Sequence[UUID]) -> dict[UUID, list[ConformanceFindingRecord]]:
    """What each run found, in its order."""
    found: dict[UUID, list[ConformanceFindingRecord]] = {run_id: [] for run_id in run_ids}
    for row in await conn.fetch(_FINDINGS, list(run_ids)):
        found[row["run_id"]].append(_finding(row))
    return found
