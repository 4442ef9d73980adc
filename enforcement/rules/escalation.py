"""When an overdue task is brought before a superior court (督办升级), before which one, and what ends it.

not done on the due day   -> the next court above the late one, from the day after
still not done, some days -> the high court above it
the two courts disagree   -> the court above both; across provinces both high courts first, then 最高法

Invariant: pure. A due day comes from the nodes, which have counted working days already; days after it are calendar
days.
Source: 民诉法 art. 240 (a superior court may order what was not begun in 15 days);
逐级报请共同上级法院: 最高人民法院关于人民法院执行工作若干问题的规定, art. 67.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from db.records.framework import SupervisionGround
from enforcement.rules import courts
from enforcement.rules.courts import CourtLevel
from enforcement.rules.deadlines import DEFAULT_TERMS, Term, Unit, WorkCalendar
from enforcement.rules.task_status import DelegatedTaskStatus

FIRST_TIER: Final = 1
"""The tier of the next court above; the one above that is 2."""
TIERS: Final = (FIRST_TIER, 2)
_RESPOND_WITHIN: Final = Term(3, Unit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class EscalationTerms:
    """Local defaults: no rule of the courts fixes them."""

    high_court_after: timedelta = timedelta(days=3)
    """How long after the due day a high court is told."""
    respond_within: Term = _RESPOND_WITHIN
    """How long the late court has to answer."""
    calendar: WorkCalendar = DEFAULT_TERMS.calendar

    def latest_due(self, tier: int, today: date) -> date:
        """The latest due day that is late enough today for the court of `tier`."""
        yesterday = today - timedelta(days=1)
        return yesterday if tier == FIRST_TIER else yesterday - self.high_court_after

    def respond_by(self, today: date) -> date:
        """The last day to answer what was raised today."""
        return self.calendar.due(today, self.respond_within)


DEFAULT_ESCALATION: Final = EscalationTerms()

GROUNDS: Final[Mapping[DelegatedTaskStatus, SupervisionGround]] = MappingProxyType(
    {
        DelegatedTaskStatus.DISPATCHED: SupervisionGround.NOT_SIGNED_FOR,
        DelegatedTaskStatus.RECEIVED: SupervisionGround.NOT_SIGNED_FOR,
        DelegatedTaskStatus.SIGNED_FOR: SupervisionGround.NOT_BEGUN,
        DelegatedTaskStatus.IN_PROGRESS: SupervisionGround.NOT_ANSWERED,
        DelegatedTaskStatus.FED_BACK: SupervisionGround.NOT_CONFIRMED,
    }
)
"""Why an overdue task in a state is supervised. Papers that do not come end in a return: no superior court is asked."""


def superior_of_tier(above: Sequence[str], tier: int) -> str | None:
    """The court that is told in `tier`, of those above the late one, nearest first: never 最高法; None: there is none.

    Raises:
        UnknownCourtCode.
    """
    told = [court for court in above if courts.level(court) is not CourtLevel.SUPREME]
    return told[tier - 1] if len(told) >= tier else None


def dispute_steps(one: str, other: str) -> list[tuple[str, ...]]:
    """Who settles what two courts cannot agree upon, step by step; the courts of one step settle it between them.

    Raises:
        UnknownCourtCode.
    """
    common = courts.common_superior(one, other)
    if common != courts.SUPREME:
        return [(common,)]
    both = tuple(court for court in (courts.province(one), courts.province(other)) if court not in {one, other})
    return [both, (common,)] if both else [(common,)]


def passed_up(by: str, ground: SupervisionGround, pair: tuple[str, str], above: Sequence[str]) -> tuple[str, ...]:
    """Before whom a matter comes that the superior court `by` passes up; `above`: the courts above the supervised one.

    Nobody stands above the last one.

    Raises:
        UnknownCourtCode.
    """
    if ground is SupervisionGround.DISPUTE:
        steps = dispute_steps(*pair)
        taken = [number for number, step in enumerate(steps) if by in step]
        following = steps[taken[-1] + 1 :] if taken else steps
        return following[0] if following else ()
    if by in above:
        return tuple(above[above.index(by) + 1 :][:1])
    return ()


def has_come(holder: str | None, due_on: date | None, *, late: str, overdue: date) -> bool:
    """Whether the act came for which a task was raised: `late` no longer has to do it, or by another day.

    Handling that begins late is still to be answered by the day that was missed: that alone settles nothing.
    """
    return holder != late or due_on != overdue
