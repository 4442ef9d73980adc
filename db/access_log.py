"""What other courts asked here: one row per ask and outcome, refused ones too; a repeated ask is logged once."""

from datetime import datetime
from typing import Final

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.audit import AuditAction
from db.records.lookups import COURT_RATE_LIMITED, RATE_LIMITED, STALE, AccessRecord

_LOCKS: Final = 7_365_302  # class of the advisory locks below

_record = mapper(AccessRecord)
_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"


async def lock_officer(conn: Conn, court: str, officer_id: str) -> None:
    """One ask of an officer is counted at a time, until the transaction ends."""
    await conn.execute(_LOCK, _LOCKS, f"{court} {officer_id}")


_ADD: Final = f"""
    WITH added AS ({insertion("access_log", AccessRecord)} ON CONFLICT DO NOTHING RETURNING *)
    INSERT INTO audit_queue (at, court, officer, roles, action, outcome, subject, case_number, purpose, sections,
                             lookup_id, object_id, rows)
    SELECT at, asking_court, officer_id, roles, '{AuditAction.ANSWER}', outcome, subject_key, case_number, purpose,
           sections, lookup_id, ask_id, rows
      FROM added
"""


async def add(conn: Conn, record: AccessRecord) -> None:
    """Write an ask down and queue it for the audit trail; the same ask with the same outcome is there already."""
    await conn.execute(_ADD, *values(record))


_COUNT_COURT: Final = """
    SELECT count(*) FROM access_log WHERE asking_court = $1 AND at > $2 AND outcome <> ALL ($3::text[])
"""
_COUNT_OFFICER: Final = """
    SELECT count(*) FROM access_log
     WHERE asking_court = $1 AND officer_id = $2 AND at > $3 AND outcome <> ALL ($4::text[])
"""
_UNCOUNTED: Final = [RATE_LIMITED, COURT_RATE_LIMITED, STALE]
"""An old ask is no look-up: whoever carried it may offer it again, and must not use up its court's number."""


async def count_court(conn: Conn, court: str, since: datetime) -> int:
    """Asks of a court after `since`, without those refused for their number or their age."""
    return int(await conn.fetchval(_COUNT_COURT, court, since, _UNCOUNTED))


async def count_officer(conn: Conn, court: str, officer_id: str, since: datetime) -> int:
    """Asks of one officer of a court after `since`, without those refused for their number."""
    return int(await conn.fetchval(_COUNT_OFFICER, court, officer_id, since, _UNCOUNTED))


_NEWEST: Final = """
    SELECT number, at, asking_court, ask_id, digest, outcome, lookup_id, officer_id, field, case_number, purpose,
           sections, subject_kind, subject_key, mandate, rows, roles
      FROM access_log
     WHERE ($1::text IS NULL OR asking_court = $1) AND ($2::timestamptz IS NULL OR (at, number) < ($2, $3::bigint))
     ORDER BY at DESC, number DESC LIMIT $4
"""


async def page(
    conn: Conn, *, court: str | None, after: tuple[datetime, int] | None, limit: int
) -> list[tuple[int, AccessRecord]]:
    """The newest asks first, of one court if given, after the row that `after` names by (at, number); each numbered."""
    at, last = after or (None, None)
    rows = [dict(row.items()) for row in await conn.fetch(_NEWEST, court, at, last, limit)]
    return [(row.pop("number"), _record(row)) for row in rows]
