"""What an objection bars, until when, and which outcome may follow which."""

from datetime import date, timedelta
from itertools import product

import pytest

from enforcement.rules import objection
from enforcement.rules.objection import FOLLOWS, Objection, ObjectionKind, ObjectionOutcome
from enforcement.rules.task_refusals import EnforcementSuspended, ObjectionDecided, ObjectionPending

FILED = date(2025, 7, 14)
SERVED = date(2025, 7, 28)
K, OUT = ObjectionKind, ObjectionOutcome
OUTCOMES: list[ObjectionOutcome | None] = [None, *OUT]


def bars(kind: ObjectionKind, outcome: ObjectionOutcome | None, today: date = SERVED) -> str | None:
    filed = Objection(kind, FILED, outcome, None if outcome is None else SERVED)
    try:
        objection.check_no_objection([filed], today)
    except (ObjectionPending, EnforcementSuspended) as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("kind", "outcome", "code"),
    [
        (K.CONDUCT, None, "OBJECTION_PENDING"),
        (K.CONDUCT, OUT.FOUNDED, None),
        (K.CONDUCT, OUT.DISMISSED, None),
        (K.CONDUCT, OUT.NOT_ADMITTED, None),
        (K.CONDUCT, OUT.WITHDRAWN, None),
        (K.THIRD_PARTY, None, "OBJECTION_PENDING"),
        (K.THIRD_PARTY, OUT.FOUNDED, "ENFORCEMENT_SUSPENDED"),
        (K.THIRD_PARTY, OUT.DISMISSED, "OBJECTION_PENDING"),
        (K.THIRD_PARTY, OUT.NOT_ADMITTED, None),
        (K.THIRD_PARTY, OUT.WITHDRAWN, None),
        (K.THIRD_PARTY, OUT.SUED, "OBJECTION_PENDING"),
        (K.THIRD_PARTY, OUT.PERMITTED, None),
        (K.THIRD_PARTY, OUT.BARRED, "ENFORCEMENT_SUSPENDED"),
    ],
)
def test_what_each_outcome_bars(kind: ObjectionKind, outcome: ObjectionOutcome | None, code: str | None) -> None:
    assert bars(kind, outcome) == code


def test_third_party_may_sue_for_fifteen_days() -> None:
    last = SERVED + timedelta(days=15)

    assert bars(K.THIRD_PARTY, OUT.DISMISSED, last) == "OBJECTION_PENDING"
    assert bars(K.THIRD_PARTY, OUT.DISMISSED, last + timedelta(days=1)) is None
    assert objection.sue_by(Objection(K.THIRD_PARTY, FILED, OUT.DISMISSED, SERVED)) == last


def test_one_objection_of_many_is_enough() -> None:
    settled = Objection(K.CONDUCT, FILED, OUT.DISMISSED, SERVED)

    objection.check_no_objection([settled, settled], SERVED)
    with pytest.raises(ObjectionPending):
        objection.check_no_objection([settled, Objection(K.CONDUCT, FILED)], SERVED)


@pytest.mark.parametrize(
    ("filed", "due"),
    [(FILED, date(2025, 7, 29)), (date(2025, 7, 11), date(2025, 7, 28)), (date(2025, 9, 20), date(2025, 10, 9))],
)
def test_decided_within_fifteen_days(filed: date, due: date) -> None:
    """A last day that is a day off moves to the next working day: a Saturday, the week of National Day."""
    assert objection.due_on(filed) == due


@pytest.mark.parametrize(("kind", "current", "wanted"), list(product(K, OUTCOMES, OUT)))
def test_table_says_what_may_follow(
    kind: ObjectionKind, current: ObjectionOutcome | None, wanted: ObjectionOutcome
) -> None:
    if wanted in FOLLOWS.get((kind, current), frozenset()):
        objection.check_outcome(kind, current, wanted)
    else:
        with pytest.raises(ObjectionDecided):
            objection.check_outcome(kind, current, wanted)


def test_every_way_ends() -> None:
    """No outcome comes again, however it goes on."""
    for kind in K:
        paths: list[tuple[ObjectionOutcome | None, ...]] = [(None,)]
        while paths:
            path = paths.pop()
            following = FOLLOWS.get((kind, path[-1]), frozenset())
            assert not following & set(path)
            paths += [(*path, each) for each in following]
