"""Queues of measures at the court where the asset lies; an asset is found by the keyed hash of its registry identity.

Invariant: whoever changes an entry holds the lock of its asset's queue. Nothing here reads a queue of another court.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.measure_life import QueueRecord

CASE_NUMBER: Final = "measure_queue.case_number"
RULING_NO: Final = "measure_queue.ruling_no"

_record = mapper(QueueRecord)
_COLUMNS: Final = ", ".join(columns(QueueRecord))

_OPEN: Final = "INSERT INTO asset_queues (asset_key) VALUES ($1) ON CONFLICT DO NOTHING"
_LOCK: Final = "SELECT asset_key FROM asset_queues WHERE asset_key = $1 FOR UPDATE"


async def lock(conn: Conn, asset_key: bytes) -> None:
    """Hold the queue of this asset until the transaction ends; it is made if there is none."""
    await conn.execute(_OPEN, asset_key)
    await conn.execute(_LOCK, asset_key)


_CLAIM: Final = """
    SELECT asset_key FROM asset_queues WHERE due_on < $1 ORDER BY due_on LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def claim_due(conn: Conn, today: date, *, limit: int) -> list[bytes]:
    """Lock at most `limit` queues in which a term ran out before `today`, longest ago first."""
    return [bytes(row["asset_key"]) for row in await conn.fetch(_CLAIM, today, limit)]


_OF_ASSETS: Final = f"""
    SELECT {_COLUMNS} FROM measure_queue WHERE asset_key = ANY ($1)
     ORDER BY asset_key, registered_at, registry_rank, id LIMIT 10000
"""


async def of_assets(conn: Conn, asset_keys: list[bytes]) -> list[QueueRecord]:
    """All entries of these queues, in the order of their registration."""
    return [_record(row) for row in await conn.fetch(_OF_ASSETS, asset_keys)]


_BY_MEASURE: Final = f"SELECT {_COLUMNS} FROM measure_queue WHERE ordering_court = $1 AND measure_id = $2"
_BY_TASK: Final = f"SELECT {_COLUMNS} FROM measure_queue WHERE task_id = $1 ORDER BY registered_at, id LIMIT 1"


async def by_measure(conn: Conn, ordering_court: str, measure_id: UUID) -> QueueRecord | None:
    """The entry of a measure, by its ordering court's id."""
    row = await conn.fetchrow(_BY_MEASURE, ordering_court, measure_id)
    return None if row is None else _record(row)


async def by_task(conn: Conn, task_id: UUID) -> QueueRecord | None:
    """The entry that was registered for a task of another court."""
    row = await conn.fetchrow(_BY_TASK, task_id)
    return None if row is None else _record(row)


_DISPOSALS: Final = "SELECT asset_key, disposed_at FROM asset_queues WHERE asset_key = ANY ($1)"
_DISPOSED: Final = """
    UPDATE asset_queues SET disposed_at = disposed_at || $2::timestamptz
     WHERE asset_key = $1 AND $2 <> ALL (disposed_at)
"""


async def disposals(conn: Conn, asset_keys: list[bytes]) -> dict[bytes, list[datetime]]:
    """When the registry wrote over each of these assets that was disposed of."""
    return {bytes(row["asset_key"]): row["disposed_at"] for row in await conn.fetch(_DISPOSALS, asset_keys)}


async def disposed(conn: Conn, asset_key: bytes, at: datetime) -> None:
    """Note that the registry wrote over the asset at `at`; again changes nothing. The queue is locked."""
    await conn.execute(_DISPOSED, asset_key, at)


_UNTOLD: Final = """
    SELECT id, task_id FROM measure_queue
     WHERE task_id IS NOT NULL AND told_version < version AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2
"""
_VERSIONED: Final = f"""
    SELECT {_COLUMNS} FROM measure_queue WHERE id = $1 AND told_version < version
"""
_SET_TOLD: Final = "UPDATE measure_queue SET told_version = $2 WHERE id = $1"


async def untold(conn: Conn, *, after: UUID | None, limit: int) -> list[tuple[UUID, UUID]]:
    """Entries of which the ordering court does not know the newest version, each with its task, behind `after`."""
    return [(row["id"], row["task_id"]) for row in await conn.fetch(_UNTOLD, after, limit)]


async def if_untold(conn: Conn, entry_id: UUID) -> QueueRecord | None:
    """The entry, unless its ordering court was told of its newest version meanwhile."""
    row = await conn.fetchrow(_VERSIONED, entry_id)
    return None if row is None else _record(row)


async def set_told(conn: Conn, entry: QueueRecord) -> None:
    """The ordering court is told of the entry as it stands in the record."""
    await conn.execute(_SET_TOLD, entry.id, entry.version)


_INSERT: Final = insertion("measure_queue", QueueRecord) + " ON CONFLICT DO NOTHING RETURNING id"


