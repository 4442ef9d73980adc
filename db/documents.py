"""The table `documents`: GraphQL documents that requests name instead of sending them.

Invariant: an id means one text for ever. A trusted one was added by the operator; the others came from clients by
their own hash, are bounded in number, and hold no literal that could be data.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document, and whether the operator added it."""

    text: str
    is_trusted: bool


_FIND: Final = """
    SELECT body, is_trusted FROM documents WHERE id = $1 OR sha256 = $1 ORDER BY is_trusted DESC LIMIT 1
"""


async def find(conn: Conn, name: str) -> StoredDocument | None:
    """The document whose id, or whose SHA-256 in hexadecimal, is `name`."""
    row = await conn.fetchrow(_FIND, name)
    return None if row is None else StoredDocument(*row)


_ADD: Final = """
    INSERT INTO documents AS kept (id, sha256, body, is_trusted, at) VALUES ($1, $2, $3, TRUE, $4)
    ON CONFLICT (id) DO UPDATE SET is_trusted = TRUE WHERE kept.body = excluded.body
    RETURNING id
"""


async def add(conn: Conn, name: str, sha256: str, text: str, now: datetime) -> bool:
    """Store a trusted document; False when `name` means another text already."""
    return await conn.fetchval(_ADD, name, sha256, text, now) is not None


_REMEMBER: Final = """
    INSERT INTO documents (id, sha256, body, is_trusted, at) VALUES ($1, $1, $2, FALSE, $3) ON CONFLICT DO NOTHING
"""
_FORGET: Final = """
    DELETE FROM documents WHERE id IN (
        SELECT id FROM documents WHERE NOT is_trusted ORDER BY at DESC, id DESC OFFSET $1)
"""


async def remember(conn: Conn, sha256: str, text: str, now: datetime, *, most: int) -> None:
    """Store what a client sent with its hash; of such documents the newest `most` are kept."""
    await conn.execute(_REMEMBER, sha256, text, now)
    await conn.execute(_FORGET, most)
