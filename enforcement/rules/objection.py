"""执行异议 in a delegated matter: which court decides, by when, and what must not happen to the thing meanwhile.

filed -> 15 days -> FOUNDED: enforcement against a third party's thing stands still; an act of conduct is revoked
                    DISMISSED: a third party sues within 15 days from service; until then nothing is disposed of
                    WITHDRAWN, NOT_ADMITTED: nothing stands in the way
SUED: nor while the suit lasts -> PERMITTED or BARRED, as it was judged; a creditor's suit turns FOUNDED into PERMITTED

Invariant: pure, and the same at both courts: a bar is a function of what was signed and of the day.
Source: 民诉法 arts. 236, 238; 民诉法解释 (2022) art. 463 (no disposal within 15 days from service of the ruling that
dismisses a third party's objection), 313 (nor during the suit); 网拍规定 art. 36; 执行异议复议规定 arts. 4, 11.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from db.records.assets import MeasureKind
from enforcement.rules.deadlines import DEFAULT_TERMS, Term, WorkCalendar
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.task_refusals import EnforcementSuspended, ObjectionDecided, ObjectionPending


class ObjectionKind(StrEnum):
    """异议种类."""

    CONDUCT = "CONDUCT"  # 执行行为异议
    THIRD_PARTY = "THIRD_PARTY"  # 案外人异议


class ObjectionOutcome(StrEnum):
    """异议裁定结果."""

    FOUNDED = "FOUNDED"  # 理由成立
    DISMISSED = "DISMISSED"  # 驳回
    NOT_ADMITTED = "NOT_ADMITTED"  # 不予受理
    WITHDRAWN = "WITHDRAWN"  # 撤回异议
    SUED = "SUED"  # 提起执行异议之诉
    PERMITTED = "PERMITTED"  # 判决准许执行
    BARRED = "BARRED"  # 判决不得执行


_K: Final = ObjectionKind
_O: Final = ObjectionOutcome
_FIRST: Final = frozenset({_O.FOUNDED, _O.DISMISSED, _O.NOT_ADMITTED, _O.WITHDRAWN})
FOLLOWS: Final[Mapping[tuple[ObjectionKind, ObjectionOutcome | None], frozenset[ObjectionOutcome]]] = MappingProxyType(
    {
        (_K.CONDUCT, None): _FIRST,
        (_K.THIRD_PARTY, None): _FIRST,
        (_K.THIRD_PARTY, _O.DISMISSED): frozenset({_O.SUED}),
        (_K.THIRD_PARTY, _O.FOUNDED): frozenset({_O.PERMITTED}),
        (_K.THIRD_PARTY, _O.SUED): frozenset({_O.PERMITTED, _O.BARRED}),
    }
)
"""What may follow an outcome; in no row, nothing. No suit follows an objection to conduct, but a reconsideration that
stops nothing."""
RULED: Final = frozenset({_O.FOUNDED, _O.DISMISSED, _O.NOT_ADMITTED, _O.PERMITTED, _O.BARRED})
"""Outcomes that a ruling or a judgment says, whose number is named."""

DECIDE_WITHIN: Final = Term(15)
SUE_WITHIN: Final = Term(15)

DISPOSING_MATTERS: Final = frozenset(
    {
        DelegatedMatterType.TRANSFER_TITLE,
        DelegatedMatterType.DEDUCT_FUNDS,
        DelegatedMatterType.WITHDRAW_PROVIDENT_FUND,
        DelegatedMatterType.ASSIST_EVICTION,
        DelegatedMatterType.ASSIST_VIEWING,
        DelegatedMatterType.ASSIST_DELIVERY,
    }
)
"""Matters that dispose of a thing, or prepare its sale: what else is delegated keeps it."""
DISPOSING_MEASURES: Final = frozenset({MeasureKind.DEDUCT, MeasureKind.EXTRACT})


@dataclass(frozen=True, slots=True)
class Objection:
    """What an objection was filed on, and how and when it was decided, if it was."""

    kind: ObjectionKind
    filed_on: date
    outcome: ObjectionOutcome | None = None
    served_on: date | None = None


def check_outcome(kind: ObjectionKind, current: ObjectionOutcome | None, wanted: ObjectionOutcome) -> None:
    """Return if an objection of `kind` that stands at `current` may come to `wanted`.

    Raises:
        ObjectionDecided: nothing of the kind may follow.
    """
    if wanted not in FOLLOWS.get((kind, current), frozenset()):
        raise ObjectionDecided


def due_on(filed_on: date, calendar: WorkCalendar = DEFAULT_TERMS.calendar) -> date:
    """The last day to decide."""
    return calendar.due(filed_on, DECIDE_WITHIN)


def sue_by(objection: Objection, calendar: WorkCalendar = DEFAULT_TERMS.calendar) -> date | None:
    """The last day for a third party to sue over a dismissal; None where there is nothing to sue over."""
    is_dismissed = objection.outcome is ObjectionOutcome.DISMISSED and objection.kind is ObjectionKind.THIRD_PARTY
    return calendar.due(objection.served_on, SUE_WITHIN) if is_dismissed and objection.served_on else None


def is_pending(objection: Objection, today: date) -> bool:
    """Whether it is not settled yet, or was dismissed so lately that its objector may still sue."""
    until = sue_by(objection)
    return is_open(objection.outcome) or (until is not None and today <= until)


def is_open(outcome: ObjectionOutcome | None) -> bool:
    """Whether the court's own decision, or the judgment in the suit about it, is still awaited."""
    return outcome in {None, ObjectionOutcome.SUED}


def suspends(objection: Objection) -> bool:
    """Whether a third party's objection was founded, or its suit won: the thing is not the debtor's to dispose of."""
    is_founded = objection.outcome is ObjectionOutcome.FOUNDED and objection.kind is ObjectionKind.THIRD_PARTY
    return is_founded or objection.outcome is ObjectionOutcome.BARRED


def check_no_objection(objections: Iterable[Objection], today: date) -> None:
    """Return if nothing that was objected about a thing stands in the way of disposing of it.

    Raises:
        ObjectionPending: one is not decided, or its objector may still sue.
        EnforcementSuspended: one was founded.
    """
    for objection in objections:
        if is_pending(objection, today):
            raise ObjectionPending
        if suspends(objection):
            raise EnforcementSuspended
