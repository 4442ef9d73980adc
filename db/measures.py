"""Control measures and their queue per asset; `version` guards every change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.assets import ControlRecord, MeasureRecord, MeasureStatus, Owned
from db.records.measure_life import QueueRecord

_record = mapper(MeasureRecord)
_control = mapper(ControlRecord)

_GET: Final = """
    SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
           registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
           synthetic
      FROM measures WHERE id = $1
"""

_LOCK: Final = f"{_GET} FOR UPDATE"

_OF_IDS: Final = """
    SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
           registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
           synthetic
      FROM measures WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_QUEUE: Final = """
    SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
           registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
           synthetic
      FROM measures WHERE asset_id = $1 ORDER BY registered_at NULLS LAST, rank, ruled_on, id LIMIT 100
"""

_OF_CASE: Final = """
    SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
           registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
           synthetic
      FROM measures WHERE case_id = $1 ORDER BY ruled_on, id
"""

_PAGE_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
             registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
             synthetic
        FROM measures
         WHERE case_id = wanted.id AND ($2::date IS NULL OR (ruled_on, id) > ($2, $3::uuid))
           AND ($5::uuid IS NULL OR (status = ANY ($6) AND asset_id IN (SELECT id FROM assets WHERE owner_id = $5)))
       ORDER BY ruled_on, id LIMIT $4
      ) AS page
     ORDER BY page.case_id, page.ruled_on, page.id
"""

_CONTROL: Final = """
    SELECT m.id AS measure_id, a.kind AS asset_kind, a.identity, a.division, m.kind, m.status, m.rank, m.effective_at,
           m.expires_on, m.value
      FROM assets a JOIN measures m ON m.asset_id = a.id
     WHERE a.owner_id = $1 AND m.ordering_court = $2
     ORDER BY m.ruled_on, m.id
     LIMIT $3
"""

_ON_ASSETS: Final = """
    SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
           registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
           synthetic
      FROM measures WHERE asset_id = ANY ($1) ORDER BY asset_id, rank NULLS LAST, ruled_on, id
"""

_SUCCESSOR: Final = """
    SELECT id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on, notice_sent_at,
           registered_at, effective_at, expires_on, rank, term_years, value, lifted_on, lift_ground, task_id, version,
           synthetic
      FROM measures
     WHERE asset_id = $1 AND id <> $2 AND status <> 'CONVERTED'
       AND (kind, ruling_no, registered_at) = ($3, $4, $5)
     ORDER BY id LIMIT 1
"""

_DECIDED: Final = """
    UPDATE measures SET status = $3, ruled_on = $4, lifted_on = $5, lift_ground = $6, version = version + 1
     WHERE id = $1 AND version = $2 AND status = 'PROPOSED'
    RETURNING id
"""

_INSERT: Final = insertion("measures", MeasureRecord)

_UPDATE: Final = """
    UPDATE measures
       SET status = $3, notice_sent_at = $4, registered_at = $5, effective_at = $6, expires_on = $7, rank = $8,
           lifted_on = $9, lift_ground = $10, task_id = $11, executing_court = $12, version = version + 1
     WHERE id = $1 AND version = $2
    RETURNING id
"""

_FOLLOW: Final = """
    UPDATE measures m
       SET status = n.status, rank = coalesce(n.rank, m.rank), effective_at = n.effective_at, expires_on = n.expires_on,
           lifted_on = CASE n.status WHEN 'LIFTED' THEN (n.released_at AT TIME ZONE 'Asia/Shanghai')::date
                                     ELSE m.lifted_on END,
           version = m.version + 1
      FROM unnest($1::text[], $2::uuid[], $3::text[], $4::integer[], $5::timestamptz[], $6::date[], $7::timestamptz[])
           AS n (ordering_court, id, status, rank, effective_at, expires_on, released_at)
     WHERE m.id = n.id AND m.ordering_court = n.ordering_court AND m.registered_at IS NOT NULL
       AND (m.status, m.rank, m.effective_at, m.expires_on)
           IS DISTINCT FROM (n.status, coalesce(n.rank, m.rank), n.effective_at, n.expires_on)
    RETURNING m.id
