"""The tables `claims` and `claim_dues` of this court's cases.

Invariant: a case's claims are written together, so that their sum is what the case applies for.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.claims import ClaimDueRecord, ClaimRecord

_claim = mapper(ClaimRecord)
_due = mapper(ClaimDueRecord)

_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, no, kind, principal, general_interest, costs, interest_percent, interest_from_on,
             interest_until_on, due_on, effective_on, priority, livelihood, doubled_first, currency, foreign_amount,
             mid_rate, mid_rate_on
        FROM claims WHERE case_id = wanted.id ORDER BY no LIMIT 50
      ) AS page
     ORDER BY page.case_id, page.no
"""

_DUES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT claim_id, due_on, amount FROM claim_dues WHERE claim_id = wanted.id ORDER BY due_on LIMIT 240
      ) AS page
     ORDER BY page.claim_id, page.due_on
"""

_FORGET: Final = "DELETE FROM claims WHERE case_id = $1"
_INSERT: Final = insertion("claims", ClaimRecord)
_INSERT_DUE: Final = insertion("claim_dues", ClaimDueRecord)


async def of_cases(conn: Conn, case_ids: list[UUID]) -> list[ClaimRecord]:
    """The claims of all these cases, by case and number: one query for a loader."""
    return [_claim(row) for row in await conn.fetch(_OF_CASES, case_ids)]


async def dues(conn: Conn, claim_ids: list[UUID]) -> list[ClaimDueRecord]:
    """The parts of all these claims, by claim and day: one query for a loader."""
    return [_due(row) for row in await conn.fetch(_DUES, claim_ids)]


async def replace(conn: Conn, case_id: UUID, claims: Sequence[ClaimRecord], parts: Sequence[ClaimDueRecord]) -> None:
    """These are the case's claims from now on; the case is locked."""
    await conn.execute(_FORGET, case_id)
    await conn.executemany(_INSERT, [values(claim) for claim in claims])
    await conn.executemany(_INSERT_DUE, [values(part) for part in parts])
