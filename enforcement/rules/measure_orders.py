"""Orders that change a measure: renewing (续行), lifting (解除), ending it by disposal; and moving it with its case.

Source: 查封规定 arts. 26-28, 民诉法解释 art. 485; of the case that is transferred: 委托执行规定 art. 6.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from db.records.assets import AssetKind, LiftGround, MeasureKind, MeasureStatus
from db.records.cases import CaseStatus, ClosingMethod
from db.records.measure_life import NoticeAct
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.measure import check_move, status_on
from enforcement.rules.refusals import (
    CaseNotOpen,
    Malformed,
    MeasureNotForAsset,
    TooLateToRenew,
    TransitionNotAllowed,
)

_M: Final = DelegatedMatterType
ACTS: Final[Mapping[DelegatedMatterType, NoticeAct]] = {
    _M.RENEW_FREEZE: NoticeAct.RENEW,
    _M.RENEW_EQUITY_FREEZE: NoticeAct.RENEW,
    _M.RENEW_SEAL: NoticeAct.RENEW,
    _M.UNFREEZE: NoticeAct.LIFT,
    _M.UNFREEZE_EQUITY: NoticeAct.LIFT,
    _M.UNSEAL: NoticeAct.LIFT,
    _M.TRANSFER_TITLE: NoticeAct.TRANSFER,
}
"""What a matter asks the unit to register; every other one is a new measure."""

_THINGS: Final = frozenset({MeasureKind.SEAL, MeasureKind.SEIZE})
_CHANGES_THINGS: Final = frozenset({_M.RENEW_SEAL, _M.UNSEAL})
_CHANGES_EQUITY: Final = frozenset({_M.RENEW_EQUITY_FREEZE, _M.UNFREEZE_EQUITY})
_ENDS: Final = {NoticeAct.LIFT: MeasureStatus.LIFTED, NoticeAct.TRANSFER: MeasureStatus.EXTINGUISHED}
MOST_REASON: Final = 2000


def act_of(matter: DelegatedMatterType) -> NoticeAct:
    """What the notice of a task of this matter asks its unit to register."""
    return ACTS.get(matter, NoticeAct.CONTROL)


def check_matter(matter: DelegatedMatterType, measure: MeasureKind, asset: AssetKind) -> None:
    """Return if `matter` is the one that changes such a measure on such an asset.

    Raises:
        MeasureNotForAsset: things are unsealed, equity and other rights unfrozen, each by its own matter.
    """
    if matter is _M.TRANSFER_TITLE:
        return
    is_thing, is_equity = measure in _THINGS, asset is AssetKind.EQUITY
    if (matter in _CHANGES_THINGS, matter in _CHANGES_EQUITY) != (is_thing, is_equity):
        raise MeasureNotForAsset("measureId")


def check_case(act: NoticeAct, status: CaseStatus, closing_method: ClosingMethod | None) -> None:
    """Return if a measure of a case in that state may be changed so.

    What was taken is given back in any case. A term is prolonged also while a case is suspended, deferred or terminated
    for now: else what it controls would be lost (民诉法解释 art. 485; 终本规定).

    Raises:
        CaseNotOpen: to renew in a case that is over for good.
    """
    is_over = status is CaseStatus.CLOSED and closing_method is not ClosingMethod.TERMINATED_FOR_NOW
    if act is NoticeAct.RENEW and is_over:
        raise CaseNotOpen


def check_renewable(status: MeasureStatus, expires_on: date | None, today: date) -> None:
    """Return if a measure may be renewed today: it is in force, and today is not after its last day.

    Raises:
        TooLateToRenew: its term has run out: it is no more, and a new one stands behind the others.
        TransitionNotAllowed: it is not in force; one that waits has no term yet.
    """
    current = status_on(status, expires_on, today)
    if current is MeasureStatus.EXPIRED and expires_on is not None:
        raise TooLateToRenew(expires_on)
    check_move(current, MeasureStatus.RENEWED)


def is_late(expires_on: date | None, today: date, warn_days: int) -> bool:
    """Whether so few days are left that the unit may not register the renewal in time."""
    return expires_on is not None and (expires_on - today).days < warn_days


def check_ending(act: NoticeAct, status: MeasureStatus, expires_on: date | None, today: date) -> None:
    """Return if a measure in `status` may be lifted, or ended by the disposal of its asset, today.

    Raises:
        TransitionNotAllowed: it has ended, or what the unit says to it is still awaited; or it waits, and the thing is
            not this court's to dispose of.
    """
    wanted = _ENDS[act]
    current = status_on(status, expires_on, today)
    if act is NoticeAct.TRANSFER and current is MeasureStatus.WAITING:
        raise TransitionNotAllowed(current, wanted)
    check_move(current, wanted)


def check_stands(act: NoticeAct, status: MeasureStatus, expires_on: date | None, today: date) -> None:
    """Return if a measure can still be changed today as was ordered: it may have ended since.

    Raises:
        TransitionNotAllowed.
    """
    wanted = MeasureStatus.RENEWED if act is NoticeAct.RENEW else _ENDS[act]
    check_move(status_on(status, expires_on, today), wanted)


def check_reason(ground: LiftGround, reason: str) -> str:
    """The reason; the ground OTHER needs one.

    Raises:
        Malformed: REASON, too long, or missing.
    """
    text = reason.strip()
    if len(text) > MOST_REASON or "\0" in text or (ground is LiftGround.OTHER and not text):
        raise Malformed("REASON", "reason")
    return text
