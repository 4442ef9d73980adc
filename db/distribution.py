"""The tables of distributions: participations, plans with their shares, objections.

Invariant: shares are written with their plan and never changed, but for the day of service.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.distribution import ParticipationRecord, PlanObjectionRecord, PlanRecord, ShareRecord

_participation = mapper(ParticipationRecord)
_plan = mapper(PlanRecord)
_share = mapper(ShareRecord)
_objection = mapper(PlanObjectionRecord)

_PLAN_COLUMNS: Final = """
    id, case_id, asset_id, basis, proceeds, costs, surplus, arrived_on, status, replaces, drawn_by, drawn_at,
    approved_by, approved_at, paid_by, paid_on, version
"""

_PARTICIPATIONS: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, court, case_number, amount, priority, seizure_rank, applied_on, recorded_by, recorded_at,
             version
        FROM participations WHERE case_id = wanted.id ORDER BY applied_on, id LIMIT 200
      ) AS page
     ORDER BY page.case_id, page.applied_on, page.id
"""
_PARTICIPATION: Final = """
    SELECT id, case_id, court, case_number, amount, priority, seizure_rank, applied_on, recorded_by, recorded_at,
           version
      FROM participations WHERE id = $1 FOR UPDATE
"""
_SAME: Final = """
    SELECT id FROM participations WHERE case_id = $1 AND court = $2 AND case_number = $3 AND priority = $4
"""
_FORGET: Final = "DELETE FROM participations WHERE id = $1"
_PLANS: Final = f"""
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT {_PLAN_COLUMNS} FROM distribution_plans WHERE case_id = wanted.id ORDER BY drawn_at, id LIMIT 50
      ) AS page
     ORDER BY page.case_id, page.drawn_at, page.id
"""
_LOCK: Final = f"SELECT {_PLAN_COLUMNS} FROM distribution_plans WHERE id = $1 FOR UPDATE"
_SHARES: Final = """
    SELECT plan_id, no, court, case_number, priority, seizure_rank, claim, share, served_on
      FROM distribution_shares WHERE plan_id = ANY ($1) ORDER BY plan_id, no LIMIT 10000
"""
_OBJECTIONS: Final = """
    SELECT plan_id, no, received_on, notified_on, opposed_on, opposed_by, opposition_told_on, sued_on
      FROM distribution_objections WHERE plan_id = ANY ($1) ORDER BY plan_id, no LIMIT 10000
"""
_SAVE: Final = f"""
    UPDATE distribution_plans
       SET status = $2, approved_by = $3, approved_at = $4, paid_by = $5, paid_on = $6, version = version + 1
     WHERE id = $1 RETURNING {_PLAN_COLUMNS}
"""
_SERVE: Final = "UPDATE distribution_shares SET served_on = $3 WHERE plan_id = $1 AND no = $2"
_SAVE_OBJECTION: Final = (
    insertion("distribution_objections", PlanObjectionRecord)
    + """ ON CONFLICT (plan_id, no) DO UPDATE
        SET notified_on = excluded.notified_on, opposed_on = excluded.opposed_on, opposed_by = excluded.opposed_by,
            opposition_told_on = excluded.opposition_told_on, sued_on = excluded.sued_on"""
)
_OVERDUE: Final = """
    SELECT p.id AS plan_id, p.case_id, c.handler_id, p.arrived_on
      FROM distribution_plans p JOIN cases c ON c.id = p.case_id
     WHERE p.status NOT IN ('PAID', 'REPLACED') AND p.arrived_on < $1
       AND NOT EXISTS (SELECT FROM warnings w WHERE w.once_key = 'PAYOUT_OVERDUE ' || p.id::text)
     ORDER BY p.arrived_on, p.id LIMIT $2
"""
_INSERT_PARTICIPATION: Final = insertion("participations", ParticipationRecord)
_INSERT_PLAN: Final = insertion("distribution_plans", PlanRecord)
_INSERT_SHARE: Final = insertion("distribution_shares", ShareRecord)


@dataclass(frozen=True, slots=True)
class OverduePayout:
    """A plan whose money arrived too long ago, with its case's handler."""

    plan_id: UUID
    case_id: UUID
    handler_id: str
    arrived_on: date


_overdue = mapper(OverduePayout)


async def participations(conn: Conn, case_ids: list[UUID]) -> list[ParticipationRecord]:
    """Who applied to take part in each case, the first first: one query for a loader."""
    return [_participation(row) for row in await conn.fetch(_PARTICIPATIONS, case_ids)]


async def lock_participation(conn: Conn, participation_id: UUID) -> ParticipationRecord | None:
    row = await conn.fetchrow(_PARTICIPATION, participation_id)
    return None if row is None else _participation(row)


async def same_participation(conn: Conn, wanted: ParticipationRecord) -> UUID | None:
    """The one that is there for the same claim."""
    found = await conn.fetchval(_SAME, wanted.case_id, wanted.court, wanted.case_number, wanted.priority)
    return None if found is None else UUID(str(found))


async def add_participation(conn: Conn, participation: ParticipationRecord) -> None:
    await conn.execute(_INSERT_PARTICIPATION, *values(participation))


async def forget_participation(conn: Conn, participation_id: UUID) -> None:
    await conn.execute(_FORGET, participation_id)


async def plans(conn: Conn, case_ids: list[UUID]) -> list[PlanRecord]:
    """The plans of each case, the first drawn first: one query for a loader."""
    return [_plan(row) for row in await conn.fetch(_PLANS, case_ids)]


async def lock(conn: Conn, plan_id: UUID) -> PlanRecord | None:
    row = await conn.fetchrow(_LOCK, plan_id)
    return None if row is None else _plan(row)


async def shares(conn: Conn, plan_ids: list[UUID]) -> list[ShareRecord]:
    return [_share(row) for row in await conn.fetch(_SHARES, plan_ids)]


async def objections(conn: Conn, plan_ids: list[UUID]) -> list[PlanObjectionRecord]:
    return [_objection(row) for row in await conn.fetch(_OBJECTIONS, plan_ids)]


async def insert(conn: Conn, plan: PlanRecord, parts: list[ShareRecord]) -> None:
    await conn.execute(_INSERT_PLAN, *values(plan))
    await conn.executemany(_INSERT_SHARE, [values(part) for part in parts])


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


async def overdue(conn: Conn, before: date, *, limit: int) -> list[OverduePayout]:
    """Plans whose money arrived before that day and is not paid out, of which nobody was warned yet."""
    return [_overdue(row) for row in await conn.fetch(_OVERDUE, before, limit)]
