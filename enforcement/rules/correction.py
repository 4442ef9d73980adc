"""Correcting the list of dishonest debtors (失信名单纠正): who may ask, what may be decided, by when.

A request is reviewed within 15 days; what is upheld is corrected within 3 working days; who is rejected may go to the
superior court within 10 days of being served, which decides within 15 days, and the entry stands meanwhile.
Source: 最高人民法院关于公布失信被执行人名单信息的若干规定 (2017), arts. 11 and 12; the figures are defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from db.records.sanctions import DishonestGround, ListedRecord
from enforcement.rules.deadlines import Term, Unit, WorkCalendar
from enforcement.rules.refusals import Malformed, RuleBroken, TransitionNotAllowed


class CorrectionGround(StrEnum):
    """Why a party disputes the entry (申请纠正的理由): art. 11."""

    SHOULD_NOT_BE_LISTED = "SHOULD_NOT_BE_LISTED"  # 不应纳入
    INACCURATE = "INACCURATE"  # 信息不准确
    SHOULD_BE_DELETED = "SHOULD_BE_DELETED"  # 应予删除


class Requester(StrEnum):
    """Who asks, where an officer writes it down for them."""

    PARTY = "PARTY"  # 本人
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"  # 法定代表人、负责人
    AGENT = "AGENT"  # 委托代理人


class CorrectionChannel(StrEnum):
    """How the request came."""

    IN_PERSON = "IN_PERSON"  # 当面提交
    BY_POST = "BY_POST"  # 邮寄
    ONLINE = "ONLINE"  # 网上提交
    HOTLINE = "HOTLINE"  # 12368 热线


class CorrectionDecision(StrEnum):
    """What the court, or the superior court, decides."""

    REMOVE = "REMOVE"  # 删除
    CORRECT = "CORRECT"  # 更正
    REJECT = "REJECT"  # 驳回、维持


class RejectionReason(StrEnum):
    """Why a request is rejected."""

    LISTED_LAWFULLY = "LISTED_LAWFULLY"  # 纳入合法有据
    INFORMATION_ACCURATE = "INFORMATION_ACCURATE"  # 信息准确
    NOT_TO_BE_DELETED = "NOT_TO_BE_DELETED"  # 不符合删除条件
    NOT_ENTITLED = "NOT_ENTITLED"  # 申请人不适格


class CorrectionStatus(StrEnum):
    """Where a request stands."""

    PENDING = "PENDING"  # 审查中
    REMOVED = "REMOVED"  # 已删除
    CORRECTED = "CORRECTED"  # 已更正
    REJECTED = "REJECTED"  # 已驳回
    RECONSIDERATION = "RECONSIDERATION"  # 复议中
    CONFIRMED = "CONFIRMED"  # 复议维持


MOVES: Final[Mapping[CorrectionStatus, frozenset[CorrectionStatus]]] = {
    CorrectionStatus.PENDING: frozenset(
        {CorrectionStatus.REMOVED, CorrectionStatus.CORRECTED, CorrectionStatus.REJECTED}
    ),
    CorrectionStatus.REJECTED: frozenset({CorrectionStatus.RECONSIDERATION}),
    CorrectionStatus.RECONSIDERATION: frozenset(
        {CorrectionStatus.REMOVED, CorrectionStatus.CORRECTED, CorrectionStatus.CONFIRMED}
    ),
    CorrectionStatus.REMOVED: frozenset(),
    CorrectionStatus.CORRECTED: frozenset(),
    CorrectionStatus.CONFIRMED: frozenset(),
}


class ReconsiderationTooLate(RuleBroken):
    """The days in which a party may go to the superior court are over."""

    code = "RECONSIDERATION_TOO_LATE"


@dataclass(frozen=True, slots=True)
class CorrectionTerms:
    """Every term of a correction: defaults."""

    review: Term = field(default=Term(15))
    correct: Term = field(default=Term(3, Unit.WORKING_DAYS))
    reconsider: Term = field(default=Term(10))
    reconsideration: Term = field(default=Term(15))
    warn_before: timedelta = timedelta(days=3)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


TERMS: Final = CorrectionTerms()


@dataclass(frozen=True, slots=True)
class Corrected:
    """What an entry says from now on; None leaves a field as it is."""

    ground: DishonestGround | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision with what belongs to it."""

    decision: CorrectionDecision
    rejection_reason: RejectionReason | None = None
    corrected: Corrected | None = None


def check_move(current: CorrectionStatus, wanted: CorrectionStatus, *, of: CorrectionStatus) -> None:
    """Return if a request is in the state `of`, in which the act is possible, and may come from there to `wanted`.

    Raises:
        TransitionNotAllowed.
    """
    if current is not of or wanted not in MOVES[of]:
        raise TransitionNotAllowed(current, wanted)


def check_requested(requested_on: date, published_on: date, today: date) -> None:
    """Return if the entry could be disputed that day. Raises Malformed: PERIOD, part requestedOn."""
    if not published_on <= requested_on <= today:
        raise Malformed("PERIOD", "requestedOn")


def check_verdict(verdict: Verdict, *, with_reason: bool) -> None:
    """Return if the decision carries what it needs and nothing else; only the court's own rejection has a reason.

    Raises:
        Malformed: CORRECTION; part rejectionReason or corrected.
    """
    needs_reason = with_reason and verdict.decision is CorrectionDecision.REJECT
    if (verdict.rejection_reason is not None) != needs_reason:
        raise Malformed("CORRECTION", "rejectionReason")
    if (verdict.corrected is not None) != (verdict.decision is CorrectionDecision.CORRECT):
        raise Malformed("CORRECTION", "corrected")


def corrected_entry(entry: ListedRecord, corrected: Corrected) -> tuple[str, date]:
    """Ground and last day of the entry, corrected.

    Raises:
        Malformed: CORRECTION, part corrected: nothing changes, or the entry would last longer, or end before it began.
    """
    ground, until_on = corrected.ground or entry.ground, corrected.until_on or entry.until_on
    if (ground, until_on) == (entry.ground, entry.until_on) or not entry.published_on <= until_on <= entry.until_on:
        raise Malformed("CORRECTION", "corrected")
    return ground, until_on


def check_reconsideration(decided_on: date, served_on: date, requested_on: date, today: date) -> None:
    """Return if a party who was served on that day may still go to the superior court.

    Raises:
        Malformed: PERIOD; part servedOn or requestedOn.
        ReconsiderationTooLate.
    """
    if not decided_on <= served_on <= today:
        raise Malformed("PERIOD", "servedOn")
    if not served_on <= requested_on <= today:
        raise Malformed("PERIOD", "requestedOn")
    if requested_on > TERMS.calendar.due(served_on, TERMS.reconsider):
        raise ReconsiderationTooLate
