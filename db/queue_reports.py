"""What the court where an asset lies last said of the queue in which a measure of this court stands there.

Invariant: a report replaces only an older one, in whatever order they come. A court that was restored from a backup
counts versions anew; its clock goes on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """One report; `entries` is JSON, and names no case."""

    measure_id: UUID
    court: str
    version: int
    as_of: datetime
    entries: str


_record = mapper(ReportRecord)

_SET: Final = (
    insertion("queue_reports", ReportRecord)
    + """
    ON CONFLICT (measure_id) DO UPDATE
       SET court = excluded.court, version = excluded.version, as_of = excluded.as_of, entries = excluded.entries
     WHERE queue_reports.court <> excluded.court
        OR (queue_reports.as_of, queue_reports.version) < (excluded.as_of, excluded.version)
    RETURNING measure_id
"""
)
_OF_MEASURES: Final = f"""
    SELECT {", ".join(columns(ReportRecord))} FROM queue_reports WHERE measure_id = ANY ($1)
     ORDER BY as_of DESC, measure_id LIMIT 100
"""


async def put(conn: Conn, report: ReportRecord) -> bool:
    """Keep it; False when the same or a newer one is here."""
    return await conn.fetchval(_SET, *values(report)) is not None


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[ReportRecord]:
    """The reports about these measures, newest first."""
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]
