"""The gateway's tables `applications` and `application_approvals`.

Invariant: a court has at most one application that is not decided; every change is a compare-and-set on `version`;
approvals are of the application as it stands, and go when it changes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.membership import ApplicationRecord, ApplicationState, ApprovalRecord

MOST: Final = 500
"""How many applications are listed, newest first."""

_record = mapper(ApplicationRecord)
_COLUMNS: Final = ", ".join(columns(ApplicationRecord))
_OPEN: Final = "state IN ('APPLIED', 'PENDING_CONFORMANCE', 'APPROVED')"
_ADD: Final = insertion("applications", ApplicationRecord)


async def add(conn: Conn, application: ApplicationRecord) -> None:
    await conn.execute(_ADD, *values(application))


_FIND: Final = f"SELECT {_COLUMNS} FROM applications WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, application_id: UUID) -> ApplicationRecord | None:
    row = await conn.fetchrow(_FIND, application_id)
    return None if row is None else _record(row)


_NEWEST: Final = f"""
    SELECT {_COLUMNS} FROM applications WHERE court = $1 ORDER BY applied_at DESC, id DESC LIMIT 1
"""


async def newest(conn: Conn, court: str) -> ApplicationRecord | None:
    """The court's last application, decided or not."""
    row = await conn.fetchrow(_NEWEST, court)
    return None if row is None else _record(row)


_SEVERAL: Final = f"SELECT {_COLUMNS} FROM applications WHERE id = ANY($1) ORDER BY id LIMIT 1000"


async def several(conn: Conn, application_ids: Sequence[UUID]) -> list[ApplicationRecord]:
    """Those of the applications that there are."""
    return [_record(row) for row in await conn.fetch(_SEVERAL, list(application_ids))]


_COUNT_OPEN: Final = f"SELECT count(*) FROM applications WHERE {_OPEN}"


async def count_open(conn: Conn) -> int:
    """How many wait for a decision."""
    return int(await conn.fetchval(_COUNT_OPEN))


_LIST: Final = f"""
    SELECT {_COLUMNS} FROM applications
     WHERE ($1::text[] IS NULL OR state = ANY($1)) AND ($2::text IS NULL OR court = $2)
     ORDER BY applied_at DESC, id DESC LIMIT $3
"""


async def listed(
    conn: Conn, states: Sequence[ApplicationState] | None = None, court: str | None = None, limit: int = MOST
) -> list[ApplicationRecord]:
    """Applications in these states, of one court or of all, newest first."""
    wanted = None if states is None else list(states)
    return [_record(row) for row in await conn.fetch(_LIST, wanted, court, limit)]


_MOVE: Final = f"""
    UPDATE applications SET state = $3, changed_at = $4, reason = $5, version = version + 1
     WHERE id = $1 AND version = $2
    RETURNING {_COLUMNS}
"""


async def move(
    conn: Conn, application: ApplicationRecord, wanted: ApplicationState, now: datetime, reason: str | None = None
) -> ApplicationRecord | None:
    """The application in its new state; None when it changed since it was read."""
    row = await conn.fetchrow(_MOVE, application.id, application.version, wanted, now, reason)
    return None if row is None else _record(row)


_AMEND: Final = f"""
    UPDATE applications
       SET state = $3, changed_at = $4, application = $5, court_document = $6, document_digest = $7,
           version = version + 1
     WHERE id = $1 AND version = $2
    RETURNING {_COLUMNS}
"""
_FORGET: Final = "DELETE FROM application_approvals WHERE application_id = $1"


async def amend(conn: Conn, before: ApplicationRecord, changed: ApplicationRecord) -> ApplicationRecord | None:
    """The application with the documents and state of `changed`; None when it changed since it was read."""
    row = await conn.fetchrow(
        _AMEND,
        before.id,
        before.version,
        changed.state,
        changed.changed_at,
        changed.application,
        changed.court_document,
        changed.document_digest,
    )
    if row is None:
        return None
    await conn.execute(_FORGET, before.id)
    return _record(row)


_APPROVE: Final = "INSERT INTO application_approvals (application_id, officer_id, at) VALUES ($1, $2, $3)"


async def approve(conn: Conn, approval: ApprovalRecord) -> None:
    await conn.execute(_APPROVE, approval.application_id, approval.officer_id, approval.at)


_APPROVALS: Final = """
    SELECT application_id, officer_id, at FROM application_approvals
     WHERE application_id = ANY($1) ORDER BY application_id, at LIMIT 10000
"""


async def approvals(conn: Conn, application_ids: Sequence[UUID]) -> dict[UUID, list[ApprovalRecord]]:
    """Who approved each application as it stands, in their order."""
    found: dict[UUID, list[ApprovalRecord]] = {application_id: [] for application_id in application_ids}
    for row in await conn.fetch(_APPROVALS, list(application_ids)):
        found[row["application_id"]].append(ApprovalRecord(*row))
    return found
