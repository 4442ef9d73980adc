"""docs/membership.md tells the acts of membership exactly as their tables do."""

from pathlib import Path

import pytest

from enforcement.rules.membership import DECIDED_BY, GATEWAY, MOVES, Decider, MembershipAct, may_begin
from enforcement.rules.rights import Caller, Role

PAGE = Path("docs/membership.md").read_text("utf-8")
OWN, OTHER = "浙0881", "浙0824"
BEGINNERS = {
    "key": (None,),
    "admin": (Caller("g-1", GATEWAY, frozenset({Role.GATEWAY_ADMIN})),),
    "own heads": (
        Caller("o-1", OWN, frozenset({Role.PRESIDENT})),
        Caller("o-2", OWN, frozenset({Role.LIAISON_OFFICER})),
    ),
    "any heads": (
        Caller("o-1", OTHER, frozenset({Role.PRESIDENT})),
        Caller("o-2", OTHER, frozenset({Role.LIAISON_OFFICER})),
    ),
}


def row(act: MembershipAct) -> str:
    """The act's line of the table."""
    edges = ", ".join(f"{state or '—'} → {to}" for state, to in MOVES[act].items())
    begun = [name for name, callers in BEGINNERS.items() if all(may_begin(act, caller, OWN) for caller in callers)]
    if DECIDED_BY[act] is Decider.APPLICANT:
        begun = ["key"]
    elif "any heads" in begun:
        begun.remove("own heads")
    decided = DECIDED_BY[act].value.lower().replace("_", " ")
    return f"| `{act.value}` | {edges} | {decided} | {', '.join(begun) or '—'} |"


@pytest.mark.parametrize("act", MembershipAct)
def test_the_page_has_the_acts_row(act: MembershipAct) -> None:
    assert row(act) in PAGE.splitlines()


def test_the_page_has_no_other_row() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `") and " → " in line]

    assert rows == [row(act) for act in MembershipAct]
