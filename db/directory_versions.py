"""Table `directory_versions`: every version of the directory that was accepted here, with what proves it.

Its documents stand in `directory_documents`, by the name and digest that the listing gives.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class DirectoryVersionRecord:
    """One version; `fresh` in its newest issue."""

    version: int
    issued_at: datetime
    fresh: bytes
    listing: bytes


_LOCK: Final = "LOCK TABLE directory_versions IN SHARE ROW EXCLUSIVE MODE"

_NEWEST: Final = """
    SELECT version, issued_at, fresh, listing FROM directory_versions ORDER BY version DESC LIMIT $1
"""

_FRESH: Final = "SELECT fresh FROM directory_versions ORDER BY version DESC LIMIT 1"

_SAVE: Final = """
    INSERT INTO directory_versions (version, issued_at, fresh, listing, accepted_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (version) DO UPDATE SET issued_at = excluded.issued_at, fresh = excluded.fresh
"""

_FORGET: Final = "DELETE FROM directory_versions WHERE version >= $1"


async def lock(conn: Conn) -> None:
    """Keep other writers out until the transaction ends."""
    await conn.execute(_LOCK)


async def newest(conn: Conn, limit: int) -> list[DirectoryVersionRecord]:
    """At most `limit` versions, the highest first."""
    return [DirectoryVersionRecord(*row) for row in await conn.fetch(_NEWEST, limit)]


async def newest_fresh(conn: Conn) -> bytes | None:
    """By what the highest version is known; None before the first."""
    fresh: bytes | None = await conn.fetchval(_FRESH)
    return fresh


async def save(conn: Conn, record: DirectoryVersionRecord, *, accepted_at: datetime) -> None:
    """Store a version, or the newer issue of one."""
    await conn.execute(_SAVE, record.version, record.issued_at, record.fresh, record.listing, accepted_at)


async def forget_from(conn: Conn, version: int) -> None:
    """Drop that version and all above it: a thief of the gateway's key made them. Their documents stay, as evidence."""
    await conn.execute(_FORGET, version)
