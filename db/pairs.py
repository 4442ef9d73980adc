"""Pairs: the sequence of messages to one court, who is sending it now, and the numbers that came from it.

Invariant: one lease at a time per pair, so that one message of a pair is under way at a time. What is known of arrivals
only notices gaps; it holds nothing back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from db.pool import Conn
from db.records.delivery import PairPosition

_KNOW: Final = "INSERT INTO pairs (peer) VALUES ($1) ON CONFLICT DO NOTHING"
_LEASE: Final = """
    UPDATE pairs SET lease_by = $2, lease_until = clock_timestamp() + $3
     WHERE peer = $1 AND (lease_until IS NULL OR lease_until < clock_timestamp() OR lease_by = $2)
"""
_RELEASE: Final = "UPDATE pairs SET lease_by = NULL, lease_until = NULL WHERE peer = $1 AND lease_by = $2"
_POSITION: Final = "SELECT epoch, sent_seq AS seq, sent_digest AS digest FROM pairs WHERE peer = $1 FOR UPDATE"
_ADVANCE: Final = "UPDATE pairs SET epoch = $2, sent_seq = $3, sent_digest = $4 WHERE peer = $1"
_HIGHEST: Final = "SELECT highest FROM pair_arrivals WHERE peer = $1 AND epoch = $2 FOR UPDATE"
_NEWEST_EPOCH: Final = "SELECT max(epoch) FROM pair_arrivals WHERE peer = $1"
_ARRIVED: Final = """
    INSERT INTO pair_arrivals (peer, epoch, highest) VALUES ($1, $2, $3)
    ON CONFLICT (peer, epoch) DO UPDATE SET highest = greatest(pair_arrivals.highest, excluded.highest)
"""
_OPEN_GAP: Final = """
    INSERT INTO pair_gaps (peer, epoch, seq, noticed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_CLOSE_GAP: Final = """
    UPDATE pair_gaps SET closed_at = $4 WHERE peer = $1 AND epoch = $2 AND seq = $3 AND closed_at IS NULL
"""
_OPEN_GAPS: Final = """
    SELECT epoch, seq FROM pair_gaps WHERE peer = $1 AND closed_at IS NULL ORDER BY epoch, seq LIMIT 1000
"""


async def lease(conn: Conn, peer: str, holder: UUID, span: timedelta) -> bool:
    """Take or prolong the right to send to `peer`, by the database's clock; False while another holds it."""
    await conn.execute(_KNOW, peer)
    return await conn.execute(_LEASE, peer, holder, span) == "UPDATE 1"


async def release(conn: Conn, peer: str, holder: UUID) -> None:
    await conn.execute(_RELEASE, peer, holder)


async def position(conn: Conn, peer: str) -> PairPosition:
    """The last number given to a message to `peer`, locked until the transaction ends."""
    await conn.execute(_KNOW, peer)
    row = await conn.fetchrow(_POSITION, peer)
    return PairPosition(0, 0, None) if row is None else PairPosition(**dict(row))


async def advance(conn: Conn, peer: str, position_after: PairPosition) -> None:
    await conn.execute(_ADVANCE, peer, position_after.epoch, position_after.seq, position_after.digest)


async def highest_arrived(conn: Conn, peer: str, epoch: int) -> int:
    """The highest number that came from `peer` in that epoch; 0 when none did."""
    return await conn.fetchval(_HIGHEST, peer, epoch) or 0


async def newest_epoch(conn: Conn, peer: str) -> int:
    """The newest life of `peer` of which anything came; 0 when nothing did."""
    return await conn.fetchval(_NEWEST_EPOCH, peer) or 0


async def note_arrival(conn: Conn, peer: str, epoch: int, seq: int, *, missing: Iterable[int], now: datetime) -> None:
    """Write down that `seq` came, which numbers before it did not, and that its own gap is closed."""
    await conn.execute(_ARRIVED, peer, epoch, seq)
    await conn.executemany(_OPEN_GAP, [(peer, epoch, number, now) for number in missing])
    await conn.execute(_CLOSE_GAP, peer, epoch, seq, now)


async def open_gaps(conn: Conn, peer: str) -> list[tuple[int, int]]:
    """(epoch, number) of messages of `peer` that have not come, at most 1000."""
    return [(row["epoch"], row["seq"]) for row in await conn.fetch(_OPEN_GAPS, peer)]
