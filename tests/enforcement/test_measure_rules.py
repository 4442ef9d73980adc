"""What may be ordered on what, within which limit, and which state may follow which."""

from decimal import Decimal as Yuan
from itertools import product

import pytest

from db.records.assets import AssetKind, MeasureKind, MeasureStatus
from enforcement.rules.measure import (
    FITTING,
    MOVES,
    Verdict,
    check_exempt,
    check_kind,
    check_move,
    check_proportion,
    status_by_rank,
    weigh,
)
from enforcement.rules.refusals import ExceedsClaim, ExemptProperty, MeasureNotForAsset, TransitionNotAllowed


@pytest.mark.parametrize(("current", "wanted"), list(product(MeasureStatus, MeasureStatus)))
def test_only_listed_moves_pass(current: MeasureStatus, wanted: MeasureStatus) -> None:
    if wanted in MOVES[current]:
        check_move(current, wanted)
    else:
        with pytest.raises(TransitionNotAllowed):
            check_move(current, wanted)


def test_only_a_receipt_makes_effective() -> None:
    before = {state for state, after in MOVES.items() if MeasureStatus.EFFECTIVE in after}

    assert before == {MeasureStatus.NOTICE_SENT, MeasureStatus.WAITING}


@pytest.mark.parametrize(("measure", "asset"), list(product(MeasureKind, AssetKind)))
def test_measure_must_fit_the_asset(measure: MeasureKind, asset: AssetKind) -> None:
    if measure in FITTING[asset]:
        check_kind(measure, asset)
    else:
        with pytest.raises(MeasureNotForAsset):
            check_kind(measure, asset)


def test_rank_one_is_effective() -> None:
    assert [status_by_rank(rank) for rank in (1, 2, 7)] == ["EFFECTIVE", "WAITING", "WAITING"]


def test_exemption_cannot_be_overridden() -> None:
    check_exempt([])

    with pytest.raises(ExemptProperty) as refusal:
        check_exempt(["DAILY_NECESSITIES"])
    assert refusal.value.ground == "DAILY_NECESSITIES"


def test_over_sealing_shows_figures() -> None:
    check = weigh(Yuan("100000.00"), [Yuan("90000.00")], Yuan("900000.00"))

    with pytest.raises(ExceedsClaim) as refusal:
        check_proportion(check)
    assert (refusal.value.claim, refusal.value.controlled, refusal.value.requested) == (
        Yuan("100000.00"),
        Yuan("90000.00"),
        Yuan("900000.00"),
    )


def test_exactly_the_claim_is_allowed() -> None:
    assert weigh(Yuan("100.00"), [Yuan("40.00")], Yuan("60.00")).verdict is Verdict.OK
    assert weigh(Yuan("100.00"), [Yuan("40.00")], Yuan("60.01")).verdict is Verdict.EXCEEDS
