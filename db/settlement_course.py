"""The tables `instalment_payments`, `settlement_guarantees`, `settlement_changes`, `settlement_decisions`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.money import (
    GuaranteeRecord,
    InstalmentPaymentRecord,
    SettlementChangeRecord,
    SettlementDecisionRecord,
)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What of a payment no instalment has taken."""

    id: UUID
    paid_on: date
    amount: Decimal


_unmatched = mapper(Unmatched)
_match = mapper(InstalmentPaymentRecord)
_guarantee = mapper(GuaranteeRecord)
_decision = mapper(SettlementDecisionRecord)
_change = mapper(SettlementChangeRecord)

_MATCHES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT settlement_id, no, payment_id, amount
        FROM instalment_payments WHERE settlement_id = wanted.id ORDER BY no, payment_id LIMIT 5000
      ) AS page
     ORDER BY page.settlement_id, page.no, page.payment_id
"""
_GUARANTEES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT settlement_id, party_id, direct_enforcement
        FROM settlement_guarantees WHERE settlement_id = wanted.id ORDER BY party_id LIMIT 1000
      ) AS page
     ORDER BY page.settlement_id, page.party_id
"""
_DECISIONS: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT settlement_id, outcome, applied_on, decided_by, decided_at, choice
        FROM settlement_decisions WHERE settlement_id = wanted.id ORDER BY decided_at LIMIT 1000
      ) AS page
     ORDER BY page.settlement_id, page.decided_at
"""
_UNMATCHED: Final = """
    SELECT p.id, p.paid_on, p.amount - coalesce(sum(m.amount), 0) AS amount
      FROM payments p LEFT JOIN instalment_payments m ON m.payment_id = p.id
     WHERE p.case_id = $1 AND p.party_id = $2 AND p.paid_on >= $3
     GROUP BY p.id HAVING p.amount > coalesce(sum(m.amount), 0)
     ORDER BY p.paid_on, p.id LIMIT 10000
"""
_CHANGES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT settlement_id, no, agreed_on, form, total_before, recorded_by, recorded_at
        FROM settlement_changes WHERE settlement_id = wanted.id ORDER BY no LIMIT 1000
      ) AS page
     ORDER BY page.settlement_id, page.no
"""
_INSERT_CHANGE: Final = insertion("settlement_changes", SettlementChangeRecord)
_INSERT_MATCH: Final = insertion("instalment_payments", InstalmentPaymentRecord)
_INSERT_GUARANTEE: Final = insertion("settlement_guarantees", GuaranteeRecord)
_INSERT_DECISION: Final = insertion("settlement_decisions", SettlementDecisionRecord)
_CHOOSE: Final = """
    UPDATE settlement_decisions SET choice = $2 WHERE settlement_id = $1 AND outcome = 'BREACHED' AND choice IS NULL
"""


async def matches(conn: Conn, settlement_ids: list[UUID]) -> list[InstalmentPaymentRecord]:
    """Which payments went to the instalments of all these settlements: one query for a loader."""
    return [_match(row) for row in await conn.fetch(_MATCHES, settlement_ids)]


async def unmatched(conn: Conn, case_id: UUID, party_id: UUID, since: date) -> list[Unmatched]:
    """What the debtor paid in the case from that day on and no instalment took, the first paid first."""
    return [_unmatched(row) for row in await conn.fetch(_UNMATCHED, case_id, party_id, since)]


async def guarantees(conn: Conn, settlement_ids: list[UUID]) -> list[GuaranteeRecord]:
    return [_guarantee(row) for row in await conn.fetch(_GUARANTEES, settlement_ids)]


async def decisions(conn: Conn, settlement_ids: list[UUID]) -> list[SettlementDecisionRecord]:
    """What was found of these settlements, the earlier first."""
    return [_decision(row) for row in await conn.fetch(_DECISIONS, settlement_ids)]


async def changes(conn: Conn, settlement_ids: list[UUID]) -> list[SettlementChangeRecord]:
    """What the parties agreed on since, the earlier first."""
    return [_change(row) for row in await conn.fetch(_CHANGES, settlement_ids)]


async def add_change(conn: Conn, change: SettlementChangeRecord) -> None:
    await conn.execute(_INSERT_CHANGE, *values(change))


async def add_match(conn: Conn, match: InstalmentPaymentRecord) -> None:
    await conn.execute(_INSERT_MATCH, *values(match))


async def add_guarantee(conn: Conn, guarantee: GuaranteeRecord) -> None:
    await conn.execute(_INSERT_GUARANTEE, *values(guarantee))


async def add_decision(conn: Conn, decision: SettlementDecisionRecord) -> None:
    await conn.execute(_INSERT_DECISION, *values(decision))


async def choose(conn: Conn, settlement_id: UUID, choice: str) -> None:
    """What the applicant chose after the breach; the settlement is locked."""
    await conn.execute(_CHOOSE, settlement_id, choice)
