"""Payments received in this court's cases."""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.money import PaymentRecord

_record = mapper(PaymentRecord)

_GET: Final = """
    SELECT id, case_id, party_id, amount, paid_on, recorded_at, venue_court, method, idempotency_key,
           recorded_by, synthetic, ends_on, ending, claim_no
      FROM payments WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, case_id, party_id, amount, paid_on, recorded_at, venue_court, method, idempotency_key,
           recorded_by, synthetic, ends_on, ending, claim_no
      FROM payments WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_OF_CASE: Final = """
    SELECT id, case_id, party_id, amount, paid_on, recorded_at, venue_court, method, idempotency_key,
           recorded_by, synthetic, ends_on, ending, claim_no
      FROM payments WHERE case_id = $1 ORDER BY paid_on, id LIMIT $2
"""

_PAGE_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, party_id, amount, paid_on, recorded_at, venue_court, method, idempotency_key,
             recorded_by, synthetic, ends_on, ending, claim_no
        FROM payments
         WHERE case_id = wanted.id AND ($2::date IS NULL OR (paid_on, id) > ($2, $3::uuid))
       ORDER BY paid_on, id LIMIT $4
      ) AS page
     ORDER BY page.case_id, page.paid_on, page.id
"""

_OF_PARTY: Final = """
    SELECT id, case_id, party_id, amount, paid_on, recorded_at, venue_court, method, idempotency_key,
           recorded_by, synthetic, ends_on, ending, claim_no
      FROM payments WHERE party_id = $1 ORDER BY paid_on, id LIMIT $2
"""


_INSERT: Final = insertion("payments", PaymentRecord)


async def get(conn: Conn, payment_id: UUID) -> PaymentRecord | None:
    row = await conn.fetchrow(_GET, payment_id)
    return None if row is None else _record(row)


async def of_ids(conn: Conn, payment_ids: list[UUID]) -> list[PaymentRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, payment_ids)]


async def of_case(conn: Conn, case_id: UUID, *, limit: int = 500) -> list[PaymentRecord]:
    return [_record(row) for row in await conn.fetch(_OF_CASE, case_id, limit)]


async def page_of_cases(
    conn: Conn, case_ids: list[UUID], *, after: tuple[date, UUID] | None, limit: int
) -> list[PaymentRecord]:
    """At most `limit` of each case, by case, oldest first, after the row that `after` names by (paid_on, id)."""
    paid_on, row_id = after or (None, None)
    return [_record(row) for row in await conn.fetch(_PAGE_OF_CASES, case_ids, paid_on, row_id, limit)]


async def of_party(conn: Conn, party_id: UUID, *, limit: int = 200) -> list[PaymentRecord]:
    return [_record(row) for row in await conn.fetch(_OF_PARTY, party_id, limit)]


async def insert(conn: Conn, payment: PaymentRecord) -> None:
    await conn.execute(_INSERT, *values(payment))
