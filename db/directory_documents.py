"""Table `directory_documents`: every signed directory document that was accepted here, byte for byte, by version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class DirectoryDocumentRecord:
    """One accepted version; `document` is the signed form."""

    version: int
    document: bytes
    accepted_at: datetime


_LOCK: Final = "LOCK TABLE directory_documents IN SHARE ROW EXCLUSIVE MODE"

_HIGHEST: Final = """
    SELECT version, document, accepted_at FROM directory_documents ORDER BY version DESC LIMIT 1
"""

_READ: Final = "SELECT version, document, accepted_at FROM directory_documents WHERE version = $1"

_NEWEST: Final = """
    SELECT version, document, accepted_at FROM directory_documents ORDER BY version DESC LIMIT $1
"""

_ADD: Final = "INSERT INTO directory_documents (version, document, accepted_at) VALUES ($1, $2, $3)"


async def lock(conn: Conn) -> None:
    """Keep other writers out until the transaction ends."""
    await conn.execute(_LOCK)


async def highest(conn: Conn) -> DirectoryDocumentRecord | None:
    """The highest version ever accepted; None before the first."""
    row = await conn.fetchrow(_HIGHEST)
    return None if row is None else DirectoryDocumentRecord(*row)


async def read(conn: Conn, version: int) -> DirectoryDocumentRecord | None:
    """That version, if it was accepted here."""
    row = await conn.fetchrow(_READ, version)
    return None if row is None else DirectoryDocumentRecord(*row)


async def newest(conn: Conn, limit: int) -> list[DirectoryDocumentRecord]:
    """At most `limit` versions, the highest first."""
    return [DirectoryDocumentRecord(*row) for row in await conn.fetch(_NEWEST, limit)]


async def add(conn: Conn, version: int, document: bytes, *, accepted_at: datetime) -> None:
    """Store a version that was not there."""
    await conn.execute(_ADD, version, document, accepted_at)
