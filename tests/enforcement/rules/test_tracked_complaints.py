"""The gateway's complaints are a function of the set of messages, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from db.records.complaints import ComplaintEventRecord
from enforcement.rules.complaint import TOLD
from enforcement.rules.tracked_complaints import fold, is_about_complaints

TASK = UUID(int=1)
START = datetime(2025, 7, 30, 1, tzinfo=UTC)


def event(number: int, word: str) -> ComplaintEventRecord:
    return ComplaintEventRecord(UUID(int=100 + number), TASK, f"COMPLAINT_{word}", START + timedelta(hours=number))


def told(*words: str) -> list[tuple[str, int | None, int | None]]:
    """Ground, and the hour of answer and closing, of each complaint; every order gives the same."""
    events = [event(number, word) for number, word in enumerate(words)]
    folded = {tuple(fold(order, "浙0824", "皖1021")) for order in permutations(events)}
    assert len(folded) == 1
    (found,) = folded

    def hour(at: datetime | None) -> int | None:
        return None if at is None else (at - START) // timedelta(hours=1)

    return [(each.ground, hour(each.answered_at), hour(each.closed_at)) for each in found]


@pytest.mark.parametrize(
    ("words", "complaints"),
    [
        ((), []),
        (("NOT_BEGUN",), [("NOT_BEGUN", None, None)]),
        (("NOT_BEGUN", "ANSWERED"), [("NOT_BEGUN", 1, None)]),
        (("NOT_BEGUN", "ANSWERED", "CLOSED"), [("NOT_BEGUN", 1, 2)]),
        (("NOT_BEGUN", "CLOSED"), [("NOT_BEGUN", None, 1)]),
        (("NOT_BEGUN", "NOT_BEGUN"), [("NOT_BEGUN", None, None)]),  # issued again, its time was over
        (("NOT_BEGUN", "CLOSED", "ANSWERED"), [("NOT_BEGUN", None, 1)]),  # they crossed
        (("NOT_BEGUN", "ANSWERED", "DISPUTE"), [("NOT_BEGUN", 1, None), ("DISPUTE", None, None)]),
        (("NOT_BEGUN", "CLOSED", "HANDLING", "ANSWERED"), [("NOT_BEGUN", None, 1), ("HANDLING", 3, None)]),
        (("ANSWERED", "CLOSED"), []),
        (("A_WORD_OF_LATER",), [("A_WORD_OF_LATER", None, None)]),
    ],
)
def test_messages_tell_the_complaints(
    words: tuple[str, ...], complaints: list[tuple[str, int | None, int | None]]
) -> None:
    assert told(*words) == complaints


def test_every_ground_is_about_complaints() -> None:
    assert all(is_about_complaints(word) for word in TOLD)
    assert not is_about_complaints("WITHDRAW_REQUESTED")
