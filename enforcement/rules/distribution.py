"""Distribution of proceeds (案款分配): who gets how much, and which periods run before the plan is final.

Costs come first, then priority claims, then ordinary ones: in proportion where the debtor is a person or another
organisation, by order of seizure where it is an enterprise legal person. Invariant: costs, shares and surplus are
together the proceeds, to the cent.

Source: 民诉法解释 arts. 506-512, 514; among priority claims: 法释〔2020〕25号 art. 36 (builders first).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Final, TypeAlias

from db.records.assets import AssetKind
from db.records.parties import IdentifierKind
from enforcement.rules.claims import ClaimPriority
from enforcement.rules.deadlines import Term, WorkCalendar
from enforcement.rules.money import not_negative, positive, total
from enforcement.rules.refusals import (
    DistributionNotFinal,
    Malformed,
    ObjectionTooLate,
    TransitionNotAllowed,
)
from enforcement.rules.shares import shares

OBJECTION: Final = Term(15)
"""For an objection after service, for opposing after notice, for suing after the opposition was told (art. 510)."""
_CALENDAR: Final = WorkCalendar()
_ENTERPRISE: Final = "91"
_LAST_RANK: Final = 2**31
MOST_PARTICIPATIONS: Final = 200
"""In one case; a plan distributes over all of them or over none."""
ClaimKey: TypeAlias = tuple[str, str, str]
"""What tells one claim among those of a plan."""


class DistributionBasis(StrEnum):
    """By what ordinary claims share."""

    PRO_RATA = "PRO_RATA"  # 按债权比例
    ORDER_OF_SEIZURE = "ORDER_OF_SEIZURE"  # 按查封先后顺序


class DistributionStatus(StrEnum):
    """Where a plan stands."""

    DRAWN = "DRAWN"  # 已制作
    SERVED = "SERVED"  # 已送达
    OBJECTED = "OBJECTED"  # 有异议
    FINAL = "FINAL"  # 已确定
    PAID = "PAID"  # 已发放
    REPLACED = "REPLACED"  # 已重新制作


MOVES: Final[Mapping[DistributionStatus, frozenset[DistributionStatus]]] = {
    DistributionStatus.DRAWN: frozenset(
        {DistributionStatus.SERVED, DistributionStatus.OBJECTED, DistributionStatus.REPLACED}
    ),
    DistributionStatus.SERVED: frozenset(
        {DistributionStatus.OBJECTED, DistributionStatus.FINAL, DistributionStatus.REPLACED}
    ),
    DistributionStatus.OBJECTED: frozenset({DistributionStatus.FINAL, DistributionStatus.REPLACED}),
    DistributionStatus.FINAL: frozenset({DistributionStatus.PAID, DistributionStatus.REPLACED}),
    DistributionStatus.PAID: frozenset(),
    DistributionStatus.REPLACED: frozenset(),
}
"""A final plan is drawn anew only if it can no longer be paid out as it stands."""
ON_THEIR_WAY: Final = frozenset({DistributionStatus.DRAWN, DistributionStatus.SERVED, DistributionStatus.OBJECTED})
OVER: Final = frozenset({DistributionStatus.PAID, DistributionStatus.REPLACED})
ENDED: Final = frozenset({DistributionStatus.FINAL, DistributionStatus.PAID})
"""The enforcement against what such a plan distributes has ended (art. 507): nobody joins or leaves."""
COMES_AGAIN: Final = frozenset(
    {
        AssetKind.BANK_DEPOSIT,
        AssetKind.INTERNET_BALANCE,
        AssetKind.HOUSING_PROVIDENT_FUND,
        AssetKind.INCOME,
        AssetKind.RECEIVABLE,
    }
)
"""What brings money more than once; every other thing is sold once."""


class DistributionStep(StrEnum):
    """What happened to a plan on its way, of one participant."""

    SERVED = "SERVED"  # 送达分配方案
    OBJECTED = "OBJECTED"  # 提出书面异议
    OTHERS_NOTIFIED = "OTHERS_NOTIFIED"  # 通知未提出异议的债权人、被执行人
    OPPOSED = "OPPOSED"  # 提出反对意见
    OPPOSITION_TOLD = "OPPOSITION_TOLD"  # 通知异议人
    SUED = "SUED"  # 提起分配方案异议之诉
    SUIT_ENDED = "SUIT_ENDED"  # 分配方案异议之诉审结


class SuitOutcome(StrEnum):
    """How the suit over an objection ended."""

    DISMISSED = "DISMISSED"  # 驳回诉讼请求
    WITHDRAWN = "WITHDRAWN"  # 撤诉
    UPHELD = "UPHELD"  # 支持诉讼请求


@dataclass(frozen=True, slots=True)
class Claimant:
    """A claim that takes part; a lower rank was seized earlier, none comes last."""

    priority: ClaimPriority
    claim: Decimal
    seizure_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """What each claimant gets, in their order, and what is left over."""

    shares: tuple[Decimal, ...]
    surplus: Decimal


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection with the days of what followed it."""

    received_on: date
    notified_on: date | None = None
    opposed_on: date | None = None
    told_on: date | None = None
    sued_on: date | None = None
    suit: SuitOutcome | None = None


def check_move(current: DistributionStatus, wanted: DistributionStatus) -> None:
    """Return if `wanted` may follow `current`. Raises TransitionNotAllowed."""
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)


