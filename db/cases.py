"""Enforcement cases of this court."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.cases import CaseRecord, CaseStatus, ClosingMethod, PresenceRecord
from db.records.parties import CasePartyRecord, PartyRole

_record = mapper(CaseRecord)
_presence = mapper(PresenceRecord)

_GET: Final = """
    SELECT id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status, closing_method, closed_on,
           amount_applied, principal, general_interest, costs, performance_due_on, livelihood, handler_id, resumed_from,
           version, synthetic
      FROM cases WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status, closing_method, closed_on,
           amount_applied, principal, general_interest, costs, performance_due_on, livelihood, handler_id, resumed_from,
           version, synthetic
      FROM cases WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_BY_NUMBER: Final = """
    SELECT id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status, closing_method, closed_on,
           amount_applied, principal, general_interest, costs, performance_due_on, livelihood, handler_id, resumed_from,
           version, synthetic
      FROM cases WHERE number = $1
"""

_LOCK: Final = """
    SELECT id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status, closing_method, closed_on,
           amount_applied, principal, general_interest, costs, performance_due_on, livelihood, handler_id, resumed_from,
           version, synthetic
      FROM cases WHERE number = $1 FOR UPDATE
"""

_LOCK_IDS: Final = """
    SELECT id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status, closing_method, closed_on,
           amount_applied, principal, general_interest, costs, performance_due_on, livelihood, handler_id, resumed_from,
           version, synthetic
      FROM cases WHERE id = ANY ($1) ORDER BY id FOR UPDATE
"""

_PAGE: Final = """
    SELECT id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status, closing_method, closed_on,
           amount_applied, principal, general_interest, costs, performance_due_on, livelihood, handler_id, resumed_from,
           version, synthetic
      FROM cases
     WHERE ($1::text IS NULL OR handler_id = $1 OR id = ANY ($6)) AND ($2::text IS NULL OR status = $2)
       AND ($3::date IS NULL OR (filed_on, id) < ($3, $4::uuid))
     ORDER BY filed_on DESC, id DESC
     LIMIT $5
"""

_OF_PARTY: Final = """
    SELECT c.id, c.number, c.type, c.case_class, c.cause, c.basis_kind, c.basis_number, c.filed_on, c.status,
           c.closing_method, c.closed_on, c.amount_applied, c.principal, c.general_interest, c.costs,
           c.performance_due_on, c.livelihood, c.handler_id, c.resumed_from, c.version, c.synthetic
      FROM case_parties cp JOIN cases c ON c.id = cp.case_id
     WHERE cp.party_id = $1 AND cp.role = $2
     ORDER BY c.filed_on, c.id
     LIMIT $3
"""

_OF_IDENTIFIED: Final = """
    SELECT c.id, c.number, c.type, c.case_class, c.cause, c.basis_kind, c.basis_number, c.filed_on, c.status,
           c.closing_method, c.closed_on, c.amount_applied, c.principal, c.general_interest, c.costs,
           c.performance_due_on, c.livelihood, c.handler_id, c.resumed_from, c.version, c.synthetic, p.id AS party_id
      FROM parties p JOIN case_parties cp ON cp.party_id = p.id JOIN cases c ON c.id = cp.case_id
     WHERE p.identifier_key = $1 AND cp.role = $2
     ORDER BY c.filed_on, c.id
     LIMIT $3
"""

_HAS_ROLE: Final = "SELECT EXISTS (SELECT FROM case_parties WHERE case_id = $1 AND party_id = $2 AND role = $3)"

# A measure of another court in the asset's queue is that court's to report: only the answering court's own count.
_PRESENCE: Final = """
    SELECT count(*) FILTER (WHERE c.status <> 'CLOSED') AS open_cases,
           count(*) FILTER (WHERE c.closing_method = 'TERMINATED_FOR_NOW') AS terminated_cases,
           (SELECT count(DISTINCT a.id) FROM assets a JOIN measures m ON m.asset_id = a.id
             WHERE a.owner_id = $1 AND m.ordering_court = $2 AND m.status IN ('EFFECTIVE', 'RENEWED')
               AND (m.expires_on IS NULL OR m.expires_on >= $3)) AS controlled_assets,
           EXISTS (SELECT FROM dishonest_entries d
             WHERE d.party_id = $1 AND d.published_on <= $3 AND d.until_on >= $3
               AND (d.removed_on IS NULL OR d.removed_on > $3)) AS dishonest,
           EXISTS (SELECT FROM consumption_restrictions r
             WHERE r.party_id = $1 AND r.issued_on <= $3 AND (r.lifted_on IS NULL OR r.lifted_on > $3)) AS restricted
      FROM case_parties cp JOIN cases c ON c.id = cp.case_id
     WHERE cp.party_id = $1 AND cp.role = 'DEBTOR'
"""

_INSERT: Final = insertion("cases", CaseRecord)

_MOVE: Final = """
    UPDATE cases SET status = $3, closing_method = $4, closed_on = $5, version = version + 1
     WHERE id = $1 AND version = $2
    RETURNING id
"""


_CHANGED: Final = "UPDATE cases SET version = version + 1 WHERE id = $1 AND version = $2 RETURNING id"


async def get(conn: Conn, case_id: UUID) -> CaseRecord | None:
    row = await conn.fetchrow(_GET, case_id)
    return None if row is None else _record(row)


async def of_ids(conn: Conn, case_ids: list[UUID]) -> list[CaseRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, case_ids)]


async def by_number(conn: Conn, number: str) -> CaseRecord | None:
    """The case with that canonical number."""
    row = await conn.fetchrow(_BY_NUMBER, number)
    return None if row is None else _record(row)


