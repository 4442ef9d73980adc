"""The inbox: messages of other courts, once each, with the signed answer that closed them.

Invariant: (sender, id) is unique for as long as rows are kept; a row that is closed keeps its receipt byte for byte.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from db.pool import Conn
from db.records.delivery import Arrival, InboxRecord, InboxState

_COLUMNS: Final = "number, sender, id, digest, task, envelope, state, expires_at, receipt"

_LOCK_SENDER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('inbox:' || $1, 0))"
_FIND: Final = f"SELECT {_COLUMNS} FROM inbox WHERE sender = $1 AND id = $2 FOR UPDATE"
_ADD: Final = f"""
    INSERT INTO inbox (sender, id, epoch, seq, prev, digest, task, envelope, state, received_at, expires_at, code)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'WAITING', $9, $10, $11)
    RETURNING {_COLUMNS}
"""
_ADD_CLOSED: Final = """
    INSERT INTO inbox (sender, id, epoch, seq, prev, digest, task, envelope, state, received_at, expires_at, code,
                       receipt, closed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $10)
"""
_CLOSE: Final = "UPDATE inbox SET state = $2, code = $3, receipt = $4, closed_at = $5 WHERE number = $1"
_SET_REASON: Final = "UPDATE inbox SET code = $2 WHERE number = $1"
_WAITING: Final = f"""
    SELECT {_COLUMNS} FROM inbox WHERE sender = $1 AND state = 'WAITING' AND number <> $2 ORDER BY number LIMIT 200
"""
_OVERDUE: Final = f"""
    SELECT {_COLUMNS} FROM inbox WHERE state = 'WAITING' AND expires_at <= $1 ORDER BY number LIMIT 100
     FOR UPDATE SKIP LOCKED
"""
_DIGEST_OF_NUMBER: Final = (
    "SELECT digest FROM inbox WHERE sender = $1 AND epoch = $2 AND seq = $3 ORDER BY number LIMIT 1"
)
_ACCEPTED_FROM: Final = f"""
    SELECT {_COLUMNS} FROM inbox
     WHERE sender = $1 AND state = 'ACCEPTED' AND number > $2 AND closed_at >= $3 ORDER BY number LIMIT 100
"""
_CONFLICT: Final = "SELECT receipt FROM inbox_conflicts WHERE sender = $1 AND id = $2 AND digest = $3"
_ADD_CONFLICT: Final = """
    INSERT INTO inbox_conflicts (sender, id, digest, envelope, receipt, received_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def lock_sender(conn: Conn, sender: str) -> None:
    """Let one transaction at a time take in messages of `sender`: whoever waits sees what came before."""
    await conn.execute(_LOCK_SENDER, sender)


async def find(conn: Conn, sender: str, message_id: UUID) -> InboxRecord | None:
    """The row, locked until the transaction ends."""
    row = await conn.fetchrow(_FIND, sender, message_id)
    return None if row is None else _record(row)


async def add(conn: Conn, arrival: Arrival, envelope: bytes | None, *, code: str | None = None) -> InboxRecord:
    """Store a message that is not closed yet."""
    row = await conn.fetchrow(_ADD, *_values(arrival, envelope), arrival.received_at, arrival.expires_at, code)
    return _record(row)


async def add_closed(
    conn: Conn, arrival: Arrival, state: InboxState, *, receipt: bytes, code: str | None, envelope: bytes | None = None
) -> None:
    """Store that a message was closed as it came; what was not acted upon leaves no bytes here."""
    await conn.execute(
        _ADD_CLOSED,
        *_values(arrival, envelope),
        state,
        arrival.received_at,
        arrival.expires_at,
        code,
        receipt,
    )


async def close(conn: Conn, number: int, state: InboxState, *, receipt: bytes, code: str | None, now: datetime) -> None:
    await conn.execute(_CLOSE, number, state, code, receipt, now)


async def set_reason(conn: Conn, number: int, code: str) -> None:
    """Say why a message waits."""
    await conn.execute(_SET_REASON, number, code)


async def waiting(conn: Conn, sender: str, *, but: int) -> list[InboxRecord]:
    """What of `sender` waits, in order of arrival, without row `but`; at most 200."""
    return [_record(row) for row in await conn.fetch(_WAITING, sender, but)]


async def overdue(conn: Conn, now: datetime) -> list[InboxRecord]:
    """Waiting messages whose time is over, locked; at most 100."""
    return [_record(row) for row in await conn.fetch(_OVERDUE, now)]


async def digest_of_number(conn: Conn, sender: str, epoch: int, seq: int) -> str | None:
    """The digest of the first message that came with that number of the pair."""
    digest: str | None = await conn.fetchval(_DIGEST_OF_NUMBER, sender, epoch, seq)
    return digest


async def accepted_from(conn: Conn, sender: str, *, after: int, since: datetime) -> list[InboxRecord]:
    """Messages of `sender` accepted at or after `since`, at most 100 behind row `after`."""
    return [_record(row) for row in await conn.fetch(_ACCEPTED_FROM, sender, after, since)]


async def conflict_receipt(conn: Conn, sender: str, message_id: UUID, digest: str) -> bytes | None:
    """The answer given to these other bytes under a known id, if they came before."""
    receipt: bytes | None = await conn.fetchval(_CONFLICT, sender, message_id, digest)
    return receipt


async def add_conflict(
    conn: Conn, sender: str, message_id: UUID, digest: str, *, envelope: bytes, receipt: bytes, now: datetime
) -> None:
    """Keep the second bytes under one id: both are evidence."""
    await conn.execute(_ADD_CONFLICT, sender, message_id, digest, envelope, receipt, now)


def _values(arrival: Arrival, envelope: bytes | None) -> tuple[Any, ...]:
    return (
        arrival.sender,
        arrival.id,
        arrival.epoch,
        arrival.seq,
        arrival.prev,
        arrival.digest,
        arrival.task,
        envelope,
    )


def _record(row: Any) -> InboxRecord:
    values = dict(row)
    return InboxRecord(**{**values, "state": InboxState(values["state"])})
