"""Coverage of a search at several courts: every court once, silence and refusals as what they are."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from db.records.delegated_searches import DelegatedSearchStatus
from db.records.searches import ResultOutcome
from enforcement.payloads import ChannelWord
from enforcement.rules.delegated_search import (
    MOVES,
    CourtAnswer,
    CourtTask,
    Coverage,
    answer_of,
    check_move,
    coverage,
)
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_status import DelegatedTaskStatus

S, A = DelegatedTaskStatus, CourtAnswer
NOW = datetime(2025, 7, 25, 1, tzinfo=UTC)
KINDS = ["REAL_ESTATE", "VEHICLE"]
LATE, EARLY = NOW - timedelta(days=9), NOW + timedelta(days=1)


def said(kind: str, outcome: str, unit: str = "u-1") -> ChannelWord:
    return ChannelWord(kind=kind, channel="PROVINCIAL_NETWORK", outcome=outcome, unit_id=unit)


NOTHING = tuple(said(kind, "NOTHING") for kind in KINDS)
CAR = (said("REAL_ESTATE", "NOTHING"), said("VEHICLE", "FOUND"))


def task(
    court: str,
    status: DelegatedTaskStatus = S.FED_BACK,
    words: tuple[ChannelWord, ...] = NOTHING,
    due_at: datetime | None = EARLY,
    *,
    is_silent: bool = False,
    reason: str | None = None,
    found: frozenset[str] = frozenset(),
) -> CourtTask:
    return CourtTask(court, status, due_at, is_silent, reason, words, found)


def figures(known: Coverage) -> tuple[int, int, int, int, bool]:
    counted = (known.count(A.ANSWERED), known.count(A.RETURNED), known.count(A.OVERDUE))
    return (len(known.courts), *counted, known.complete)


FIVE = [
    task("皖1021", S.COMPLETED, CAR),
    task("赣1181", words=(said("REAL_ESTATE", "FOUND"), said("VEHICLE", "NOTHING"))),
    task("浙0822"),
    task("浙0127"),
    task("赣1130", S.COMPLETED),
]


def test_seven_courts_and_what_became_of_each() -> None:
    """SC-26, as pure figures: 玉山 returned, 休宁 down; 休宁 back; 玉山's clone answered."""
    yushan = task("赣1123", S.RETURNED, (), None, reason="AVAILABLE_ON_NATIONAL_NETWORK")
    xiuning = task("皖1022", S.DISPATCHED, (), LATE)

    before = coverage(KINDS, [*FIVE, yushan, xiuning], NOW)
    back = coverage(KINDS, [*FIVE, yushan, task("皖1022")], NOW)
    cloned = coverage(KINDS, [*FIVE, task("赣1123"), task("皖1022")], NOW)

    assert figures(before) == (7, 5, 1, 1, False)
    assert figures(back) == (7, 6, 1, 0, False)
    assert figures(cloned) == (7, 7, 0, 0, True)
    assert (before.nothing_found, back.nothing_found, cloned.nothing_found) == (3, 4, 5)
    assert [court.court for court in before.courts] == sorted(court.court for court in before.courts)
    assert {court.court: court.reason for court in before.courts if court.reason} == {
        "赣1123": "AVAILABLE_ON_NATIONAL_NETWORK"
    }


@pytest.mark.parametrize(("status", "is_late", "is_silent"), list(product(S, (False, True), (False, True))))
def test_every_state_has_one_answer(status: DelegatedTaskStatus, is_late: bool, is_silent: bool) -> None:
    ours = {S.DRAFT, S.PENDING_APPROVAL, S.APPROVED, S.SUPPLEMENT_REQUESTED}
    fixed = {S.FED_BACK: A.ANSWERED, S.COMPLETED: A.ANSWERED, S.RETURNED: A.RETURNED, S.WITHDRAWN: A.WITHDRAWN}
    at_theirs = A.UNDELIVERABLE if is_silent else A.OVERDUE if is_late else A.PENDING

    answer = answer_of(task("皖1021", status, (), LATE if is_late else EARLY, is_silent=is_silent), NOW)

    assert answer is (fixed.get(status) or (A.PENDING if status in ours else at_theirs))


def test_late_begins_at_its_instant() -> None:
    asked = task("皖1022", S.RECEIVED, (), NOW)

    assert answer_of(asked, NOW) is A.OVERDUE
    assert answer_of(asked, NOW - timedelta(microseconds=1)) is A.PENDING


@pytest.mark.parametrize(
    ("words", "outcome", "is_searched"),
    [
        ((), ResultOutcome.NOT_ASKED, False),
        ((said("VEHICLE", "NO_ANSWER"),), ResultOutcome.NO_ANSWER, False),
        ((said("VEHICLE", "REFUSED"),), ResultOutcome.REFUSED, False),
        ((said("VEHICLE", "NO_ANSWER"), said("VEHICLE", "NOTHING", "u-2")), ResultOutcome.NOTHING, True),
        ((said("VEHICLE", "NOTHING"), said("VEHICLE", "FOUND", "u-2")), ResultOutcome.FOUND, True),
        ((said("REAL_ESTATE", "FOUND"),), ResultOutcome.NOT_ASKED, False),
    ],
)
def test_nothing_needs_a_channel_that_looked(
    words: tuple[ChannelWord, ...],
    outcome: ResultOutcome,
    is_searched: bool,
) -> None:
    known = coverage(["VEHICLE"], [task("皖1021", words=words)], NOW)

    (kind,) = known.courts[0].kinds
    assert (kind.outcome, kind.is_searched, known.complete) == (outcome, is_searched, is_searched)
    assert known.nothing_found == (outcome is ResultOutcome.NOTHING)


def test_answer_without_evidence_is_no_completion() -> None:
    """It fed back and counts as answered; one kind nobody looked for, so the search is not complete."""
    known = coverage(KINDS, [task("皖1021", words=(said("VEHICLE", "NOTHING"),))], NOW)

    assert figures(known) == (1, 1, 0, 0, False)
    assert known.nothing_found == 0


def test_find_is_evidence_by_itself() -> None:
    known = coverage(["VEHICLE"], [task("皖1021", words=(), found=frozenset({"VEHICLE"}))], NOW)

    assert (known.courts[0].kinds[0].outcome, known.complete) == (ResultOutcome.FOUND, True)


def test_counts_add_up_to_the_courts_asked() -> None:
    everybody = [task(f"浙{number:04}", status, ()) for number, status in enumerate(S)]

    known = coverage(KINDS, everybody, NOW)

    assert sum(known.count(answer) for answer in A) == len(everybody)


@pytest.mark.parametrize(("current", "wanted"), list(product(DelegatedSearchStatus, DelegatedSearchStatus)))
def test_moves_are_those_of_the_table(current: DelegatedSearchStatus, wanted: DelegatedSearchStatus) -> None:
    if wanted in MOVES[current]:
        check_move(current, wanted)
        return
    with pytest.raises(TransitionNotAllowed):
        check_move(current, wanted)
