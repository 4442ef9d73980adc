"""The audit trail (审计日志) of one court: who did what, in one append-only, hash-chained log.

An act is queued in its own transaction (db/audit.py) -> a worker, one of all processes at a time, moves what is queued
and committed behind the head of the chain, each entry with its number and digest -> who watches over it reads it.

Invariant: what is queued is chained exactly once, however often a worker is killed: both happen in one transaction.
A reader chains first, so what was committed before is on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final
from uuid import UUID

from db import audit, officers
from db.pool import Conn, transaction
from db.records.audit import DONE, AuditAction, AuditEntry, AuditEvent, AuditFilter, Head
from enforcement.court import CourtNode
from enforcement.rules import cursors
from enforcement.rules.audit_chain import chained
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import RIGHTS, Act, Caller, check

_BATCH: Final = 1000
_MOST_FOR_READER: Final = 10_000  # more is waiting after an upgrade alone; the worker goes on with it


@dataclass(frozen=True, slots=True)
class Trail:
    """A page of the trail, and the head of the chain when it was read: who keeps it can prove the chain later."""

    page: Page[AuditEvent]
    head: Head


async def chain(court: CourtNode, *, most: float = inf) -> int:
    """Chain what is queued and committed, `most` entries or a few more; how many that were."""
    count = 0
    while True:
        async with transaction(court.pool) as conn:
            moved = await _chain(court, conn)
        count += moved
        if moved < _BATCH or count >= most:
            return count


async def _chain(court: CourtNode, conn: Conn) -> int:
    await audit.lock(conn)
    taken = await audit.take(conn, _BATCH)
    if taken:
        await audit.append(conn, chained(await audit.head(conn), await _whole(court, conn, taken)))
    return len(taken)


async def _whole(court: CourtNode, conn: Conn, taken: list[AuditEntry]) -> list[AuditEntry]:
    """The entries with this court's code and its officers' offices, where they leave them out."""
    own = {entry.officer for entry in taken if entry.court is None and entry.roles is None and entry.officer}
    roles = await officers.roles_of(conn, own) if own else {}
    return [
        entry
        if entry.court is not None
        else replace(entry, court=court.code, roles=entry.roles or roles.get(entry.officer or ""))
        for entry in taken
    ]


async def trail(
    court: CourtNode, caller: Caller | None, wanted: AuditFilter, *, first: int, after: str | None
) -> Trail:
    """The newest events first. Who may read the audit sees all, who may look up their own; the reading is one too.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    if caller is None:
        raise Forbidden
    if not caller.roles & RIGHTS[Act.READ_AUDIT]:
        check(caller, Act.LOOK_UP)
        wanted = _own(court, caller, wanted)
    position, limit = cursors.read("auditTrail", after, cursors.number, cursors.number), check_first(first) + 1
    if position is None:
        async with transaction(court.pool) as conn:
            await note(court, conn, caller, AuditAction.READ_AUDIT)
    await chain(court, most=_MOST_FOR_READER)
    async with transaction(court.pool) as conn:
        head = await audit.head(conn)
        found = await audit.page(conn, wanted, before=None if position is None else position[0], limit=limit)
    return Trail(page_of("auditTrail", found, first, lambda event: (event.seq, event.seq)), head)


def _own(court: CourtNode, caller: Caller, wanted: AuditFilter) -> AuditFilter:
    """The same events, of the caller alone. Raises Forbidden: another's are asked for."""
    if wanted.officer not in {None, caller.officer_id} or wanted.court not in {None, court.code}:
        raise Forbidden
    return replace(wanted, officer=caller.officer_id, court=court.code)


async def note(
    court: CourtNode,
    conn: Conn,
    caller: Caller,
    action: AuditAction,
    *,
    outcome: str = DONE,
    subject: bytes | None = None,
    case_number: str | None = None,
    object_id: UUID | None = None,
    rows: int | None = None,
    sections: list[str] | None = None,
) -> None:
    """Queue what the officer did, in the transaction in which it was done."""
    entry = AuditEntry(
        at=court.clock.now(),
        officer=caller.officer_id,
        action=action,
        outcome=outcome,
        roles=sorted(caller.roles),
        subject=subject,
        case_number=case_number,
        object_id=object_id,
        rows=rows,
        sections=sections,
    )
    await audit.note(conn, entry)


async def note_refused(court: CourtNode, caller: Caller, act: str, refused: Sequence[tuple[str, UUID | None]]) -> None:
    """Queue that `act` was refused: each code, with the object that was meant; what the act did is undone already."""
    async with transaction(court.pool) as conn:
        for code, object_id in refused:
            await note(court, conn, caller, AuditAction.REFUSED_ACT, outcome=code, object_id=object_id, sections=[act])
