"""Membership: every state, act and role, against a table transcribed by hand."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from enforcement.rules.membership import (
    DECIDED_BY,
    GATEWAY,
    GREEN_FOR,
    MOVES,
    Decider,
    MembershipAct,
    MembershipState,
    after,
    check_green,
    check_may_begin,
    check_second_pair_of_eyes,
    check_speaks,
    may_begin,
)
from enforcement.rules.membership_refusals import ConformanceRequired
from enforcement.rules.refusals import Forbidden, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import SelfApprovalForbidden
from tests.conftest import REFERENCE

TABLE = """
APPLY               applicant  NONE>APPLIED REJECTED>APPLIED
AMEND               applicant  APPLIED>APPLIED PENDING_CONFORMANCE>PENDING_CONFORMANCE APPROVED>PENDING_CONFORMANCE
START_CONFORMANCE   admin      APPLIED>PENDING_CONFORMANCE PENDING_CONFORMANCE>PENDING_CONFORMANCE
RECORD_GREEN        gateway    PENDING_CONFORMANCE>PENDING_CONFORMANCE
RECORD_RED          gateway    PENDING_CONFORMANCE>PENDING_CONFORMANCE
ENDORSE             admin      PENDING_CONFORMANCE>PENDING_CONFORMANCE
APPROVE             admin      PENDING_CONFORMANCE>APPROVED
REJECT              admin      APPLIED>REJECTED PENDING_CONFORMANCE>REJECTED APPROVED>REJECTED
ADMIT               admin      APPROVED>ACTIVE
SUSPEND             admin      ACTIVE>SUSPENDED
LAPSE               gateway    SUSPENDED>ACTIVE
LIFT                admin      SUSPENDED>ACTIVE
CONFIRM_SUSPENSION  admin,any  ACTIVE>SUSPENDED SUSPENDED>SUSPENDED
REINSTATE           admin,any  SUSPENDED>ACTIVE
WITHDRAW            own,key    ACTIVE>WITHDRAWING SUSPENDED>WITHDRAWING
FINISH_WITHDRAWAL   admin,any  WITHDRAWING>WITHDRAWN
DECLARE_LOST        admin,any  ACTIVE>WITHDRAWING SUSPENDED>WITHDRAWING WITHDRAWING>WITHDRAWING
CHANGE_DOCUMENT     own,key    ACTIVE>ACTIVE SUSPENDED>SUSPENDED WITHDRAWING>WITHDRAWING
"""
"""Act, who may begin it, and its edges."""
QUORUM = {"ADMIT", "CONFIRM_SUSPENSION", "REINSTATE", "WITHDRAW", "FINISH_WITHDRAWAL", "DECLARE_LOST"}
OWN, OTHER = "浙0881", "浙0824"
STATES: list[MembershipState | None] = [None, *MembershipState]
EXPECTED = {
    act: (who.split(","), dict(edge.split(">") for edge in edges))
    for act, who, *edges in map(str.split, TABLE.strip().splitlines())
}


def callers() -> list[Caller | None]:
    """Nobody, and every single role at the gateway, at the court itself and at another."""
    return [None, *(Caller("o-1", court, frozenset({role})) for court, role in product((GATEWAY, OWN, OTHER), Role))]


def expected_beginner(who: list[str], caller: Caller | None) -> bool:
    if "applicant" in who:
        return True
    if caller is None:
        return "key" in who
    (role,) = caller.roles
    if caller.court == GATEWAY:
        return "admin" in who and role == Role.GATEWAY_ADMIN
    speaks = role in {Role.PRESIDENT, Role.LIAISON_OFFICER}
    return speaks and ("any" in who or ("own" in who and caller.court == OWN))


def test_the_table_names_every_act() -> None:
    assert set(EXPECTED) == set(MembershipAct)
    assert {act.value for act, decider in DECIDED_BY.items() if decider is Decider.COURTS} == QUORUM


@pytest.mark.parametrize("act", MembershipAct)
def test_every_state_act_and_role_is_as_the_table_says(act: MembershipAct) -> None:
    who, edges = EXPECTED[act]
    for state, caller in product(STATES, callers()):
        begins = expected_beginner(who, caller)
        assert may_begin(act, caller, OWN) == begins, (act, caller)
        if not begins:
            with pytest.raises(Forbidden):
                check_may_begin(act, caller, OWN)
        wanted = edges.get(state or "NONE")
        if wanted is None:
            with pytest.raises(TransitionNotAllowed):
                after(act, state)
        else:
            assert after(act, state) == wanted


def test_what_has_ended_is_left_by_a_new_application_alone() -> None:
    leaving = {
        act for act, edges in MOVES.items() if MembershipState.WITHDRAWN in edges or MembershipState.REJECTED in edges
    }

    assert leaving == {MembershipAct.APPLY}
    assert MembershipState.WITHDRAWN not in MOVES[MembershipAct.APPLY]


def test_every_state_can_be_reached() -> None:
    reached: set[MembershipState | None] = {None}
    for _ in MembershipState:
        reached |= {to for edges in MOVES.values() for state, to in edges.items() if state in reached}

    assert reached == set(STATES)


@pytest.mark.parametrize(
    ("earlier", "own", "refused"),
    [((), (), False), (("g-2",), ("o-7",), False), (("g-1",), (), True), ((), ("g-1",), True)],
)
def test_the_second_pair_of_eyes_is_another(earlier: tuple[str, ...], own: tuple[str, ...], refused: bool) -> None:
    approver = Caller("g-1", GATEWAY, frozenset({Role.GATEWAY_ADMIN}))
    if refused:
        with pytest.raises(SelfApprovalForbidden):
            check_second_pair_of_eyes(approver, frozenset(earlier), frozenset(own))
    else:
        assert check_second_pair_of_eyes(approver, frozenset(earlier), frozenset(own)) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("court", [OWN, GATEWAY])
def test_a_courts_heads_alone_speak_for_it(court: str) -> None:
    for caller in callers():
        speaks = caller is None or (
            caller.court == court == OWN and caller.roles <= {Role.PRESIDENT, Role.LIAISON_OFFICER}
        )
        if speaks:
            check_speaks(caller, court)
        else:
            with pytest.raises(Forbidden):
                check_speaks(caller, court)


GREEN: dict[str, Any] = {
    "is_green": True,
    "finished_at": REFERENCE,
    "digest": "a",
    "wanted": "a",
    "now": REFERENCE + GREEN_FOR,
    "green_for": GREEN_FOR,
}


@pytest.mark.parametrize(
    "change",
    [
        {"is_green": False},
        {"is_green": None},
        {"finished_at": None},
        {"digest": "b"},
        {"now": REFERENCE + GREEN_FOR + timedelta(seconds=1)},
    ],
)
def test_a_run_that_proves_nothing_is_refused(change: dict[str, Any]) -> None:
    check_green(**GREEN)

    with pytest.raises(ConformanceRequired):
        check_green(**(GREEN | change))
