"""The states of a delegated task, over the full product of the table."""

from itertools import product

import pytest

from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_log import EDGES
from enforcement.rules.task_status import ENDED, INTERNAL, MOVES, WITHDRAWABLE, DelegatedTaskStatus, check_move

S = DelegatedTaskStatus
ALLOWED = {
    (S.DRAFT, S.PENDING_APPROVAL),
    (S.DRAFT, S.WITHDRAWN),
    (S.PENDING_APPROVAL, S.APPROVED),
    (S.PENDING_APPROVAL, S.DRAFT),
    (S.PENDING_APPROVAL, S.WITHDRAWN),
    (S.APPROVED, S.DISPATCHED),
    (S.APPROVED, S.WITHDRAWN),
    (S.DISPATCHED, S.RECEIVED),
    (S.DISPATCHED, S.RETURNED),
    (S.RECEIVED, S.SIGNED_FOR),
    (S.RECEIVED, S.SUPPLEMENT_REQUESTED),
    (S.RECEIVED, S.RETURNED),
    (S.RECEIVED, S.WITHDRAWN),
    (S.SIGNED_FOR, S.IN_PROGRESS),
    (S.SIGNED_FOR, S.SUPPLEMENT_REQUESTED),
    (S.SIGNED_FOR, S.RETURNED),
    (S.SIGNED_FOR, S.WITHDRAWN),
    (S.SUPPLEMENT_REQUESTED, S.RECEIVED),
    (S.SUPPLEMENT_REQUESTED, S.SIGNED_FOR),
    (S.SUPPLEMENT_REQUESTED, S.IN_PROGRESS),
    (S.SUPPLEMENT_REQUESTED, S.RETURNED),
    (S.SUPPLEMENT_REQUESTED, S.WITHDRAWN),
    (S.IN_PROGRESS, S.FED_BACK),
    (S.IN_PROGRESS, S.SUPPLEMENT_REQUESTED),
    (S.IN_PROGRESS, S.RETURNED),
    (S.IN_PROGRESS, S.WITHDRAWN),
    (S.FED_BACK, S.COMPLETED),
    (S.FED_BACK, S.IN_PROGRESS),
}


@pytest.mark.parametrize(("current", "wanted"), list(product(S, S)))
def test_moves_are_the_table(current: S, wanted: S) -> None:
    if (current, wanted) in ALLOWED:
        check_move(current, wanted)
        return

    with pytest.raises(TransitionNotAllowed) as caught:
        check_move(current, wanted)

    assert (caught.value.current, caught.value.wanted) == (current, wanted)


def test_ended_states_have_no_exit() -> None:
    assert {S.COMPLETED, S.RETURNED, S.WITHDRAWN} == ENDED
    assert {S.DRAFT, S.PENDING_APPROVAL, S.APPROVED} == INTERNAL
    assert set(MOVES) == set(S)


def test_shared_events_are_moves_of_the_table() -> None:
    for edge in EDGES.values():
        for before in edge.before:
            if edge.after is not None:
                check_move(before, edge.after)


def test_withdrawals_are_granted_until_feedback() -> None:
    assert {status for status in S if S.WITHDRAWN in MOVES[status]} - INTERNAL == WITHDRAWABLE
