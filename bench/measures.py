"""A million measures in the queues of one court: reading a queue, and the sweep of those whose term ran out.

The floor is the same database with bare statements: the one that reads a queue, and three that write EXPIRED, the next
one's term and the queue's next day, without history and without the replay.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from typing import Any, Final

import anyio
import asyncpg

from bench import report
from bench.setting import Setting
from db import embedded, measure_queue, migrate
from db.clock import SetClock, monotonic_s
from db.pool import Pool, open_pool, transaction
from enforcement import measure_queues, measure_sweeps
from enforcement.court import CourtNode
from enforcement.rules.measure_queue import replay

MEASURES: Final = 1_000_000
DUE: Final = 5_000
_READS: Final = 2_000
_PER_QUEUE: Final = 2
_FIRST_DAY: Final = date(2026, 1, 1)
_P99: Final = 98

_FILL_QUEUES: Final = """
    INSERT INTO asset_queues (asset_key, due_on)
    SELECT sha256(n::text::bytea), $2::date + (n / $3)::integer FROM generate_series(0, $1 - 1) AS s (n)
"""
_FILL: Final = """
    INSERT INTO measure_queue (id, asset_key, asset_kind, kind, ordering_court, term_years, registered_at,
                               registry_rank, status, rank, effective_at, expires_on, version)
    SELECT gen_random_uuid(), sha256(n::text::bytea), 'VEHICLE', 'SEIZE', '浙0824', 2,
           ($2::date + (n / $3)::integer - 730)::timestamp AT TIME ZONE 'Asia/Shanghai' + place * interval '1 hour',
           place, CASE place WHEN 1 THEN 'EFFECTIVE' ELSE 'WAITING' END, place,
           CASE place WHEN 1 THEN ($2::date + (n / $3)::integer - 730)::timestamp AT TIME ZONE 'Asia/Shanghai'
                + interval '1 hour' END,
           CASE place WHEN 1 THEN $2::date + (n / $3)::integer END, 1
      FROM generate_series(0, $1 - 1) AS s (n), generate_series(1, 2) AS p (place)
"""
_HELD: Final = "UPDATE measure_queue SET held_since = effective_at, held_until = expires_on WHERE rank = 1"

_CLAIM: Final = "SELECT asset_key FROM asset_queues WHERE due_on < $1 ORDER BY due_on LIMIT $2 FOR UPDATE SKIP LOCKED"
_EXPIRE: Final = """
    UPDATE measure_queue SET status = 'EXPIRED', rank = NULL, version = version + 1
     WHERE asset_key = ANY ($1) AND status = 'EFFECTIVE'
"""
_PROMOTE: Final = """
    UPDATE measure_queue SET status = 'EFFECTIVE', rank = 1, effective_at = $2, expires_on = $3, version = version + 1
     WHERE asset_key = ANY ($1) AND status = 'WAITING' AND rank = 2
