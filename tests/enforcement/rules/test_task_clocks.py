"""Which clocks of a task run, who acts by each, and to the minute from when on it is missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.records.tasks import TaskEventRecord, TaskRecord
from enforcement.rules.deadlines import due_at
from enforcement.rules.task_clocks import (
    ACTS_BY,
    SUPPLEMENT_DEADLINE_PASSED,
    Running,
    TaskTerm,
    missed,
    paused,
    running,
    standing,
)
from enforcement.rules.task_log import Side
from enforcement.rules.task_status import DelegatedTaskStatus

S, T = DelegatedTaskStatus, TaskTerm
MONDAY = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)  # 09:00 in China
ANSWER = date(2025, 7, 24)


def task(status: DelegatedTaskStatus, due_on: date | None, *, urgent: bool = False, **changes: Any) -> TaskRecord:
    row = TaskRecord(
        id=UUID(int=1),
        direction="INBOUND",
        delegating_court="浙0824",
        entrusted_court="皖1021",
        matter="INVESTIGATE_ASSETS",
        status=status,
        holder="皖1021",
        urgent=urgent,
        content=b"",
        case_id=None,
        duplicate_key=b"",
        follow_up_of=None,
        created_by=None,
        submitted_by=None,
        officer=None,
        head_seq=2,
        head_digest="0" * 64,
        resume=None,
        history_no=0,
        history_digest="",
        status_at=MONDAY,
        received_at=MONDAY,
        asked_at=None,
        due_on=due_on,
        due_at=due_at(status, MONDAY, due_on, urgent=urgent),
        answer_due_on=ANSWER,
        is_disputed=False,
        version=1,
        created_at=MONDAY,
        changed_at=MONDAY,
    )
    return replace(row, **changes)


def clocks(row: TaskRecord, paused_days: int = 0) -> dict[str, tuple[date, datetime]]:
    return {clock.term.value: (clock.due_on, clock.missed_at) for clock in running(row, paused_days=paused_days)}


def midnight(month: int, day: int) -> datetime:
    """The first instant of that day of 2025 in China."""
    return datetime(2025, month, day, tzinfo=UTC) - timedelta(hours=8)


BEGIN = (date(2025, 7, 29), midnight(7, 30))  # the fifteenth day after the 14th


@pytest.mark.parametrize(
    ("row", "run"),
    [
        (
            task(S.DISPATCHED, date(2025, 7, 15), received_at=None),
            {"SIGN_FOR": (date(2025, 7, 15), midnight(7, 16))},
        ),
        (task(S.RECEIVED, date(2025, 7, 15)), {"SIGN_FOR": (date(2025, 7, 15), midnight(7, 16)), "BEGIN": BEGIN}),
        (
            task(S.RECEIVED, date(2025, 7, 14), urgent=True),
            {"SIGN_FOR": (date(2025, 7, 14), MONDAY + timedelta(hours=2)), "BEGIN": BEGIN},
        ),
        (task(S.SIGNED_FOR, ANSWER), {"ANSWER": (ANSWER, midnight(7, 25)), "BEGIN": BEGIN}),
        (
            task(S.SIGNED_FOR, date(2025, 7, 15), urgent=True),
            {
                "FIRST_ACT": (date(2025, 7, 15), MONDAY + timedelta(hours=24)),
                "BEGIN": BEGIN,
                "ANSWER": (ANSWER, midnight(7, 25)),
            },
        ),
        (task(S.IN_PROGRESS, ANSWER), {"ANSWER": (ANSWER, midnight(7, 25))}),
        (task(S.IN_PROGRESS, ANSWER, urgent=True), {"ANSWER": (ANSWER, midnight(7, 25))}),
        (  # begun within its hours, nothing done yet
            task(S.IN_PROGRESS, date(2025, 7, 15), urgent=True, due_at=MONDAY + timedelta(hours=24)),
            {
                "FIRST_ACT": (date(2025, 7, 15), MONDAY + timedelta(hours=24)),
                "ANSWER": (ANSWER, midnight(7, 25)),
            },
        ),
        (task(S.SUPPLEMENT_REQUESTED, date(2025, 7, 17)), {"SUPPLEMENT": (date(2025, 7, 17), midnight(7, 18))}),
        (task(S.FED_BACK, date(2025, 7, 17)), {"CONFIRM": (date(2025, 7, 17), midnight(7, 18))}),
        (task(S.COMPLETED, None), {}),
        (task(S.RETURNED, None), {}),
        (task(S.WITHDRAWN, None), {}),
        (task(S.DRAFT, None, received_at=None), {}),
    ],
)
def test_each_state_has_its_clocks(row: TaskRecord, run: dict[str, tuple[date, datetime]]) -> None:
    assert clocks(row) == run


def test_who_acts() -> None:
    assert {term for term, side in ACTS_BY.items() if side is Side.DELEGATING} == {T.SUPPLEMENT, T.CONFIRM}
    assert set(ACTS_BY) == set(TaskTerm)


@pytest.mark.parametrize(("received", "begin"), [(14, date(2025, 7, 29)), (18, date(2025, 8, 4))])  # a Saturday else
def test_begun_within_fifteen_days(received: int, begin: date) -> None:
    row = task(S.RECEIVED, date(2025, 7, 15), received_at=MONDAY + timedelta(days=received - 14))

    assert clocks(row)["BEGIN"][0] == begin


def test_bound_to_begin_stands_while_papers_are_awaited() -> None:
    assert clocks(task(S.SIGNED_FOR, ANSWER), paused_days=3)["BEGIN"][0] == date(2025, 8, 1)


@pytest.mark.parametrize(
    ("minutes", "late"), [(24 * 60 - 1, []), (24 * 60, ["FIRST_ACT"]), (24 * 60 + 1, ["FIRST_ACT"])]
)
def test_first_act_counts_to_the_minute(minutes: int, late: list[str]) -> None:
    run = running(task(S.SIGNED_FOR, date(2025, 7, 15), urgent=True))

    assert [clock.term.value for clock in missed(run, MONDAY + timedelta(minutes=minutes))] == late


def event(kind: str, days: float) -> TaskEventRecord:
    return TaskEventRecord(
        task_id=UUID(int=1),
        seq=1,
        digest="",
        prev="",
        type=kind,
        author="",
        at=MONDAY + timedelta(days=days),
        status="",
        holder="",
        due_on=None,
        request_id=None,
        statement=b"",
        salt=b"",
        payload=b"",
    )


@pytest.mark.parametrize(
    ("events", "days"),
    [
        ([], 0),
        ([("SUPPLEMENT_REQUESTED", 0)], 0),  # and still awaited
        ([("SUPPLEMENT_REQUESTED", 0), ("SUPPLEMENTED", 2)], 2),
        ([("SUPPLEMENT_REQUESTED", 0.1), ("SUPPLEMENTED", 0.9)], 1),  # days of China, over its midnight
        ([("SUPPLEMENT_REQUESTED", 0), ("SUPPLEMENTED", 2), ("SUPPLEMENT_REQUESTED", 5), ("SUPPLEMENTED", 9)], 6),
        ([("SUPPLEMENTED", 2)], 0),
    ],
)
def test_pauses_add_up(events: list[tuple[str, float]], days: int) -> None:
    assert paused(event(kind, at) for kind, at in events) == days


@pytest.mark.parametrize(
    ("day", "before", "stage"),
    [
        (date(2025, 7, 24), 1, "LAST_DAY"),
        (date(2025, 7, 23), 1, "BEFORE"),
        (date(2025, 7, 22), 1, None),
        (date(2025, 7, 22), 2, "BEFORE"),
        (date(2025, 7, 25), 1, None),
        (date(2025, 7, 23), 0, None),
    ],
)
def test_reminders_come_on_working_days_before(day: date, before: int, stage: str | None) -> None:
    assert Running(T.ANSWER, date(2025, 7, 24), MONDAY).stage(day, before=before) == stage


def test_friday_is_one_working_day_before_monday() -> None:
    assert Running(T.ANSWER, date(2025, 7, 28), MONDAY).stage(date(2025, 7, 25), before=1) == "BEFORE"
    assert Running(T.ANSWER, date(2025, 7, 28), MONDAY).stage(date(2025, 7, 24), before=1) is None


@pytest.mark.parametrize(
    ("row", "days", "marks"),
    [
        (task(S.SIGNED_FOR, ANSWER), 5, {"OVERDUE": [], "NOT_BEGUN": ["BEGIN"]}),
        (task(S.IN_PROGRESS, ANSWER), 5, {"OVERDUE": [], "NOT_BEGUN": []}),
        (task(S.IN_PROGRESS, ANSWER), 20, {"OVERDUE": ["ANSWER"], "NOT_BEGUN": []}),  # a step alone is no answer
        (
            task(S.SUPPLEMENT_REQUESTED, date(2025, 7, 17)),
            5,
            {"OVERDUE": [SUPPLEMENT_DEADLINE_PASSED], "NOT_BEGUN": ["BEGIN"]},
        ),
        (task(S.COMPLETED, None), 20, {"OVERDUE": [], "NOT_BEGUN": []}),
    ],
)
def test_a_mark_stands_until_its_act_came(row: TaskRecord, days: int, marks: dict[str, list[str]]) -> None:
    assert standing(row, MONDAY + timedelta(days=days)) == marks
