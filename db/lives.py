"""The lives of this court's database, the size of its delivery log, and what its peers still have to confirm.

Invariant: `log_size` grows by one in every transaction that lets something leave (a first attempt, a signed answer), as
that transaction's last statement: so sizes grow in the order of commits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from db.pool import Conn
from db.records.delivery import LifeRecord

_COLUMNS: Final = "epoch, began_at, log_size, since, resynced_at"

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('lives', 0))"
_CURRENT: Final = f"SELECT {_COLUMNS} FROM lives ORDER BY epoch DESC LIMIT 1"
_BEGIN: Final = f"""
    INSERT INTO lives (epoch, began_at, since, resynced_at) VALUES ($1, $2, $3, $4) RETURNING {_COLUMNS}
"""
_GROW: Final = "UPDATE lives SET log_size = log_size + 1 WHERE epoch = $1 RETURNING log_size"
_SIZE: Final = "SELECT log_size FROM lives WHERE epoch = $1"
_LAST_ACTIVITY: Final = """
    SELECT greatest((SELECT max(received_at) FROM inbox), (SELECT max(closed_at) FROM inbox),
                    (SELECT max(enqueued_at) FROM outbox), (SELECT max(closed_at) FROM outbox))
"""
_EXPECT: Final = "INSERT INTO resyncs (epoch, peer) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING"
_PENDING: Final = "SELECT peer FROM resyncs WHERE epoch = $1 AND done_at IS NULL ORDER BY peer"
_IS_PENDING: Final = """
    SELECT EXISTS (SELECT FROM resyncs WHERE peer = $1 AND done_at IS NULL AND epoch = (SELECT max(epoch) FROM lives))
"""
_IS_TOLD: Final = """
    SELECT EXISTS (SELECT FROM resyncs
                    WHERE peer = $1 AND expected IS NOT NULL AND epoch = (SELECT max(epoch) FROM lives))
"""
_APPLIED: Final = "UPDATE resyncs SET applied = applied + 1 WHERE epoch = $1 AND peer = $2"
_EXPECTED: Final = "UPDATE resyncs SET expected = $3 WHERE epoch = $1 AND peer = $2"
_DONE: Final = """
    UPDATE resyncs SET done_at = $3 WHERE epoch = $1 AND peer = $2 AND done_at IS NULL AND applied >= expected
"""
_RESYNCED: Final = """
    UPDATE lives SET resynced_at = $2
     WHERE epoch = $1 AND resynced_at IS NULL
       AND NOT EXISTS (SELECT FROM resyncs WHERE resyncs.epoch = $1 AND done_at IS NULL)
"""


async def lock(conn: Conn) -> None:
    """Let one process at a time decide how the node begins."""
    await conn.execute(_LOCK)


async def current(conn: Conn) -> LifeRecord | None:
    """The newest life; None in a new database."""
    row = await conn.fetchrow(_CURRENT)
    return None if row is None else _record(row)


async def begin(
    conn: Conn, epoch: int, *, now: datetime, since: datetime | None, resynced_at: datetime | None
) -> LifeRecord:
    """Begin a life; `since` is the instant from which peers are asked what this database forgot."""
    row = await conn.fetchrow(_BEGIN, epoch, now, since, resynced_at)
    return _record(row)


async def grow(conn: Conn, epoch: int) -> int:
    """Count one entry of the delivery log, as the last statement of its transaction; the size after it."""
    size: int = await conn.fetchval(_GROW, epoch)
    return size


async def size(conn: Conn, epoch: int) -> int:
    """The size of the delivery log in that life."""
    found: int = await conn.fetchval(_SIZE, epoch)
    return found


async def last_activity(conn: Conn) -> datetime | None:
    """When this database last sent or took in something, by its own memory."""
    instant: datetime | None = await conn.fetchval(_LAST_ACTIVITY)
    return instant


async def expect(conn: Conn, epoch: int, peers: Sequence[str]) -> None:
    """Write down the courts whose confirmation this life needs."""
    await conn.execute(_EXPECT, epoch, list(peers))


async def pending(conn: Conn, epoch: int) -> list[str]:
    """The courts that have not confirmed everything yet."""
    return [row["peer"] for row in await conn.fetch(_PENDING, epoch)]


async def is_pending(conn: Conn, peer: str) -> bool:
    """Whether `peer` still has to confirm what it holds of this court, in the newest life."""
    waits: bool = await conn.fetchval(_IS_PENDING, peer)
    return waits


async def is_told(conn: Conn, peer: str) -> bool:
    """Whether `peer` has said in this life how much it gives back."""
    told: bool = await conn.fetchval(_IS_TOLD, peer)
    return told


async def count_applied(conn: Conn, epoch: int, peer: str) -> None:
    await conn.execute(_APPLIED, epoch, peer)


async def set_expected(conn: Conn, *, epoch: int, peer: str, count: int) -> None:
    await conn.execute(_EXPECTED, epoch, peer, count)


async def finish_if_complete(conn: Conn, epoch: int, peer: str, now: datetime) -> bool:
    """Close a peer's part when as much was applied as it announced, and the life's when that was the last part."""
    done = await conn.execute(_DONE, epoch, peer, now) == "UPDATE 1"
    if done:
        await conn.execute(_RESYNCED, epoch, now)
    return done


_RELEASE: Final = """
    UPDATE resyncs SET done_at = $2
     WHERE peer = $1 AND done_at IS NULL AND epoch = (SELECT max(epoch) FROM lives)
    RETURNING epoch
"""


async def release(conn: Conn, peer: str, now: datetime) -> bool:
    """Wait no longer for what `peer` would confirm in the newest life; False when nothing was waited for."""
    epoch = await conn.fetchval(_RELEASE, peer, now)
    if epoch is not None:
        await conn.execute(_RESYNCED, epoch, now)
    return epoch is not None


def _record(row: Any) -> LifeRecord:
    return LifeRecord(**dict(row))
