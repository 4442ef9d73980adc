"""The table `payout_deferrals`: payouts to be put off. Invariant: one of a plan is undecided at most."""

from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.distribution import PayoutDeferralRecord

_record = mapper(PayoutDeferralRecord)
_COLUMNS: Final = ", ".join(columns(PayoutDeferralRecord))

_OF_PLANS: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {_COLUMNS} FROM payout_deferrals WHERE plan_id = wanted.id ORDER BY requested_at, id LIMIT 50
      ) AS page
     ORDER BY page.plan_id, page.requested_at, page.id
"""
_LOCK: Final = f"SELECT {_COLUMNS} FROM payout_deferrals WHERE id = $1 FOR UPDATE"
_INSERT: Final = insertion("payout_deferrals", PayoutDeferralRecord)
_SAVE: Final = """
    UPDATE payout_deferrals
       SET status = $2, chief_by = $3, chief_at = $4, president_by = $5, president_at = $6, version = version + 1
     WHERE id = $1
"""


async def of_plans(conn: Conn, plan_ids: list[UUID]) -> list[PayoutDeferralRecord]:
    """Those of each plan, the first asked first: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_PLANS, plan_ids)]


async def lock(conn: Conn, deferral_id: UUID) -> PayoutDeferralRecord | None:
    row = await conn.fetchrow(_LOCK, deferral_id)
    return None if row is None else _record(row)


async def insert(conn: Conn, deferral: PayoutDeferralRecord) -> None:
    await conn.execute(_INSERT, *values(deferral))


async def save(conn: Conn, one: PayoutDeferralRecord) -> None:
    """The deferral as it is decided; it is locked."""
    await conn.execute(_SAVE, one.id, one.status, one.chief_by, one.chief_at, one.president_by, one.president_at)
