"""Resuming enforcement after a broken settlement (恢复执行): a case 执恢 with its own number goes on with the old one.

The applicant chooses -> the new case has the claims, the parties and the handler of the one before, whose payments and
suspensions it goes on counting, so that what was performed is deducted and the doubled interest runs from the first day
-> what was controlled for the case before, or ruled and not carried out yet, stands in the new one -> the case before
is closed.

Source: 执行和解规定 arts. 9, 11, 17, 18; 关于执行案件立案、结案若干问题的意见 art. 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db import (
    cases,
    claims,
    distribution,
    events,
    participations,
    resumptions,
    settlement_course,
    settlements,
    suspensions,
)
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.cases import CaseRecord, CaseStatus, CaseType, ClosingMethod
from db.records.claims import ClaimDueRecord
from db.records.money import ResumptionRecord, SettlementRecord, SettlementStatus
from db.records.parties import CasePartyRecord, PartyRole
from enforcement import audit, once
from enforcement.case_money import settlement_course as course
from enforcement.case_money.claims import TOPIC
from enforcement.case_money.owing import outstanding_of
from enforcement.case_money.settlement_views import terms_of
from enforcement.cases import CaseFile
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.case_number import CaseNumber, class_of, document_of, parse
from enforcement.rules.measure import GOING_ON
from enforcement.rules.refusals import BreachNotDeclared, CaseNotOpen, DuplicateOf, Malformed, NoDirectPromise, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.settlement import BreachChoice, check_overdue

_RESUMED: Final = "执恢"
_MAY_GO_ON: Final = frozenset({ClosingMethod.TERMINATED, ClosingMethod.TERMINATED_FOR_NOW})
"""How a case may have been closed over its settlement before the breach."""


@dataclass(frozen=True, slots=True)
class NewResumption:
    """The applicant's choice; `case_number` None: the court's next 执恢 number of the year.

    `guarantor_ruling_no` is the ruling that a guarantor who promised it is enforced against directly (art. 18).
    """

    settlement_id: UUID
    applied_on: date
    case_number: str | None = None
    guarantor_ruling_no: str | None = None


async def resume(court: CourtNode, caller: Caller | None, new: NewResumption, *, idempotency_key: str) -> CaseFile:
    """The case 执恢; the same key again gives the one it made. The handler of the case before.

    Raises:
        Forbidden, NotFound, NotAssigned.
        SettlementPerformed, SettlementNotDue, SettlementBeingPerformed: see `check_overdue`.
        BreachNotDeclared: something is overdue, but no judge found a breach.
        CaseNotOpen: the case before is closed for good, or went to another court.
        TransitionNotAllowed: the applicant chose already.
        NoDirectPromise: a ruling against a guarantor who promised nothing of the kind.
        DuplicateOf: the number is another case's, or another settlement's breach has resumed the case already.
        Malformed: CASE_NUMBER, PERIOD.
    """
    officer, now = rights.check(caller, Act.RESUME_CASE), court.clock.now()
    async with transaction(court.pool) as conn:
        case_id = new_id(now)
        made = await once.claim(court, conn, officer, idempotency_key, Act.RESUME_CASE, new, result_id=case_id, now=now)
        if made is not None:
            return CaseFile(court, _there(await cases.get(conn, made)), officer)
        settlement, before = await course.opened(conn, officer, new.settlement_id, None)
        today = civil_date(now)
        await _check(conn, settlement, new, today)
        await course.choose(conn, settlement, BreachChoice.RESUME)
        await _check_resumable(conn, before)
        resumed = await _resumed(court, conn, before, new.case_number, case_id, today)
        await _carry_over(conn, before, resumed, now)
        await _guarantor(conn, settlement, (before, resumed), new.guarantor_ruling_no, today)
        performed = (await outstanding_of(court, conn, before, today)).paid
        await resumptions.insert(
            conn,
            ResumptionRecord(
                resumed.id,
                before.id,
                settlement.id,
                new.applied_on,
                today,
                performed,
                new.guarantor_ruling_no,
                officer.officer_id,
            ),
        )
        await _close(conn, before, today)
        await events.add(conn, topic=TOPIC, ref=resumed.id, kind="CASE_RESUMED", now=now)
        await audit.note(
            court, conn, officer, AuditAction.RESUME_CASE, case_number=resumed.number, object_id=settlement.id
        )
        return CaseFile(court, resumed, officer)


async def _check(conn: Conn, settlement: SettlementRecord, new: NewResumption, today: date) -> None:
    """Return if something is overdue and a judge found the breach, on an application that came after the signing."""
    check_overdue(terms_of(await settlements.instalments(conn, [settlement.id])), today)
    if settlement.status in {SettlementStatus.SIGNED, SettlementStatus.PERFORMING}:
        raise BreachNotDeclared
    if not settlement.signed_on <= new.applied_on <= today:
        raise Malformed("PERIOD", "appliedOn")


async def _check_resumable(conn: Conn, before: CaseRecord) -> None:
    """Return if the case, which is locked, may be gone on with: a judgment is enforced in one case, not in two.

    Raises:
        DuplicateOf, CaseNotOpen.
    """
    resumed = await resumptions.of_case(conn, before.id)
    if resumed is not None:
        raise DuplicateOf(resumed.case_id)
    if before.status is CaseStatus.CLOSED and before.closing_method not in _MAY_GO_ON:
        raise CaseNotOpen


async def _resumed(
    court: CourtNode, conn: Conn, before: CaseRecord, wanted: str | None, case_id: UUID, today: date
) -> CaseRecord:
    """The new case, written; its sums are those of the basis, of which what was paid before is deducted."""
    await cases.lock_numbers(conn)
    if wanted is None:
        number = str(CaseNumber(today.year, court.code, _RESUMED, await _next(conn, court.code, today.year)))
    else:
        number = _own_number(court.code, wanted, today)
        other = await cases.by_number(conn, number)
        if other is not None:
            raise DuplicateOf(other.id)
    kind = CaseType.RESUMED_ENFORCEMENT
    resumed = replace(
        before,
        id=case_id,
        number=number,
        type=kind,
        case_class=class_of(kind),
        filed_on=today,
        status=CaseStatus.FILED,
        closing_method=None,
        closed_on=None,
        resumed_from=before.id,
        version=1,
    )
    await cases.insert(conn, resumed)
    return resumed


async def _next(conn: Conn, court: str, year: int) -> int:
    return 1 + await cases.last_number(conn, f"（{year}）{court}{_RESUMED}")


def _own_number(court: str, text: str, today: date) -> str:
    """The canonical form of a 执恢 number of this court. Raises Malformed."""
    number = parse(text, today=today, known_courts={court})
    if number.type is not CaseType.RESUMED_ENFORCEMENT:
        raise Malformed("CASE_NUMBER", "TYPE")
    if number.document is not None:
        raise Malformed("CASE_NUMBER", "DOCUMENT")
    return str(number)


async def _carry_over(conn: Conn, before: CaseRecord, resumed: CaseRecord, now: datetime) -> None:
    """Parties, claims, what is controlled, and what is being distributed, stand in the new case."""
    await cases.copy_parties(conn, before.id, resumed.id)
    rows = await claims.of_cases(conn, [before.id])
    parts = await claims.dues(conn, [row.id for row in rows]) if rows else []
    ids = {row.id: new_id(now) for row in rows}
    await claims.replace(
        conn,
        resumed.id,
        [replace(row, id=ids[row.id], case_id=resumed.id) for row in rows],
        [ClaimDueRecord(ids[part.claim_id], part.due_on, part.amount) for part in parts],
    )
    await cases.hand_over_control(conn, before.id, resumed.id, GOING_ON)
    await participations.carry_over(conn, before.id, resumed.id)
    await distribution.carry_over(conn, before.id, resumed.id)


async def _guarantor(
    conn: Conn,
    settlement: SettlementRecord,
    of: tuple[CaseRecord, CaseRecord],
    ruling_no: str | None,
    today: date,
) -> None:
    """Who promised it stands as a debtor of the new case, by a ruling of either. Raises NoDirectPromise, Malformed."""
    if ruling_no is None:
        return
    promised: Sequence[UUID] = [
        each.party_id for each in await settlement_course.guarantees(conn, [settlement.id]) if each.direct_enforcement
    ]
    if not promised:
        raise NoDirectPromise
    before, resumed = of
    document_of({before.number, resumed.number}, ruling_no, today=today)
    for party_id in promised:
        await cases.add_party(conn, CasePartyRecord(resumed.id, party_id, PartyRole.DEBTOR))


async def _close(conn: Conn, before: CaseRecord, today: date) -> None:
    """Nothing stands still any more: what was suspended goes on in the new case."""
    await suspensions.end_running(conn, before.id, today)
    if before.status is CaseStatus.CLOSED:
        return
    moved = await cases.move(conn, before, CaseStatus.CLOSED, closing_method=ClosingMethod.TERMINATED, closed_on=today)
    assert moved is not None  # it is locked


def _there(case: CaseRecord | None) -> CaseRecord:
    if case is None:
        raise NotFound
    return case
