"""The table `events`: what changed in this court's database, in order, for subscriptions.

Invariant: a row and its NOTIFY are written in the transaction of the change that they announce. A row names an object
by its id, never a person. The rows of one object come in the order of their ids, because each change locks the object.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.pool import Conn
from db.records.tasks import ChangeRecord

CHANNEL: Final = "events"
"""NOTIFY channel; the payload is "topic ref"."""

_ADD: Final = "INSERT INTO events (at, topic, ref, kind) VALUES ($1, $2, $3, $4)"
_NOTIFY: Final = "SELECT pg_notify($1, $2)"


async def add(conn: Conn, *, topic: str, ref: UUID, kind: str, now: datetime) -> None:
    """Announce that `kind` happened to the object `ref` of `topic` (task, measure, ...)."""
    await conn.execute(_ADD, now, topic, ref, kind)
    await conn.execute(_NOTIFY, CHANNEL, f"{topic} {ref}")


_ADD_ALL: Final = """
    WITH added AS (INSERT INTO events (at, topic, ref, kind) SELECT $1, $2, ref, $4 FROM unnest($3::uuid[]) AS n (ref))
    SELECT pg_notify($5, $2 || ' ' || ref) FROM unnest($3::uuid[]) AS n (ref)
"""


async def add_all(conn: Conn, *, topic: str, refs: list[UUID], kind: str, now: datetime) -> None:
    """Announce that `kind` happened to each of these objects: one statement."""
    await conn.execute(_ADD_ALL, now, topic, refs, kind, CHANNEL)


_AFTER: Final = """
    SELECT id, at, topic, ref, kind FROM events WHERE topic = $1 AND ref = $2 AND id > $3 ORDER BY id LIMIT 100
"""


async def after(conn: Conn, *, topic: str, ref: UUID, last_id: int) -> list[ChangeRecord]:
    """What happened to one object after the row `last_id`, at most 100 rows."""
    return [ChangeRecord(*row) for row in await conn.fetch(_AFTER, topic, ref, last_id)]


_LAST: Final = "SELECT coalesce(max(id), 0) FROM events WHERE topic = $1 AND ref = $2"


async def last_id(conn: Conn, *, topic: str, ref: UUID) -> int:
    """The number of the object's newest row; 0 when there is none."""
    return int(await conn.fetchval(_LAST, topic, ref))