async def insert(conn: Conn, entry: QueueRecord) -> bool:
    """Enter it; False when that measure stands there already. The queue is locked."""
    return await conn.fetchval(_INSERT, *values(entry)) is not None


_SET_REGISTRATION: Final = """
    UPDATE measure_queue SET registered_at = $2, registry_rank = $3, term_years = $4, ruling_no = $5 WHERE id = $1
"""


async def set_registration(conn: Conn, entry_id: UUID, earlier: QueueRecord) -> None:
    """Write over an entry when and behind how many its registry registered it, as `earlier` has it."""
    await conn.execute(
        _SET_REGISTRATION,
        entry_id,
        earlier.registered_at,
        earlier.registry_rank,
        earlier.term_years,
        earlier.ruling_no,
    )


_SET_FACTS: Final = """
    UPDATE measure_queue
       SET renewed_at = $2, renewed_years = $3, released_at = $4, released_as = $5, measure_id = $6
     WHERE id = $1
"""


async def set_facts(conn: Conn, entry: QueueRecord) -> None:
    """Write what the registry said since it was entered; its state follows by `set_states`."""
    await conn.execute(
        _SET_FACTS,
        entry.id,
        entry.renewed_at,
        entry.renewed_years,
        entry.released_at,
        entry.released_as,
        entry.measure_id,
    )


_SET_STATES: Final = """
    UPDATE measure_queue q
       SET status = n.status, rank = n.rank, effective_at = n.effective_at, expires_on = n.expires_on,
           version = q.version + 1
      FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[], $5::date[])
           AS n (id, status, rank, effective_at, expires_on)
     WHERE q.id = n.id
"""


async def set_states(conn: Conn, changed: Sequence[QueueRecord]) -> None:
    """Write the state of each: one statement."""
    await conn.execute(
        _SET_STATES,
        [one.id for one in changed],
        [one.status for one in changed],
        [one.rank for one in changed],
        [one.effective_at for one in changed],
        [one.expires_on for one in changed],
    )


_SET_DUE: Final = """
    UPDATE asset_queues a
       SET due_on = (SELECT min(q.expires_on) FROM measure_queue q
                      WHERE q.asset_key = a.asset_key AND q.status IN ('EFFECTIVE', 'RENEWED'))
     WHERE a.asset_key = ANY ($1)
"""


async def set_due(conn: Conn, asset_keys: list[bytes]) -> None:
    """Note for each queue the first last day that stands in it."""
    await conn.execute(_SET_DUE, asset_keys)


_TAKE_OVER: Final = """
    WITH batch AS MATERIALIZED (
        SELECT id FROM measures
         WHERE NOT is_queued AND status IN ('EFFECTIVE', 'WAITING', 'RENEWED')
         ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
    ), marked AS (
        UPDATE measures m SET is_queued = true FROM batch WHERE m.id = batch.id RETURNING m.id
    ), here AS MATERIALIZED (
        SELECT m.*, a.identity_key, a.kind AS asset_kind
          FROM measures m JOIN batch USING (id) JOIN assets a ON a.id = m.asset_id
         WHERE a.division = $1 AND m.registered_at IS NOT NULL AND m.kind NOT IN ('DEDUCT', 'EXTRACT')
    ), opened AS (
        INSERT INTO asset_queues (asset_key, due_on)
        SELECT identity_key, min(expires_on) FILTER (WHERE status IN ('EFFECTIVE', 'RENEWED')) FROM here GROUP BY 1
        ON CONFLICT (asset_key) DO UPDATE SET due_on = least(asset_queues.due_on, excluded.due_on)
    ), entered AS (
        INSERT INTO measure_queue (id, asset_key, asset_kind, kind, ordering_court, measure_id, task_id, term_years,
                                   registered_at, registry_rank, held_since, held_until, held_as, status, rank,
                                   effective_at, expires_on, version)
        SELECT id, identity_key, asset_kind, kind, ordering_court, id, NULL, term_years, registered_at,
               CASE status WHEN 'WAITING' THEN greatest(rank, 2) ELSE coalesce(rank, 1) END,
               CASE WHEN status <> 'WAITING' THEN effective_at END, CASE WHEN status <> 'WAITING' THEN expires_on END,
               nullif(status, 'WAITING'), status, rank, effective_at, expires_on, 1
          FROM here
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT (SELECT count(*) FROM marked) AS marked, (SELECT count(*) FROM entered) AS entered
"""


async def take_over(conn: Conn, division: str, *, limit: int) -> int:
    """Enter measures that stand in `measures` and in no queue yet, such as loaded ones, if their asset lies here.

    How many were looked at; none is looked at twice.
    """
    row = await conn.fetchrow(_TAKE_OVER, division, limit)
    assert row is not None  # an aggregate
    return int(row["marked"])
