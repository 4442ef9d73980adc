"""Unified standards of delegated tasks (委托事项统一标准): what they may demand, and which of them applies.

A standard adds papers to those that the law demands, and never waives one; it sets terms within the law's: service of
documents within 10 days, any answer within 30. The standard of a province goes before one of all; the province is that
of the entrusted court, where the matter is done. Source: the framework agreement's third head, 统一交叉执行标准; terms:
民诉法 arts. 134, 240 and practice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from enforcement.rules.courts import PROVINCES, UnknownCourtCode, province
from enforcement.rules.deadlines import Term, Unit
from enforcement.rules.matter import DEFAULT_RULES, DelegatedMatterType, MatterRules, RequiredPaper
from enforcement.rules.refusals import Malformed

LONGEST_ANSWER_DAYS: Final = 30
LONGEST_SIGN_FOR_WORKING_DAYS: Final = 5
_SHORTER: Final[Mapping[DelegatedMatterType, int]] = {DelegatedMatterType.SERVE_DOCUMENTS: 10}


@dataclass(frozen=True, slots=True)
class Demands:
    """What a standard demands of one matter; None leaves the law's or the usual term."""

    matter: DelegatedMatterType
    province: str | None
    papers: tuple[RequiredPaper, ...]
    answer_within_days: int | None
    sign_for_working_days: int | None


class Applying(Protocol):
    """A standard as it is kept."""

    @property
    def id(self) -> UUID: ...
    @property
    def matter(self) -> str: ...
    @property
    def province(self) -> str | None: ...
    @property
    def papers(self) -> Sequence[str]: ...
    @property
    def answer_within_days(self) -> int | None: ...
    @property
    def sign_for_working_days(self) -> int | None: ...
    @property
    def from_on(self) -> date: ...
    @property
    def to_on(self) -> date | None: ...


def check(demands: Demands) -> None:
    """Return if a standard may demand this.

    Raises:
        Malformed: STANDARD; `province`, `papers` (one twice, or one that is demanded already), `answerWithinDays`,
            `signForWithinWorkingDays`, or `EMPTY`: nothing is demanded.
    """
    if demands.province is not None and (len(demands.province) != 1 or demands.province not in PROVINCES):
        raise Malformed("STANDARD", "province")
    papers = set(demands.papers)
    if len(papers) != len(demands.papers) or papers & DEFAULT_RULES.rule(demands.matter).papers:
        raise Malformed("STANDARD", "papers")
    longest = _SHORTER.get(demands.matter, LONGEST_ANSWER_DAYS)
    if demands.answer_within_days is not None and not 1 <= demands.answer_within_days <= longest:
        raise Malformed("STANDARD", "answerWithinDays")
    most = LONGEST_SIGN_FOR_WORKING_DAYS
    if demands.sign_for_working_days is not None and not 1 <= demands.sign_for_working_days <= most:
        raise Malformed("STANDARD", "signForWithinWorkingDays")
    if not papers and demands.answer_within_days is None and demands.sign_for_working_days is None:
        raise Malformed("STANDARD", "EMPTY")


def province_of(court: str) -> str | None:
    """The province whose standards hold at a court; None for a court of none."""
    try:
        found = province(court)
    except UnknownCourtCode:
        return None
    return found if len(found) == 1 else None


def holds(standard: Applying, on: date) -> bool:
    """Whether the standard holds on the day."""
    return standard.from_on <= on and (standard.to_on is None or on <= standard.to_on)


def applying(standards: Iterable[Applying], matter: str, entrusted: str, on: date) -> Applying | None:
    """Which of the standards applies to a matter that `entrusted` handles, on a day.

    No two of one matter and province hold on one day; should two, the one that began later goes first.
    """
    where = province_of(entrusted)
    held = [s for s in standards if s.matter == matter and s.province in {None, where} and holds(s, on)]
    return max(held, key=lambda s: (s.province is not None, s.from_on, s.id), default=None)


def rules_with(standard: Applying | None, base: MatterRules = DEFAULT_RULES) -> MatterRules:
    """The rules under which a matter is handled while `standard` applies to it."""
    if standard is None:
        return base
    matter, terms = DelegatedMatterType(standard.matter), base.terms
    if standard.sign_for_working_days is not None:
        terms = replace(terms, sign_for=Term(standard.sign_for_working_days, Unit.WORKING_DAYS))
    days = {} if standard.answer_within_days is None else {matter: standard.answer_within_days}
    return replace(
        base,
        answer_within_days={**base.answer_within_days, **days},
        terms=terms,
        more_papers={**base.more_papers, matter: frozenset(map(RequiredPaper, standard.papers))},
    )
