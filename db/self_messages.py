"""Table `self_message`: the one row that a program commits and reads back to see that its database keeps what it gets.

Invariant: its number only rises, so that a row which went back to an older one is noticed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class SelfMessage:
    """The row as it was read; `read_at` is what the database's own clock showed."""

    number: int
    content: bytes
    read_at: datetime


_PUT: Final = """
    INSERT INTO self_message AS kept (number, content) VALUES (1, $1)
    ON CONFLICT (single) DO UPDATE SET number = kept.number + 1, content = excluded.content
    RETURNING number
"""


async def put(conn: Conn, content: bytes) -> int:
    """Overwrite the row; its new number."""
    number: int = await conn.fetchval(_PUT, content)
    return number


_READ: Final = "SELECT number, content, clock_timestamp() FROM self_message"


async def read(conn: Conn) -> SelfMessage | None:
    """The row; None before the first."""
    row = await conn.fetchrow(_READ)
    return None if row is None else SelfMessage(*row)


_READ_ONLY: Final = "read-only"
_NOT_MIGRATED: Final = "not migrated"
_NOT_REACHABLE: Final = "not reachable"
_TIMED_OUT: Final = "timed out"
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (asyncpg.ReadOnlySQLTransactionError, _READ_ONLY),
    (asyncpg.UndefinedTableError, _NOT_MIGRATED),
    (asyncpg.PostgresConnectionError, _NOT_REACHABLE),
    (asyncpg.OperatorInterventionError, _NOT_REACHABLE),  # it starts, stops, or ended the connection
    (asyncpg.InterfaceError, _NOT_REACHABLE),
    (TimeoutError, _TIMED_OUT),
    (OSError, _NOT_REACHABLE),
)


def fault(error: Exception) -> str | None:
    """A fixed phrase for why the database did not serve; None for what is no fault of its own, or unknown."""
    return next((phrase for kind, phrase in _FAULTS if isinstance(error, kind)), None)
