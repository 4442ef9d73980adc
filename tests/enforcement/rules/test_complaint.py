"""When a ground of complaint is true, and in which states; what the zone is told of it; when a task is evaluated."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from db.records.tasks import TaskRecord
from enforcement.rules import complaint, evaluation
from enforcement.rules.complaint import STATES, ComplaintGround
from enforcement.rules.refusals import Malformed, TransitionNotAllowed
from enforcement.rules.task_refusals import ComplaintTooEarly, EvaluationTooLate
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus

RECEIVED = datetime(2025, 7, 14, 1, tzinfo=UTC)
G, S = ComplaintGround, DelegatedTaskStatus


def task(status: DelegatedTaskStatus, **changes: Any) -> TaskRecord:
    """As the entrusted court's silence leaves it: received on 14 July, due on the 15th."""
    record = TaskRecord(
        id=uuid4(),
        direction="OUTBOUND",
        delegating_court="浙0824",
        entrusted_court="皖1021",
        matter="INVESTIGATE_ASSETS",
        status=status.value,
        holder="皖1021",
        urgent=False,
        content=b"",
        case_id=None,
        duplicate_key=b"",
        follow_up_of=None,
        created_by=None,
        submitted_by=None,
        officer=None,
        head_seq=2,
        head_digest="",
        resume=None,
        history_no=0,
        history_digest="",
        status_at=RECEIVED,
        received_at=RECEIVED,
        asked_at=None,
        due_on=date(2025, 7, 15),
        due_at=datetime(2025, 7, 15, 16, tzinfo=UTC),
        answer_due_on=date(2025, 7, 24),
        is_disputed=False,
        version=1,
        created_at=RECEIVED,
        changed_at=RECEIVED,
    )
    return replace(record, **changes)


@pytest.mark.parametrize(("ground", "status"), list(product(G, S)))
def test_each_ground_is_of_its_states(ground: ComplaintGround, status: DelegatedTaskStatus) -> None:
    late = RECEIVED + timedelta(days=60)

    if status in STATES[ground]:
        complaint.check(task(status), ground, late)
    else:
        with pytest.raises(TransitionNotAllowed):
            complaint.check(task(status), ground, late)


def test_ended_tasks_are_complained_of_for_their_return_alone() -> None:
    assert {(g, s) for g in G for s in STATES[g] if s in ENDED} == {(G.RETURNED_WITHOUT_GROUND, S.RETURNED)}


@pytest.mark.parametrize(
    ("received", "paused_days", "last"),
    [
        (date(2025, 7, 14), 0, date(2025, 7, 29)),
        (date(2025, 7, 18), 0, date(2025, 8, 4)),  # the fifteenth day is a Saturday
        (date(2025, 9, 18), 0, date(2025, 10, 9)),  # or in the National Day's holidays
        (date(2025, 12, 17), 0, date(2026, 1, 4)),  # or New Year's, the Sunday after them worked in exchange
        (date(2025, 7, 14), 3, date(2025, 8, 1)),
        (date(2025, 7, 14), 4, date(2025, 8, 4)),
    ],
)
def test_not_begun_is_true_from_the_day_after_the_last(received: date, paused_days: int, last: date) -> None:
    row = task(S.RECEIVED, received_at=datetime(received.year, received.month, received.day, 1, tzinfo=UTC))
    noon = datetime(last.year, last.month, last.day, 4, tzinfo=UTC)

    with pytest.raises(ComplaintTooEarly):
        complaint.check(row, G.NOT_BEGUN, noon, paused_days=paused_days)
    complaint.check(row, G.NOT_BEGUN, noon + timedelta(days=1), paused_days=paused_days)


@pytest.mark.parametrize(("ground", "status"), [(G.NOT_SIGNED_FOR, S.RECEIVED), (G.NOT_ANSWERED, S.IN_PROGRESS)])
def test_lateness_begins_when_the_deadline_is_missed(ground: ComplaintGround, status: DelegatedTaskStatus) -> None:
    late = task(status)
    assert late.due_at is not None

    with pytest.raises(ComplaintTooEarly):
        complaint.check(late, ground, late.due_at - timedelta(seconds=1))
    complaint.check(late, ground, late.due_at)


def test_task_without_a_deadline_is_not_late() -> None:
    with pytest.raises(ComplaintTooEarly):
        complaint.check(task(S.IN_PROGRESS, due_at=None), G.NOT_ANSWERED, RECEIVED + timedelta(days=99))


def test_zone_is_told_one_word_for_each_ground() -> None:
    assert len(complaint.TOLD) == len(ComplaintGround)
    assert complaint.told(G.NOT_BEGUN) == "COMPLAINT_NOT_BEGUN"


@pytest.mark.parametrize("score", range(-1, 8))
def test_scores_are_from_one_to_five(score: int) -> None:
    code = None
    try:
        evaluation.check(score, RECEIVED, RECEIVED)
    except Malformed as refused:
        code = refused.code

    assert code == (None if score in range(1, 6) else "INVALID_SCORE")


def test_evaluation_ends_with_the_thirtieth_day() -> None:
    last = datetime(2025, 8, 13, 15, 59, tzinfo=UTC)  # a minute before midnight in China

    evaluation.check(5, RECEIVED, last)
    with pytest.raises(EvaluationTooLate):
        evaluation.check(5, RECEIVED, last + timedelta(minutes=1))
    evaluation.check(5, RECEIVED, last + timedelta(days=5), timedelta(days=40))
