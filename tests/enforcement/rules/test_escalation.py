"""Which superior court is told of what is late, and when."""

from datetime import date, timedelta
from itertools import product

import pytest

from db.records.framework import SupervisionGround
from enforcement.rules import escalation
from enforcement.rules.courts import SUPREME, level
from enforcement.rules.escalation import DEFAULT_ESCALATION, GROUNDS, EscalationTerms
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus

MONDAY = date(2025, 7, 14)
ABOVE_SHEXIAN = ["皖10", "皖", SUPREME]


@pytest.mark.parametrize(
    ("tier", "days", "is_told"), [(1, 0, False), (1, 1, True), (2, 1, False), (2, 3, False), (2, 4, True)]
)
def test_each_tier_has_its_day(tier: int, days: int, is_told: bool) -> None:
    """The day after the due day for the court above, three days later for the high court."""
    today = MONDAY + timedelta(days=days)

    assert (DEFAULT_ESCALATION.latest_due(tier, today) >= MONDAY) is is_told


def test_practice_sets_the_days() -> None:
    terms = EscalationTerms(high_court_after=timedelta(days=7))

    assert terms.latest_due(2, MONDAY + timedelta(days=7)) < MONDAY
    assert terms.latest_due(2, MONDAY + timedelta(days=8)) == MONDAY


def test_answer_is_due_on_a_working_day() -> None:
    assert DEFAULT_ESCALATION.respond_by(date(2025, 7, 17)) == date(2025, 7, 22)  # Thursday; a weekend between


@pytest.mark.parametrize(
    ("above", "tier", "told"),
    [
        (ABOVE_SHEXIAN, 1, "皖10"),
        (ABOVE_SHEXIAN, 2, "皖"),
        (["皖", SUPREME], 1, "皖"),
        (["皖", SUPREME], 2, None),
        ([SUPREME], 1, None),
        ([], 1, None),
    ],
)
def test_supreme_court_is_never_told_of_a_day(above: list[str], tier: int, told: str | None) -> None:
    assert escalation.superior_of_tier(above, tier) == told


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("浙0824", "浙0822", [("浙08",)]),
        ("浙0824", "浙0127", [("浙",)]),
        ("浙0824", "皖1021", [("浙", "皖"), (SUPREME,)]),
        ("赣1181", "赣1130", [("赣11",)]),
        ("浙", "皖", [(SUPREME,)]),
        ("浙", "皖1021", [("皖",), (SUPREME,)]),
    ],
)
def test_disputes_go_up_step_by_step(one: str, other: str, steps: list[tuple[str, ...]]) -> None:
    assert escalation.dispute_steps(one, other) == steps


PAIR = ("皖1021", "浙0824")


@pytest.mark.parametrize(
    ("by", "ground", "to"),
    [
        ("皖10", SupervisionGround.NOT_BEGUN, ("皖",)),
        ("皖", SupervisionGround.NOT_BEGUN, (SUPREME,)),
        (SUPREME, SupervisionGround.NOT_BEGUN, ()),
        ("浙08", SupervisionGround.NOT_BEGUN, ()),
        ("皖", SupervisionGround.DISPUTE, (SUPREME,)),
        ("浙", SupervisionGround.DISPUTE, (SUPREME,)),
        (SUPREME, SupervisionGround.DISPUTE, ()),
        ("皖10", SupervisionGround.DISPUTE, ("皖", "浙")),
    ],
)
def test_what_is_passed_up_comes_before_the_next(by: str, ground: SupervisionGround, to: tuple[str, ...]) -> None:
    assert escalation.passed_up(by, ground, PAIR, ABOVE_SHEXIAN) == to


def test_every_court_told_stands_above_the_late_one() -> None:
    for tier, late in product(escalation.TIERS, ("皖1021", "皖10")):
        above = ABOVE_SHEXIAN if late == "皖1021" else ABOVE_SHEXIAN[1:]
        told = escalation.superior_of_tier(above, tier)
        assert told is None or level(told) not in {level(late), level(SUPREME)}


@pytest.mark.parametrize("status", DelegatedTaskStatus)
def test_every_open_state_has_a_ground_or_awaits_papers(status: DelegatedTaskStatus) -> None:
    shared = status not in ENDED | {
        DelegatedTaskStatus.DRAFT,
        DelegatedTaskStatus.PENDING_APPROVAL,
        DelegatedTaskStatus.APPROVED,
    }

    assert (status in GROUNDS) is (shared and status is not DelegatedTaskStatus.SUPPLEMENT_REQUESTED)


@pytest.mark.parametrize(
    ("holder", "due_on", "come"),
    [
        ("皖1021", MONDAY, False),
        ("皖1021", MONDAY + timedelta(days=9), True),
        ("浙0824", MONDAY, True),
        (None, None, True),
    ],
)
def test_act_has_come_when_the_late_one_need_not_act(holder: str | None, due_on: date | None, come: bool) -> None:
    assert escalation.has_come(holder, due_on, late="皖1021", overdue=MONDAY) is come
