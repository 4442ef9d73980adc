"""The framework agreement's tables at the gateway: what every kind of record does alike, and their common history.

Invariant: a record is written as a whole, each time with the next version, and the act that made that version stands
in `framework_acts`, of which the database changes and deletes nothing.
"""

from collections.abc import Sequence
from typing import Final, Generic, TypeVar
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.framework import FrameworkAct, FrameworkKind

Record = TypeVar("Record")
MOST_ACTS: Final = 100_000
_LOCKS: Final = 7_365_306  # class of the advisory locks below


class FrameworkTable(Generic[Record]):
    """A table whose record has `id` and `version`."""

    def __init__(self, name: str, kind: type[Record]) -> None:
        names = columns(kind)
        self.read: Final = mapper(kind)
        self.columns: Final = ", ".join(names)
        self.insert: Final = insertion(name, kind)
        self._several: Final = f"SELECT {self.columns} FROM {name} WHERE id = ANY($1) ORDER BY id LIMIT 1000"
        self._lock: Final = f"SELECT {self.columns} FROM {name} WHERE id = $1 FOR UPDATE"
        assigned = ", ".join(f"{column} = ${number}" for number, column in enumerate(names, 1) if column != "id")
        place = names.index("version") + 1
        self._save: Final = f"UPDATE {name} SET {assigned} WHERE id = $1 AND version = ${place} - 1"

    async def add(self, conn: Conn, record: Record) -> None:
        """Write a new record."""
        await conn.execute(self.insert, *values(record))

    async def lock(self, conn: Conn, record_id: UUID) -> Record | None:
        """The record, which nobody else changes until the transaction ends."""
        row = await conn.fetchrow(self._lock, record_id)
        return None if row is None else self.read(row)

    async def several(self, conn: Conn, record_ids: Sequence[UUID]) -> list[Record]:
        """Those of the records that there are, by id."""
        return [self.read(row) for row in await conn.fetch(self._several, list(record_ids))]

    async def save(self, conn: Conn, record: Record) -> None:
        """Write the next version of a record that is locked."""
        await conn.execute(self._save, *values(record))


_ADD_ACT: Final = insertion("framework_acts", FrameworkAct)


async def add_act(conn: Conn, act: FrameworkAct) -> None:
    """Write the act that made a version."""
    await conn.execute(_ADD_ACT, *values(act))


_act = mapper(FrameworkAct)

_ACTS: Final = f"""
    SELECT {", ".join(columns(FrameworkAct))} FROM framework_acts
     WHERE record_id = ANY($1) ORDER BY record_id, version LIMIT $2
"""


async def acts(conn: Conn, record_ids: Sequence[UUID]) -> dict[UUID, list[FrameworkAct]]:
    """The history of each record, oldest first."""
    found: dict[UUID, list[FrameworkAct]] = {record_id: [] for record_id in record_ids}
    for row in await conn.fetch(_ACTS, list(record_ids), MOST_ACTS):
        found[row["record_id"]].append(_act(row))
    return found


_KIND: Final = "SELECT record_id, kind FROM framework_acts WHERE record_id = ANY($1) AND version = 1 LIMIT 1000"


async def kinds(conn: Conn, record_ids: Sequence[UUID]) -> dict[UUID, FrameworkKind]:
    """Of which kind each of the ids is; those of no record are left out."""
    rows = await conn.fetch(_KIND, list(record_ids))
    return {row["record_id"]: FrameworkKind(row["kind"]) for row in rows}


_CLAIM: Final = """
    INSERT INTO framework_keys (court, idempotency_key, content, record_id) VALUES ($1, $2, $3, $4)
    ON CONFLICT (court, idempotency_key) DO NOTHING RETURNING record_id
"""
_MADE: Final = "SELECT content, record_id FROM framework_keys WHERE court = $1 AND idempotency_key = $2"


async def claim(conn: Conn, court: str, key: str, *, content: str, record_id: UUID) -> tuple[str, UUID] | None:
    """Bind the key to `record_id`; None when it was free, else the content and the record that it means already.

    Two calls at once wait for each other here: the second sees the first one's record, or a free key if that failed.
    """
    if await conn.fetchval(_CLAIM, court, key, content, record_id) is not None:
        return None
    row = await conn.fetchrow(_MADE, court, key)
    assert row is not None  # nothing deletes it
    return row["content"], row["record_id"]


_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"


async def lock_name(conn: Conn, name: str) -> None:
    """One at a time for each name, until the transaction ends: what is read below stays true."""
    await conn.execute(_LOCK, _LOCKS, name)
