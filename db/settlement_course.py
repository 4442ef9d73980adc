"""The tables `instalment_payments`, `settlement_guarantees` and `settlement_decisions`: what became of settlements."""

from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.money import GuaranteeRecord, InstalmentPaymentRecord, SettlementDecisionRecord

_match = mapper(InstalmentPaymentRecord)
_guarantee = mapper(GuaranteeRecord)
_decision = mapper(SettlementDecisionRecord)

_MATCHES: Final = """
    SELECT settlement_id, no, payment_id, amount FROM instalment_payments
     WHERE settlement_id = ANY ($1) ORDER BY settlement_id, no, payment_id LIMIT 5000
"""
_GUARANTEES: Final = """
    SELECT settlement_id, party_id, direct_enforcement FROM settlement_guarantees
     WHERE settlement_id = ANY ($1) ORDER BY settlement_id LIMIT 1000
"""
_DECISIONS: Final = """
    SELECT settlement_id, outcome, applied_on, decided_by, decided_at, choice FROM settlement_decisions
     WHERE settlement_id = ANY ($1) ORDER BY settlement_id, decided_at LIMIT 1000
"""
_INSERT_MATCH: Final = insertion("instalment_payments", InstalmentPaymentRecord)
_INSERT_GUARANTEE: Final = insertion("settlement_guarantees", GuaranteeRecord)
_INSERT_DECISION: Final = insertion("settlement_decisions", SettlementDecisionRecord)
_CHOOSE: Final = """
    UPDATE settlement_decisions SET choice = $2 WHERE settlement_id = $1 AND outcome = 'BREACHED' AND choice IS NULL
"""


async def matches(conn: Conn, settlement_ids: list[UUID]) -> list[InstalmentPaymentRecord]:
    """Which payments went to the instalments of all these settlements: one query for a loader."""
    return [_match(row) for row in await conn.fetch(_MATCHES, settlement_ids)]


async def guarantees(conn: Conn, settlement_ids: list[UUID]) -> list[GuaranteeRecord]:
    return [_guarantee(row) for row in await conn.fetch(_GUARANTEES, settlement_ids)]


async def decisions(conn: Conn, settlement_ids: list[UUID]) -> list[SettlementDecisionRecord]:
    """What was found of these settlements, the earlier first."""
    return [_decision(row) for row in await conn.fetch(_DECISIONS, settlement_ids)]


async def add_match(conn: Conn, match: InstalmentPaymentRecord) -> None:
    await conn.execute(_INSERT_MATCH, *values(match))


async def add_guarantee(conn: Conn, guarantee: GuaranteeRecord) -> None:
    await conn.execute(_INSERT_GUARANTEE, *values(guarantee))


async def add_decision(conn: Conn, decision: SettlementDecisionRecord) -> None:
    await conn.execute(_INSERT_DECISION, *values(decision))


async def choose(conn: Conn, settlement_id: UUID, choice: str) -> None:
    """What the applicant chose after the breach; the settlement is locked."""
    await conn.execute(_CHOOSE, settlement_id, choice)
