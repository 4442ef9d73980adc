"""Settlements with their instalments, and deferrals, of this court's cases."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.cases import DeferralRecord
from db.records.money import InstalmentRecord, SettlementRecord, SettlementStatus

_settlement = mapper(SettlementRecord)
_instalment = mapper(InstalmentRecord)
_deferral = mapper(DeferralRecord)

_GET: Final = """
    SELECT id, case_id, party_id, total, form, signed_on, venue_court, status, idempotency_key, recorded_by,
           recorded_at, version, synthetic
      FROM settlements WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, case_id, party_id, total, form, signed_on, venue_court, status, idempotency_key, recorded_by,
           recorded_at, version, synthetic
      FROM settlements WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, party_id, total, form, signed_on, venue_court, status, idempotency_key, recorded_by,
             recorded_at, version, synthetic
        FROM settlements WHERE case_id = wanted.id ORDER BY signed_on, id LIMIT 100
      ) AS page
     ORDER BY page.case_id, page.signed_on, page.id
"""

_OF_PARTY: Final = """
    SELECT id, case_id, party_id, total, form, signed_on, venue_court, status, idempotency_key, recorded_by,
           recorded_at, version, synthetic
      FROM settlements WHERE party_id = $1 ORDER BY signed_on, id LIMIT $2
"""

_INSTALMENTS: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT settlement_id, no, due_on, amount, paid_on, paid_amount, replaced_in
        FROM instalments WHERE settlement_id = wanted.id ORDER BY no LIMIT 5000
      ) AS page
     ORDER BY page.settlement_id, page.no
"""

_INSERT: Final = insertion("settlements", SettlementRecord)
_INSERT_INSTALMENT: Final = insertion("instalments", InstalmentRecord)

_DEFERRAL: Final = """
    SELECT id, case_id, party_id, asset_id, kind, status, requested_at, until_on, creditor_consents, venue_court,
           recorded_by, idempotency_key, version, synthetic, ground
      FROM deferrals WHERE id = $1
"""

_DEFERRALS: Final = """
    SELECT id, case_id, party_id, asset_id, kind, status, requested_at, until_on, creditor_consents, venue_court,
           recorded_by, idempotency_key, version, synthetic, ground
      FROM deferrals WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_IS_ASSET_OF: Final = "SELECT EXISTS (SELECT FROM assets WHERE id = $1 AND case_id = $2)"

_DEFERRALS_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, party_id, asset_id, kind, status, requested_at, until_on, creditor_consents, venue_court,
             recorded_by, idempotency_key, version, synthetic, ground
        FROM deferrals WHERE case_id = wanted.id ORDER BY requested_at, id LIMIT 100
      ) AS page
     ORDER BY page.case_id, page.requested_at, page.id
"""

_INSERT_DEFERRAL: Final = insertion("deferrals", DeferralRecord)


async def get(conn: Conn, settlement_id: UUID) -> SettlementRecord | None:
    row = await conn.fetchrow(_GET, settlement_id)
    return None if row is None else _settlement(row)


async def of_ids(conn: Conn, settlement_ids: list[UUID]) -> list[SettlementRecord]:
    return [_settlement(row) for row in await conn.fetch(_OF_IDS, settlement_ids)]


async def of_cases(conn: Conn, case_ids: list[UUID]) -> list[SettlementRecord]:
    """The settlements of all these cases, by case, oldest first: one query for a loader."""
    return [_settlement(row) for row in await conn.fetch(_OF_CASES, case_ids)]


async def of_party(conn: Conn, party_id: UUID, *, limit: int = 100) -> list[SettlementRecord]:
    return [_settlement(row) for row in await conn.fetch(_OF_PARTY, party_id, limit)]


async def instalments(conn: Conn, settlement_ids: list[UUID]) -> list[InstalmentRecord]:
    """The instalments of all these settlements, by settlement and number: one query for a loader."""
    return [_instalment(row) for row in await conn.fetch(_INSTALMENTS, settlement_ids)]


async def insert(conn: Conn, settlement: SettlementRecord, terms: list[InstalmentRecord]) -> None:
    await conn.execute(_INSERT, *values(settlement))
    await conn.executemany(_INSERT_INSTALMENT, [values(term) for term in terms])


async def deferral(conn: Conn, deferral_id: UUID) -> DeferralRecord | None:
    row = await conn.fetchrow(_DEFERRAL, deferral_id)
    return None if row is None else _deferral(row)


async def deferrals(conn: Conn, deferral_ids: list[UUID]) -> list[DeferralRecord]:
    return [_deferral(row) for row in await conn.fetch(_DEFERRALS, deferral_ids)]


async def is_asset_of(conn: Conn, asset_id: UUID, case_id: UUID) -> bool:
    """Whether the asset, whose auction is to be deferred, was found in the case."""
    return bool(await conn.fetchval(_IS_ASSET_OF, asset_id, case_id))


