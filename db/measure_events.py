"""The append-only history of control measures; the table refuses UPDATE, DELETE and TRUNCATE.

Invariant: the changes of one measure are numbered from 1 without a gap; whoever adds one has locked the measure or its
queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.mapping import mapper
from db.pool import Conn
from db.records.assets import MeasureStatus
from db.records.measure_life import MeasureEventRecord

_record = mapper(MeasureEventRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that is not numbered yet."""

    measure_id: UUID
    at: datetime
    status: MeasureStatus
    court: str
    officer: str | None = None
    ground: str | None = None
    ruling_no: str | None = None
    receipt_id: UUID | None = None
    rank: int | None = None
    effective_at: datetime | None = None
    expires_on: date | None = None


_ADD: Final = """
    INSERT INTO measure_events (measure_id, no, at, recorded_at, status, court, officer, ground, ruling_no, receipt_id,
                                rank, effective_at, expires_on)
    SELECT n.measure_id,
           coalesce((SELECT max(e.no) FROM measure_events e WHERE e.measure_id = n.measure_id), 0)
             + row_number() OVER (PARTITION BY n.measure_id ORDER BY n.place),
           n.at, $1, n.status, n.court, n.officer, n.ground, n.ruling_no, n.receipt_id, n.rank, n.effective_at,
           n.expires_on
      FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
                  $10::integer[], $11::timestamptz[], $12::date[])
           WITH ORDINALITY AS n (measure_id, at, status, court, officer, ground, ruling_no, receipt_id, rank,
                                 effective_at, expires_on, place)
"""

_OF_MEASURES: Final = """
    SELECT measure_id, no, at, recorded_at, status, court, officer, ground, ruling_no, receipt_id, rank, effective_at,
           expires_on
      FROM measure_events WHERE measure_id = ANY ($1) ORDER BY measure_id, no LIMIT 2000
"""


async def add(conn: Conn, changes: Sequence[Change], *, now: datetime) -> None:
    """Append the changes in the order given: one statement."""
    if not changes:
        return
    columns = [
        [change.measure_id for change in changes],
        [change.at for change in changes],
        [change.status for change in changes],
        [change.court for change in changes],
        [change.officer for change in changes],
        [change.ground for change in changes],
        [change.ruling_no for change in changes],
        [change.receipt_id for change in changes],
        [change.rank for change in changes],
        [change.effective_at for change in changes],
        [change.expires_on for change in changes],
    ]
    await conn.execute(_ADD, now, *columns)


_HAS: Final = """
    SELECT EXISTS (SELECT FROM measure_events
                    WHERE measure_id = $1 AND status = $2 AND at = $3 AND (receipt_id IS NULL OR receipt_id = $4))
"""


async def has(conn: Conn, measure_id: UUID, status: MeasureStatus, at: datetime, *, receipt_id: UUID) -> bool:
    """Whether that change of the measure, as of that instant and by no other receipt, stands in its history."""
    return bool(await conn.fetchval(_HAS, measure_id, status, at, receipt_id))


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[MeasureEventRecord]:
    """The history of each measure, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]
