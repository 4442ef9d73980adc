"""What completed tasks count for, exactly."""

from fractions import Fraction

import pytest

from enforcement.rules import workload
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.workload import RATIOS


def test_every_matter_has_a_ratio() -> None:
    assert set(RATIOS) == set(DelegatedMatterType)
    assert all(0 < ratio <= workload.MOST for ratio in RATIOS.values())


def test_sums_are_exact() -> None:
    assert workload.total([Fraction(1, 10)] * 3 + [Fraction(1, 5)]) == Fraction(1, 2)
    assert workload.total([]) == 0


def test_settings_change_single_matters() -> None:
    ratios = workload.read_ratios(["SEIZE_VEHICLE=1/4", " SERVE_DOCUMENTS =2"])

    assert (ratios[DelegatedMatterType.SEIZE_VEHICLE], ratios[DelegatedMatterType.SERVE_DOCUMENTS]) == (
        Fraction(1, 4),
        Fraction(2),
    )
    changed = {DelegatedMatterType.SEIZE_VEHICLE, DelegatedMatterType.SERVE_DOCUMENTS}
    assert {matter for matter in RATIOS if ratios[matter] != RATIOS[matter]} == changed


@pytest.mark.parametrize(
    "text", ["", "SEIZE_VEHICLE", "SEIZE_VEHICLE=0", "SEIZE_VEHICLE=-1", "SEIZE_VEHICLE=1/0", "NO_MATTER=1",
             "SEIZE_VEHICLE=11", "SEIZE_VEHICLE=0.5", "SEIZE_VEHICLE=1/2/3"]
)  # fmt: skip
def test_no_ratio_is_guessed(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the setting is named by who reads it)
        workload.read_ratios([text])
