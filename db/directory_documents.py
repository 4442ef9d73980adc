"""Table `directory_documents`: every signed document of the directory that was accepted here, byte for byte.

A document may be signed again by others: then one version stands here more than once, each with its digest.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class DirectoryDocumentRecord:
    """One accepted document; `digest` is the SHA-256 of `document`, the signed form, in hex."""

    name: str
    version: int
    digest: str
    document: bytes


_ADD: Final = """
    INSERT INTO directory_documents (name, version, digest, document, accepted_at)
    SELECT name, version, digest, document, $5
      FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) AS given (name, version, digest, document)
    ON CONFLICT DO NOTHING
"""

_READ: Final = """
    SELECT name, version, digest, document
      FROM unnest($1::text[], $2::text[]) AS given (name, digest) JOIN directory_documents USING (name, digest)
"""

_UP_TO: Final = """
    SELECT name, version, digest, document FROM directory_documents
     WHERE name = $1 AND version <= $2
     ORDER BY version LIMIT $3
"""


async def add(conn: Conn, records: Collection[DirectoryDocumentRecord], *, accepted_at: datetime) -> None:
    """Store what is not there yet."""
    await conn.execute(
        _ADD,
        [each.name for each in records],
        [each.version for each in records],
        [each.digest for each in records],
        [each.document for each in records],
        accepted_at,
    )


async def read(conn: Conn, wanted: Collection[tuple[str, str]]) -> list[DirectoryDocumentRecord]:
    """Those of these (name, digest) that are here; as many as wanted at most."""
    rows = await conn.fetch(_READ, [name for name, _ in wanted], [digest for _, digest in wanted])
    return [DirectoryDocumentRecord(*row) for row in rows]


async def versions_up_to(conn: Conn, name: str, version: int, limit: int) -> list[DirectoryDocumentRecord]:
    """At most `limit` versions of one document, the lowest first, none above `version`."""
    return [DirectoryDocumentRecord(*row) for row in await conn.fetch(_UP_TO, name, version, limit)]
