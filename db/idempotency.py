"""The table `idempotency`: which object an officer's key made, so that the same call again finds it.

Invariant: (officer, key) means one act, one content and one object for ever.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class Made:
    """What the key was used for."""

    act: str
    content_key: bytes | None  # None for a key that was used before contents were kept
    result_id: UUID


_CLAIM: Final = """
    INSERT INTO idempotency (officer, key, act, content_key, result_id, at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (officer, key) DO NOTHING
    RETURNING result_id
"""
_FIND: Final = "SELECT act, content_key, result_id FROM idempotency WHERE officer = $1 AND key = $2"


async def find(conn: Conn, officer: str, key: str) -> Made | None:
    """What `officer` made with `key`, if anything."""
    row = await conn.fetchrow(_FIND, officer, key)
    return None if row is None else Made(row["act"], row["content_key"], row["result_id"])


async def claim(
    conn: Conn, officer: str, key: str, *, act: str, content_key: bytes, result_id: UUID, now: datetime
) -> Made | None:
    """Bind the key to `result_id`; None when it was free, else what it means already.

    Two calls at once wait for each other here: the second sees the first one's object, or a free key if that failed.
    """
    if await conn.fetchval(_CLAIM, officer, key, act, content_key, result_id, now) is not None:
        return None
    return await find(conn, officer, key)
