"""Refused envelopes, at nodes and at the gateway: when, why, how large; never their bytes."""

from datetime import datetime
from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.delivery import RefusedEnvelope

_record = mapper(RefusedEnvelope)

_NOTE: Final = """
    INSERT INTO refused_envelopes (at, sender_claimed, reason, digest, size_bytes) VALUES ($1, $2, $3, $4, $5)
"""

_PURGE: Final = "DELETE FROM refused_envelopes WHERE at < $1"


async def note(conn: Conn, refused: RefusedEnvelope) -> None:
    """Write down that an envelope was refused."""
    await conn.execute(_NOTE, refused.at, refused.sender_claimed, refused.reason, refused.digest, refused.size_bytes)


async def purge(conn: Conn, before: datetime) -> None:
    """Forget refusals older than `before`."""
    await conn.execute(_PURGE, before)


_NEWEST: Final = """
    SELECT number, at, sender_claimed, reason, digest, size_bytes FROM refused_envelopes
     WHERE $1::timestamptz IS NULL OR (at, number) < ($1, $2::bigint)
     ORDER BY at DESC, number DESC LIMIT $3
"""


async def page(conn: Conn, *, after: tuple[datetime, int] | None, limit: int) -> list[tuple[int, RefusedEnvelope]]:
    """The newest first, after the row that `after` names by (at, number); each numbered."""
    at, last = after or (None, None)
    return [(row["number"], _record(row)) for row in await conn.fetch(_NEWEST, at, last, limit)]
