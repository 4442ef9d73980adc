"""The tables `case_transfers` and `cross_enforcement_proposals`."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord, CrossEnforcementRecord

CONTEXT: Final = "case_transfers.content"

_transfer = mapper(CaseTransferRecord)
_proposal = mapper(CrossEnforcementRecord)
_T: Final = ", ".join(columns(CaseTransferRecord))
_P: Final = ", ".join(columns(CrossEnforcementRecord))

_GET: Final = f"SELECT {_T} FROM case_transfers WHERE id = $1"
_LOCK: Final = _GET + " FOR UPDATE"
_PAGE: Final = f"""
    SELECT {", ".join(f"t.{name}" for name in columns(CaseTransferRecord))}
      FROM case_transfers t LEFT JOIN cases c ON c.id = t.case_id
     WHERE ($1::text IS NULL OR c.handler_id = $1)
       AND ($2::timestamptz IS NULL OR (t.proposed_at, t.id) < ($2, $3::uuid))
     ORDER BY t.proposed_at DESC, t.id DESC LIMIT $4
"""
_OPEN_OF_CASE: Final = """
    SELECT id FROM case_transfers WHERE case_id = $1 AND status NOT IN ('RETURNED', 'CONCLUDED') LIMIT 1
"""
_OPEN_OF_PEER: Final = """
    SELECT id FROM case_transfers
     WHERE peer = $1 AND peer_case_number = $2 AND direction = 'INBOUND' AND status NOT IN ('RETURNED', 'CONCLUDED')
     LIMIT 1
"""
_UNFILED: Final = """
    SELECT count(*) FROM case_transfers
     WHERE peer = $1 AND direction = 'INBOUND' AND status IN ('SENT', 'SUPPLEMENTING')
"""
_LIVE_OF_CASES: Final = f"""
    SELECT {_T} FROM case_transfers
     WHERE case_id = ANY ($1) AND status IN ('SENT', 'FILED', 'SUPPLEMENTING', 'RETURN_PENDING_HIGH_COURT')
     ORDER BY id LIMIT 100
"""
_HANDED_OVER: Final = """
    SELECT EXISTS (
        SELECT FROM case_transfers
         WHERE case_id = $1
           AND ((direction = 'OUTBOUND' AND status IN ('FILED', 'RETURN_PENDING_HIGH_COURT', 'CONCLUDED'))
                OR (direction = 'INBOUND' AND status = 'RETURNED')))
"""
_INSERT: Final = insertion("case_transfers", CaseTransferRecord)
_KEPT: Final = frozenset({"id", "direction", "peer", "proposed_by", "proposed_at", "version", "paid_there"})
_CHANGED: Final = [name for name in columns(CaseTransferRecord) if name not in _KEPT]
_SAVE: Final = f"""
    UPDATE case_transfers
       SET {", ".join(f"{name} = ${place}" for place, name in enumerate(_CHANGED, 2))}, version = version + 1
     WHERE id = $1 RETURNING {_T}
"""
_ARRIVED: Final = "UPDATE case_transfers SET under_way = false, before = NULL WHERE id = $1 AND head = $2"
_DUE: Final = f"""
    SELECT {_T} FROM case_transfers t
     WHERE due_on < $1 AND NOT EXISTS (
           SELECT FROM warnings w WHERE w.once_key = 'CASE_TRANSFER_DUE ' || t.id::text || ' ' || t.due_on::text
       )
     ORDER BY due_on, id LIMIT $2
"""
_LOCK_PROPOSAL: Final = f"SELECT {_P} FROM cross_enforcement_proposals WHERE id = $1 FOR UPDATE"
_PROPOSALS: Final = f"""
    SELECT {_P} FROM cross_enforcement_proposals p
     WHERE ($1::text IS NULL OR p.proposed_by = $1
            OR EXISTS (SELECT FROM cases c WHERE c.number = ANY (p.case_numbers) AND c.handler_id = $1))
       AND ($2::timestamptz IS NULL OR (p.proposed_at, p.id) < ($2, $3::uuid))
     ORDER BY p.proposed_at DESC, p.id DESC LIMIT $4
