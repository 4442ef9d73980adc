"""Claims of a case (债权), written down by its handler all together, so that they are what the case applies for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import cases, claims, events
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.claims import ClaimDueRecord, ClaimRecord
from enforcement import audit, basis
from enforcement.case_transfers import elsewhere
from enforcement.cases import CaseFile, Files, pool_of
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.claims import CNY, ClaimKind, ClaimPriority, NewClaim, check_claims
from enforcement.rules.interest import YearlyRate
from enforcement.rules.ledger import ClaimDebt
from enforcement.rules.refusals import StaleVersion
from enforcement.rules.rights import Act, Caller

TOPIC: Final = "case"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with the parts in which its principal falls due."""

    record: ClaimRecord
    dues: list[ClaimDueRecord]


async def record(
    court: CourtNode, caller: Caller | None, case_number: str, version: int, given: Sequence[NewClaim]
) -> CaseFile:
    """The case, whose claims these are from now on; what was written down before is replaced. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, CaseEntrusted.
        StaleVersion: the case changed since it was read.
        ClaimsDoNotAddUp, Malformed: see `check_claims`.
    """
    officer, now = rights.check(caller, Act.RECORD_CLAIMS), court.clock.now()
    async with transaction(court.pool) as conn:
        case = await basis.handled_case(court, conn, officer, case_number)
        if case.version != version:
            raise StaleVersion(case.version)
        await elsewhere.check_here(conn, case)
        check_claims(given, principal=case.principal, general_interest=case.general_interest, costs=case.costs)
        rows = [_row(case, no, claim, new_id(now)) for no, claim in enumerate(given, 1)]
        parts = [
            ClaimDueRecord(row.id, due_on, amount)
            for row, claim in zip(rows, given, strict=True)
            for due_on, amount in claim.dues
        ]
        await claims.replace(conn, case.id, rows, parts)
        changed = await cases.changed(conn, case)
        assert changed is not None  # it is locked
        await events.add(conn, topic=TOPIC, ref=case.id, kind="CLAIMS_RECORDED", now=now)
        await audit.note(
            court, conn, officer, AuditAction.RECORD_CLAIMS, case_number=case.number, object_id=case.id, rows=len(rows)
        )
        return CaseFile(court, changed, officer)


def _row(case: CaseRecord, no: int, claim: NewClaim, claim_id: UUID) -> ClaimRecord:
    rate, foreign = claim.interest, claim.foreign
    return ClaimRecord(
        id=claim_id,
        case_id=case.id,
        no=no,
        kind=claim.kind,
        principal=claim.principal,
        general_interest=claim.general_interest,
        costs=claim.costs,
        interest_percent=None if rate is None else rate.percent,
        interest_from_on=None if rate is None else rate.from_on,
        interest_until_on=None if rate is None else rate.until_on,
        due_on=claim.due_on,
        effective_on=claim.effective_on,
        priority=claim.priority,
        livelihood=claim.livelihood,
        doubled_first=claim.doubled_first,
        currency=CNY if foreign is None else foreign.currency,
        foreign_amount=None if foreign is None else foreign.amount,
        mid_rate=None if foreign is None else foreign.mid_rate,
        mid_rate_on=None if foreign is None else foreign.rate_on,
    )


async def of_files(files: Files) -> Mapping[UUID, list[Claim]]:
    """The claims of each case, as they were written down; none where the case's own row is its one claim."""
    async with pool_of(files).acquire() as conn:
        found = await _with_dues(conn, list(files))
    return {case_id: [claim for claim in found if claim.record.case_id == case_id] for case_id in files}


async def debts_of(conn: Conn, case: CaseRecord) -> list[ClaimDebt]:
    """What the case's claims amount to; a case without any has one, which its own row states."""
    found = await _with_dues(conn, [case.id])
    if found:
        return [_debt(claim) for claim in found]
    return [ClaimDebt(1, case.principal, case.general_interest, case.costs, case.performance_due_on)]


async def are_all_acts(conn: Conn, case: CaseRecord) -> bool:
    """Whether nothing in the case is counted in money, so that its fee has no amount to go by."""
    found = await claims.of_cases(conn, [case.id])
    return bool(found) and all(claim.kind != ClaimKind.MONEY for claim in found)


async def _with_dues(conn: Conn, case_ids: list[UUID]) -> list[Claim]:
    rows = await claims.of_cases(conn, case_ids)
    parts = await claims.dues(conn, [row.id for row in rows]) if rows else []
    return [Claim(row, [part for part in parts if part.claim_id == row.id]) for row in rows]


def _debt(claim: Claim) -> ClaimDebt:
    row = claim.record
    rate = None
    if row.interest_percent is not None and row.interest_from_on is not None:
        rate = YearlyRate(Decimal(row.interest_percent), row.interest_from_on, row.interest_until_on)
    return ClaimDebt(
        no=row.no,
        principal=row.principal,
        general_interest=row.general_interest,
        costs=row.costs,
        due_on=row.effective_on if row.due_on is None else row.due_on,
        dues=tuple((part.due_on, part.amount) for part in claim.dues),
        rate=rate,
        priority=ClaimPriority(row.priority),
        doubled_first=row.doubled_first,
    )
