"""Rates from counts: half-up to a tenth, after the counts were added, never averaged."""

from hypothesis import given
from hypothesis import strategies as st

from enforcement.rules.delegation_figures import CourtFigures, Figures, PairFigures, by_court, total

COUNTS = st.builds(Figures, *[st.integers(0, 2**40)] * 8)


def test_mean_is_of_the_sums_not_of_the_means() -> None:
    one, many = Figures(handled=1, handling_minutes=10), Figures(handled=3, handling_minutes=90)

    assert [figures.mean_handling_minutes for figures in (one, many, one + many)] == [10, 30, 25]
    assert Figures().mean_handling_minutes is None


def test_every_court_stands_in_both_roles() -> None:
    pairs = [
        PairFigures("a", "b", Figures(dispatched=3, completed=2)),
        PairFigures("a", "c", Figures(dispatched=1)),
        PairFigures("b", "a", Figures(dispatched=5, returned=1)),
    ]

    assert by_court(pairs) == [
        CourtFigures("a", Figures(dispatched=4, completed=2), Figures(dispatched=5, returned=1)),
        CourtFigures("b", Figures(dispatched=5, returned=1), Figures(dispatched=3, completed=2)),
        CourtFigures("c", Figures(), Figures(dispatched=1)),
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), COUNTS), max_size=9))
def test_both_roles_add_up_to_the_whole(given_pairs: list[tuple[str, str, Figures]]) -> None:
    pairs = [PairFigures(*each) for each in given_pairs]

    whole, courts = total(pair.figures for pair in pairs), by_court(pairs)

    assert total(court.as_delegating for court in courts) == whole
    assert total(court.as_entrusted for court in courts) == whole
