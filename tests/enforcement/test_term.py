"""Terms are calendar years; the kind of asset caps them."""

from datetime import date

import pytest

from db.records.assets import AssetKind
from enforcement.rules.refusals import TermTooLong
from enforcement.rules.term import MAX_YEARS, check_term, expires_on


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2025, 7, 15), 2, date(2027, 7, 15)),
        (date(2027, 6, 15), 2, date(2029, 6, 15)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2025, 3, 1), 1, date(2026, 3, 1)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
        (date(2024, 10, 1), 1, date(2025, 10, 1)),  # the National Day: a measure's term never rolls over
        (date(2023, 12, 31), 2, date(2025, 12, 31)),
    ],
)
def test_years_are_calendar_years(start: date, years: int, end: date) -> None:
    assert expires_on(start, years) == end


@pytest.mark.parametrize("kind", list(AssetKind))
def test_every_kind_has_its_longest(kind: AssetKind) -> None:
    longest = MAX_YEARS[kind]

    assert check_term(kind, None) == longest
    assert check_term(kind, longest) == longest
    for years in (0, -1, longest + 1):
        with pytest.raises(TermTooLong) as refusal:
            check_term(kind, years)
        assert refusal.value.max_years == longest
