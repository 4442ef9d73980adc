"""The tables of distribution plans: shares, debtors, objections, payouts.

Invariant: shares are written with their plan and never changed, but for the day of service; a share is paid once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.distribution import (
    PayoutRecord,
    PlanDebtorRecord,
    PlanObjectionRecord,
    PlanRecord,
    ShareRecord,
)

_plan = mapper(PlanRecord)
_share = mapper(ShareRecord)
_objection = mapper(PlanObjectionRecord)
_debtor = mapper(PlanDebtorRecord)
_payout = mapper(PayoutRecord)

_PLAN_COLUMNS: Final = ", ".join(columns(PlanRecord))

_PLANS: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {_PLAN_COLUMNS} FROM distribution_plans WHERE case_id = wanted.id ORDER BY drawn_at DESC, id DESC LIMIT 50
      ) AS page
     ORDER BY page.case_id, page.drawn_at, page.id
"""
_FIND: Final = f"SELECT {_PLAN_COLUMNS} FROM distribution_plans WHERE id = $1"
_LOCK: Final = f"{_FIND} FOR UPDATE"
# Plans that stand over what a thing brought, in whichever case it was found.
_OF_THING: Final = f"""
    SELECT {", ".join(f"p.{name}" for name in columns(PlanRecord))}
      FROM distribution_plans p JOIN assets a ON a.id = p.asset_id
     WHERE a.identity_key = $1 AND p.status <> 'REPLACED'
     ORDER BY p.drawn_at DESC, p.id LIMIT 1000
"""
_ON_THEIR_WAY: Final = f"""
    SELECT {_PLAN_COLUMNS} FROM distribution_plans
     WHERE case_id = $1 AND asset_id IS NULL AND status IN ('DRAWN', 'SERVED', 'OBJECTED')
     ORDER BY drawn_at DESC, id LIMIT 1000
"""
_IS_UNPAID: Final = (
    "SELECT EXISTS (SELECT FROM distribution_plans WHERE case_id = $1 AND status NOT IN ('PAID', 'REPLACED'))"
)
_SHARES: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {", ".join(columns(ShareRecord))} FROM distribution_shares
       WHERE plan_id = wanted.id ORDER BY no LIMIT 10000
      ) AS page
     ORDER BY page.plan_id, page.no
"""
_DEBTORS: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT plan_id, no, party_id, served_on FROM distribution_debtors
       WHERE plan_id = wanted.id ORDER BY no LIMIT 10000
      ) AS page
     ORDER BY page.plan_id, page.no
"""
_OBJECTIONS: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {", ".join(columns(PlanObjectionRecord))} FROM distribution_objections
       WHERE plan_id = wanted.id ORDER BY no LIMIT 10000
      ) AS page
     ORDER BY page.plan_id, page.no
"""
_PAYOUTS: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT plan_id, no, payment_id FROM distribution_payouts
       WHERE plan_id = wanted.id ORDER BY no LIMIT 10000
      ) AS page
     ORDER BY page.plan_id, page.no
"""
_STANDING: Final = """
    SELECT p.id AS plan_id, p.case_id, p.status, p.drawn_at, s.court, s.case_number, s.priority, s.claim_no, s.share
      FROM distribution_shares s JOIN distribution_plans p ON p.id = s.plan_id
     WHERE p.status <> 'REPLACED' AND s.share > 0
       AND (p.case_id = ANY ($1) OR (s.court = $2 AND s.case_number = ANY ($3)))
     ORDER BY p.drawn_at, p.id, s.no LIMIT 10000
"""
# The plan's own case, this court's other cases among its participants, and what these were resumed as.
_CASES: Final = """
    WITH RECURSIVE meant (id) AS (
        SELECT case_id FROM distribution_plans WHERE id = $1
         UNION
        SELECT c.id FROM distribution_shares s JOIN cases c ON c.number = s.case_number
         WHERE s.plan_id = $1 AND s.court = $2
         UNION
        SELECT r.case_id FROM meant m JOIN resumptions r ON r.from_case_id = m.id
    )
    SELECT id FROM meant
"""
_SAVE: Final = f"""
    UPDATE distribution_plans
       SET status = $2, approved_by = $3, approved_at = $4, paid_by = $5, paid_on = $6, version = version + 1
     WHERE id = $1 RETURNING {_PLAN_COLUMNS}
"""
_SERVE: Final = """
    WITH share AS (UPDATE distribution_shares SET served_on = $3 WHERE plan_id = $1 AND no = $2)
    UPDATE distribution_debtors SET served_on = $3 WHERE plan_id = $1 AND no = $2
"""
_SAVE_OBJECTION: Final = (
    insertion("distribution_objections", PlanObjectionRecord)
    + """ ON CONFLICT (plan_id, no) DO UPDATE
        SET notified_on = excluded.notified_on, opposed_on = excluded.opposed_on, opposed_by = excluded.opposed_by,
            opposition_told_on = excluded.opposition_told_on, sued_on = excluded.sued_on,
            suit_ended_on = excluded.suit_ended_on, suit_outcome = excluded.suit_outcome"""
)
# Warned of once, and once more after each day until which it was put off.
_OVERDUE: Final = """
    SELECT p.id AS plan_id, p.case_id, c.handler_id, p.arrived_on, d.until_on
      FROM distribution_plans p JOIN cases c ON c.id = p.case_id
      LEFT JOIN LATERAL (
           SELECT max(until_on) AS until_on FROM payout_deferrals WHERE plan_id = p.id AND status = 'GRANTED'
      ) AS d ON true
     WHERE p.status NOT IN ('PAID', 'REPLACED') AND p.arrived_on < $1 AND (d.until_on IS NULL OR d.until_on < $2)
       AND NOT EXISTS (
           SELECT FROM warnings w
            WHERE w.once_key = 'PAYOUT_OVERDUE ' || p.id::text || coalesce(' ' || d.until_on::text, '')
       )
     ORDER BY p.arrived_on, p.id LIMIT $3
"""
_INSERT_PLAN: Final = insertion("distribution_plans", PlanRecord)
_INSERT_SHARE: Final = insertion("distribution_shares", ShareRecord)
_INSERT_DEBTOR: Final = insertion("distribution_debtors", PlanDebtorRecord)
_INSERT_PAYOUT: Final = insertion("distribution_payouts", PayoutRecord)
_CARRY_PLANS: Final = """
    UPDATE distribution_plans SET case_id = $2, version = version + 1 WHERE case_id = $1 AND status <> 'PAID'
"""