def basis_for(kinds: Iterable[tuple[IdentifierKind, str]]) -> DistributionBasis:
    """By order of seizure if each debtor is an enterprise (a credit code of class 91), else in proportion.

    Enterprises without legal personality have such codes too: for them the officer says PRO_RATA.
    """
    numbers = list(kinds)
    are_enterprises = bool(numbers) and all(
        kind is IdentifierKind.USCC and number.startswith(_ENTERPRISE) for kind, number in numbers
    )
    return DistributionBasis.ORDER_OF_SEIZURE if are_enterprises else DistributionBasis.PRO_RATA


def divide(proceeds: Decimal, costs: Decimal, claimants: Sequence[Claimant], basis: DistributionBasis) -> Division:
    """Who gets how much.

    Raises:
        Malformed: MONEY (the costs exceed the proceeds), CLAIMS (nobody takes part).
    """
    positive(proceeds, part="proceeds")
    if not_negative(costs, part="costs") > proceeds:
        raise Malformed("MONEY", "costs")
    if not claimants:
        raise Malformed("CLAIMS", "participants")
    rest = proceeds - costs
    got = [Decimal("0.00")] * len(claimants)
    order = sorted(range(len(claimants)), key=lambda n: _tier(claimants[n], basis))
    for _, group in groupby(order, key=lambda n: _tier(claimants[n], basis)):
        places = list(group)
        wanted = [claimants[n].claim for n in places]
        parts = wanted if total(wanted) <= rest else shares(rest, wanted)
        for n, part in zip(places, parts, strict=True):
            got[n] = part
        rest -= total(parts)
    return Division(tuple(got), rest)


def _tier(claimant: Claimant, basis: DistributionBasis) -> tuple[int, int]:
    match claimant.priority:
        case ClaimPriority.STATUTORY_PRIORITY:
            return (0, 0)
        case ClaimPriority.SECURED:
            return (1, 0)
        case ClaimPriority.ORDINARY:
            by_rank = basis is DistributionBasis.ORDER_OF_SEIZURE
            return (2, (claimant.seizure_rank or _LAST_RANK) if by_rank else 0)


def last_day(start: date, calendar: WorkCalendar = _CALENDAR) -> date:
    """The last day of the fifteen that begin on `start`, which is not counted."""
    return calendar.due(start, OBJECTION)


def check_in_time(start: date, on: date, calendar: WorkCalendar = _CALENDAR) -> None:
    """Return if what came on `on` came within the fifteen days after `start`.

    Raises:
        Malformed: PERIOD; it came before they began.
        ObjectionTooLate: with their last day.
    """
    if on < start:
        raise Malformed("PERIOD", "on")
    if on > (last := last_day(start, calendar)):
        raise ObjectionTooLate(last)


def check_final(served: Sequence[date | None], objections: Sequence[Objection], today: date) -> None:
    """Return if nothing can change the plan any more: the original plan stands (art. 510).

    Raises:
        DistributionNotFinal: `part` says what it waits for, or that it must be drawn anew.
    """
    if any(day is None for day in served):
        raise DistributionNotFinal("SERVICE")
    if any(day is not None and today <= last_day(day) for day in served):
        raise DistributionNotFinal("OBJECTION_PERIOD")
    for objection in objections:
        _check_objection(objection, today)


def _check_objection(objection: Objection, today: date) -> None:
    if objection.notified_on is None:
        raise DistributionNotFinal("NOTICE_OF_OBJECTION")
    if objection.opposed_on is None:
        waits = today <= last_day(objection.notified_on)
        raise DistributionNotFinal("OPPOSITION_PERIOD" if waits else "UNOPPOSED_OBJECTION")
    if objection.told_on is None:
        raise DistributionNotFinal("NOTICE_OF_OPPOSITION")
    if objection.sued_on is not None:
        _check_suit(objection.suit)
        return
    if today <= last_day(objection.told_on):
        raise DistributionNotFinal("SUIT_PERIOD")


def _check_suit(outcome: SuitOutcome | None) -> None:
    if outcome is None:
        raise DistributionNotFinal("SUIT")
    if outcome is SuitOutcome.UPHELD:
        raise DistributionNotFinal("SUIT_UPHELD")


def is_same_money(asset: AssetKind | None, status: DistributionStatus, *, same_day: bool) -> bool:
    """Whether a plan for the same thing (None: for no one thing) distributes what a new one would distribute again.

    While it is on its way, always; afterwards a thing that was sold brings nothing more, and what brings money again
    brings it on another day.
    """
    if status in ON_THEIR_WAY:
        return True
    if status is DistributionStatus.REPLACED or asset is None:
        return False
    return same_day or asset not in COMES_AGAIN


def check_participants(
    shares: Mapping[ClaimKey, Decimal], claims: Mapping[ClaimKey, Decimal], since: Collection[ClaimKey]
) -> None:
    """Return if the plan is over those who take part now, `claims` with what each lacks: else it is drawn anew.

    `since` are the claims that were written down after it was drawn.

    Raises:
        DistributionNotFinal: PARTICIPANTS (somebody joined or left), CLAIMS (somebody would get more than they lack).
    Source: 民诉法解释 art. 507: who applies before the enforcement against the thing ends takes part.
    """
    joined = {key for key, lacks in claims.items() if lacks and key not in shares} | (shares.keys() & set(since))
    if joined or shares.keys() - claims.keys():
        raise DistributionNotFinal("PARTICIPANTS")
    if any(share > claims[key] for key, share in shares.items()):
        raise DistributionNotFinal("CLAIMS")
