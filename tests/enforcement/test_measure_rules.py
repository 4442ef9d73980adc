"""What may be ordered on what, within which limit, and which state may follow which."""

from itertools import product

import pytest

from db.records.assets import AssetKind, MeasureKind, MeasureStatus
from enforcement.rules.measure import FITTING, MOVES, check_kind, check_move, status_by_rank
from enforcement.rules.refusals import MeasureNotForAsset, TransitionNotAllowed


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