"""
_INSERT_PROPOSAL: Final = insertion("cross_enforcement_proposals", CrossEnforcementRecord)
_DECIDE: Final = f"""
    UPDATE cross_enforcement_proposals
       SET decision = $2, decision_no = $3, decided_on = $4, recorded_by = $5, version = version + 1
     WHERE id = $1 RETURNING {_P}
"""


async def get(conn: Conn, transfer_id: UUID) -> CaseTransferRecord | None:
    row = await conn.fetchrow(_GET, transfer_id)
    return None if row is None else _transfer(row)


async def lock(conn: Conn, transfer_id: UUID) -> CaseTransferRecord | None:
    """The transfer, locked until the transaction ends; whoever needs its case locked as well locks that first."""
    row = await conn.fetchrow(_LOCK, transfer_id)
    return None if row is None else _transfer(row)


async def page(
    conn: Conn, *, handler_id: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[CaseTransferRecord]:
    """The newest first; with `handler_id` those of that handler's cases."""
    at, last = after or (None, None)
    return [_transfer(row) for row in await conn.fetch(_PAGE, handler_id, at, last, limit)]


async def open_of_case(conn: Conn, case_id: UUID) -> UUID | None:
    """The transfer of the case that has not ended, if there is one."""
    found = await conn.fetchval(_OPEN_OF_CASE, case_id)
    return None if found is None else UUID(str(found))


async def open_of_peer(conn: Conn, peer: str, case_number: str) -> UUID | None:
    """The transfer by which `peer` entrusted that case of its own here, if it has not ended."""
    found = await conn.fetchval(_OPEN_OF_PEER, peer, case_number)
    return None if found is None else UUID(str(found))


async def unfiled_of_peer(conn: Conn, peer: str) -> int:
    """How many cases that `peer` entrusted wait for their filing here."""
    return int(await conn.fetchval(_UNFILED, peer))


async def live_of_cases(conn: Conn, case_ids: list[UUID]) -> list[CaseTransferRecord]:
    """Transfers of these cases that were sent and have not ended, of either direction."""
    return [_transfer(row) for row in await conn.fetch(_LIVE_OF_CASES, case_ids)]


async def is_handed_over(conn: Conn, case_id: UUID) -> bool:
    """Whether another court has the case, or took it back: measures of this one are held for that court's case."""
    return bool(await conn.fetchval(_HANDED_OVER, case_id))


async def insert(conn: Conn, transfer: CaseTransferRecord) -> None:
    await conn.execute(_INSERT, *values(transfer))


async def save(conn: Conn, changed: CaseTransferRecord) -> CaseTransferRecord:
    """The transfer as it stands now, its version raised; it is locked."""
    row = await conn.fetchrow(_SAVE, changed.id, *(getattr(changed, name) for name in _CHANGED))
    assert row is not None  # it is locked, and none is deleted
    return _transfer(row)


async def arrived(conn: Conn, transfer_id: UUID, statement_id: UUID) -> None:
    """The other court took the last own statement in; what a reader knows of the transfer stays as it is."""
    await conn.execute(_ARRIVED, transfer_id, statement_id)


async def overdue(conn: Conn, today: date, *, limit: int) -> list[CaseTransferRecord]:
    """Transfers whose day has passed, of which nobody was warned yet."""
    return [_transfer(row) for row in await conn.fetch(_DUE, today, limit)]


async def lock_proposal(conn: Conn, proposal_id: UUID) -> CrossEnforcementRecord | None:
    row = await conn.fetchrow(_LOCK_PROPOSAL, proposal_id)
    return None if row is None else _proposal(row)


async def proposals(
    conn: Conn, *, officer: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[CrossEnforcementRecord]:
    """The newest first; with `officer` those that this handler made, or about this handler's cases."""
    at, last = after or (None, None)
    return [_proposal(row) for row in await conn.fetch(_PROPOSALS, officer, at, last, limit)]


async def insert_proposal(conn: Conn, proposal: CrossEnforcementRecord) -> None:
    await conn.execute(_INSERT_PROPOSAL, *values(proposal))


async def decide(conn: Conn, p: CrossEnforcementRecord) -> CrossEnforcementRecord:
    """The proposal with what was decided; it is locked."""
    row = await conn.fetchrow(_DECIDE, p.id, p.decision, p.decision_no, p.decided_on, p.recorded_by)
    assert row is not None  # it is locked, and none is deleted
    return _proposal(row)
