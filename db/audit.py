"""The tables `audit_queue`, what is to be chained, and `audit_events`, the chain of it (审计日志).

Invariant: an entry is queued in the transaction of what it tells, in one statement with it where time counts; whoever
holds `lock` moves committed entries into the chain, and nothing else writes there. The chain's table refuses changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.audit import AuditAction, AuditEntry, AuditEvent, AuditFilter, Head

_LOCKS: Final = 7_365_304  # the one advisory lock of who chains
_entry = mapper(AuditEntry)
_NAMES: Final = ", ".join(columns(AuditEntry))
_COLUMNS: Final = ["seq", "prev", "digest", *columns(AuditEntry)]

_NOTE: Final = insertion("audit_queue", AuditEntry)


async def note(conn: Conn, entry: AuditEntry) -> None:
    """Queue what happened, in its own transaction."""
    await conn.execute(_NOTE, *values(entry))


_LOCK: Final = "SELECT pg_advisory_xact_lock($1)"


async def lock(conn: Conn) -> None:
    """One process chains at a time, until its transaction ends."""
    await conn.execute(_LOCK, _LOCKS)


_TAKE: Final = f"""
    WITH taken AS (
        DELETE FROM audit_queue WHERE id IN (SELECT id FROM audit_queue ORDER BY id LIMIT $1) RETURNING *
    )
    SELECT {_NAMES} FROM taken ORDER BY id
"""


async def take(conn: Conn, limit: int) -> list[AuditEntry]:
    """The oldest entries, which leave the queue with this transaction."""
    return [_entry(row) for row in await conn.fetch(_TAKE, limit)]


_HEAD: Final = "SELECT seq, digest FROM audit_events ORDER BY seq DESC LIMIT 1"


async def head(conn: Conn) -> Head:
    """The last place of the chain; (0, "") when it is empty."""
    row = await conn.fetchrow(_HEAD)
    return Head() if row is None else Head(row["seq"], row["digest"])


async def append(conn: Conn, events: list[AuditEvent]) -> None:
    """Put events behind the chain's head."""
    rows = [(event.seq, event.prev, event.digest, *values(event.entry)) for event in events]
    await conn.copy_records_to_table("audit_events", columns=_COLUMNS, records=rows)


_AFTER: Final = f"SELECT seq, prev, digest, {_NAMES} FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT $2"


async def after(conn: Conn, seq: int, limit: int) -> list[AuditEvent]:
    """The events behind a place of the chain, in its order."""
    return [_event(row) for row in await conn.fetch(_AFTER, seq, limit)]


_PAGE: Final = f"SELECT seq, prev, digest, {_NAMES} FROM audit_events WHERE seq < $1"
_WANTED: Final[Mapping[str, str]] = {
    "court": "court = ",
    "officer": "officer = ",
    "action": "action = ",
    "case_number": "case_number = ",
    "lookup_id": "lookup_id = ",
    "outcome": "outcome = ",
    "since": "at >= ",
    "until": "at < ",
}
"""Each condition of a filter; one that is not wanted does not stand in the statement, so that the plan is its own."""
_NEWEST: Final = "ORDER BY seq DESC LIMIT"
_BEFORE_ALL: Final = 2**63 - 1


def _page(wanted: AuditFilter) -> tuple[str, list[object]]:
    """The statement of a filter's pages, whose first argument is a place and whose last is a limit; and the others."""
    given = [(name, value) for name in _WANTED if (value := getattr(wanted, name)) is not None]
    conditions = [f"AND {_WANTED[name]}${place}" for place, (name, _) in enumerate(given, 2)]
    return " ".join([_PAGE, *conditions, f"{_NEWEST} ${len(given) + 2}"]), [value for _, value in given]


async def page(conn: Conn, wanted: AuditFilter, *, before: int | None, limit: int) -> list[AuditEvent]:
    """The newest events first, those below the place `before`."""
    statement, given = _page(wanted)
    return [
        _event(row) for row in await conn.fetch(statement, _BEFORE_ALL if before is None else before, *given, limit)
    ]


_SUBJECTS: Final = """
    SELECT at, subject FROM audit_events
     WHERE court = $1 AND officer = $2 AND at > $3 AND at <= $4 AND subject IS NOT NULL AND action = ANY ($5)
     ORDER BY at LIMIT 20000
"""


async def subjects(
    conn: Conn, court: str, officer: str, *, after: datetime, until: datetime, actions: Sequence[AuditAction]
) -> list[tuple[datetime, bytes]]:
    """About whom an officer asked in a span of time, and when, oldest first; at most 20,000."""
    rows = await conn.fetch(_SUBJECTS, court, officer, after, until, list(actions))
    return [(row["at"], row["subject"]) for row in rows]


def _event(row: asyncpg.Record) -> AuditEvent:
    return AuditEvent(row["seq"], row["prev"], row["digest"], _entry(row))
