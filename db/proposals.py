"""The gateway's tables `proposals`, `proposal_documents` and `proposal_signatures`.

Invariant: a proposal's documents never change; a court signs all of them at once, and once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.membership import (
    ProposalDocumentRecord,
    ProposalRecord,
    ProposalSignatureRecord,
    ProposalState,
)

MOST: Final = 200
"""How many proposals are listed, newest first."""

_record, _document, _signature = (
    mapper(ProposalRecord),
    mapper(ProposalDocumentRecord),
    mapper(ProposalSignatureRecord),
)
_COLUMNS: Final = ", ".join(columns(ProposalRecord))
_ADD: Final = insertion("proposals", ProposalRecord)
_ADD_DOCUMENT: Final = insertion("proposal_documents", ProposalDocumentRecord)


async def add(conn: Conn, proposal: ProposalRecord, documents: Sequence[ProposalDocumentRecord]) -> None:
    await conn.execute(_ADD, *values(proposal))
    await conn.executemany(_ADD_DOCUMENT, list(map(values, documents)))


_LOCK: Final = f"SELECT {_COLUMNS} FROM proposals WHERE id = $1 FOR UPDATE"


async def lock(conn: Conn, proposal_id: UUID) -> ProposalRecord | None:
    row = await conn.fetchrow(_LOCK, proposal_id)
    return None if row is None else _record(row)


_FIND: Final = f"SELECT {_COLUMNS} FROM proposals WHERE id = $1"


async def find(conn: Conn, proposal_id: UUID) -> ProposalRecord | None:
    row = await conn.fetchrow(_FIND, proposal_id)
    return None if row is None else _record(row)


_LIST: Final = f"""
    SELECT {_COLUMNS} FROM proposals
     WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR court = $2 OR other_court = $2)
     ORDER BY made_at DESC, id DESC LIMIT $3
"""


async def listed(
    conn: Conn, state: ProposalState | None = None, court: str | None = None, limit: int = MOST
) -> list[ProposalRecord]:
    """Proposals in this state or any, about one court or all, newest first."""
    return [_record(row) for row in await conn.fetch(_LIST, state, court, limit)]


_DOCUMENTS: Final = f"""
    SELECT {", ".join(columns(ProposalDocumentRecord))} FROM proposal_documents
     WHERE proposal_id = ANY($1) ORDER BY proposal_id, name LIMIT 1000
"""


async def documents(conn: Conn, proposal_ids: Sequence[UUID]) -> dict[UUID, list[ProposalDocumentRecord]]:
    """The documents of each proposal, by name."""
    found: dict[UUID, list[ProposalDocumentRecord]] = {proposal_id: [] for proposal_id in proposal_ids}
    for row in await conn.fetch(_DOCUMENTS, list(proposal_ids)):
        found[row["proposal_id"]].append(_document(row))
    return found


_SIGN: Final = insertion("proposal_signatures", ProposalSignatureRecord)


async def sign(conn: Conn, signatures: Sequence[ProposalSignatureRecord]) -> None:
    await conn.executemany(_SIGN, list(map(values, signatures)))


_SIGNATURES: Final = f"""
    SELECT {", ".join(columns(ProposalSignatureRecord))} FROM proposal_signatures
     WHERE proposal_id = ANY($1) ORDER BY proposal_id, at, court, name LIMIT 100000
"""


async def signatures(conn: Conn, proposal_ids: Sequence[UUID]) -> dict[UUID, list[ProposalSignatureRecord]]:
    """The signatures under each proposal, in their order."""
    found: dict[UUID, list[ProposalSignatureRecord]] = {proposal_id: [] for proposal_id in proposal_ids}
    for row in await conn.fetch(_SIGNATURES, list(proposal_ids)):
        found[row["proposal_id"]].append(_signature(row))
    return found


_CLOSE: Final = f"""
    UPDATE proposals SET state = $2, closed_at = $3, version = version + 1 WHERE id = $1 AND state = 'OPEN'
    RETURNING {_COLUMNS}
"""


async def close(conn: Conn, proposal_id: UUID, state: ProposalState, now: datetime) -> ProposalRecord | None:
    """The proposal, closed; None when it was closed already."""
    row = await conn.fetchrow(_CLOSE, proposal_id, state, now)
    return None if row is None else _record(row)


_OUTDATED: Final = f"""
    SELECT DISTINCT {", ".join(f"p.{name}" for name in columns(ProposalRecord))}
      FROM proposals p
      JOIN proposal_documents d ON d.proposal_id = p.id
      JOIN unnest($1::text[], $2::bigint[]) AS newest (name, version) ON newest.name = d.name
     WHERE p.state = 'OPEN' AND d.version <= newest.version
     LIMIT 1000
"""


async def outdated(conn: Conn, newest: dict[str, int]) -> list[ProposalRecord]:
    """Open proposals one of whose documents would not follow the newest version of that name."""
    return [_record(row) for row in await conn.fetch(_OUTDATED, list(newest), list(newest.values()))]
