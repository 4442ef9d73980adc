"""The gateway's complaints are a function of the set of messages, in whatever order they come."""

from dataclasses import replace
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
    """Of an earlier release; `word#3` names the complaint 3."""
    word, _, complaint = word.partition("#")
    at = START + timedelta(hours=number)
    named = UUID(int=int(complaint)) if complaint else None
    return ComplaintEventRecord(UUID(int=100 + number), TASK, f"COMPLAINT_{word}", at, named)


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
        # named: two of one task, whatever order they are settled in
        (("NOT_BEGUN#1", "ANSWERED#1", "CLOSED#1"), [("NOT_BEGUN", 1, 2)]),
        (("HANDLING#1", "CLOSED#1", "HANDLING#2", "ANSWERED#1"), [("HANDLING", 3, 1), ("HANDLING", None, None)]),
        (("HANDLING#1", "HANDLING#2", "CLOSED#1", "ANSWERED#2"), [("HANDLING", None, 2), ("HANDLING", 3, None)]),
        (("HANDLING#1", "HANDLING#1", "CLOSED#1"), [("HANDLING", None, 2)]),  # issued again
        (("HANDLING#1", "ANSWERED#1", "ANSWERED#1"), [("HANDLING", 1, None)]),
        (("HANDLING#1", "CLOSED#1", "HANDLING#1"), [("HANDLING", None, 1)]),  # late, and again
        (("ANSWERED#1", "HANDLING#1"), [("HANDLING", 0, None)]),  # the other court's clock is behind
        (("ANSWERED#1", "CLOSED#2"), []),
        # between releases: what names none means the last one, and who names one that nobody named means it too
        (("HANDLING", "ANSWERED#1", "HANDLING", "ANSWERED#2"), [("HANDLING", 1, None), ("HANDLING", 3, None)]),
        (("HANDLING#1", "ANSWERED", "DISPUTE#2", "CLOSED"), [("HANDLING", 1, None), ("DISPUTE", None, 3)]),
        (("HANDLING", "HANDLING#1", "ANSWERED#1"), [("HANDLING", 2, None)]),  # issued again after the node's upgrade
        (("HANDLING", "DISPUTE#2", "CLOSED#2"), [("HANDLING", None, None), ("DISPUTE", None, 2)]),
        (("HANDLING", "CLOSED#1", "HANDLING#2"), [("HANDLING", None, 1), ("HANDLING", None, None)]),
    ],
)
def test_messages_tell_the_complaints(
    words: tuple[str, ...], complaints: list[tuple[str, int | None, int | None]]
) -> None:
    assert told(*words) == complaints


def test_every_ground_is_about_complaints() -> None:
    assert all(is_about_complaints(word) for word in TOLD)
    assert not is_about_complaints("WITHDRAW_REQUESTED")


def test_complaint_is_known_by_what_opened_it() -> None:
    """So that two of one instant are two, and what was brought before superior courts is not brought again."""
    twins = [event(0, "DISPUTE#1"), replace(event(0, "DISPUTE#2"), message_id=UUID(int=200))]
    (unnamed,) = fold([event(5, "DISPUTE")], "浙0824", "皖1021")

    assert [each.id for each in fold(twins, "浙0824", "皖1021")] == [UUID(int=1), UUID(int=2)]
    assert unnamed.id == UUID(int=105)