async def lock(conn: Conn, number: str) -> CaseRecord | None:
    """The case with that canonical number, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, number)
    return None if row is None else _record(row)


async def lock_ids(conn: Conn, case_ids: list[UUID]) -> list[CaseRecord]:
    """These cases by id, locked until the transaction ends; a case is locked before what hangs on it."""
    return [_record(row) for row in await conn.fetch(_LOCK_IDS, case_ids)]


async def page(
    conn: Conn,
    *,
    handler_id: str | None,
    or_ids: list[UUID] | None = None,
    status: CaseStatus | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[CaseRecord]:
    """At most `limit` cases, newest first, after the row that `after` names by (filed_on, id).

    With `handler_id` that handler's, and those of `or_ids`.
    """
    filed_on, case_id = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE, handler_id, status, filed_on, case_id, limit, or_ids)]


async def of_party(
    conn: Conn, party_id: UUID, *, role: PartyRole = PartyRole.DEBTOR, limit: int = 100
) -> list[CaseRecord]:
    """The cases in which the party has `role`, oldest first."""
    return [_record(row) for row in await conn.fetch(_OF_PARTY, party_id, role, limit)]


async def of_identified(
    conn: Conn, key: bytes, *, role: PartyRole = PartyRole.DEBTOR, limit: int = 100
) -> tuple[UUID | None, list[CaseRecord]]:
    """The party with that number (`parties.identifier_key`) and its cases as `of_party`; None when it has none."""
    rows = await conn.fetch(_OF_IDENTIFIED, key, role, limit)
    return (rows[0]["party_id"] if rows else None), [_record(row) for row in rows]


async def has_role(conn: Conn, case_id: UUID, party_id: UUID, role: PartyRole) -> bool:
    return bool(await conn.fetchval(_HAS_ROLE, case_id, party_id, role))


async def presence(conn: Conn, party_id: UUID, *, court: str, on: date) -> PresenceRecord:
    """Counts and flags about a debtor on the civil day `on`; `court` is the court whose database this is."""
    row = await conn.fetchrow(_PRESENCE, party_id, court, on)
    assert row is not None  # an aggregate without GROUP BY always gives one row
    return _presence(row)


async def insert(conn: Conn, case: CaseRecord) -> None:
    await conn.execute(_INSERT, *values(case))


async def move(
    conn: Conn,
    case: CaseRecord,
    status: CaseStatus,
    *,
    closing_method: ClosingMethod | None = None,
    closed_on: date | None = None,
) -> CaseRecord | None:
    """Compare-and-set on `case.version`; None when the case changed since it was read."""
    if await conn.fetchrow(_MOVE, case.id, case.version, status, closing_method, closed_on) is None:
        return None
    return replace(case, status=status, closing_method=closing_method, closed_on=closed_on, version=case.version + 1)


async def changed(conn: Conn, case: CaseRecord) -> CaseRecord | None:
    """Compare-and-set on `case.version` alone, for what hangs on the case; None when it changed since it was read."""
    if await conn.fetchrow(_CHANGED, case.id, case.version) is None:
        return None
    return replace(case, version=case.version + 1)


_LOCK_NUMBERS: Final = "SELECT pg_advisory_xact_lock(hashtextextended('case numbers', 0))"
_LAST_NUMBER: Final = """
    SELECT coalesce(max(substring(number FROM length($1) + 1 FOR length(number) - length($1) - 1)::integer), 0)
      FROM cases WHERE starts_with(number, $1)
"""
_COPY_PARTIES: Final = """
    INSERT INTO case_parties (case_id, party_id, role) SELECT $2, party_id, role FROM case_parties WHERE case_id = $1
"""
_ADD_PARTY: Final = insertion("case_parties", CasePartyRecord) + " ON CONFLICT DO NOTHING"
_HAND_OVER_ASSETS: Final = "UPDATE assets SET case_id = $2, version = version + 1 WHERE case_id = $1"
_HAND_OVER_MEASURES: Final = """
    UPDATE measures SET case_id = $2, version = version + 1 WHERE case_id = $1 AND status = ANY ($3)
"""
_GOES_ON_WITH: Final = """
    WITH RECURSIVE before AS (
        SELECT case_id, from_case_id FROM resumptions WHERE case_id = $1
         UNION SELECT r.case_id, r.from_case_id FROM before b JOIN resumptions r ON r.case_id = b.from_case_id
    )
    SELECT $1 = $2 OR EXISTS (SELECT FROM before WHERE from_case_id = $2)
"""


async def lock_numbers(conn: Conn) -> None:
    """One transaction at a time gives a case its number."""
    await conn.execute(_LOCK_NUMBERS)


async def last_number(conn: Conn, prefix: str) -> int:
    """The highest number in use behind `prefix` (year, court and type code); 0 when there is none."""
    return int(await conn.fetchval(_LAST_NUMBER, prefix))


async def copy_parties(conn: Conn, from_id: UUID, to_id: UUID) -> None:
    """Who stands in one case stands in the other as well."""
    await conn.execute(_COPY_PARTIES, from_id, to_id)


async def add_party(conn: Conn, entry: CasePartyRecord) -> None:
    """The party stands in the case in this role; nothing changes if it did."""
    await conn.execute(_ADD_PARTY, *values(entry))


async def hand_over_control(conn: Conn, from_id: UUID, to_id: UUID, statuses: Collection[str]) -> None:
    """What was found for one case, and its measures in one of `statuses`, are the other's from now on."""
    await conn.execute(_HAND_OVER_ASSETS, from_id, to_id)
    await conn.execute(_HAND_OVER_MEASURES, from_id, to_id, list(statuses))


async def goes_on_with(conn: Conn, case_id: UUID, earlier_id: UUID) -> bool:
    """Whether the case is that earlier one, or was resumed from it, however many times."""
    return bool(await conn.fetchval(_GOES_ON_WITH, case_id, earlier_id))
