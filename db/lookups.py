"""The look-ups of this court's own officers: every attempt is a row, refused ones too.

Invariant: a statement that writes a row queues it for the audit trail too, so that it costs no round trip.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.audit import AuditAction
from db.records.cases import CaseStatus
from db.records.lookups import RATE_LIMITED, Grounds, HeldCase, LookupRecord

_LOCKS: Final = 7_365_301  # class of the advisory locks below

_record = mapper(LookupRecord)
_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"


async def lock_officer(conn: Conn, officer_id: str) -> None:
    """One look-up of an officer begins at a time, until the transaction ends: the count below is exact."""
    await conn.execute(_LOCK, _LOCKS, officer_id)


_COUNT: Final = "SELECT count(*) FROM lookups WHERE officer_id = $1 AND at > $2 AND outcome <> $3"


_GROUNDS: Final = f"""
    SELECT ({_COUNT}) AS attempts, c.handler_id, c.status,
           EXISTS (SELECT FROM parties p JOIN case_parties cp ON cp.party_id = p.id
                    WHERE p.identifier_key = $5 AND cp.case_id = c.id AND cp.role = 'DEBTOR') AS names_debtor
      FROM (VALUES (1)) AS always LEFT JOIN cases c ON c.number = $4
"""


async def grounds(conn: Conn, officer_id: str, since: datetime, *, case_number: str, subject_key: bytes) -> Grounds:
    """What the basis of a look-up rests on, all as of one instant: see `Grounds`."""
    row = await conn.fetchrow(_GROUNDS, officer_id, since, RATE_LIMITED, case_number, subject_key)
    assert row is not None  # there is always one
    held = None if row["handler_id"] is None else HeldCase(row["handler_id"], CaseStatus(row["status"]))
    return Grounds(row["attempts"], held, names_debtor=row["names_debtor"])


_ADD: Final = f"""
    WITH added AS ({insertion("lookups", LookupRecord)} RETURNING *)
    INSERT INTO audit_queue (at, officer, roles, action, outcome, subject, case_number, purpose, sections, lookup_id)
    SELECT at, officer_id, roles, '{AuditAction.LOOK_UP}', outcome, subject_key, case_number, purpose, sections, id
      FROM added
"""


async def add(conn: Conn, record: LookupRecord) -> None:
    """Write an attempt down, and queue it for the audit trail."""
    await conn.execute(_ADD, *values(record))


_END: Final = f"""
    WITH ended AS (
        UPDATE lookups SET outcome = $2, coverage = $3, ended_at = $4 WHERE id = $1 AND ended_at IS NULL RETURNING *
    )
    INSERT INTO audit_queue (at, officer, roles, action, outcome, subject, case_number, purpose, sections, lookup_id,
                             rows)
    SELECT ended_at, officer_id, roles, '{AuditAction.LOOK_UP_ENDED}', outcome, subject_key, case_number, purpose,
           sections, id, $5
      FROM ended
"""


async def end(conn: Conn, lookup_id: UUID, *, outcome: str, coverage: dict[str, Any], rows: int, at: datetime) -> None:
    """Add to a started look-up what it covered, and queue that for the audit trail; `rows` are those it showed."""
    await conn.execute(_END, lookup_id, outcome, coverage, at, rows)


_BY_CASE: Final = """
    SELECT id, at, officer_id, field, case_number, purpose, sections, subject_kind, subject_key, scope, outcome,
           remark, coverage, ended_at, roles
      FROM lookups
     WHERE ($1::text IS NULL OR case_number = $1) AND ($2::text IS NULL OR officer_id = $2)
       AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid))
     ORDER BY at DESC, id DESC LIMIT $5
"""


async def page(
    conn: Conn, *, case_number: str | None, officer_id: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[LookupRecord]:
    """The newest attempts first, of one case or officer if given, after the row that `after` names by (at, id)."""
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_BY_CASE, case_number, officer_id, at, last, limit)]


_ABOUT: Final = """
    SELECT l.id, l.at, l.officer_id, l.field, l.case_number, l.purpose, l.sections, l.subject_kind, l.subject_key,
           l.scope, l.outcome, l.remark, l.coverage, l.ended_at, l.roles
      FROM parties p JOIN lookups l ON l.subject_key = p.identifier_key
     WHERE p.id = $1 AND l.at < $2 AND ($3::text IS NULL OR l.case_number = $3)
       AND ($4::timestamptz IS NULL OR (l.at, l.id) < ($4, $5::uuid))
     ORDER BY l.at DESC, l.id DESC LIMIT $6
"""


async def about(
    conn: Conn,
    party_id: UUID,
    *,
    until: datetime,
    case_number: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[LookupRecord]:
    """The attempts to look that party up before `until`, newest first, after the row that `after` names."""
    at, last = after or (None, None)
    return [_record(row) for row in await conn.fetch(_ABOUT, party_id, until, case_number, at, last, limit)]
