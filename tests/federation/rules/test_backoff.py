"""Pauses double from a second, are capped, and are scattered within bounds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.rules.backoff import CAP, CUSTODY_ATTEMPTS, FIRST, LEAST_JITTER, MOST_JITTER, pause

ATTEMPTS = st.integers(min_value=1, max_value=10**9)
RANDOM = st.floats(min_value=0, max_value=1, exclude_max=True)
NO_JITTER = (1 - LEAST_JITTER) / (MOST_JITTER - LEAST_JITTER)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (9, 256), (10, 300), (99, 300)])
def test_pause_doubles_up_to_five_minutes(attempts: int, seconds: int) -> None:
    assert round(pause(attempts, NO_JITTER).total_seconds(), 6) == seconds


@given(ATTEMPTS, RANDOM)
def test_jitter_stays_within_bounds(attempts: int, random: float) -> None:
    found = pause(attempts, random)

    assert FIRST * LEAST_JITTER <= found <= CAP * MOST_JITTER


@given(ATTEMPTS, RANDOM)
def test_later_attempts_wait_no_less(attempts: int, random: float) -> None:
    assert pause(attempts, random) <= pause(attempts + 1, random)


@given(ATTEMPTS, RANDOM)
def test_custody_only_lengthens(attempts: int, random: float) -> None:
    in_custody = pause(attempts, random, in_custody=True)

    assert in_custody >= pause(attempts, random)
    assert in_custody >= pause(CUSTODY_ATTEMPTS, random)


def test_first_pause_is_about_a_second() -> None:
    assert timedelta(seconds=0.8) <= pause(1, 0.0) < pause(1, 0.999) < timedelta(seconds=1.4)
