"""What each channel said of each kind of asset in a search: one row per kind and channel.

Invariant: what a channel said stands; only a row that is still asked, was not asked, or was not answered is filled.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.searches import ResultOutcome, ResultRecord

PLACE: Final = "search_results.place"

_record = mapper(ResultRecord)
_INSERT: Final = insertion("search_results", ResultRecord)

_OF_SEARCHES: Final = """
    SELECT id, search_id, inquiry_id, unit_id, unit_name, kind, channel, outcome, reason, source, as_of, closed_at,
           recorded_by, place, digest
      FROM search_results WHERE search_id = ANY ($1) ORDER BY search_id, kind, channel, unit_id, id LIMIT 5000
"""

_OF_INQUIRY: Final = """
    SELECT id, search_id, inquiry_id, unit_id, unit_name, kind, channel, outcome, reason, source, as_of, closed_at,
           recorded_by, place, digest
      FROM search_results WHERE inquiry_id = $1 ORDER BY kind, id LIMIT 100 FOR UPDATE
"""

_OF_TASK: Final = """
    SELECT r.id, r.search_id, r.inquiry_id, r.unit_id, r.unit_name, r.kind, r.channel, r.outcome, r.reason, r.source,
           r.as_of, r.closed_at, r.recorded_by, r.place, r.digest
      FROM search_results r JOIN asset_searches s ON s.id = r.search_id
     WHERE s.task_id = $1 ORDER BY s.requested_at, s.id, r.kind, r.channel, r.unit_id, r.id LIMIT 2000
"""

_OF_UNIT: Final = """
    SELECT id, search_id, inquiry_id, unit_id, unit_name, kind, channel, outcome, reason, source, as_of, closed_at,
           recorded_by, place, digest
      FROM search_results WHERE search_id = $1 AND kind = $2 AND channel = $3 AND unit_id = $4 FOR UPDATE
"""

_FILL: Final = """
    UPDATE search_results
       SET outcome = $2, reason = $3, source = $4, as_of = $5, closed_at = $6, recorded_by = $7, place = $8, digest = $9
     WHERE id = $1 AND (outcome IS NULL OR outcome IN ('NOT_ASKED', 'NO_ANSWER'))
    RETURNING id
"""

_GIVE_UP: Final = """
    UPDATE search_results SET outcome = 'NO_ANSWER', reason = $2, closed_at = $3
     WHERE inquiry_id = $1 AND outcome IS NULL
"""


async def insert_all(conn: Conn, results: list[ResultRecord]) -> None:
    await conn.executemany(_INSERT, [values(result) for result in results])


async def of_searches(conn: Conn, search_ids: list[UUID]) -> list[ResultRecord]:
    """The rows of all these searches, by search and kind: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_SEARCHES, search_ids)]


async def lock_of_inquiry(conn: Conn, inquiry_id: UUID) -> list[ResultRecord]:
    """What a unit was asked, kind by kind, locked until the transaction ends."""
    return [_record(row) for row in await conn.fetch(_OF_INQUIRY, inquiry_id)]


async def of_task(conn: Conn, task_id: UUID) -> list[ResultRecord]:
    """The rows of every search for the task, oldest search first."""
    return [_record(row) for row in await conn.fetch(_OF_TASK, task_id)]


async def lock_of_unit(conn: Conn, search_id: UUID, kind: str, channel: str, unit_id: str) -> ResultRecord | None:
    """The one row of that unit, channel and kind, locked; None when nobody thought of asking."""
    row = await conn.fetchrow(_OF_UNIT, search_id, kind, channel, unit_id)
    return None if row is None else _record(row)


async def fill(conn: Conn, result: ResultRecord) -> bool:
    """Write what the channel said into the row of that id; False when an answer stands there."""
    return (
        await conn.fetchval(
            _FILL,
            result.id,
            result.outcome,
            result.reason,
            result.source,
            result.as_of,
            result.closed_at,
            result.recorded_by,
            result.place,
            result.digest,
        )
        is not None
    )


async def give_up(conn: Conn, inquiry_id: UUID, *, reason: str, now: datetime) -> None:
    """Nobody waits for the unit any more: what it did not say is NO_ANSWER."""
    await conn.execute(_GIVE_UP, inquiry_id, reason, now)


def is_open(result: ResultRecord) -> bool:
    """Whether an answer may still be written into the row."""
    return result.outcome in {None, ResultOutcome.NOT_ASKED, ResultOutcome.NO_ANSWER}
