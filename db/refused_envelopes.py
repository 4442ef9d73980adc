"""Refused envelopes, at nodes and at the gateway: when, why, how large; never their bytes."""

from datetime import datetime
from typing import Final

from db.pool import Conn
from db.records.delivery import RefusedEnvelope

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