"""
_DUE: Final = "UPDATE asset_queues SET due_on = $2 WHERE asset_key = ANY ($1)"


@dataclass(slots=True)
class Rounds:
    """Seconds of each read, and of each sweep."""

    reads_s: list[float] = field(default_factory=list)
    sweeps_s: list[float] = field(default_factory=list)


async def measure(setting: Setting) -> str:
    """The table. Product and floor take turns; each sweep has other queues that fell due."""
    count, due = max(2, int(MEASURES * setting.scale)), max(1, int(DUE * setting.scale))
    folder = embedded.new_folder()
    server = await anyio.to_thread.run_sync(embedded.start, folder / "postgresql-data")
    try:
        conn = await asyncpg.connect(server.dsn())
        await conn.execute('CREATE DATABASE "node"')
        await conn.close()
        await anyio.to_thread.run_sync(migrate.upgrade, server.dsn("node"), "node")
        pool = await open_pool(server.dsn("node"))
        setting.say(f"{count:,} measures ...")
        await _fill(pool, count // _PER_QUEUE, due)
        product, floor = Rounds(), Rounds()
        for turn in range(setting.rounds):
            setting.say(f"queues, round {turn + 1} ...")
            await _turn(pool, count // _PER_QUEUE, turn, product, floor)
        await pool.close()
    finally:
        await anyio.to_thread.run_sync(server.stop)
        shutil.rmtree(folder, ignore_errors=True)
    return _told(count, due, product, floor)


async def _fill(pool: Pool, queues: int, due: int) -> None:
    async with pool.acquire() as conn:
        for sql in (_FILL_QUEUES, _FILL):
            await conn.execute(sql, queues, _FIRST_DAY, due, timeout=600)
        await conn.execute(_HELD, timeout=600)
        await conn.execute("VACUUM ANALYZE asset_queues, measure_queue", timeout=600)


async def _turn(pool: Pool, queues: int, turn: int, product: Rounds, floor: Rounds) -> None:
    clock = SetClock(datetime(2025, 12, 1, tzinfo=UTC))
    court = _court(pool, clock)
    keys = [await pool.fetchval("SELECT sha256($1::text::bytea)", str(_place(n, queues))) for n in range(_READS)]
    for key in keys:
        began_s = monotonic_s()
        async with pool.acquire() as conn:
            found = await measure_queue.of_assets(conn, [key])
        replay([measure_queues.registration(one) for one in found], clock.now())
        product.reads_s.append(monotonic_s() - began_s)
        began_s = monotonic_s()
        async with pool.acquire() as conn:
            await conn.fetch(measure_queue._OF_ASSETS, [key])  # noqa: SLF001  (the very statement, bare)
        floor.reads_s.append(monotonic_s() - began_s)
    clock.set(_noon(_FIRST_DAY + timedelta(days=2 * turn + 1)))
    began_s = monotonic_s()
    await measure_sweeps.sweep(court)
    product.sweeps_s.append(monotonic_s() - began_s)
    began_s = monotonic_s()
    await _bare(pool, _FIRST_DAY + timedelta(days=2 * turn + 2))
    floor.sweeps_s.append(monotonic_s() - began_s)


def _place(number: int, queues: int) -> int:
    """Spread over the queues, the same in every run."""
    return number * 7919 % queues


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def _court(pool: Pool, clock: SetClock) -> CourtNode:
    """A court of which the sweep needs the database and the clock alone."""
    given: dict[str, Any] = dict.fromkeys(("at_rest", "directory", "signer", "box", "asks", "zone"))
    return CourtNode(code="浙0824", division="330824", pool=pool, clock=clock, **given)


async def _bare(pool: Pool, today: date) -> None:
    until = today.replace(year=today.year + 2)
    while True:
        async with transaction(pool) as conn:
            keys = [row["asset_key"] for row in await conn.fetch(_CLAIM, today, measure_sweeps.BATCH)]
            if not keys:
                return
            await conn.execute(_EXPIRE, keys)
            await conn.execute(_PROMOTE, keys, _noon(today), until)
            await conn.execute(_DUE, keys, until)


def _told(count: int, due: int, product: Rounds, floor: Rounds) -> str:
    ours, bare = _ms(product.reads_s), _ms(floor.reads_s)
    over = [one / other for one, other in zip(product.sweeps_s, floor.sweeps_s, strict=True)]
    rows = [
        ("read and replay a queue: p50, p99, ms", f"{ours[0]:.2f}, {ours[1]:.2f}"),
        ("floor, the bare statement: p50, p99, ms", f"{bare[0]:.2f}, {bare[1]:.2f}"),
        ("read over floor, at p50", f"{ours[0] / bare[0]:.2f}"),
        (f"sweep of {due:,} queues that fell due, s", report.spread(product.sweeps_s)),
        ("floor, bare statements, s", report.spread(floor.sweeps_s)),
        ("sweep over floor", report.spread(over)),
    ]
    head = f"## Queues of {count:,} measures"
    note = f"{len(product.reads_s):,} reads and {len(product.sweeps_s)} sweeps, each beside its floor."
    return "\n\n".join([head, report.table(("measure", "found"), rows), note])


def _ms(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds."""
    cuts = quantiles(seconds, n=100)
    return cuts[49] * 1e3, cuts[_P99] * 1e3
