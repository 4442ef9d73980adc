"""Of which table a row is, by its id alone: ids are drawn once for the whole court (db/ids.py)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from db.pool import Conn


class ObjectKind(StrEnum):
    """What has an id of its own and is read by it."""

    CASE = "CASE"
    ASSET = "ASSET"
    MEASURE = "MEASURE"
    SEARCH = "SEARCH"
    FINDING = "FINDING"
    PAYMENT = "PAYMENT"
    SETTLEMENT = "SETTLEMENT"
    DEFERRAL = "DEFERRAL"
    SUSPENSION = "SUSPENSION"
    TASK = "TASK"
    DELEGATED_SEARCH = "DELEGATED_SEARCH"


_KINDS: Final = """
    SELECT id, 'CASE' AS kind FROM cases WHERE id = ANY ($1)
    UNION ALL SELECT id, 'ASSET' FROM assets WHERE id = ANY ($1)
    UNION ALL SELECT id, 'MEASURE' FROM measures WHERE id = ANY ($1)
    UNION ALL SELECT id, 'SEARCH' FROM asset_searches WHERE id = ANY ($1)
    UNION ALL SELECT id, 'FINDING' FROM findings WHERE id = ANY ($1)
    UNION ALL SELECT id, 'PAYMENT' FROM payments WHERE id = ANY ($1)
    UNION ALL SELECT id, 'SETTLEMENT' FROM settlements WHERE id = ANY ($1)
    UNION ALL SELECT id, 'DEFERRAL' FROM deferrals WHERE id = ANY ($1)
    UNION ALL SELECT id, 'SUSPENSION' FROM suspensions WHERE id = ANY ($1)
    UNION ALL SELECT id, 'TASK' FROM tasks WHERE id = ANY ($1)
    UNION ALL SELECT id, 'DELEGATED_SEARCH' FROM delegated_searches WHERE id = ANY ($1)
     LIMIT 1000
"""


async def kinds(conn: Conn, ids: Sequence[UUID]) -> dict[UUID, ObjectKind]:
    """The kind of each of the ids that is a row here: one statement, by primary keys."""
    return {row["id"]: ObjectKind(row["kind"]) for row in await conn.fetch(_KINDS, ids)}
