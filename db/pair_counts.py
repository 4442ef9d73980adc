"""What became of the tasks that this court sent in a period, counted by entrusted court in one statement.

Invariant: only what the log tells is counted. A task that was loaded rather than lived has no event of its signature:
it counts as dispatched, never as signed for.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.zone import PairCounts

_record = mapper(PairCounts)

# `waiting` is the event before the signature: it says by when the task had to be signed for.
_COUNTS: Final = """
    WITH sent AS (
        SELECT t.id, t.entrusted_court, t.status, t.status_at, t.received_at, t.answer_due_on, t.urgent, t.due_at
          FROM task_history h JOIN tasks t ON t.id = h.task_id
         WHERE h.act = 'DISPATCHED' AND h.at >= $1 AND h.at < $2 AND t.direction = 'OUTBOUND'
    ), judged AS (
        SELECT sent.entrusted_court, sent.status, sent.received_at, sent.answer_due_on, answered.at AS answered_at,
               signing.at AS signed_at, sent.due_at, rated.score, complained.n AS complaints, objected.n AS objections,
               CASE WHEN sent.urgent THEN signing.at <= waiting.at + $3::interval
                    ELSE (signing.at AT TIME ZONE INTERVAL '+08:00')::date <= waiting.due_on END AS is_signed_in_time
          FROM sent
          LEFT JOIN task_events signing
            ON signing.task_id = sent.id AND signing.type = 'SIGNED_FOR' AND signing.standing = 'APPLIED'
          LEFT JOIN task_events waiting
            ON waiting.task_id = sent.id AND waiting.seq = signing.seq - 1 AND waiting.standing = 'APPLIED'
          LEFT JOIN task_evaluations rated ON rated.task_id = sent.id
         CROSS JOIN LATERAL (
               SELECT count(*) AS n FROM task_statements s
                WHERE s.task_id = sent.id AND s.kind = 'COMPLAINED' AND s.refused_code IS NULL) complained
         CROSS JOIN LATERAL (SELECT count(*) AS n FROM objections o WHERE o.task_id = sent.id) objected
         CROSS JOIN LATERAL (
               SELECT coalesce(max(e.at), sent.status_at) AS at FROM task_events e
                WHERE e.task_id = sent.id AND e.type = 'FED_BACK' AND e.standing = 'APPLIED') answered
    )
    SELECT entrusted_court,
           count(*) AS dispatched,
           count(signed_at) AS signed_for,
           count(*) FILTER (WHERE is_signed_in_time) AS signed_for_in_time,
           count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
           count(*) FILTER (WHERE status = 'COMPLETED'
               AND (answered_at AT TIME ZONE INTERVAL '+08:00')::date <= answer_due_on) AS completed_in_time,
           count(*) FILTER (WHERE status = 'RETURNED') AS returned,
           count(received_at) FILTER (WHERE status = 'COMPLETED') AS handled,
           coalesce(sum(floor(extract(epoch FROM answered_at - received_at) / 60))
               FILTER (WHERE status = 'COMPLETED'), 0)::bigint AS handling_minutes,
           count(*) FILTER (WHERE due_at < $4 AND status = ANY ($5::text[])) AS overdue,
           count(score) AS evaluated,
           coalesce(sum(score), 0)::bigint AS evaluation_points,
           sum(complaints)::bigint AS complaints,
           sum(objections)::bigint AS objections
      FROM judged
     GROUP BY entrusted_court
     ORDER BY entrusted_court
     LIMIT 1000
"""


async def by_pair(
    conn: Conn,
    since: datetime,
    until: datetime,
    *,
    sign_urgent_within: timedelta,
    now: datetime,
    entrusted_acts_in: Collection[str],
) -> list[PairCounts]:
    """Of the tasks dispatched at or after `since` and before `until`, one row for each entrusted court, by code.

    Completed in time: the last feedback came on the last day of its term or before; where the log tells of no feedback,
    the completion stands for it. Overdue: past a deadline `now` in a state in which the entrusted court has to act; an
    ended task has none. A complaint that the other court refused was not made.
    """
    return [
        _record(row)
        for row in await conn.fetch(_COUNTS, since, until, sign_urgent_within, now, list(entrusted_acts_in))
    ]
