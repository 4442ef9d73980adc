"""What an assisting unit may say to a notice, as somebody writes it down, and by when the court answers an objection.

Source: 网络查控规定 art. 6 (an objection of the unit is examined and answered within 15 days); 民诉法 art. 117.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from enforcement.rules.deadlines import Term, WorkCalendar
from enforcement.rules.handling import CLOCKS
from enforcement.rules.refusals import Malformed


class UnitAnswer(StrEnum):
    """协助单位的答复."""

    REGISTERED = "REGISTERED"  # 已登记
    REFUSED = "REFUSED"  # 拒绝协助
    OBJECTED = "OBJECTED"  # 提出异议


class UnitReason(StrEnum):
    """Why a unit refuses or objects."""

    NOT_ON_OUR_BOOKS = "NOT_ON_OUR_BOOKS"  # 无此财产
    NOT_THE_DEBTORS = "NOT_THE_DEBTORS"  # 登记在他人名下
    DISPOSED_BEFORE = "DISPOSED_BEFORE"  # 此前已处分
    PRIOR_RIGHT = "PRIOR_RIGHT"  # 存在优先权利
    EXEMPT = "EXEMPT"  # 依法不得执行
    PAPERS_DEFICIENT = "PAPERS_DEFICIENT"  # 文书不全
    OUT_OF_SCOPE = "OUT_OF_SCOPE"  # 不属本单位职责
    OTHER = "OTHER"  # 其他


@dataclass(frozen=True, slots=True)
class UnitTerms:
    """Terms of what units say; the days of warning before are a default."""

    answer_objection: Term = field(default=Term(15))
    warn_before: timedelta = timedelta(days=3)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def objection_due(self, raised_on: date) -> date:
        return self.calendar.due(raised_on, self.answer_objection)


TERMS: Final = UnitTerms()
_MOST_RANK: Final = 10_000
_MOST_NUMBER: Final = 100


def check_answer(
    answer: UnitAnswer,
    *,
    receipt_no: str,
    rank: int | None,
    registered_at: datetime | None,
    reason: UnitReason | None,
    served_at: datetime,
    now: datetime,
) -> None:
    """Return if a registration has rank and instant, since the notice was served; and all else a reason alone.

    Raises:
        Malformed: RECEIPT; part receiptNo, rank, registeredAt or reason.
    """
    check_registration(
        answer, receipt_no=receipt_no, rank=rank, registered_at=registered_at, served_at=served_at, now=now
    )
    if (reason is None) != (answer is UnitAnswer.REGISTERED):
        raise Malformed("RECEIPT", "reason")


def check_registration(
    answer: UnitAnswer,
    *,
    receipt_no: str,
    rank: int | None,
    registered_at: datetime | None,
    served_at: datetime,
    now: datetime,
) -> None:
    """As `check_answer`, whatever the reason: what a unit's program says must be as whole as its paper.

    Raises:
        Malformed: RECEIPT; part receiptNo, rank or registeredAt.
    """
    if not 0 < len(receipt_no.strip()) <= _MOST_NUMBER:
        raise Malformed("RECEIPT", "receiptNo")
    is_registered = answer is UnitAnswer.REGISTERED
    if (rank is not None) != is_registered or (rank is not None and not 1 <= rank <= _MOST_RANK):
        raise Malformed("RECEIPT", "rank")
    if (registered_at is not None) != is_registered:
        raise Malformed("RECEIPT", "registeredAt")
    if registered_at is None:
        return
    if registered_at.tzinfo is None or not served_at - CLOCKS <= registered_at <= now + CLOCKS:
        raise Malformed("RECEIPT", "registeredAt")
