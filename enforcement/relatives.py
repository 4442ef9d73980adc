"""Whom an officer declares to be close to them (回避申报): a look-up of that person is then a warning, not a refusal.

Invariant: the person stands here as a hash that only this court can make; nobody but the officer sees the declarations.
"""

from uuid import UUID

from db import parties, relatives
from db.clock import civil_date
from db.ids import new_id
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.warnings_raised import RelativeRecord
from enforcement import audit, once
from enforcement.court import CourtNode
from enforcement.rules import identity
from enforcement.rules.anomalies import Relation
from enforcement.rules.refusals import DuplicateOf, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller, check


async def declare(
    court: CourtNode,
    caller: Caller | None,
    *,
    resident_id: str | None,
    credit_code: str | None,
    relation: Relation,
    idempotency_key: str,
) -> RelativeRecord:
    """The declaration, in force; the same key again gives the one it made.

    Raises:
        Forbidden.
        Malformed: IDENTITY, ID_NUMBER, USCC, KEY.
        DuplicateOf: the officer declared the person before.
        IdempotencyKeyReused.
    """
    officer, now = check(caller, Act.DECLARE_RELATIVE), court.clock.now()
    kind, number = identity.named(resident_id, credit_code, today=civil_date(now))
    subject = parties.identifier_key(court.at_rest, kind, number)
    made = RelativeRecord(new_id(now), officer.officer_id, subject, relation, now)
    async with transaction(court.pool) as conn:
        content = [subject.hex(), relation]
        before = await once.claim(
            court, conn, officer, idempotency_key, Act.DECLARE_RELATIVE, content, result_id=made.id, now=now
        )
        known = None if before is None else await relatives.get(conn, before)
        if known is not None:
            return known
        other = await relatives.in_force(conn, officer.officer_id, subject)
        if other is not None:
            raise DuplicateOf(other.id)
        await relatives.insert(conn, made)
        await audit.note(
            court, conn, officer, AuditAction.DECLARE_RELATIVE, outcome=relation, subject=subject, object_id=made.id
        )
        return made


async def end(court: CourtNode, caller: Caller | None, declaration_id: UUID, version: int) -> RelativeRecord:
    """The caller's declaration, ended.

    Raises:
        Forbidden, StaleVersion.
        NotFound: none, or another officer's.
        TransitionNotAllowed: it ended before.
    """
    officer = check(caller, Act.DECLARE_RELATIVE)
    async with transaction(court.pool) as conn:
        declared = await relatives.lock(conn, declaration_id)
        if declared is None or declared.officer != officer.officer_id:
            raise NotFound
        if declared.version != version:
            raise StaleVersion(declared.version)
        if declared.ended_at is not None:
            raise TransitionNotAllowed("ENDED", "ENDED")
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.END_DECLARATION,
            subject=declared.subject,
            object_id=declaration_id,
        )
        return await relatives.end(conn, declaration_id, court.clock.now())


async def own(court: CourtNode, caller: Caller | None) -> list[RelativeRecord]:
    """The caller's declarations, ended ones too, newest first; at most 200. Raises Forbidden."""
    officer = check(caller, Act.DECLARE_RELATIVE)
    async with court.pool.acquire() as conn:
        return await relatives.of_officer(conn, officer.officer_id)
