"""What of a freeze of equity may be found too much, and by when it is released."""

from datetime import date
from decimal import Decimal

import pytest

from db.records.assets import AssetKind, MeasureStatus
from enforcement.rules.over_freezing import TERMS, check_day, check_found
from enforcement.rules.refusals import Malformed, MeasureNotForAsset, TransitionNotAllowed

S = MeasureStatus
STANDING = {S.EFFECTIVE, S.RENEWED, S.WAITING}
VALUE = Decimal("100000.00")


@pytest.mark.parametrize(
    ("effective_on", "due_on"),
    [
        (date(2025, 7, 14), date(2025, 7, 21)),  # a Monday to a Monday
        (date(2025, 7, 12), date(2025, 7, 21)),  # the seventh day is a Saturday
        (date(2025, 9, 26), date(2025, 10, 9)),  # the holidays of October
    ],
)
def test_seven_days_from_the_effect(effective_on: date, due_on: date) -> None:
    assert TERMS.release_due(effective_on) == due_on


@pytest.mark.parametrize("kind", AssetKind)
def test_only_equity_is_frozen_by_an_uncertain_value(kind: AssetKind) -> None:
    if kind is AssetKind.EQUITY:
        check_found(kind, S.EFFECTIVE, VALUE, Decimal("0.01"))
        return
    with pytest.raises(MeasureNotForAsset):
        check_found(kind, S.EFFECTIVE, VALUE, Decimal("0.01"))


@pytest.mark.parametrize("status", MeasureStatus)
def test_only_of_a_measure_that_stands(status: MeasureStatus) -> None:
    if status in STANDING:
        check_found(AssetKind.EQUITY, status, VALUE, VALUE - Decimal("0.01"))
        return
    with pytest.raises(TransitionNotAllowed):
        check_found(AssetKind.EQUITY, status, VALUE, Decimal("0.01"))


def test_all_of_it_is_lifted_instead() -> None:
    with pytest.raises(Malformed) as refusal:
        check_found(AssetKind.EQUITY, S.EFFECTIVE, VALUE, VALUE)
    assert refusal.value.part == "excess"


@pytest.mark.parametrize(("day", "allowed"), [(13, False), (14, True), (15, True), (16, False)])
def test_a_day_lies_between(day: int, allowed: bool) -> None:
    given = {"after": date(2025, 7, 14), "today": date(2025, 7, 15), "part": "releasedOn"}
    if allowed:
        check_day(date(2025, 7, day), **given)  # type: ignore[arg-type]  # as given
        return
    with pytest.raises(Malformed):
        check_day(date(2025, 7, day), **given)  # type: ignore[arg-type]  # as given
