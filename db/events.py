"""The table `events`: what changed in this court's database, in order, for subscriptions and webhooks.

Invariant: a row, its NOTIFY and its deliveries to webhooks are written in the transaction of the change that they
announce. A row names an object by its id, never a person. The rows of one object come in the order of their ids,
because each change locks the object; rows of several objects are followed by (xact, id), see `behind`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from db.pool import Conn
from db.records.tasks import ChangeRecord


class Position(NamedTuple):
    """A place in the order in which rows of several objects are followed."""

    xact: str  # of the transaction, decimal
    id: int


CHANNEL: Final = "events"
"""NOTIFY channel; the payload is "topic ref"."""

_ADD: Final = """
    WITH happened AS (
        INSERT INTO events (at, topic, ref, kind) SELECT $1, $2, ref, $4 FROM unnest($3::uuid[]) AS n (ref)
        RETURNING id, ref
    ), told AS (
        INSERT INTO webhook_deliveries (webhook, event, topic, kind, ref, at, next_attempt_at)
        SELECT webhooks.name, happened.id, $2, $4, happened.ref, $1, $1 FROM webhooks CROSS JOIN happened
         WHERE wanted && ARRAY['*', $2 || '.*', $2 || '.' || lower($4)]
    )
    SELECT pg_notify($5, $2 || ' ' || ref) FROM happened
"""


async def add(conn: Conn, *, topic: str, ref: UUID, kind: str, now: datetime) -> None:
    """Announce that `kind` happened to the object `ref` of `topic` (task, measure, ...)."""
    await add_all(conn, topic=topic, refs=[ref], kind=kind, now=now)


async def add_all(conn: Conn, *, topic: str, refs: list[UUID], kind: str, now: datetime) -> None:
    """Announce that `kind` happened to each of these objects: one statement."""
    await conn.execute(_ADD, now, topic, refs, kind, CHANNEL)


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


# What a transaction that still runs has written may come under any lower number: nothing from it on is read yet.
_BEHIND: Final = """
    SELECT id, at, topic, ref, kind, xact::text AS xact
      FROM unnest($1::text[]) AS wanted (name) CROSS JOIN LATERAL (
      SELECT e.id, e.at, e.topic, e.ref, e.kind, e.xact FROM events e
       WHERE e.topic = wanted.name AND (e.xact, e.id) > ($2::text::xid8, $3)
         AND e.xact < pg_snapshot_xmin(pg_current_snapshot())
       ORDER BY e.xact, e.id LIMIT 500
      ) AS page
     ORDER BY page.xact, id LIMIT 500
"""


async def behind(conn: Conn, *, topics: Sequence[str], position: Position) -> tuple[list[ChangeRecord], Position]:
    """What happened to any object of the topics after the position, at most 500 rows, and the position after them."""
    rows = await conn.fetch(_BEHIND, list(topics), position.xact, position.id)
    last = Position(rows[-1]["xact"], rows[-1]["id"]) if rows else position
    return [ChangeRecord(row["id"], row["at"], row["topic"], row["ref"], row["kind"]) for row in rows], last


_NOW: Final = "SELECT (pg_snapshot_xmin(pg_current_snapshot()))::text"


async def here(conn: Conn) -> Position:
    """The position behind everything that `behind` would give now."""
    return Position(str(await conn.fetchval(_NOW)), 0)
