"""Officers of this court."""

from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.officers import OfficerRecord

_record = mapper(OfficerRecord)

_GET: Final = "SELECT id, name, roles, certificate_no, active, synthetic FROM officers WHERE id = $1"

_LIST: Final = """
    SELECT id, name, roles, certificate_no, active, synthetic FROM officers
     WHERE $1::text IS NULL OR ($1 = ANY (roles) AND active)
     ORDER BY id
     LIMIT $2
"""


async def get(conn: Conn, officer_id: str) -> OfficerRecord | None:
    row = await conn.fetchrow(_GET, officer_id)
    return None if row is None else _record(row)


async def listed(conn: Conn, *, role: str | None = None, limit: int = 500) -> list[OfficerRecord]:
    """Officers by id; with `role`, the active ones who hold it."""
    return [_record(row) for row in await conn.fetch(_LIST, role, limit)]


_ROLES: Final = "SELECT id, roles FROM officers WHERE id = ANY ($1)"


async def roles_of(conn: Conn, officer_ids: set[str]) -> dict[str, list[str]]:
    """The offices of those of the officers whom this court has."""
    return {row["id"]: row["roles"] for row in await conn.fetch(_ROLES, list(officer_ids))}
