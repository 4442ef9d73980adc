"""Which standard applies to a matter, and what it changes of the rules; never less than the law demands."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from enforcement.rules import task_standards
from enforcement.rules.deadlines import Term, Unit
from enforcement.rules.matter import DEFAULT_RULES, DelegatedMatterType, RequiredPaper
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_standards import Demands, applying, rules_with
from tests.federation.zone import KAIHUA, SHEXIAN

M = DelegatedMatterType
DAY = date(2025, 7, 15)


@dataclass(frozen=True)
class Kept:
    matter: str = M.SEIZE_VEHICLE
    province: str | None = None
    papers: list[str] = field(default_factory=list)
    answer_within_days: int | None = 7
    sign_for_working_days: int | None = None
    from_on: date = DAY
    to_on: date | None = None
    id: UUID = field(default_factory=uuid4)


def test_its_own_province_goes_before_all() -> None:
    everywhere, in_anhui = Kept(), Kept(province="皖")

    assert applying([everywhere, in_anhui], M.SEIZE_VEHICLE, SHEXIAN, DAY) == in_anhui
    assert applying([everywhere, in_anhui], M.SEIZE_VEHICLE, KAIHUA, DAY) == everywhere
    assert applying([in_anhui], M.SEIZE_VEHICLE, KAIHUA, DAY) is None
    assert applying([in_anhui], M.SEIZE_VEHICLE, "最高法", DAY) is None


def test_it_holds_from_its_first_day_to_its_last() -> None:
    standard = Kept(to_on=date(2025, 7, 31))

    held = [
        applying([standard], M.SEIZE_VEHICLE, SHEXIAN, day) is not None
        for day in (date(2025, 7, 14), DAY, date(2025, 7, 31), date(2025, 8, 1))
    ]

    assert held == [False, True, True, False]
    assert applying([standard], M.SEAL, SHEXIAN, DAY) is None


def test_of_two_that_hold_the_later_goes_first() -> None:
    early, late = Kept(from_on=date(2025, 7, 1)), Kept()

    assert applying([late, early], M.SEIZE_VEHICLE, SHEXIAN, DAY) == late
    assert applying([early, late], M.SEIZE_VEHICLE, SHEXIAN, DAY) == late


@pytest.mark.parametrize("matter", M)
def test_what_the_law_demands_is_never_waived(matter: DelegatedMatterType) -> None:
    """For every matter: papers are added, terms are those of the standard, other matters stay as they are."""
    plain = DEFAULT_RULES.rule(matter)
    added = next(paper for paper in RequiredPaper if paper not in plain.papers)
    standard = Kept(matter=matter, papers=[added.value], answer_within_days=3, sign_for_working_days=2)

    rules = rules_with(standard)
    changed = rules.rule(matter)

    assert changed.papers == plain.papers | {added}
    assert (changed.answer_within_days, changed.sign_for_within) == (3, Term(2, Unit.WORKING_DAYS))
    assert (changed.approval, changed.needs_evidence) == (plain.approval, plain.needs_evidence)
    other = M.SEAL if matter is not M.SEAL else M.UNSEAL
    assert rules.rule(other).papers == DEFAULT_RULES.rule(other).papers
    assert rules.rule(other).answer_within_days == DEFAULT_RULES.rule(other).answer_within_days
    assert rules_with(None) is DEFAULT_RULES


GOOD = Demands(M.SERVE_DOCUMENTS, "皖", (RequiredPaper.RULING,), 10, 5)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"province": "X"}, "province"),
        ({"province": "皖浙"}, "province"),
        ({"papers": (RequiredPaper.RULING, RequiredPaper.RULING)}, "papers"),
        ({"papers": (RequiredPaper.DOCUMENTS_TO_SERVE,)}, "papers"),
        ({"answer_within_days": 11}, "answerWithinDays"),
        ({"matter": M.SEAL, "papers": (), "answer_within_days": 31}, "answerWithinDays"),
        ({"answer_within_days": 0}, "answerWithinDays"),
        ({"sign_for_working_days": 6}, "signForWithinWorkingDays"),
        ({"papers": (), "answer_within_days": None, "sign_for_working_days": None}, "EMPTY"),
    ],
)
def test_standard_beyond_the_law_is_refused(changes: dict[str, object], part: str) -> None:
    task_standards.check(GOOD)

    with pytest.raises(Malformed) as refused:
        task_standards.check(replace(GOOD, **changes))  # type: ignore[arg-type]  # test data

    assert (refused.value.code, refused.value.part) == ("INVALID_STANDARD", part)