@dataclass(frozen=True, slots=True)
class OverduePayout:
    """A plan whose money arrived too long ago, with its case's handler."""

    plan_id: UUID
    case_id: UUID
    handler_id: str
    arrived_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class StandingShare:
    """A share of a plan that stands, paid out or not."""

    plan_id: UUID
    case_id: UUID
    status: str
    drawn_at: datetime
    court: str
    case_number: str
    priority: str
    claim_no: int | None
    share: Decimal


_overdue = mapper(OverduePayout)
_standing = mapper(StandingShare)


async def plans(conn: Conn, case_ids: list[UUID]) -> list[PlanRecord]:
    """The last fifty plans of each case, the first drawn first: one query for a loader."""
    return [_plan(row) for row in await conn.fetch(_PLANS, case_ids)]


async def of_thing(conn: Conn, identity_key: bytes) -> list[PlanRecord]:
    """Plans over what this thing brought, in any case of this court; not those that were replaced."""
    return [_plan(row) for row in await conn.fetch(_OF_THING, identity_key)]


async def of_no_thing(conn: Conn, case_id: UUID) -> list[PlanRecord]:
    """Plans of the case over money of no one thing that are on their way."""
    return [_plan(row) for row in await conn.fetch(_ON_THEIR_WAY, case_id)]


async def is_unpaid(conn: Conn, case_id: UUID) -> bool:
    """Whether money of the case waits to be paid out."""
    return bool(await conn.fetchval(_IS_UNPAID, case_id))


async def find(conn: Conn, plan_id: UUID) -> PlanRecord | None:
    row = await conn.fetchrow(_FIND, plan_id)
    return None if row is None else _plan(row)


async def lock(conn: Conn, plan_id: UUID) -> PlanRecord | None:
    row = await conn.fetchrow(_LOCK, plan_id)
    return None if row is None else _plan(row)


async def shares(conn: Conn, plan_ids: list[UUID]) -> list[ShareRecord]:
    return [_share(row) for row in await conn.fetch(_SHARES, plan_ids)]


async def debtors(conn: Conn, plan_ids: list[UUID]) -> list[PlanDebtorRecord]:
    return [_debtor(row) for row in await conn.fetch(_DEBTORS, plan_ids)]


async def payouts(conn: Conn, plan_ids: list[UUID]) -> list[PayoutRecord]:
    return [_payout(row) for row in await conn.fetch(_PAYOUTS, plan_ids)]


async def standing(conn: Conn, case_ids: list[UUID], court: str, numbers: list[str]) -> list[StandingShare]:
    """What plans of these cases allot, and what any plan here allots to cases of this court with these numbers."""
    return [_standing(row) for row in await conn.fetch(_STANDING, case_ids, court, numbers)]


async def case_ids(conn: Conn, plan_id: UUID, court: str) -> list[UUID]:
    """The cases of this court that the plan is about, and those in which they go on."""
    return [row["id"] for row in await conn.fetch(_CASES, plan_id, court)]


async def objections(conn: Conn, plan_ids: list[UUID]) -> list[PlanObjectionRecord]:
    return [_objection(row) for row in await conn.fetch(_OBJECTIONS, plan_ids)]


async def insert(conn: Conn, plan: PlanRecord, parts: list[ShareRecord], addressees: list[PlanDebtorRecord]) -> None:
    await conn.execute(_INSERT_PLAN, *values(plan))
    await conn.executemany(_INSERT_SHARE, [values(part) for part in parts])
    await conn.executemany(_INSERT_DEBTOR, [values(one) for one in addressees])


async def add_payout(conn: Conn, payout: PayoutRecord) -> None:
    await conn.execute(_INSERT_PAYOUT, *values(payout))


async def carry_over(conn: Conn, from_id: UUID, to_id: UUID) -> None:
    """The plans of one case that are not paid out are the other's from now on."""
    await conn.execute(_CARRY_PLANS, from_id, to_id)


async def save(conn: Conn, plan: PlanRecord) -> PlanRecord:
    """The plan as it stands now, its version raised; it is locked."""
    row = await conn.fetchrow(
        _SAVE, plan.id, plan.status, plan.approved_by, plan.approved_at, plan.paid_by, plan.paid_on
    )
    assert row is not None  # it is locked, and none is deleted
    return _plan(row)


async def serve(conn: Conn, plan_id: UUID, no: int, on: date) -> None:
    await conn.execute(_SERVE, plan_id, no, on)


async def save_objection(conn: Conn, objection: PlanObjectionRecord) -> None:
    """The objection as it stands now; its plan is locked."""
    await conn.execute(_SAVE_OBJECTION, *values(objection))


async def overdue(conn: Conn, before: date, put_off_before: date, *, limit: int) -> list[OverduePayout]:
    """Plans whose money arrived before that day and is not paid out, of which nobody was warned yet.

    Of those that were put off, those that were put off until before `put_off_before`.
    """
    return [_overdue(row) for row in await conn.fetch(_OVERDUE, before, put_off_before, limit)]
