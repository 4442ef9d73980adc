"""Rates and means: half-up to a tenth and to a whole number, exact beyond 2^53, none of nothing."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph.ratio import mean_of, percentage_of


@pytest.mark.parametrize(
    ("numerator", "denominator", "told"),
    [
        (739, 746, "99.1"),
        (0, 7, "0.0"),
        (7, 7, "100.0"),
        (1, 2000, "0.1"),  # 0.05: half-up
        (1, 2001, "0.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (0, 0, None),
    ],
)
def test_percentages_are_half_up(numerator: int, denominator: int, told: str | None) -> None:
    assert percentage_of(numerator, denominator) == told


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, 2**70), st.integers(0, 2**70))
def test_means_are_the_nearest_whole_number(total: int, number: int) -> None:
    found = mean_of(total, number)

    assert (found is None) == (number == 0)
    if found is not None:
        assert Fraction(-1, 2) < found - Fraction(total, number) <= Fraction(1, 2)
