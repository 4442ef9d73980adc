from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from graphql import GraphQLError

from schema.scalars import SCALARS


def parsed(kind: type, value: object) -> object:
    parse = SCALARS[kind].parse_value
    assert parse is not None
    return parse(value)


def test_instant_is_read_in_utc() -> None:
    read = parsed(datetime, "2025-07-14T09:00:00+08:00")

    assert isinstance(read, datetime)
    assert (read, read.tzinfo) == (datetime(2025, 7, 14, 1, tzinfo=UTC), UTC)


def test_day_and_id_are_read() -> None:
    assert parsed(date, "2024-02-29") == date(2024, 2, 29)
    assert parsed(UUID, "0197f3a1-0000-7000-8000-000000000000") == UUID("0197f3a1-0000-7000-8000-000000000000")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (datetime, "2025-07-14T09:00:00"),  # nobody can tell when it was
        (datetime, "2025-07-14"),
        (datetime, "0001-01-01T00:00:00+08:00"),
        (datetime, 1752454800),
        (date, "2025-02-29"),
        (date, "20250714"),
        (date, "2025-W29-1"),
        (date, None),
        (UUID, "365"),
        (UUID, 365),
    ],
)
def test_what_is_refused_is_not_repeated(kind: type, value: object) -> None:
    with pytest.raises(GraphQLError) as refused:
        parsed(kind, value)

    assert refused.value.extensions == {"code": "VARIABLES_INVALID"}
    assert str(value) not in refused.value.message
