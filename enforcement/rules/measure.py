"""Control measures (控制性措施): what may be ordered on what, within which limit, and which state may follow which.

Invariant: only a unit's AssistanceReceipt leads to EFFECTIVE or WAITING (查封规定 art. 1, 26). How much may be
controlled: proportionality.py; what not at all: exemption.py.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from db.records.assets import AssetKind, MeasureKind, MeasureStatus
from enforcement.rules.refusals import MeasureNotForAsset, TransitionNotAllowed

_IN_FORCE: Final = frozenset(
    {
        MeasureStatus.RENEWED,
        MeasureStatus.LIFTED,
        MeasureStatus.EXPIRED,
        MeasureStatus.EXTINGUISHED,
        MeasureStatus.CONVERTED,
    }
)

MOVES: Final[Mapping[MeasureStatus, frozenset[MeasureStatus]]] = {
    MeasureStatus.PROPOSED: frozenset({MeasureStatus.RULED, MeasureStatus.LIFTED}),
    MeasureStatus.RULED: frozenset({MeasureStatus.NOTICE_SENT, MeasureStatus.LIFTED}),
    MeasureStatus.NOTICE_SENT: frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.WAITING, MeasureStatus.REFUSED}),
    MeasureStatus.EFFECTIVE: _IN_FORCE,
    MeasureStatus.RENEWED: _IN_FORCE,
    MeasureStatus.WAITING: frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.LIFTED, MeasureStatus.EXTINGUISHED}),
    MeasureStatus.REFUSED: frozenset({MeasureStatus.NOTICE_SENT}),
    MeasureStatus.LIFTED: frozenset(),
    MeasureStatus.EXPIRED: frozenset(),
    MeasureStatus.EXTINGUISHED: frozenset(),
    MeasureStatus.CONVERTED: frozenset(),
}
"""A refused notice may be served again; what has ended never revives."""

GOING_ON: Final = frozenset(status for status, following in MOVES.items() if following)
"""What can still change: whoever goes on with a case goes on with these."""

_MONEY_AND_RIGHTS: Final = frozenset({MeasureKind.FREEZE, MeasureKind.DEDUCT})
_THINGS: Final = frozenset({MeasureKind.SEAL, MeasureKind.SEIZE})

FITTING: Final[Mapping[AssetKind, frozenset[MeasureKind]]] = {
    AssetKind.BANK_DEPOSIT: _MONEY_AND_RIGHTS,
    AssetKind.INTERNET_BALANCE: _MONEY_AND_RIGHTS,
    AssetKind.WEALTH_PRODUCT: _MONEY_AND_RIGHTS,
    AssetKind.SECURITIES: _MONEY_AND_RIGHTS,
    AssetKind.EQUITY: frozenset({MeasureKind.FREEZE}),
    AssetKind.REAL_ESTATE: frozenset({MeasureKind.SEAL}),
    AssetKind.VEHICLE: _THINGS,
    AssetKind.MOVABLE: _THINGS,
    AssetKind.HOUSING_PROVIDENT_FUND: _MONEY_AND_RIGHTS | {MeasureKind.EXTRACT},
    AssetKind.INCOME: frozenset({MeasureKind.WITHHOLD_INCOME, MeasureKind.EXTRACT}),
    AssetKind.RECEIVABLE: frozenset({MeasureKind.FREEZE}),
    AssetKind.IP_RIGHT: frozenset({MeasureKind.FREEZE}),
    AssetKind.INSURANCE_VALUE: _MONEY_AND_RIGHTS,
    AssetKind.SHIP: _THINGS,
    AssetKind.OTHER_RIGHT: frozenset({MeasureKind.FREEZE}),
}


AT_ONCE: Final = frozenset({MeasureKind.DEDUCT, MeasureKind.EXTRACT})
"""Measures that are done when the unit says so: they stand in no queue and have no term."""


def check_move(current: MeasureStatus, wanted: MeasureStatus) -> None:
    """Return if `wanted` may follow `current`.

    Raises:
        TransitionNotAllowed: the table has no such edge.
    """
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)


def status_on(status: MeasureStatus, expires_on: date | None, today: date) -> MeasureStatus:
    """What `status` amounts to on `today`: a term that was not renewed ends by itself (查封规定 art. 27)."""
    if status not in {MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED} or expires_on is None:
        return status
    return MeasureStatus.EXPIRED if expires_on < today else status


def check_kind(measure: MeasureKind, asset: AssetKind) -> None:
    """Return if `measure` is what the law provides for `asset` (民诉法 arts. 253, 254; 查封规定).

    Raises:
        MeasureNotForAsset: it is not.
    """
    if measure not in FITTING[asset]:
        raise MeasureNotForAsset


def status_by_rank(rank: int) -> MeasureStatus:
    """First in the registry's queue is EFFECTIVE, everybody behind it waits (查封规定 art. 26)."""
    return MeasureStatus.EFFECTIVE if rank == 1 else MeasureStatus.WAITING
