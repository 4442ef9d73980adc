"""Who takes part in what came in (参与分配的债权), and with how much: what they lack when other plans are counted.

A claim takes part with what it still lacks. Own claims: what is left of the judgment's debt that day, less what plans
that are not paid out yet allot to them. Other cases' claims: what was applied for, less what this case's plans allotted
since; if the other case is this court's own, never more than is left there.
Invariant: over all plans that stand no claim is allotted more than it is worth.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from db import cases, distribution, participations, resumptions
from db.distribution import StandingShare
from db.pool import Conn
from db.records.cases import CaseRecord, ClosingMethod
from db.records.distribution import ParticipationRecord, ShareRecord
from db.records.parties import PartyRole
from enforcement.case_money.owing import outstanding_of
from enforcement.court import CourtNode
from enforcement.rules.distribution import ClaimKey, DistributionStatus
from enforcement.rules.money import total

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Money:
    """What is distributed: what the thing brought (None: no one thing), and whose it was."""

    asset_id: UUID | None
    debtor_id: UUID


@dataclass(frozen=True, slots=True)
class Taker:
    """One claim with what it lacks; `claim_no` of an own claim, `since` the writing down of another's application."""

    court: str
    case_number: str
    priority: str
    seizure_rank: int | None
    claim: Decimal
    claim_no: int | None = None
    since: datetime | None = None

    @property
    def key(self) -> ClaimKey:
        return key_of(self)


def key_of(of: "Taker | ShareRecord") -> ClaimKey:
    """What says which claim it is: an own one keeps its number when its case is resumed under another."""
    return ("", str(of.claim_no), of.priority) if of.claim_no is not None else (of.court, of.case_number, of.priority)


async def takers(
    court: CourtNode,
    conn: Conn,
    case: CaseRecord,
    money: Money,
    *,
    day: date,
    own_rank: int | None = None,
    but: UUID | None = None,
) -> list[Taker]:
    """Own claims, then those that applied for this thing or for whatever comes in, satisfied ones included.

    Another case of this court takes part in what was a debtor's of its own. `but` is the plan whose own shares do not
    count.
    """
    applied = [
        each for each in await participations.of_cases(conn, [case.id]) if each.asset_id in {None, money.asset_id}
    ]
    here = {each.case_number: each for each in applied if each.court == court.code}
    chain = [case.id, *await resumptions.before(conn, case.id)]
    standing = [
        each
        for each in await distribution.standing(conn, chain, court.code, [case.number, *here])
        if each.plan_id != but
    ]
    own = await _own(court, conn, case, own_rank, day, standing)
    left_there = {number: await _left(court, conn, number, money.debtor_id, day, standing) for number in here}
    return own + [
        _applied(court.code, chain, each, standing, left_there)
        for each in applied
        if each.court != court.code or left_there[each.case_number] is not None
    ]


async def _own(
    court: CourtNode, conn: Conn, case: CaseRecord, rank: int | None, day: date, standing: Sequence[StandingShare]
) -> list[Taker]:
    unpaid = [each for each in standing if each.status != DistributionStatus.PAID]
    of_claim: defaultdict[int, Decimal] = defaultdict(Decimal)
    for each in unpaid:
        if each.case_id == case.id and each.claim_no is not None:
            of_claim[each.claim_no] += each.share
    elsewhere = _sum(each for each in unpaid if each.claim_no is None and _is_of(each, court.code, case.number))
    found = []
    for claim in (await outstanding_of(court, conn, case, day)).claims:
        left = max(claim.judgment_left - of_claim[claim.no], _NOTHING)
        taken = min(left, elsewhere)
        elsewhere -= taken
        found.append(Taker(court.code, case.number, claim.priority, rank, left - taken, claim.no))
    return found


async def _left(
    court: CourtNode, conn: Conn, number: str, debtor_id: UUID, day: date, standing: Sequence[StandingShare]
) -> Decimal | None:
    """What is left of the judgment's debt in another case of this court, less what plans allot to it unpaid.

    None: it is not against the debtor. Of a case that was closed as enforced nothing is, whatever was settled for.
    """
    case = await current(conn, number)
    if case is None or not await cases.has_role(conn, case.id, debtor_id, PartyRole.DEBTOR):
        return None
    if case.closing_method is ClosingMethod.FULLY_ENFORCED:
        return _NOTHING
    owed = total(claim.judgment_left for claim in (await outstanding_of(court, conn, case, day)).claims)
    unpaid = [each for each in standing if each.status != DistributionStatus.PAID]
    allotted = _sum(
        each
        for each in unpaid
        if (each.case_id == case.id and each.claim_no is not None) or _is_of(each, court.code, number)
    )
    return max(owed - allotted, _NOTHING)


def _applied(
    own_court: str,
    chain: Sequence[UUID],
    one: ParticipationRecord,
    standing: Sequence[StandingShare],
    left_there: dict[str, Decimal | None],
) -> Taker:
    got = _sum(
        each
        for each in standing
        if each.case_id in chain
        and (each.court, each.case_number, each.priority) == (one.court, one.case_number, one.priority)
        and (each.status != DistributionStatus.PAID or each.drawn_at >= one.recorded_at)
    )
    claim = max(one.amount - got, _NOTHING)
    left = left_there.get(one.case_number) if one.court == own_court else None
    if left is not None:
        claim = min(claim, left)
        left_there[one.case_number] = left - claim
    return Taker(one.court, one.case_number, one.priority, one.seizure_rank, claim, since=one.recorded_at)


async def current(conn: Conn, number: str) -> CaseRecord | None:
    """This court's case of that number, or the one in which its judgment is enforced now."""
    case = await cases.by_number(conn, number)
    while case is not None and (resumed := await resumptions.of_case(conn, case.id)) is not None:
        case = await cases.get(conn, resumed.case_id)
    return case


def _is_of(share: StandingShare, court: str, number: str) -> bool:
    return (share.court, share.case_number) == (court, number)


def _sum(shares: Iterable[StandingShare]) -> Decimal:
    return total(each.share for each in shares)
