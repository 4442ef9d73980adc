"""What is unusual about a look-up, by the figures of the court."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.warnings_raised import WarningCause
from enforcement.rules.anomalies import Crowd, Thresholds, crowds, likeness, night_of

AT = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
THREE = Thresholds(subjects=3, window=timedelta(minutes=10))


def asked(*minutes_and_subjects: tuple[int, int]) -> list[tuple[datetime, bytes]]:
    return [(AT + timedelta(minutes=minute), bytes([subject])) for minute, subject in minutes_and_subjects]


def test_many_persons_within_the_window_are_a_crowd() -> None:
    found = crowds(asked((0, 1), (4, 2), (9, 3), (9, 4)), THREE)

    at = AT + timedelta(minutes=9)
    assert found == [Crowd(at - THREE.window, at, 3)]


def test_one_person_often_is_no_crowd() -> None:
    assert crowds(asked(*((minute, 1) for minute in range(9))), THREE) == []


def test_who_left_the_window_counts_no_more() -> None:
    assert crowds(asked((0, 1), (5, 2), (10, 3)), THREE) == []
    assert len(crowds(asked((1, 1), (5, 2), (10, 3)), THREE)) == 1


def test_each_day_in_china_is_told_once() -> None:
    day = 24 * 60

    found = crowds(asked((0, 1), (0, 2), (0, 3), (1, 4), (day, 1), (day, 2), (day, 3)), THREE)

    assert [crowd.at for crowd in found] == [AT, AT + timedelta(days=1)]


def test_no_number_never_warns() -> None:
    assert crowds(asked((0, 1), (0, 2), (0, 3)), Thresholds(subjects=0)) == []


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=40))
def test_crowds_are_those_of_counting_anew(given: list[tuple[int, int]]) -> None:
    rows = asked(*sorted(given))

    plain = [at for at, _ in rows if len({subject for seen, subject in rows if at - THREE.window < seen <= at}) >= 3]

    assert [crowd.at for crowd in crowds(rows, THREE)] == plain[:1]


@pytest.mark.parametrize(
    ("hour", "night"),
    [
        (21, None),
        (22, date(2025, 7, 14)),
        (23, date(2025, 7, 14)),
        (24, date(2025, 7, 14)),
        (29, date(2025, 7, 14)),
        (30, None),
        (12, None),
    ],
)
def test_a_night_is_one_though_midnight_lies_in_it(hour: int, night: date | None) -> None:
    midnight_in_china = datetime(2025, 7, 13, 16, 0, tzinfo=UTC)

    assert night_of(midnight_in_china + timedelta(hours=hour), Thresholds()) == night


def test_hours_of_one_day_may_be_the_night() -> None:
    early = Thresholds(night_from=1, night_until=5)
    midnight_in_china = datetime(2025, 7, 13, 16, 0, tzinfo=UTC)

    nights = [night_of(midnight_in_china + timedelta(hours=hour), early) for hour in range(24)]

    assert [hour for hour, night in enumerate(nights) if night is not None] == [1, 2, 3, 4]


def test_equal_hours_are_no_night() -> None:
    none = Thresholds(night_from=6, night_until=6)

    assert {night_of(AT + timedelta(hours=hour), none) for hour in range(24)} == {None}


@pytest.mark.parametrize(
    ("officer", "person", "cause"),
    [
        ("李样甲", "李样甲", WarningCause.SAME_NAME),
        ("李样甲", "李样乙", WarningCause.SAME_FAMILY_NAME),
        ("李样甲", "周样甲", None),
        ("欧阳样甲", "欧阳样乙", WarningCause.SAME_FAMILY_NAME),
        ("欧样甲", "欧阳样乙", None),
        ("司马样", "司徒样", None),
    ],
)
def test_likeness_of_names(officer: str, person: str, cause: WarningCause | None) -> None:
    assert likeness(officer, person) is cause
