"""Measures whose last day comes near and of which nobody was warned yet at the stage that they have reached.

Invariant: read by the index of last days; what was warned of is left out, so that a sweep comes to an end.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import mapper
from db.pool import Conn


@dataclass(frozen=True, slots=True)
class Expiring:
    """A measure in force; `once` tells the warning of this stage of this term from all others."""

    once: str
    case_id: UUID | None
    task_id: UUID | None
    measure_id: UUID | None
    officer: str | None
    expires_on: date
    days_left: int
    stage: int


_record = mapper(Expiring)

_OWN: Final = """
    SELECT n.once, m.case_id, m.task_id, m.id AS measure_id, c.handler_id AS officer, m.expires_on,
           m.expires_on - $3 AS days_left, n.stage
      FROM measures m
      JOIN cases c ON c.id = m.case_id
     CROSS JOIN LATERAL (
           SELECT min(stage) AS stage, m.id || ' ' || m.expires_on || ' ' || min(stage) AS once
             FROM unnest($4::integer[]) AS s (stage) WHERE stage >= m.expires_on - $3) n
     WHERE m.status IN ('EFFECTIVE', 'RENEWED') AND m.expires_on >= $3 AND m.expires_on <= $3 + $5::integer
       AND m.ordering_court = $1
       AND NOT EXISTS (SELECT FROM warnings w WHERE w.once_key = $2 || ' ' || n.once)
     ORDER BY m.expires_on, m.id LIMIT $6
"""

_ENTRUSTED: Final = """
    SELECT n.once, NULL::uuid AS case_id, q.task_id, NULL::uuid AS measure_id, t.officer, q.expires_on,
           q.expires_on - $3 AS days_left, n.stage
      FROM measure_queue q
      LEFT JOIN tasks t ON t.id = q.task_id
     CROSS JOIN LATERAL (
           SELECT min(stage) AS stage, q.id || ' ' || q.expires_on || ' ' || min(stage) AS once
             FROM unnest($4::integer[]) AS s (stage) WHERE stage >= q.expires_on - $3) n
     WHERE q.status IN ('EFFECTIVE', 'RENEWED') AND q.expires_on >= $3 AND q.expires_on <= $3 + $5::integer
       AND q.ordering_court <> $1 AND q.task_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM warnings w WHERE w.once_key = $2 || ' ' || n.once)
     ORDER BY q.expires_on, q.id LIMIT $6
"""

_ELSEWHERE: Final = """
    SELECT n.once, t.case_id, NULL::uuid AS task_id, NULL::uuid AS measure_id, c.handler_id AS officer, h.expires_on,
           h.expires_on - $3 AS days_left, n.stage
      FROM measures_elsewhere h
      JOIN case_transfers t ON t.id = h.transfer_id
      LEFT JOIN cases c ON c.id = t.case_id
     CROSS JOIN LATERAL (
           SELECT min(stage) AS stage, h.transfer_id || ' ' || h.measure_id || ' ' || h.expires_on || ' ' || min(stage)
                      AS once
             FROM unnest($4::integer[]) AS s (stage) WHERE stage >= h.expires_on - $3) n
     WHERE h.status IN ('EFFECTIVE', 'RENEWED') AND h.expires_on >= $3 AND h.expires_on <= $3 + $5::integer
       AND t.peer <> $1 AND (t.direction = 'INBOUND') = (t.status <> 'RETURNED')
       AND NOT EXISTS (SELECT FROM warnings w WHERE w.once_key = $2 || ' ' || n.once)
     ORDER BY h.expires_on, h.transfer_id, h.measure_id LIMIT $6
"""


async def own(conn: Conn, court: str, kind: str, today: date, stages: list[int], *, limit: int) -> list[Expiring]:
    """Measures that `court` ordered, at most `limit`; `stages` are days before the last one, ascending."""
    return [_record(row) for row in await conn.fetch(_OWN, court, kind, today, stages, max(stages, default=0), limit)]


async def entrusted(conn: Conn, court: str, kind: str, today: date, stages: list[int], *, limit: int) -> list[Expiring]:
    """Measures of other courts that were registered through `court`, by a task."""
    rows = await conn.fetch(_ENTRUSTED, court, kind, today, stages, max(stages, default=0), limit)
    return [_record(row) for row in rows]


async def elsewhere(conn: Conn, court: str, kind: str, today: date, stages: list[int], *, limit: int) -> list[Expiring]:
    """Measures that other courts hold for cases that are with `court`, or that went back to it."""
    rows = await conn.fetch(_ELSEWHERE, court, kind, today, stages, max(stages, default=0), limit)
    return [_record(row) for row in rows]