async def deferrals_of_cases(conn: Conn, case_ids: list[UUID]) -> list[DeferralRecord]:
    """The deferrals asked for in all these cases, by case, oldest first: one query for a loader."""
    return [_deferral(row) for row in await conn.fetch(_DEFERRALS_OF_CASES, case_ids)]


async def insert_deferral(conn: Conn, deferral: DeferralRecord) -> None:
    await conn.execute(_INSERT_DEFERRAL, *values(deferral))


_LOCK: Final = """
    SELECT id, case_id, party_id, total, form, signed_on, venue_court, status, idempotency_key, recorded_by,
           recorded_at, version, synthetic
      FROM settlements WHERE id = $1 FOR UPDATE
"""

# Those on which a payment of the debtor may count, the first signed first.
_LOCK_RUNNING: Final = """
    SELECT id, case_id, party_id, total, form, signed_on, venue_court, status, idempotency_key, recorded_by,
           recorded_at, version, synthetic
      FROM settlements s
     WHERE case_id = $1 AND party_id = $2 AND signed_on <= $3 AND status IN ('SIGNED', 'PERFORMING', 'BREACHED')
       AND NOT EXISTS (SELECT FROM settlement_decisions d WHERE d.settlement_id = s.id AND d.choice IS NOT NULL)
     ORDER BY id LIMIT 100 FOR UPDATE
"""

_MOVE: Final = "UPDATE settlements SET status = $2, version = version + 1 WHERE id = $1"
_SET_TOTAL: Final = "UPDATE settlements SET total = $2, version = version + 1 WHERE id = $1"
_REPLACE_TERMS: Final = """
    UPDATE instalments SET replaced_in = $2
     WHERE settlement_id = $1 AND paid_amount < amount AND replaced_in IS NULL
"""
_PAID: Final = """
    UPDATE instalments
       SET paid_amount = paid_amount + $3, paid_on = CASE WHEN paid_amount + $3 >= amount THEN $4::date END
     WHERE settlement_id = $1 AND no = $2
"""

_OVERDUE: Final = """
    SELECT s.id AS settlement_id, s.case_id, c.handler_id, i.no, i.due_on
      FROM instalments i JOIN settlements s ON s.id = i.settlement_id JOIN cases c ON c.id = s.case_id
     WHERE i.paid_on IS NULL AND i.due_on < $1 AND i.paid_amount < i.amount AND i.replaced_in IS NULL
       AND s.status IN ('SIGNED', 'PERFORMING')
       AND NOT EXISTS (
           SELECT FROM warnings w WHERE w.once_key = 'BREACH_SUSPECTED ' || s.id::text || ' ' || i.no::text
       )
     ORDER BY i.due_on, s.id, i.no LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class OverdueInstalment:
    """An instalment that was not paid in time, with the case and its handler."""

    settlement_id: UUID
    case_id: UUID
    handler_id: str
    no: int
    due_on: date


_overdue = mapper(OverdueInstalment)


async def lock(conn: Conn, settlement_id: UUID) -> SettlementRecord | None:
    row = await conn.fetchrow(_LOCK, settlement_id)
    return None if row is None else _settlement(row)


async def lock_running(conn: Conn, case_id: UUID, party_id: UUID, on: date) -> list[SettlementRecord]:
    """The settlements on which a payment of that day may count, the first signed first."""
    rows = [_settlement(row) for row in await conn.fetch(_LOCK_RUNNING, case_id, party_id, on)]
    return sorted(rows, key=lambda row: (row.signed_on, row.id))


async def move(conn: Conn, settlement: SettlementRecord, status: SettlementStatus) -> SettlementRecord:
    """The settlement with its new status; it is locked."""
    await conn.execute(_MOVE, settlement.id, status)
    return replace(settlement, status=status, version=settlement.version + 1)


async def set_total(conn: Conn, settlement: SettlementRecord, total: Decimal) -> SettlementRecord:
    """The settlement over another sum; it is locked."""
    await conn.execute(_SET_TOTAL, settlement.id, total)
    return replace(settlement, total=total, version=settlement.version + 1)


async def replace_terms(conn: Conn, settlement_id: UUID, change_no: int, terms: list[InstalmentRecord]) -> None:
    """These take the place of the instalments that are open; the settlement is locked."""
    await conn.execute(_REPLACE_TERMS, settlement_id, change_no)
    await conn.executemany(_INSERT_INSTALMENT, [values(term) for term in terms])


async def pay(conn: Conn, settlement_id: UUID, no: int, amount: Decimal, on: date) -> None:
    """Count `amount` on the instalment; the settlement is locked."""
    await conn.execute(_PAID, settlement_id, no, amount, on)


async def overdue(conn: Conn, before: date, *, limit: int) -> list[OverdueInstalment]:
    """Instalments due before that day and unpaid, of which nobody was warned yet."""
    return [_overdue(row) for row in await conn.fetch(_OVERDUE, before, limit)]
