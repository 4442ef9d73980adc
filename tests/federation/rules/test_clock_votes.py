"""One clock alone never says that ours is wrong; more than half of several do."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.rules.clock_votes import ClockVerdict, judge
from federation.rules.freshness import FRESH

TICK = timedelta(seconds=1)
RIGHT, AHEAD, BEHIND = timedelta(), FRESH + TICK, -FRESH - TICK
LEADS = st.lists(st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=1)), max_size=9)

TOLD = {
    (): ClockVerdict.AGREES,
    (RIGHT,): ClockVerdict.AGREES,
    (AHEAD,): ClockVerdict.UNDECIDED,
    (BEHIND,): ClockVerdict.UNDECIDED,
    (RIGHT, AHEAD): ClockVerdict.UNDECIDED,
    (AHEAD, BEHIND): ClockVerdict.UNDECIDED,
    (AHEAD, AHEAD): ClockVerdict.AHEAD,
    (BEHIND, BEHIND): ClockVerdict.BEHIND,
    (RIGHT, RIGHT, AHEAD): ClockVerdict.AGREES,
    (RIGHT, AHEAD, AHEAD): ClockVerdict.AHEAD,
    (RIGHT, BEHIND, BEHIND): ClockVerdict.BEHIND,
    (RIGHT, AHEAD, BEHIND): ClockVerdict.UNDECIDED,
    (RIGHT, RIGHT, AHEAD, AHEAD): ClockVerdict.UNDECIDED,
    (RIGHT, RIGHT, AHEAD, BEHIND): ClockVerdict.UNDECIDED,
    (RIGHT, RIGHT, RIGHT, AHEAD): ClockVerdict.AGREES,
    (RIGHT, AHEAD, AHEAD, AHEAD): ClockVerdict.AHEAD,
}


@pytest.mark.parametrize(("leads", "verdict"), TOLD.items())
def test_votes_come_to_a_verdict(leads: tuple[timedelta, ...], verdict: ClockVerdict) -> None:
    assert judge(leads) is verdict


@pytest.mark.parametrize("lead", [FRESH, -FRESH])
def test_five_minutes_are_forgiven(lead: timedelta) -> None:
    assert judge([lead, lead, lead]) is ClockVerdict.AGREES


@given(st.lists(st.timedeltas(min_value=-FRESH, max_value=FRESH), max_size=8), st.timedeltas())
def test_no_single_clock_turns_it(right: list[timedelta], wrong: timedelta) -> None:
    assert judge([*right, wrong]) in {ClockVerdict.AGREES, ClockVerdict.UNDECIDED}


@given(LEADS)
def test_ahead_is_the_mirror_of_behind(leads: list[timedelta]) -> None:
    mirrored = {ClockVerdict.AHEAD: ClockVerdict.BEHIND, ClockVerdict.BEHIND: ClockVerdict.AHEAD}
    found = judge(leads)

    assert judge([-lead for lead in leads]) is mirrored.get(found, found)


def test_order_does_not_matter() -> None:
    for leads in product((RIGHT, AHEAD, BEHIND), repeat=4):
        assert judge(leads) is judge(sorted(leads))
