"""The table of areas is the source's role matrix, and the most permitting office wins."""

from itertools import combinations

import pytest

from enforcement.rules import areas
from enforcement.rules.areas import Area, Level, level, level_of, reads
from enforcement.rules.rights import RIGHTS, Act, Role
from tests.enforcement.rules.role_matrix import cells

WORDS = {
    "–": Level.NONE,
    "m": Level.MASKED,
    "brief": Level.BRIEF,
    "status only": Level.STATUS,
    "routing metadata": Level.ROUTING,
    "metadata": Level.METADATA,
    "by look-up": Level.BY_LOOKUP,
    "by match": Level.BY_MATCH,
    "own": Level.OWN,
    "RW own": Level.OWN,
    "own tasks": Level.OWN,
    "own-ordered + queue rank": Level.OWN,
    "court": Level.COURT,
    "R court": Level.COURT,
    "R below": Level.BELOW,
}
"""The words that bound a right; every other word of the source reads all."""
NO_RECORD_SAYS_WHICH = {("CLERK", "CASE"): Level.COURT}
BESIDE = {Role.LIAISON_OFFICER, Role.DEVELOPER}
WRITING = {
    Area.CASE: {
        Act.RECORD_PAYMENT,
        Act.RECORD_SETTLEMENT,
        Act.REQUEST_DEFERRAL,
        Act.RECORD_CLAIMS,
        Act.SUSPEND_CASE,
        Act.DECIDE_SETTLEMENT,
        Act.RESUME_CASE,
        Act.CLOSE_CASE,
        Act.DISTRIBUTE,
        Act.PROPOSE_CASE_TRANSFER,
    },
    Area.ASSETS: {Act.REQUEST_ASSET_SEARCH, Act.ADOPT_FINDING},
    Area.MEASURES: {
        Act.RULE_MEASURE,
        Act.CHANGE_MEASURE,
        Act.READ_QUEUE,
        Act.APPROVE_MEASURE,
        Act.REQUEST_TRANSFER,
        Act.ANSWER_TRANSFER,
        Act.SERVE_NOTICE,
    },
    Area.TASKS: {
        Act.CREATE_TASK,
        Act.SUBMIT_TASK,
        Act.APPROVE_TASK,
        Act.DISPATCH_TASK,
        Act.SIGN_FOR_TASK,
        Act.ASSIGN_TASK,
        Act.RECORD_STEP,
        Act.REQUEST_SUPPLEMENT,
        Act.SUPPLEMENT_TASK,
        Act.SUBMIT_FEEDBACK,
        Act.CONFIRM_TASK,
        Act.RETURN_TASK,
        Act.WITHDRAW_TASK,
        Act.EVALUATE_TASK,
        Act.COMPLAIN_OF_TASK,
        Act.ANSWER_COMPLAINT,
        Act.FORWARD_OBJECTION,
        Act.DECIDE_OBJECTION,
    },
}
"""By area, the acts that write in it."""


@pytest.mark.parametrize(("role", "area"), cells())
def test_the_table_is_the_source(role: str, area: str) -> None:
    wanted = NO_RECORD_SAYS_WHICH.get((role, area), WORDS.get(cells()[role, area], Level.ALL))

    assert areas.MATRIX[Role(role)][Area(area)] is wanted


def test_every_role_has_its_row() -> None:
    assert set(areas.MATRIX) == set(Role) == {Role(role) for role, _ in cells()} | BESIDE


@pytest.mark.parametrize("area", WRITING)
def test_who_writes_in_an_area_may(area: Area) -> None:
    writers = {role for act in WRITING[area] for role in RIGHTS[act]}
    allowed = {Role(role) for (role, its), word in cells().items() if its == area and _writes(word)}

    assert {role for role in writers if not reads(frozenset({role}), area)} == set()
    assert allowed - writers <= {Role.BUREAU_CHIEF, Role.PRESIDENT} if area is Area.MEASURES else allowed <= writers


def _writes(word: str) -> bool:
    return word.startswith(("RW", "approve", "dispatch"))


@pytest.mark.parametrize("area", Area)
def test_the_most_permitting_office_wins(area: Area) -> None:
    for one, other in combinations(Role, 2):
        assert level(frozenset({one, other}), area) is max(level_of(one, area), level_of(other, area))


def test_a_part_is_read_alone() -> None:
    assert level_of(Role.PARTY, Area.TASK_STATUS) is Level.STATUS
    assert level_of(Role.PARTY, Area.TASKS) is Level.NONE
    assert level_of(Role.PARTY, Area.TASK_ROUTING) is Level.NONE
    assert level_of(Role.GRASSROOTS, Area.CASE_BRIEF) is Level.BRIEF
    assert level_of(Role.GRASSROOTS, Area.CASE) is Level.NONE
    assert level_of(Role.GATEWAY_ADMIN, Area.TASK_ROUTING) is Level.ROUTING
    assert level_of(Role.GATEWAY_ADMIN, Area.TASK_STATUS) is Level.NONE
    assert level_of(Role.GATEWAY_ADMIN, Area.AUDIT_METADATA) is Level.METADATA
    assert level_of(Role.CLERK, Area.TASK_STATUS) is Level.ALL


def test_searches_are_hidden_from_a_party() -> None:
    assert level_of(Role.PARTY, Area.ASSETS) is Level.OWN
    assert level_of(Role.PARTY, Area.SEARCHES) is Level.NONE
    assert level_of(Role.HANDLER, Area.SEARCHES) is Level.ALL


def test_the_zones_figures_are_for_who_manages_the_zone() -> None:
    readers = {role for role in Role if reads(frozenset({role}), Area.ZONE)}

    assert readers == {Role.COMMAND_CENTRE, Role.LIAISON_OFFICER, Role.SUPERVISOR, Role.GATEWAY_ADMIN}


@pytest.mark.parametrize("area", Area)
def test_nobody_reads_only_what_is_open(area: Area) -> None:
    assert reads(frozenset(), area) is (area in {Area.PUBLIC, Area.FORM})
