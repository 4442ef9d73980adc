"""Answers given to asks, by (sender, id): a retry gets the same bytes, and other bytes under one id are noticed.

An ask is fresh for minutes only, so a row is needed for minutes only: `purge` drops the rest.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.pool import Conn
from db.records.lookups import StoredAnswer

_LOCKS: Final = 7_365_303  # class of the advisory locks below
_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"


async def lock(conn: Conn, sender: str, ask_id: UUID) -> None:
    """One transaction works on an ask at a time: the second waits for the first one's answer."""
    await conn.execute(_LOCK, _LOCKS, f"{sender} {ask_id}")


_FIND: Final = "SELECT digest, answer FROM answers WHERE sender = $1 AND ask_id = $2"


async def find(conn: Conn, sender: str, ask_id: UUID) -> StoredAnswer | None:
    """The answer given to that ask, if any."""
    row = await conn.fetchrow(_FIND, sender, ask_id)
    return None if row is None else StoredAnswer(row["digest"], row["answer"])


_ADD: Final = "INSERT INTO answers (sender, ask_id, digest, answer, at) VALUES ($1, $2, $3, $4, $5)"


async def add(conn: Conn, sender: str, ask_id: UUID, answer: StoredAnswer, at: datetime) -> None:
    """Keep the answer given to an ask."""
    await conn.execute(_ADD, sender, ask_id, answer.digest, answer.answer, at)


_FORGET: Final = """
    DELETE FROM answers WHERE (sender, ask_id) IN (SELECT asking_court, ask_id FROM access_log WHERE subject_key = $1)
"""


async def forget(conn: Conn, subject: bytes) -> None:
    """Drop what was answered about a person: an ask that is sent again is answered anew."""
    await conn.execute(_FORGET, subject)


_PURGE: Final = """
    DELETE FROM answers WHERE (sender, ask_id) IN
        (SELECT sender, ask_id FROM answers WHERE at < $1 ORDER BY sender, ask_id LIMIT 1000 FOR UPDATE SKIP LOCKED)
"""


async def purge(conn: Conn, before: datetime) -> None:
    """Drop at most a thousand answers given before `before`."""
    await conn.execute(_PURGE, before)
