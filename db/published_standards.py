"""The gateway's tables `published_standards`, `standard_revisions`, `standard_signatures`.

Invariant: what a court signed is never changed; a revision gets its position once, when enough courts had signed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.framework import FrameworkTable
from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.standards import RevisionRecord, StandardRecord, StandardStatus

TABLE: Final = FrameworkTable("published_standards", StandardRecord)
_revision = mapper(RevisionRecord)
_REVISION_COLUMNS: Final = ", ".join(columns(RevisionRecord))

_OF_MATTER: Final = f"""
    SELECT {TABLE.columns} FROM published_standards
     WHERE matter = $1 AND status = ANY ($2) ORDER BY from_on, id LIMIT 10000
"""


async def of_matter(conn: Conn, matter: str, *statuses: StandardStatus) -> list[StandardRecord]:
    """The standards of a matter in one of these states."""
    return [TABLE.read(row) for row in await conn.fetch(_OF_MATTER, matter, list(statuses))]


_PAGE: Final = f"""
    SELECT {TABLE.columns} FROM published_standards
     WHERE ($1::text IS NULL OR matter = $1)
       AND ($2::text IS NULL OR province IS NULL OR province = $2)
       AND ($3::text IS NULL OR status = $3)
       AND ($4::date IS NULL OR (status = 'AGREED' AND from_on <= $4 AND (to_on IS NULL OR to_on >= $4)))
       AND ($5::timestamptz IS NULL OR (recorded_at, id) < ($5, $6))
     ORDER BY recorded_at DESC, id DESC LIMIT $7
"""


async def page(
    conn: Conn,
    *,
    matter: str | None,
    province: str | None,
    status: StandardStatus | None,
    day: date | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[StandardRecord]:
    """The standards of a matter that hold in a province, in a state, or on a day; newest first, behind `after`."""
    at, last = after or (None, None)
    return [TABLE.read(row) for row in await conn.fetch(_PAGE, matter, province, status, day, at, last, limit)]


_ADD_REVISION: Final = insertion("standard_revisions", RevisionRecord) + " ON CONFLICT DO NOTHING"


async def add_revision(conn: Conn, revision: RevisionRecord) -> None:
    """Write a text to be signed; the same text again changes nothing."""
    await conn.execute(_ADD_REVISION, *values(revision))


_REVISION: Final = f"SELECT {_REVISION_COLUMNS} FROM standard_revisions WHERE standard_id = $1 AND digest = $2"


async def revision(conn: Conn, standard_id: UUID, digest: str) -> RevisionRecord | None:
    """The text of that digest."""
    row = await conn.fetchrow(_REVISION, standard_id, digest)
    return None if row is None else _revision(row)


_AGREE: Final = """
    UPDATE standard_revisions SET position = (SELECT coalesce(max(position), 0) + 1 FROM standard_revisions)
     WHERE standard_id = $1 AND digest = $2 AND position IS NULL
"""


async def agree(conn: Conn, standard_id: UUID, digest: str) -> None:
    """Give the text its position; the caller keeps others from doing the same until the transaction ends."""
    await conn.execute(_AGREE, standard_id, digest)


_AGREED: Final = f"""
    SELECT {_REVISION_COLUMNS} FROM standard_revisions WHERE position > $1 ORDER BY position LIMIT $2
"""


async def agreed_after(conn: Conn, position: int, limit: int) -> list[RevisionRecord]:
    """The texts that were agreed after `position`, in their order."""
    return [_revision(row) for row in await conn.fetch(_AGREED, position, limit)]


_SIGN: Final = """
    INSERT INTO standard_signatures (digest, court, statement) VALUES ($1, $2, $3)
    ON CONFLICT (digest, court) DO NOTHING RETURNING court
"""


async def add_signature(conn: Conn, digest: str, court: str, statement: bytes) -> bool:
    """Keep a court's signature; False when it had signed already."""
    return await conn.fetchval(_SIGN, digest, court, statement) is not None


_SIGNATURES: Final = """
    SELECT digest, court, statement FROM standard_signatures WHERE digest = ANY ($1) ORDER BY digest, court LIMIT 100000
"""


async def signatures(conn: Conn, digests: Sequence[str]) -> dict[str, dict[str, bytes]]:
    """Who signed each text, and the statement of each."""
    found: dict[str, dict[str, bytes]] = {digest: {} for digest in digests}
    for row in await conn.fetch(_SIGNATURES, list(digests)):
        found[row["digest"]][row["court"]] = row["statement"]
    return found
