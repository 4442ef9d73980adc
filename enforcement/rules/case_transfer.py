"""Entrusting a whole case (委托执行) to a court of another province: when it may be done, and by when each acts.

Not a delegated task: the entrusted court files a case of its own, the delegating one strikes its off. Nor
cross-enforcement, which a superior court decides. Source: 委托执行规定 (法释〔2011〕11号) arts. 1-13.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from db.records.cases import CaseType
from enforcement.rules.case_number import parse
from enforcement.rules.courts import level, province
from enforcement.rules.deadlines import Term, WorkCalendar
from enforcement.rules.refusals import Malformed, RuleBroken, TransitionNotAllowed
from enforcement.rules.task_refusals import EntrustedCourtUnknown

FILE: Final = Term(7)
STRIKE_OFF: Final = Term(7)
SUPPLEMENT: Final = Term(30)
CONCLUDE_MONTHS: Final = 6
_CALENDAR: Final = WorkCalendar()
LONGEST_REFERENCE: Final = 100
_YEAR_MONTHS: Final = 12


class CaseTransferStatus(StrEnum):
    """Where a transfer stands."""

    PROPOSED = "PROPOSED"  # 拟委托
    SENT = "SENT"  # 已委托
    FILED = "FILED"  # 受托法院已立案
    SUPPLEMENTING = "SUPPLEMENTING"  # 补办材料
    RETURN_PENDING_HIGH_COURT = "RETURN_PENDING_HIGH_COURT"  # 退回待高院批准
    RETURNED = "RETURNED"  # 已退回
    CONCLUDED = "CONCLUDED"  # 已办结


_S: Final = CaseTransferStatus
MOVES: Final[Mapping[CaseTransferStatus, frozenset[CaseTransferStatus]]] = {
    _S.PROPOSED: frozenset({_S.SENT, _S.RETURNED}),
    _S.SENT: frozenset({_S.FILED, _S.SUPPLEMENTING}),
    _S.SUPPLEMENTING: frozenset({_S.SENT, _S.RETURNED}),
    _S.FILED: frozenset({_S.RETURN_PENDING_HIGH_COURT, _S.CONCLUDED}),
    _S.RETURN_PENDING_HIGH_COURT: frozenset({_S.FILED, _S.RETURNED}),
    _S.RETURNED: frozenset(),
    _S.CONCLUDED: frozenset(),
}

_FILED: Final = frozenset({_S.FILED, _S.RETURN_PENDING_HIGH_COURT, _S.CONCLUDED})


def has_case(direction: str, status: CaseTransferStatus) -> bool:
    """Whether the court that holds the transfer in that direction has the case, and the other one holds for it."""
    return status in (_FILED if direction == "INBOUND" else {_S.RETURNED})


class CaseTransferPaper(StrEnum):
    """The eight papers of art. 6."""

    LETTER = "LETTER"  # 委托执行函
    APPLICATION_AND_APPROVAL = "APPLICATION_AND_APPROVAL"  # 申请执行书和委托执行案件审批表
    BASIS_COPY = "BASIS_COPY"  # 据以执行的生效法律文书副本
    CASE_STATUS = "CASE_STATUS"  # 案件情况：本辖区无财产、保全情况、履行情况
    APPLICANT_CONTACT = "APPLICANT_CONTACT"  # 申请执行人地址、联系电话
    DEBTOR_IDENTITY = "DEBTOR_IDENTITY"  # 被执行人身份证明、地址、联系电话
    OFFICER_CONTACT = "OFFICER_CONTACT"  # 委托法院执行员和联系电话
    OTHER_MATERIALS = "OTHER_MATERIALS"  # 其他必要的案件材料


REQUIRED: Final = frozenset(CaseTransferPaper) - {CaseTransferPaper.OTHER_MATERIALS}


class CaseTransferStep(StrEnum):
    """What happens to a transfer, other than the sending and the filing."""

    WITHDRAW = "WITHDRAW"  # 撤回拟委托
    REFUSE = "REFUSE"  # 不同意委托
    ASK_SUPPLEMENT = "ASK_SUPPLEMENT"  # 要求补办
    SUPPLEMENT = "SUPPLEMENT"  # 补办或者书面说明
    DEEM_WITHDRAWN = "DEEM_WITHDRAWN"  # 视为撤回委托
    STRIKE_OFF = "STRIKE_OFF"  # 委托法院销案并告知申请执行人
    REQUEST_RETURN = "REQUEST_RETURN"  # 报高级人民法院批准退回
    RETURN_REFUSED = "RETURN_REFUSED"  # 高级人民法院不批准退回
    RETURN = "RETURN"  # 经批准退回
    CONCLUDE = "CONCLUDE"  # 办结


class MeasureElsewhereAct(StrEnum):
    """What the court that has a case asks the court that holds a measure for it to do."""

    RENEW = "RENEW"  # 续行
    LIFT = "LIFT"  # 解除


class LocalPropertyExists(RuleBroken):
    """The debtor still has property in the court's own district."""

    code = "LOCAL_PROPERTY_EXISTS"


