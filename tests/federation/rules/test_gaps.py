"""Missing numbers are noticed once each, however numbers arrive."""

from hypothesis import given
from hypothesis import strategies as st

from federation.rules.gaps import MOST_NOTED, missing


@given(st.permutations(list(range(1, 12))))
def test_any_order_of_arrival_closes_every_gap(order: list[int]) -> None:
    highest, gaps = 0, set[int]()

    for seq in order:
        gaps |= set(missing(highest, seq))
        gaps.discard(seq)
        highest = max(highest, seq)

    assert gaps == set()


@given(st.sets(st.integers(min_value=1, max_value=30), min_size=1))
def test_gaps_are_the_missing_numbers(arrived: set[int]) -> None:
    highest, gaps = 0, set[int]()

    for seq in sorted(arrived):
        gaps |= set(missing(highest, seq))
        highest = max(highest, seq)

    assert gaps == set(range(1, max(arrived))) - arrived


def test_a_leap_notes_a_bounded_number() -> None:
    assert len(missing(0, 2**53 - 1)) == MOST_NOTED


def test_an_old_number_opens_nothing() -> None:
    assert list(missing(7, 3)) == []