"""

_SET_STANDING: Final = """
    UPDATE measures m
       SET status = $2, rank = coalesce($3, m.rank), effective_at = $4, expires_on = $5,
           lifted_on = CASE $2 WHEN 'LIFTED' THEN ($6::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
                               ELSE m.lifted_on END,
           version = m.version + 1
     WHERE m.id = $1
"""
_SET_LIFT_GROUND: Final = "UPDATE measures SET lift_ground = $2 WHERE id = $1 AND status = 'LIFTED'"
_SET_QUEUED: Final = "UPDATE measures SET is_queued = true WHERE id = ANY ($1)"

_EXPIRE: Final = """
    WITH due AS MATERIALIZED (
        SELECT id FROM measures
         WHERE status IN ('EFFECTIVE', 'RENEWED') AND expires_on < $1
         ORDER BY expires_on, id LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE measures m SET status = 'EXPIRED', version = m.version + 1
      FROM due WHERE m.id = due.id
    RETURNING m.id, m.rank, m.effective_at, m.expires_on
"""


async def set_standing(
    conn: Conn,
    measure_id: UUID,
    status: str,
    *,
    rank: int | None,
    effective_at: datetime | None,
    expires_on: date | None,
    at: datetime,
) -> None:
    """Write how the measure stands since `at`, as the court where its asset lies reports it."""
    await conn.execute(_SET_STANDING, measure_id, status, rank, effective_at, expires_on, at)


async def set_lift_ground(conn: Conn, measure_id: UUID, ground: str | None) -> None:
    """Write why a lifted measure was lifted."""
    await conn.execute(_SET_LIFT_GROUND, measure_id, ground)


async def set_queued(conn: Conn, measure_ids: list[UUID]) -> None:
    """These measures stand in their queue, or never will: they are not taken over into one."""
    await conn.execute(_SET_QUEUED, measure_ids)


async def follow(conn: Conn, entries: Sequence[QueueRecord]) -> set[UUID]:
    """Give the measures that stand in this table the state of their queue's entries; which of them changed."""
    known = [entry for entry in entries if entry.measure_id is not None]
    rows = await conn.fetch(
        _FOLLOW,
        [entry.ordering_court for entry in known],
        [entry.measure_id for entry in known],
        [entry.status for entry in known],
        [entry.rank for entry in known],
        [entry.effective_at for entry in known],
        [entry.expires_on for entry in known],
        [entry.released_at for entry in known],
    )
    return {row["id"] for row in rows}


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A measure whose term ran out."""

    id: UUID
    rank: int | None
    effective_at: datetime | None
    expires_on: date


_lapsed = mapper(Lapsed)


async def expire(conn: Conn, today: date, *, limit: int) -> list[Lapsed]:
    """Write EXPIRED over at most `limit` measures whose last day is over, longest ago first."""
    return [_lapsed(row) for row in await conn.fetch(_EXPIRE, today, limit)]


async def get(conn: Conn, measure_id: UUID) -> MeasureRecord | None:
    row = await conn.fetchrow(_GET, measure_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, measure_id: UUID) -> MeasureRecord | None:
    """The measure, locked until the transaction ends: what is read of it is what is written over."""
    row = await conn.fetchrow(_LOCK, measure_id)
    return None if row is None else _record(row)


async def of_ids(conn: Conn, measure_ids: list[UUID]) -> list[MeasureRecord]:
    return [_record(row) for row in await conn.fetch(_OF_IDS, measure_ids)]


async def queue(conn: Conn, asset_id: UUID) -> list[MeasureRecord]:
    """All measures on the asset, first registered first; those that were not, last."""
    return [_record(row) for row in await conn.fetch(_QUEUE, asset_id)]


async def of_case(conn: Conn, case_id: UUID) -> list[MeasureRecord]:
    return [_record(row) for row in await conn.fetch(_OF_CASE, case_id)]


async def page_of_cases(
    conn: Conn, case_ids: list[UUID], *, after: tuple[date, UUID] | None, limit: int, owned: Owned | None = None
) -> list[MeasureRecord]:
    """At most `limit` of each case, by case, oldest first, after the row that `after` names by (ruled_on, id).

    With `owned` those on assets of that owner alone, in one of its states.
    """
    ruled_on, row_id = after or (None, None)
    owner_id, statuses = owned or (None, None)
    return [
        _record(row) for row in await conn.fetch(_PAGE_OF_CASES, case_ids, ruled_on, row_id, limit, owner_id, statuses)
    ]


async def control(conn: Conn, party_id: UUID, *, ordering_court: str, limit: int = 200) -> list[ControlRecord]:
    """Measures that `ordering_court` ordered on the party's assets: each measure is its ordering court's to report."""
    return [_control(row) for row in await conn.fetch(_CONTROL, party_id, ordering_court, limit)]


async def on_assets(conn: Conn, asset_ids: list[UUID]) -> list[MeasureRecord]:
    """All measures on these assets, whosever they are."""
    return [_record(row) for row in await conn.fetch(_ON_ASSETS, asset_ids)]


async def successor(conn: Conn, converted: MeasureRecord) -> MeasureRecord | None:
    """What a converted measure became: another one with the same registration; None when it was not converted."""
    if converted.status is not MeasureStatus.CONVERTED:
        return None
    row = await conn.fetchrow(
        _SUCCESSOR, converted.asset_id, converted.id, converted.kind, converted.ruling_no, converted.registered_at
    )
    return None if row is None else _record(row)


async def decided(conn: Conn, changed: MeasureRecord) -> MeasureRecord | None:
    """Write over a proposed measure what was decided on it, its ruling's day too; None when it changed since."""
    row = await conn.fetchrow(
        _DECIDED,
        changed.id,
        changed.version,
        changed.status,
        changed.ruled_on,
        changed.lifted_on,
        changed.lift_ground,
    )
    return None if row is None else replace(changed, version=changed.version + 1)


_REDUCE: Final = "UPDATE measures SET value = value - $2 WHERE id = $1"


async def reduce(conn: Conn, measure_id: UUID, by: Decimal) -> None:
    """The measure, which the caller has changed in this transaction, controls so much less from now on."""
    await conn.execute(_REDUCE, measure_id, by)


async def insert(conn: Conn, measure: MeasureRecord) -> None:
    await conn.execute(_INSERT, *values(measure))


async def update(conn: Conn, changed: MeasureRecord) -> MeasureRecord | None:
    """Write `changed` over the version it was read at; None when the measure changed since. What was ruled stays."""
    row = await conn.fetchrow(
        _UPDATE,
        changed.id,
        changed.version,
        changed.status,
        changed.notice_sent_at,
        changed.registered_at,
        changed.effective_at,
        changed.expires_on,
        changed.rank,
        changed.lifted_on,
        changed.lift_ground,
        changed.task_id,
        changed.executing_court,
    )
    return None if row is None else replace(changed, version=changed.version + 1)
