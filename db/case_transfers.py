"""The tables `case_transfers` and `cross_enforcement_proposals`."""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord, CrossEnforcementRecord

CONTEXT: Final = "case_transfers.content"
MOST: Final = 200

_transfer = mapper(CaseTransferRecord)
_proposal = mapper(CrossEnforcementRecord)
_T: Final = ", ".join(columns(CaseTransferRecord))
_P: Final = ", ".join(columns(CrossEnforcementRecord))

_LOCK: Final = f"SELECT {_T} FROM case_transfers WHERE id = $1 FOR UPDATE"
_LISTED: Final = f"SELECT {_T} FROM case_transfers ORDER BY proposed_at DESC, id DESC LIMIT 200"
_OPEN_OF_CASE: Final = """
    SELECT id FROM case_transfers WHERE case_id = $1 AND status NOT IN ('RETURNED', 'CONCLUDED') LIMIT 1
"""
_INSERT: Final = insertion("case_transfers", CaseTransferRecord)
_SAVE: Final = f"""
    UPDATE case_transfers
       SET case_id = $2, peer_case_number = $3, status = $4, sent_at = $5, due_on = $6, filed_on = $7,
           strike_off_by = $8, struck_off_on = $9, high_court_approval_no = $10, ended_on = $11, was_withdrawn = $12,
           version = version + 1
     WHERE id = $1 RETURNING {_T}
"""
_DUE: Final = f"""
    SELECT {_T} FROM case_transfers t
     WHERE due_on < $1 AND NOT EXISTS (
           SELECT FROM warnings w WHERE w.once_key = 'CASE_TRANSFER_DUE ' || t.id::text || ' ' || t.due_on::text
       )
     ORDER BY due_on, id LIMIT $2
"""
_LOCK_PROPOSAL: Final = f"SELECT {_P} FROM cross_enforcement_proposals WHERE id = $1 FOR UPDATE"
_PROPOSALS: Final = f"SELECT {_P} FROM cross_enforcement_proposals ORDER BY proposed_at DESC, id DESC LIMIT 200"
_INSERT_PROPOSAL: Final = insertion("cross_enforcement_proposals", CrossEnforcementRecord)
_DECIDE: Final = f"""
    UPDATE cross_enforcement_proposals
       SET decision = $2, decision_no = $3, decided_on = $4, recorded_by = $5, version = version + 1
     WHERE id = $1 RETURNING {_P}
"""


async def lock(conn: Conn, transfer_id: UUID) -> CaseTransferRecord | None:
    row = await conn.fetchrow(_LOCK, transfer_id)
    return None if row is None else _transfer(row)


async def listed(conn: Conn) -> list[CaseTransferRecord]:
    """The newest first."""
    return [_transfer(row) for row in await conn.fetch(_LISTED)]


async def open_of_case(conn: Conn, case_id: UUID) -> UUID | None:
    """The transfer of the case that has not ended, if there is one."""
    found = await conn.fetchval(_OPEN_OF_CASE, case_id)
    return None if found is None else UUID(str(found))


async def insert(conn: Conn, transfer: CaseTransferRecord) -> None:
    await conn.execute(_INSERT, *values(transfer))


async def save(conn: Conn, t: CaseTransferRecord) -> CaseTransferRecord:
    """The transfer as it stands now, its version raised; it is locked."""
    row = await conn.fetchrow(
        _SAVE,
        t.id,
        t.case_id,
        t.peer_case_number,
        t.status,
        t.sent_at,
        t.due_on,
        t.filed_on,
        t.strike_off_by,
        t.struck_off_on,
        t.high_court_approval_no,
        t.ended_on,
        t.was_withdrawn,
    )
    assert row is not None  # it is locked, and none is deleted
    return _transfer(row)


async def overdue(conn: Conn, today: date, *, limit: int) -> list[CaseTransferRecord]:
    """Transfers whose day has passed, of which nobody was warned yet."""
    return [_transfer(row) for row in await conn.fetch(_DUE, today, limit)]


async def lock_proposal(conn: Conn, proposal_id: UUID) -> CrossEnforcementRecord | None:
    row = await conn.fetchrow(_LOCK_PROPOSAL, proposal_id)
    return None if row is None else _proposal(row)


async def proposals(conn: Conn) -> list[CrossEnforcementRecord]:
    """The newest first."""
    return [_proposal(row) for row in await conn.fetch(_PROPOSALS)]


async def insert_proposal(conn: Conn, proposal: CrossEnforcementRecord) -> None:
    await conn.execute(_INSERT_PROPOSAL, *values(proposal))


async def decide(conn: Conn, p: CrossEnforcementRecord) -> CrossEnforcementRecord:
    """The proposal with what was decided; it is locked."""
    row = await conn.fetchrow(_DECIDE, p.id, p.decision, p.decision_no, p.decided_on, p.recorded_by)
    assert row is not None  # it is locked, and none is deleted
    return _proposal(row)