class ProvincialRulesApply(RuleBroken):
    """Both courts are of one province: its high court's rules apply, not these."""

    code = "PROVINCIAL_RULES_APPLY"


class OtherLevel(RuleBroken):
    """A case is entrusted to a court of the same level."""

    code = "OTHER_LEVEL"
    part = "entrustedCourt"


class RenewMeasureFirst(RuleBroken):
    """A measure of the case has less than a month left."""

    code = "RENEW_MEASURE_FIRST"


class TransferPapersMissing(RuleBroken):
    """A required paper is missing; `part` names the first."""

    code = "TRANSFER_PAPERS_MISSING"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class TermStillRuns(RuleBroken):
    """The other court still has time."""

    code = "TERM_STILL_RUNS"


class CaseEntrusted(RuleBroken):
    """The case was sent to another court, which changes its claims and suspends it."""

    code = "CASE_ENTRUSTED"


class StatementUnderWay(RuleBroken):
    """The other court has not answered for the last statement of this one."""

    code = "STATEMENT_UNDER_WAY"


def check_move(current: CaseTransferStatus, wanted: CaseTransferStatus) -> None:
    """Return if `wanted` may follow `current`. Raises TransitionNotAllowed."""
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)


def check_route(own: str, to: str) -> None:
    """Return if a case of `own` may be entrusted to `to`: another province's court of the same level (arts. 1, 3).

    Raises:
        EntrustedCourtUnknown, ProvincialRulesApply, OtherLevel.
    """
    if own == to:
        raise EntrustedCourtUnknown("entrustedCourt")
    if province(own) == province(to):
        raise ProvincialRulesApply
    if level(own) is not level(to):
        raise OtherLevel


def check_property(divisions: Iterable[str], own_division: str) -> None:
    """Return if none of the debtor's property lies in the own district (art. 1). Raises LocalPropertyExists."""
    if own_division in divisions:
        raise LocalPropertyExists


def check_renewed(expiries: Iterable[date | None], today: date) -> None:
    """Return if each measure has at least a month left (art. 6). Raises RenewMeasureFirst."""
    if any(day is not None and today <= day < months_after(today, 1) for day in expiries):
        raise RenewMeasureFirst


def check_papers(given: Collection[CaseTransferPaper]) -> None:
    """Return if all required papers are there. Raises TransferPapersMissing."""
    for paper in CaseTransferPaper:
        if paper in REQUIRED and paper not in given:
            raise TransferPapersMissing(paper)


def check_withdrawn(due_on: date | None, on: date) -> None:
    """Return if the term for supplementing papers was over on the day `on` (art. 7). Raises TermStillRuns."""
    if due_on is None or on <= due_on:
        raise TermStillRuns


def check_day(on: date, sent_on: date, today: date) -> None:
    """Return if the other court may have acted on that day: its calendar may be one day ahead, at midnight.

    Raises:
        Malformed: PERIOD, part on.
    """
    if not sent_on <= on <= today + timedelta(days=1):
        raise Malformed("PERIOD", "on")


def check_filed_number(text: str, author: str, today: date) -> None:
    """Return if it is the canonical number of an enforcement case of `author`. Raises Malformed: CASE_NUMBER."""
    number = parse(text, today=today, known_courts={author})
    if number.type is not CaseType.FIRST_ENFORCEMENT or number.document is not None:
        raise Malformed("CASE_NUMBER", "TYPE")
    if str(number) != text:
        raise Malformed("CASE_NUMBER", "FORM")


def check_reference(text: str | None, part: str) -> str:
    """The number of a document of another court, without blanks around it. Raises Malformed: TEXT."""
    kept = (text or "").strip()
    if not 0 < len(kept) <= LONGEST_REFERENCE or not kept.isprintable():
        raise Malformed("TEXT", part)
    return kept


def due(start: date, term: Term, calendar: WorkCalendar = _CALENDAR) -> date:
    """The last day of a term that begins on `start`."""
    return calendar.due(start, term)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    years, month = divmod(day.month - 1 + months, _YEAR_MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def conclude_by(filed_on: date, calendar: WorkCalendar = _CALENDAR) -> date:
    """The last day of the six months in which the entrusted court concludes the case (art. 13)."""
    return calendar.due(months_after(filed_on, CONCLUDE_MONTHS), Term(0))
