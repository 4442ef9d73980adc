"""How many must agree."""

import pytest

from federation.rules.quorum import most_suspended, threshold, witnesses


@pytest.mark.parametrize(
    ("voters", "must_sign", "must_have_seen", "suspended"),
    [
        (1, 1, 0, 0),
        (2, 2, 1, 0),
        (3, 3, 2, 1),
        (4, 3, 2, 1),
        (6, 5, 2, 2),
        (8, 6, 2, 2),
        (9, 7, 2, 3),
        (3500, 2334, 2, 1166),
    ],
)
def test_more_than_two_thirds_decide(voters: int, must_sign: int, must_have_seen: int, suspended: int) -> None:
    """By the written formula: floor(2N/3)+1, all of fewer than three."""
    assert (threshold(voters), witnesses(voters), most_suspended(voters)) == (must_sign, must_have_seen, suspended)


@pytest.mark.parametrize("voters", range(3, 200))
def test_two_quorums_share_more_than_a_third(voters: int) -> None:
    """So no third of dishonest courts can have two decisions signed."""
    assert 3 * (2 * threshold(voters) - voters) > voters


def test_nobody_decides_nothing() -> None:
    """A zone without active courts has no threshold."""
    with pytest.raises(ValueError, match="nobody"):
        threshold(0)
