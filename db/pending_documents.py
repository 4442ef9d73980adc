"""Table `pending_documents`: signed documents of the directory that wait to be published together, a row each act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """The signed documents of one act."""

    number: int
    documents: Sequence[bytes]


_ADD: Final = "INSERT INTO pending_documents (documents, submitted_at) VALUES ($1, $2)"

_WAITING: Final = """
    SELECT number, documents FROM pending_documents
     WHERE published_in IS NULL AND refused IS NULL
     ORDER BY number LIMIT $1
"""

_PUBLISHED: Final = "UPDATE pending_documents SET published_in = $2 WHERE number = ANY($1::bigint[])"

_REFUSE: Final = "UPDATE pending_documents SET refused = $2 WHERE number = $1"


async def add(conn: Conn, documents: Sequence[bytes], *, submitted_at: datetime) -> None:
    """Let the documents of one act wait."""
    await conn.execute(_ADD, documents, submitted_at)


async def waiting(conn: Conn, limit: int) -> list[PendingRecord]:
    """At most `limit` acts that were not published yet, the oldest first."""
    return [PendingRecord(*row) for row in await conn.fetch(_WAITING, limit)]


async def note_published(conn: Conn, numbers: Sequence[int], version: int) -> None:
    """These acts stand in that version of the directory."""
    await conn.execute(_PUBLISHED, numbers, version)


async def refuse(conn: Conn, number: int, code: str) -> None:
    """That act cannot be published: it does not fit what was published meanwhile."""
    await conn.execute(_REFUSE, number, code)
