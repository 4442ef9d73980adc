"""Proportionality (比例原则): no more is controlled than is owed, but for a thing that cannot be divided.

Figures are CNY and net: of mortgages, and of measures of other cases that rank before. A waiting measure counts 0.
A single thing that is worth more than what is left may be controlled whole when it cannot be divided and nothing else
that is known covers the debt; that is a bureau chief's to approve. Source: 查封规定 art. 19; 法发〔2019〕35号.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from db.records.assets import AssetKind
from enforcement.rules.money import total
from enforcement.rules.refusals import ExceedsClaim

_NOTHING: Final = Decimal("0.00")
_PLACES: Final = Decimal("0.0001")
_GREATEST: Final = Decimal("99999999.9999")

INDIVISIBLE: Final = frozenset(
    {AssetKind.REAL_ESTATE, AssetKind.VEHICLE, AssetKind.MOVABLE, AssetKind.SHIP, AssetKind.IP_RIGHT}
)
"""Kinds of which one is taken whole or not at all; money, securities and shares are taken in part."""


class Verdict(StrEnum):
    """结论."""

    OK = "OK"  # 未超标的
    EXCEEDS = "EXCEEDS"  # 超标的
    INDIVISIBLE_ALLOWED = "INDIVISIBLE_ALLOWED"  # 不可分割，可整体控制


class Reason(StrEnum):
    """Why the verdict is what it is."""

    WITHIN_CLAIM = "WITHIN_CLAIM"  # 未超过尚欠金额
    DIVISIBLE = "DIVISIBLE"  # 可以分割
    OTHER_ASSETS_SUFFICE = "OTHER_ASSETS_SUFFICE"  # 其他财产足以清偿
    OTHER_ASSETS_NOT_VALUED = "OTHER_ASSETS_NOT_VALUED"  # 其他财产尚未估值
    CLAIM_IS_COVERED = "CLAIM_IS_COVERED"  # 已控制财产足以清偿
    NOTHING_ELSE_COVERS = "NOTHING_ELSE_COVERS"  # 不可分割且无其他财产足以清偿


@dataclass(frozen=True, slots=True)
class ProportionalityCheck:
    """The figures of one check and what follows; `ratio` of what is owed, None when nothing is."""

    outstanding: Decimal
    already_controlled_net: Decimal
    requested_net: Decimal
    verdict: Verdict
    reason: Reason

    @property
    def ratio(self) -> Decimal | None:
        """What would be controlled over what is owed, half up to four places."""
        if self.outstanding <= 0:
            return None
        found = (self.already_controlled_net + self.requested_net) / self.outstanding
        return min(found.quantize(_PLACES, ROUND_HALF_UP), _GREATEST)


@dataclass(frozen=True, slots=True)
class Estate:
    """What is asked for, and what else of the debtor is known and free: a value of None is not known yet."""

    requested_kinds: Sequence[AssetKind]
    others: Sequence[Decimal | None] = ()


def in_part(kind: AssetKind, value: Decimal) -> Decimal | None:
    """How much of a thing the unit is told to control: what was ruled, of what is taken in part; else None, all of it.

    Without it a whole account would be frozen by a ruling on a part of it, and nothing would have been weighed.
    """
    return None if kind in INDIVISIBLE else value


def net(value: Decimal, *burdens: Decimal) -> Decimal:
    """What a thing yields after what comes before; never less than nothing."""
    return max(value - total(burdens), _NOTHING)


def weigh(
    outstanding: Decimal, controlled: Iterable[Decimal], requested: Decimal, estate: Estate
) -> ProportionalityCheck:
    """Compare what is and would be controlled with what is owed."""
    already = total(controlled)
    verdict, reason = _verdict(outstanding, already, requested, estate)
    return ProportionalityCheck(outstanding, already, requested, verdict, reason)


def _verdict(outstanding: Decimal, already: Decimal, requested: Decimal, estate: Estate) -> tuple[Verdict, Reason]:
    if already + requested <= outstanding:
        return Verdict.OK, Reason.WITHIN_CLAIM
    if already >= outstanding:
        return Verdict.EXCEEDS, Reason.CLAIM_IS_COVERED
    if len(estate.requested_kinds) != 1 or estate.requested_kinds[0] not in INDIVISIBLE:
        return Verdict.EXCEEDS, Reason.DIVISIBLE
    if None in estate.others:
        return Verdict.EXCEEDS, Reason.OTHER_ASSETS_NOT_VALUED
    if already + total(value for value in estate.others if value is not None) >= outstanding:
        return Verdict.EXCEEDS, Reason.OTHER_ASSETS_SUFFICE
    return Verdict.INDIVISIBLE_ALLOWED, Reason.NOTHING_ELSE_COVERS


def check_proportion(check: ProportionalityCheck, *, as_indivisible: bool = False) -> None:
    """Return if the check allows the measure; `as_indivisible`: as the exception that a bureau chief approves.

    Raises:
        ExceedsClaim: with the three figures.
    """
    allowed = {Verdict.OK, Verdict.INDIVISIBLE_ALLOWED} if as_indivisible else {Verdict.OK}
    if check.verdict not in allowed:
        raise ExceedsClaim(check.outstanding, check.already_controlled_net, check.requested_net)
