from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from db.ids import new_id


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_id_says_its_instant_and_version(now: datetime) -> None:
    made = new_id(now)

    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_ids_sort_by_their_instants() -> None:
    start = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
    made = [new_id(start + timedelta(milliseconds=n)) for n in range(100)]

    assert made == sorted(made)


def test_ids_of_one_instant_differ() -> None:
    now = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)

    assert len({new_id(now) for _ in range(1000)}) == 1000
