"""Which statements of a conversation count as a communication of the two courts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from enforcement.rules.conversation import Spoken, is_communication, newest
from enforcement.rules.statements import StatementKind

RECEIVED = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
N, C = StatementKind.NOTE, StatementKind.CALL_RECORD


def spoken(kind: StatementKind, minutes: float, *, came: bool, number: int = 1) -> Spoken:
    return Spoken(UUID(int=number), kind, RECEIVED + timedelta(minutes=minutes), came)


@pytest.mark.parametrize(
    ("kind", "minutes", "came", "counts"),
    [
        (N, 1, True, True),
        (N, 1, False, False),  # said, and nobody heard it yet
        (C, 1, True, True),
        (C, 1, False, True),  # a call is over when it is written down
        (N, -6, True, False),  # before the court had the task
        (C, -6, True, False),
        (N, -5, True, True),  # two clocks may be five minutes apart
        (C, -5, False, True),
    ],
)
def test_what_counts(kind: StatementKind, minutes: float, came: bool, counts: bool) -> None:
    one = spoken(kind, minutes, came=came)

    assert is_communication(one, RECEIVED) is counts
    assert newest([one], RECEIVED) == (one if counts else None)


def test_unknown_receipt_leaves_the_time_open() -> None:
    assert is_communication(spoken(C, -100_000, came=False), None)


def test_newest_of_those_that_count() -> None:
    first, second = spoken(C, 1, came=False, number=1), spoken(N, 2, came=True, number=2)
    lost, early = spoken(N, 3, came=False, number=3), spoken(N, -60, came=True, number=4)

    assert newest([second, lost, first, early], RECEIVED) == second
    assert newest([lost, early], RECEIVED) is None
    assert newest([], RECEIVED) is None
