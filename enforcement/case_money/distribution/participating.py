"""Who takes part in the distribution of a case's proceeds (参与分配): applications of other cases' creditors.

Another court's application comes on paper, and this court's clerk writes it down: in which case, and how much is
claimed, no name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from db import assets, cases, distribution, events, participations, parties
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.distribution import ParticipationRecord
from db.records.parties import PartyRole
from enforcement import audit, basis, once
from enforcement.case_money.claims import TOPIC
from enforcement.case_money.owing import filed_first
from enforcement.cases import Files, pool_of
from enforcement.court import CourtNode
from enforcement.rules import case_number, courts, rights
from enforcement.rules.claims import ClaimPriority
from enforcement.rules.distribution import COMES_AGAIN, ENDED, MOST_PARTICIPATIONS
from enforcement.rules.money import positive
from enforcement.rules.refusals import (
    DuplicateOf,
    Malformed,
    NotDebtorsAsset,
    NotFound,
    NotJudgmentDebtor,
    ParticipationClosed,
    StaleVersion,
)
from enforcement.rules.rights import Act, Caller, Role
from enforcement.rules.task_refusals import NotAssigned


@dataclass(frozen=True, slots=True)
class NewParticipation:
    """An application: the case in which the creditor enforces, at which court, how much is claimed, in which thing."""

    case_number: str
    court: str
    their_case_number: str
    amount: Decimal
    priority: ClaimPriority
    applied_on: date
    seizure_rank: int | None = None
    asset_id: UUID | None = None


async def record(
    court: CourtNode, caller: Caller | None, new: NewParticipation, *, idempotency_key: str
) -> ParticipationRecord:
    """The application; the same key again gives the one it made. Handler or clerk.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, UnknownCourtCode.
        Malformed: MONEY, CASE_NUMBER (also the own case's), PERIOD (before the case was filed, or ahead), QUANTITY (a
            rank below 1, or more applications than a plan is drawn over).
        NotFound, NotJudgmentDebtor: this court has no such case, or not against a debtor of this one.
        NotDebtorsAsset: the thing is none of the case.
        DuplicateOf: the same claim takes part already.
        ParticipationClosed: the thing's plan is final: the enforcement against it has ended.
    """
    officer, now = rights.check(caller, Act.DISTRIBUTE), court.clock.now()
    today = civil_date(now)
    amount = positive(new.amount)
    courts.level(new.court)  # of the zone or not: whoever enforces against the debtor may apply
    theirs = str(case_number.parse(new.their_case_number, today=today, known_courts={new.court}))
    if new.seizure_rank is not None and new.seizure_rank < 1:
        raise Malformed("QUANTITY", "seizureRank")
    async with transaction(court.pool) as conn:
        case = await basis.own_case(court, conn, officer, new.case_number)
        participation_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.DISTRIBUTE, new, result_id=participation_id, now=now
        )
        if made is not None:
            return _there(await participations.lock(conn, made))
        basis.check_unclosed(case)
        if not await filed_first(conn, case) <= new.applied_on <= today:
            raise Malformed("PERIOD", "appliedOn")
        if new.court == court.code:
            await _check_ours(conn, case, theirs)
        await _check_open(conn, case, new.asset_id)
        participation = ParticipationRecord(
            participation_id,
            case.id,
            new.court,
            theirs,
            amount,
            new.priority,
            new.seizure_rank,
            new.applied_on,
            officer.officer_id,
            now,
            asset_id=new.asset_id,
        )
        same = await participations.same(conn, participation)
        if same is not None:
            raise DuplicateOf(same)
        if await participations.count(conn, case.id) >= MOST_PARTICIPATIONS:
            raise Malformed("QUANTITY", "caseNumber")
        await participations.insert(conn, participation)
        await note(court, conn, officer, case, participation_id, "PARTICIPATION_RECORDED")
        return participation


async def withdraw(
    court: CourtNode, caller: Caller | None, participation_id: UUID, version: int
) -> ParticipationRecord:
    """The application, which takes part no more: plans that are not final are drawn anew. Handler or clerk.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        ParticipationClosed: the plan of the thing in which it takes part is final.
    """
    officer = rights.check(caller, Act.DISTRIBUTE)
    async with transaction(court.pool) as conn:
        known = _there(await participations.get(conn, participation_id))
        (case,) = await cases.lock_ids(conn, [known.case_id])
        found = _there(await participations.lock(conn, participation_id))
        if case.handler_id != officer.officer_id and Role.CLERK not in officer.roles:
            raise NotAssigned
        if found.version != version:
            raise StaleVersion(found.version)
        await _check_open(conn, case, found.asset_id)
        await participations.forget(conn, participation_id)
        await note(court, conn, officer, case, participation_id, "PARTICIPATION_WITHDRAWN")
        return found


async def of_files(files: Files) -> Mapping[UUID, list[ParticipationRecord]]:
    """Who applied to take part in each case, the first first."""
    async with pool_of(files).acquire() as conn:
        found = await participations.of_cases(conn, list(files))
    return {case_id: [each for each in found if each.case_id == case_id] for case_id in files}


async def _check_ours(conn: Conn, case: CaseRecord, number: str) -> None:
    """Return if this court has the case, another one, against a debtor of the own case."""
    if number == case.number:
        raise Malformed("CASE_NUMBER", "theirCaseNumber")
    theirs = await cases.by_number(conn, number)
    if theirs is None:
        raise NotFound
    debtors = [entry.party.id for entry in await parties.of_case(conn, case.id) if entry.role is PartyRole.DEBTOR]
    if not any([await cases.has_role(conn, theirs.id, debtor, PartyRole.DEBTOR) for debtor in debtors]):
        raise NotJudgmentDebtor


async def _check_open(conn: Conn, case: CaseRecord, asset_id: UUID | None) -> None:
    """Return if the enforcement against the thing has not ended; whatever else comes in may be shared until closing."""
    if asset_id is None:
        return
    asset = await assets.get(conn, asset_id)
    if asset is None or asset.case_id != case.id:
        raise NotDebtorsAsset
    plans = await distribution.of_thing(conn, asset.identity_key)
    if AssetKind(asset.kind) not in COMES_AGAIN and any(plan.status in ENDED for plan in plans):
        raise ParticipationClosed


async def note(court: CourtNode, conn: Conn, officer: Caller, case: CaseRecord, object_id: UUID, what: str) -> None:
    """Announce and chain what was done."""
    await announce(court, conn, case, what)
    await audit.note(
        court, conn, officer, AuditAction.DISTRIBUTE, outcome=what, case_number=case.number, object_id=object_id
    )


async def announce(court: CourtNode, conn: Conn, case: CaseRecord, what: str) -> None:
    await events.add(conn, topic=TOPIC, ref=case.id, kind=what, now=court.clock.now())


def _there(found: ParticipationRecord | None) -> ParticipationRecord:
    if found is None:
        raise NotFound
    return found
