"""A search at several courts (委托查询): which state may follow which, and what is known of it, court by court.

Coverage is on the scale of days. Each court asked is counted once: it answered, returned the task, withdrew it on our
word, cannot be reached, is late, or is still at it. Invariant: these add up to `asked`; a search is complete only when
every court asked answered for every kind by the word of a channel, and "nothing found" is such a channel's word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from db.records.delegated_searches import DelegatedSearchStatus
from db.records.searches import ResultOutcome
from enforcement.payloads import ChannelWord
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_status import BY_DELEGATING_COURT, INTERNAL, NEXT_STEPS, DelegatedTaskStatus

_W: Final = DelegatedSearchStatus
_T: Final = DelegatedTaskStatus
_LOOKED: Final = frozenset({ResultOutcome.FOUND, ResultOutcome.NOTHING})
_BY_WEIGHT: Final = (
    ResultOutcome.FOUND,
    ResultOutcome.NOTHING,
    ResultOutcome.REFUSED,
    ResultOutcome.NO_ANSWER,
    ResultOutcome.NOT_ASKED,
)

MOVES: Final[Mapping[DelegatedSearchStatus, frozenset[DelegatedSearchStatus]]] = {
    _W.DRAFT: frozenset({_W.PENDING_APPROVAL, _W.WITHDRAWN}),
    _W.PENDING_APPROVAL: frozenset({_W.APPROVED, _W.DRAFT, _W.WITHDRAWN}),
    _W.APPROVED: frozenset({_W.DISPATCHED, _W.WITHDRAWN}),
    _W.DISPATCHED: frozenset({_W.WITHDRAWN}),
    _W.WITHDRAWN: frozenset(),
}


def check_move(current: DelegatedSearchStatus, wanted: DelegatedSearchStatus) -> None:
    """Return if `wanted` may follow `current`.

    Raises:
        TransitionNotAllowed: the table has no such edge.
    """
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)


class CourtAnswer(StrEnum):
    """What became of the question at one court."""

    ANSWERED = "ANSWERED"  # 已反馈
    RETURNED = "RETURNED"  # 已退回
    WITHDRAWN = "WITHDRAWN"  # 已撤回
    UNDELIVERABLE = "UNDELIVERABLE"  # 无法送达
    OVERDUE = "OVERDUE"  # 已超期
    PENDING = "PENDING"  # 待反馈


@dataclass(frozen=True, slots=True)
class CourtTask:
    """The task that asks one court, as this court's copy of it stands."""

    court: str
    status: DelegatedTaskStatus
    due_at: datetime | None  # after which its next step is missed
    is_silent: bool  # a message to the court expired, and none was accepted since
    reason: str | None = None  # code of the return, or of the refusal of the dispatch
    words: tuple[ChannelWord, ...] = ()  # of its feedback
    found: frozenset[str] = frozenset()  # kinds of which something was found


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """One kind at one court, with the channels that looked; others are beside the answer."""

    kind: str
    outcome: ResultOutcome
    words: tuple[ChannelWord, ...]

    @property
    def is_searched(self) -> bool:
        """Whether a channel looked."""
        return self.outcome in _LOOKED


@dataclass(frozen=True, slots=True)
class CourtCoverage:
    """One court's line."""

    court: str
    answer: CourtAnswer
    reason: str | None
    kinds: tuple[KindCoverage, ...]

    @property
    def has_evidence(self) -> bool:
        """Whether it answered, and for each kind a channel looked."""
        return self.answer is CourtAnswer.ANSWERED and all(kind.is_searched for kind in self.kinds)

    @property
    def found_nothing(self) -> bool:
        """Whether it says of every kind, by a channel's word, that there is nothing."""
        return self.has_evidence and all(kind.outcome is ResultOutcome.NOTHING for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Coverage:
    """查询覆盖情况: every court asked, once."""

    courts: tuple[CourtCoverage, ...]

    @property
    def complete(self) -> bool:
        """Whether nobody is missing: every court asked answered for every kind."""
        return all(court.has_evidence for court in self.courts)

    @property
    def nothing_found(self) -> int:
        """How many courts found nothing at all."""
        return sum(court.found_nothing for court in self.courts)

    def count(self, answer: CourtAnswer) -> int:
        """How many courts stand so."""
        return sum(court.answer is answer for court in self.courts)


def coverage(kinds: Sequence[str], tasks: Iterable[CourtTask], now: datetime) -> Coverage:
    """What is known at the instant `now` of a search for `kinds`, by the task that counts at each court."""
    return Coverage(tuple(_court(kinds, task, now) for task in sorted(tasks, key=lambda task: task.court)))


def _court(kinds: Sequence[str], task: CourtTask, now: datetime) -> CourtCoverage:
    answer = answer_of(task, now)
    said = tuple(_kind(kind, task) for kind in kinds) if answer is CourtAnswer.ANSWERED else ()
    return CourtCoverage(task.court, answer, task.reason, said)


def answer_of(task: CourtTask, now: datetime) -> CourtAnswer:
    """How the court stands.

    A court that cannot be reached is not late but unreachable, once a message to it expired; until then it is late
    from the instant at which its own next step is missed. What waits for this court itself is nobody's delay there.
    """
    match task.status:
        case _T.FED_BACK | _T.COMPLETED:
            return CourtAnswer.ANSWERED
        case _T.RETURNED:
            return CourtAnswer.RETURNED
        case _T.WITHDRAWN:
            return CourtAnswer.WITHDRAWN
        case status if status in INTERNAL or NEXT_STEPS[status] in BY_DELEGATING_COURT:
            return CourtAnswer.PENDING
    if task.is_silent:
        return CourtAnswer.UNDELIVERABLE
    is_late = task.due_at is not None and now >= task.due_at
    return CourtAnswer.OVERDUE if is_late else CourtAnswer.PENDING


def _kind(kind: str, task: CourtTask) -> KindCoverage:
    """A find is evidence by itself: it names its unit, channel and instant. Else the most that is known counts."""
    words = tuple(word for word in task.words if word.kind == kind)
    said = {word.outcome for word in words} | ({ResultOutcome.FOUND.value} if kind in task.found else set())
    outcome = next((outcome for outcome in _BY_WEIGHT if outcome in said), ResultOutcome.NOT_ASKED)
    return KindCoverage(kind, outcome, words)
